import Demand

/// A way on which a SKU can be moved.
struct MoveTerms {
  var leadTimeDays = 0
  /// What moving one unit costs, and what any move costs.
  var unitCost = 0.0, fixedCost = 0.0
  /// Moves are whole multiples of this where it is positive, and within these bounds.
  var multiple = 0.0, minimum = 0.0, maximum = Double.infinity

  init(_ lane: Lane) {
    leadTimeDays = Self.days(lane.leadTimeDays)
    unitCost = Bounds.amount(lane.unitCost, limit: Bounds.money)
  }

  init(_ option: SupplyOption) {
    leadTimeDays = Self.days(option.leadTimeDays ?? 1)
    unitCost = Bounds.amount(option.unitCost ?? 0, limit: Bounds.money)
    fixedCost = Bounds.amount(option.orderCost ?? 0, limit: Bounds.money)
    multiple = Bounds.amount(option.orderMultiple ?? 0)
    minimum = Bounds.amount(option.minimumOrder ?? 0)
    maximum = option.maximumOrder.map { Bounds.amount($0) } ?? .infinity
  }

  private static func days(_ days: Double) -> Int {
    let days = Bounds.amount(days, limit: Double(PolicySettings.longestLeadTimeDays))
    return Int(Bounds.roundedUp(days))
  }
}

/// The lanes that any SKU may take, by where they lead.
struct LaneIndex: Sendable {
  private var byDestination: [Location: [Location: MoveTerms]] = [:]

  /// Of several lanes between the same locations the first counts.
  init(_ lanes: [Lane]) {
    for lane in lanes where byDestination[lane.destination]?[lane.origin] == nil {
      byDestination[lane.destination, default: [:]][lane.origin] = MoveTerms(lane)
    }
  }

  var isEmpty: Bool { byDestination.isEmpty }

  /// The ways that lead to a location: the SKU's own ones win over those of all SKUs.
  func ways(to location: LocationCase) -> [Location: MoveTerms] {
    var ways = byDestination[location.location] ?? [:]
    for option in location.options.reversed() {
      guard case .warehouse(let origin) = option.origin else { continue }
      ways[origin] = MoveTerms(option)
    }
    return ways
  }
}
