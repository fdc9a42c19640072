/// What a course of days came to.
struct LoopAccount: Equatable, Sendable {
  var days = 0
  /// Units that there were at the start, that were ordered, and that were sold.
  var started = 0.0, ordered = 0.0, sold = 0.0
  var asked = 0.0
  /// The same in money: at prices, and at cost.
  var askedValue = 0.0, soldValue = 0.0, soldCost = 0.0
  var lostMargin = 0.0
  var orderCost = 0.0, capitalCost = 0.0, storageCost = 0.0
  var lines = 0
  /// Of cash in stock, over the days.
  var cashDays = 0.0
  /// Days and warehouses with more than there is room for, and the worst use as a share of it.
  var spaceViolations = 0, worstSpace = 0.0
  var cashViolations = 0, worstCash = 0.0
  var spaceShareSum = 0.0
  /// The last day on which a limit was broken, from 1; 0 where there is none.
  var lastViolation = 0

  /// Rounding of many thousand additions is no violation.
  private static let slack = 1e-9

  init() {}

  mutating func sell(_ units: Double, of asked: Double, _ item: LoopItem) {
    self.asked += asked
    askedValue += asked * item.price
    sold += units
    soldValue += units * item.price
    soldCost += units * item.unitCost
    lostMargin += (asked - units) * (item.price - item.unitCost)
  }

  mutating func hold(_ units: Double, _ pair: Int, _ world: LoopWorld) {
    let item = world.item(of: pair)
    let warehouse = world.warehouses[world.pairs[pair].warehouse]
    capitalCost += units * item.unitCost * LoopWorld.holdingRate / 365
    storageCost += units * item.volumeCubicMetres * warehouse.storageCostPerCubicMetreYear / 365
  }

  mutating func count(space: [Double], cash: Double, _ world: LoopWorld) {
    days += 1
    cashDays += cash
    for (used, warehouse) in zip(space, world.warehouses) {
      let share = used / warehouse.capacityCubicMetres
      worstSpace = max(worstSpace, share)
      spaceShareSum += share / Double(space.count)
      if share > 1 + Self.slack {
        spaceViolations += 1
        lastViolation = days
      }
    }
    let share = cash / world.cash
    worstCash = max(worstCash, share)
    if share > 1 + Self.slack {
      cashViolations += 1
      lastViolation = days
    }
  }

  /// The share of units asked for that were sold.
  var fill: Double { asked > 0 ? sold / asked : 1 }
  /// The same by value.
  var valueFill: Double { askedValue > 0 ? soldValue / askedValue : 1 }
  /// Ordering, capital and storage, a year.
  var costPerYear: Double { (orderCost + capitalCost + storageCost) * yearly }
  var yearly: Double { 365 / Double(max(1, days)) }
  /// Sales at cost a year over the mean stock at cost.
  var turns: Double { soldCost * yearly / (cashDays / Double(max(1, days))) }
}
