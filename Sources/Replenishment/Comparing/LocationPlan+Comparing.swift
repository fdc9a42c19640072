extension LocationPlan {
  /// What may be released today: orders and transfers to here.
  var proposedCount: Int {
    proposals.count(where: \.isReleasable) + transfers.count(where: \.isReleasable)
  }

  /// In units.
  var proposedUnits: Double {
    proposals.reduce(0) { $1.isReleasable ? $0 + $1.quantity : $0 }
      + transfers.reduce(0) { $1.isReleasable ? $0 + $1.quantity : $0 }
  }

  /// In money, at cost.
  var proposedValue: Double {
    proposals.reduce(0) { $1.isReleasable ? $0 + $1.value : $0 }
      + transfers.reduce(0) { $1.isReleasable ? $0 + $1.value : $0 }
  }

  /// Whether a planner would do the same by both.
  func saysTheSame(as other: LocationPlan) -> Bool {
    policy.lot == other.policy.lot && policy.reorderPoint == other.policy.reorderPoint
      && proposedCount == other.proposedCount && proposedUnits == other.proposedUnits
  }
}
