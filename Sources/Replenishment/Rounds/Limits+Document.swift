import Allocation
import Demand

extension Prices {
  /// What a unit of a limit costs a year: a line a day is one on each day.
  subscript(limit: Limit) -> Double {
    switch limit {
    case .space(let warehouse): space[warehouse]
    case .lines(let warehouse): 365 * lines[warehouse]
    case .cash: cash
    }
  }
}

extension Limits {
  /// The limits of a document. The last place is that of locations which are no warehouse of it:
  /// they have no limits of their own.
  init(_ document: PlanningDocument, kappa: Double) {
    let warehouses = document.warehouses.warehouses
    self.init(warehouseCount: warehouses.count + 1, kappa: kappa)
    for (place, warehouse) in warehouses.enumerated() {
      space[place] = warehouse.capacityCubicMetres ?? .infinity
      linesPerDay[place] = warehouse.receivingLinesPerDay ?? .infinity
    }
    cash = document.limits.cash ?? .infinity
  }

  /// Whether there is one.
  var isAny: Bool { hasLines || cash < .infinity || space.contains { $0 < .infinity } }

  subscript(limit: Limit) -> Double {
    get {
      switch limit {
      case .space(let warehouse): space[warehouse]
      case .lines(let warehouse): linesPerDay[warehouse]
      case .cash: cash
      }
    }
    set {
      switch limit {
      case .space(let warehouse): space[warehouse] = newValue
      case .lines(let warehouse): linesPerDay[warehouse] = newValue
      case .cash: cash = newValue
      }
    }
  }

  /// The limits that count at some prices.
  func priced(by prices: Prices) -> [Limit] {
    var limits: [Limit] = []
    for place in 0..<warehouseCount {
      if prices.space[place] > 0 { limits.append(.space(warehouse: place)) }
      if prices.lines[place] > 0 { limits.append(.lines(warehouse: place)) }
    }
    if prices.cash > 0 { limits.append(.cash) }
    return limits
  }
}
