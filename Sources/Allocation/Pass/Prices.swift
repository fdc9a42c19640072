/// What each limit costs: the coordinator's question in a pass.
public struct Prices: Equatable, Sendable {
  /// By warehouse: of a unit of space, a year.
  public var space: [Double]
  /// By warehouse: of a receiving line.
  public var lines: [Double]
  /// Of a unit of cash, a year.
  public var cash: Double
  /// What the pairs' own costs count: 1, or 0 to ask whether the priced limits can be kept at all.
  public var weight: Double

  /// Nothing costs anything.
  public init(warehouseCount: Int) {
    space = Array(repeating: 0, count: warehouseCount)
    lines = space
    cash = 0
    weight = 1
  }

  /// How many warehouses there are.
  public var warehouseCount: Int { space.count }
}

/// The prices as a block meets them.
struct BlockPrices {
  /// Added to the holding cost per unit of volume, and per unit of cash.
  let perVolume: Double, perCash: Double
  /// Added to the order cost.
  let perOrder: Double
  let weight: Double

  init(_ prices: Prices, warehouse: Int, kappa: Double) {
    perVolume = 2 * kappa * prices.space[warehouse]
    perCash = prices.cash
    perOrder = prices.lines[warehouse]
    weight = prices.weight
  }
}
