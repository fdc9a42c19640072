/// Where a pass left the limits: what is taken of each, what is there, and the dual's value.
struct Standing: Sendable {
  /// A limit's price, the use that lots move, and what is there for it: less the safety stocks that
  /// are the same whatever the lots.
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
  /// A limit counts as kept up to this share of it, so that the order of additions does not decide
  /// whether lots fit exactly; by as much of all that is priced the bound is lowered.
  static let rounding = 1e-12

  init(_ prices: Prices, _ sums: [LimitSums], _ limits: Limits, _ extremes: [BlockExtremes]) {
    self.prices = prices
    self.sums = sums
    var overshoot = 0.0
    cash = Line(price: prices.cash, use: 0, room: limits.cash * (1 + Self.rounding))
    for (warehouse, sum) in sums.enumerated() {
      let fixed = extremes[warehouse]
      space.append(
        Line(
          price: prices.space[warehouse], use: limits.kappa * sum.volume + sum.safetyVolume,
          room: limits.space[warehouse] * (1 + Self.rounding) - fixed.safetyVolume))
      lines.append(
        Line(
          price: prices.lines[warehouse], use: sum.orders,
          room: limits.linesPerDay[warehouse] * (1 + Self.rounding) * Self.daysPerYear))
      cash.use += sum.cash / 2 + sum.safetyCash
      cash.room -= fixed.safetyCash
      cost += sum.cost
      overshoot += sum.overshoot
    }
    var (priced, moved) = (0.0, 0.0)
    for line in space + lines + [cash] where line.isLimited {
      priced += line.price * line.excess
      worth += line.price * line.room
      moved += line.price * (line.use + abs(line.room))
      if line.excess > 0 { isFeasible = false }
    }
    dual =
      prices.weight * cost + priced - overshoot - Self.rounding / 8 * (prices.weight * cost + moved)
  }

  /// The largest share of its room by which a limit is exceeded; at most 0 where all are kept.
  var worstExcess: Double {
    (space + lines + [cash]).reduce(0) { worst, line in
      line.isLimited ? max(worst, line.excess / max(line.room, .leastNormalMagnitude)) : worst
    }
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
