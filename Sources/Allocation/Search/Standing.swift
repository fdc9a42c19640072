/// Where a pass left the limits: what is taken of each, what is there, and the dual's value.
struct Standing: Sendable {
  /// A limit's price, the use that lots move, and what is there for it: less the safety stocks.
  struct Line: Sendable {
    var price = 0.0, use = 0.0, room = Double.infinity
    var excess: Double { use - room }
    var isLimited: Bool { room < .infinity }
  }

  let prices: Prices
  let sums: [LimitSums]
  var space: [Line] = []
  var lines: [Line] = []
  var cash = Line()
  /// What the lots cost at these prices.
  private(set) var cost = 0.0
  /// The least of the Lagrangian: no plan within the limits costs less (weak duality).
  private(set) var dual = 0.0
  /// What all that is there is worth at these prices.
  private(set) var worth = 0.0
  /// Whether every limit holds.
  private(set) var isFeasible = true

  static let daysPerYear = 365.0

  init(_ prices: Prices, _ sums: [LimitSums], _ limits: Limits, _ extremes: [BlockExtremes]) {
    self.prices = prices
    self.sums = sums
    cash = Line(price: prices.cash, use: 0, room: limits.cash)
    for (warehouse, sum) in sums.enumerated() {
      let fixed = extremes[warehouse]
      space.append(
        Line(
          price: prices.space[warehouse], use: limits.kappa * sum.volume,
          room: limits.space[warehouse] - fixed.safetyVolume))
      lines.append(
        Line(
          price: prices.lines[warehouse], use: sum.orders,
          room: limits.linesPerDay[warehouse] * Self.daysPerYear))
      cash.use += sum.cash / 2
      cash.room -= fixed.safetyCash
      cost += sum.cost
    }
    var priced = 0.0
    for line in space + lines + [cash] where line.isLimited {
      priced += line.price * line.excess
      worth += line.price * line.room
      if line.excess > 0 { isFeasible = false }
    }
    dual = prices.weight * cost + priced
  }

  /// How fast the dual rises from here towards other prices: its gradient is the excess.
  func slope(towards other: Prices) -> Double {
    var slope = 0.0
    for warehouse in sums.indices {
      if space[warehouse].isLimited {
        slope += space[warehouse].excess * (other.space[warehouse] - prices.space[warehouse])
      }
      if lines[warehouse].isLimited {
        slope += lines[warehouse].excess * (other.lines[warehouse] - prices.lines[warehouse])
      }
    }
    if cash.isLimited { slope += cash.excess * (other.cash - prices.cash) }
    return slope
  }
}
