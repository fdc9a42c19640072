import Demand

/// What a plan's context is looked up by, made once for all SKUs.
struct PlanningIndex: Sendable {
  /// The settings, every value inside its range.
  let settings: PolicySettings
  let rules: RuleIndex
  private let storageCosts: [Location: Double]

  init(settings: PolicySettings, document: PlanningDocument) {
    self.settings = settings.clamped()
    rules = RuleIndex(document.rules)
    storageCosts = Dictionary(
      document.warehouses.warehouses.map {
        ($0.location, Bounds.amount($0.storageCostPerCubicMetreYear, limit: Bounds.money))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What a cubic metre costs a year at a location.
  func storageCost(at location: Location) -> Double {
    storageCosts.isEmpty ? 0 : storageCosts[location] ?? 0
  }
}
