/// What a SKU costs and how it comes, by the recipe.
struct LoopItem: Equatable, Sendable {
  var unitCost = 1.0
  var price = 1.5
  var volumeCubicMetres = 0.001
  /// Of a line of an order.
  var orderCost = 5.0
  var leadTimeDays = 7
  /// Standard deviation of the lead time, in days.
  var leadTimeDeviation = 1.0
  var pack = 1.0
  var minimumOrder = 1.0
  /// Orders for it in a year and warehouse where nothing is known but its mean demand.
  var freeLot = 1.0

  /// The least multiple of packs that is an order and at least `units`.
  func order(atLeast units: Double) -> Double {
    (max(units, minimumOrder) / pack * (1 - 1e-12)).rounded(.up) * pack
  }

  /// The multiple of packs nearest to `units` that is an order.
  func order(near units: Double) -> Double {
    max(order(atLeast: 0), (units / pack).rounded() * pack)
  }
}

/// A SKU in a warehouse.
struct LoopPair: Equatable, Sendable {
  var item: Int
  var warehouse: Int
}

/// A warehouse with its limit.
struct LoopWarehouse: Equatable, Sendable {
  var name: String
  var storageCostPerCubicMetreYear = 80.0
  var capacityCubicMetres = Double.infinity
}

/// All that is given: goods, warehouses, limits, and the demand of all days, of which policies see
/// those that have passed.
struct LoopWorld: Sendable {
  /// Of capital, a year.
  static let holdingRate = 0.25
  /// Service and spread are judged by so many days before the simulation.
  static let judgedDays = 364

  var items: [LoopItem]
  var warehouses: [LoopWarehouse]
  var pairs: [LoopPair]
  /// Cash tied up in stock, at all warehouses.
  var cash = Double.infinity
  /// Days before the simulation, which policies may have seen from its first day on.
  let historyDays: Int
  /// Days of the simulation.
  let days: Int
  /// What is asked for, by pair and day, history first.
  let demand: [Float]
  let seed: UInt64

  /// All days.
  var allDays: Int { historyDays + days }

  /// What is asked for on a day; history has negative numbers.
  func demand(_ pair: Int, day: Int) -> Double {
    Double(demand[pair * allDays + historyDays + day])
  }

  func item(of pair: Int) -> LoopItem { items[pairs[pair].item] }

  /// What a unit costs to hold for a year: capital and space.
  func holdingCost(_ pair: Int) -> Double {
    let item = item(of: pair)
    let warehouse = warehouses[pairs[pair].warehouse]
    return Self.holdingRate * item.unitCost
      + warehouse.storageCostPerCubicMetreYear * item.volumeCubicMetres
  }

  /// Mean and variance of the demand of the `days` days before `day`.
  func moments(_ pair: Int, before day: Int, days: Int) -> (mean: Double, variance: Double) {
    let first = max(-historyDays, day - days)
    var (sum, squares) = (0.0, 0.0)
    for past in first..<day {
      let units = demand(pair, day: past)
      sum += units
      squares += units * units
    }
    let count = Double(max(1, day - first))
    let mean = sum / count
    return (mean, max(0, squares / count - mean * mean))
  }
}
