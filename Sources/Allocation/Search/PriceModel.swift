/// What a pass lets expect of other prices, and the best prices under that.
///
/// A use falls like the root of its price: u(x)^-2 is nearly linear where u(x) bends, so Newton's
/// step is taken for u^-2 = room^-2 (as in secular equations: Hebden 1973, More and Sorensen 1983).
/// With u's own derivatives that changes nothing but the excess, which becomes
/// r = u/2 ((u/room)^2 - 1). What remains is a linear complementarity problem in the matrix
/// K = -Hessian of the dual: x >= 0, K (x - x0) >= r, one of the two equal.
///
/// K is an arrow: each warehouse couples its space and its lines, and cash couples all. For a given
/// price of cash each warehouse is four cases; what cash then lacks falls steadily with its price.
struct PriceModel {
  /// A warehouse's part: prices x0, pulls r, and K's entries for space, lines and cash.
  private struct Part {
    var space = 0.0, lines = 0.0
    var spacePull = 0.0, linesPull = 0.0
    var spaceSpace = 0.0, spaceLines = 0.0, linesLines = 0.0
    var spaceCash = 0.0, linesCash = 0.0
    var hasSpace = false, hasLines = false
  }

  private var parts: [Part] = []
  private var cash = 0.0, cashPull = 0.0, cashCash = 0.0
  private var hasCash: Bool
  private let standing: Standing
  private let isPlain: Bool
  private let damping: Double

  /// How much a price may grow in a step, in prices that double what a pair pays.
  private static let growth = 1e4
  /// Keeps a matrix of lots that move in step regular.
  private static let ridge = 1e-12
  private static let cashSteps = 80

  /// `reserve` is the share of each room that is left alone, so that rounding does not exceed it.
  /// With damping the step is Newton's on the dual itself, which climbs if it is only short enough:
  /// K's diagonal is so many times larger.
  init(_ standing: Standing, kappa: Double, reserve: Double, damping: Double = 0) {
    isPlain = damping > 0
    self.damping = damping
    self.standing = standing
    hasCash = standing.cash.isLimited
    let total = standing.cost
    for (warehouse, sum) in standing.sums.enumerated() {
      let (space, lines) = (standing.space[warehouse], standing.lines[warehouse])
      var part = Part(space: space.price, lines: lines.price)
      part.hasSpace = space.isLimited
      part.hasLines = lines.isLimited
      part.spacePull = pull(space, reserve)
      part.linesPull = pull(lines, reserve)
      part.spaceSpace = stiffness(
        kappa * kappa * sum.volumeVolume, space, pull: part.spacePull, worth: total)
      part.linesLines = stiffness(
        sum.ordersOrders / 2, lines, pull: part.linesPull, worth: total)
      part.spaceLines = -kappa * sum.volumeOrders / 2
      part.spaceCash = kappa * sum.volumeCash / 2
      part.linesCash = -sum.cashOrders / 4
      cashCash += sum.cashCash / 4
      parts.append(part)
    }
    cash = standing.cash.price
    cashPull = pull(standing.cash, reserve)
    cashCash = stiffness(cashCash, standing.cash, pull: cashPull, worth: total)
  }

  private func pull(_ line: Standing.Line, _ reserve: Double) -> Double {
    guard line.isLimited else { return 0 }
    let room = line.room * (1 - reserve)
    guard room > 0, line.use > 0, !isPlain else { return line.use - room }
    let share = line.use / room
    return line.use / 2 * (share * share - 1)
  }

  /// A diagonal entry, so large that no step goes beyond what a pass can still be asked.
  private func stiffness(
    _ entry: Double, _ line: Standing.Line, pull: Double, worth: Double
  ) -> Double {
    guard line.isLimited, line.use > 0 else { return 1 }
    let scale = line.price + worth / line.use
    let least = max(abs(pull) / (Self.growth * scale), Double.leastNormalMagnitude)
    return (1 + damping) * max(entry * (1 + Self.ridge), least)
  }

  /// The best prices.
  func best() -> Prices {
    guard hasCash else { return prices(cash: 0) }
    // What cash lacks falls with its price: the root is bracketed, Newton's step tried first.
    var (low, high) = (0.0, Double.infinity)
    if lack(cash: 0).lack <= 0 { return prices(cash: 0) }
    var price = cash
    for _ in 0..<Self.cashSteps {
      let (lack, slope) = lack(cash: price)
      if lack > 0 { low = price } else { high = price }
      var next = price + lack / slope
      if !(next > low && next < high) {
        next = high < .infinity ? (low + high) / 2 : 2 * low + 1e-9
      }
      if next == price || abs(next - price) <= 1e-14 * abs(price) { break }
      price = next
    }
    return prices(cash: price)
  }

  private func prices(cash: Double) -> Prices {
    var prices = standing.prices
    prices.cash = cash
    for (warehouse, part) in parts.enumerated() {
      (prices.space[warehouse], prices.lines[warehouse]) = solve(part, cash: cash).prices
    }
    return prices
  }

  /// What cash still lacks at its price under the model, and by how much less a unit more of price
  /// makes it.
  private func lack(cash price: Double) -> (lack: Double, slope: Double) {
    var lack = cashPull - cashCash * (price - cash)
    var slope = cashCash
    for part in parts {
      let (prices, saved) = solve(part, cash: price)
      lack -= part.spaceCash * (prices.space - part.space)
      lack -= part.linesCash * (prices.lines - part.lines)
      slope -= saved
    }
    return (lack, max(slope, cashCash * 1e-9))
  }

  /// A warehouse's prices at a price of cash, and what they take off the slope of cash: the one of
  /// four cases in which prices are at least 0 and no pull is left.
  private func solve(
    _ part: Part, cash price: Double
  ) -> (prices: (space: Double, lines: Double), saved: Double) {
    // K (y - x0) = r - k_cash (price - cash), as K y = b.
    let move = price - cash
    let spaceRight =
      part.spacePull - part.spaceCash * move + part.spaceSpace * part.space
      + part.spaceLines * part.lines
    let linesRight =
      part.linesPull - part.linesCash * move + part.linesLines * part.lines
      + part.spaceLines * part.space
    if part.hasSpace && part.hasLines {
      let both = part.spaceSpace * part.linesLines
      let determinant = max(both - part.spaceLines * part.spaceLines, both * 1e-9)
      let space = (part.linesLines * spaceRight - part.spaceLines * linesRight) / determinant
      let lines = (part.spaceSpace * linesRight - part.spaceLines * spaceRight) / determinant
      if space >= 0 && lines >= 0 {
        let saved =
          (part.linesLines * part.spaceCash * part.spaceCash
            - 2 * part.spaceLines * part.spaceCash * part.linesCash
            + part.spaceSpace * part.linesCash * part.linesCash) / determinant
        return ((space, lines), saved)
      }
    }
    if part.hasSpace {
      let space = spaceRight / part.spaceSpace
      if space > 0, !part.hasLines || part.spaceLines * space >= linesRight {
        return ((space, 0), part.spaceCash * part.spaceCash / part.spaceSpace)
      }
    }
    if part.hasLines {
      let lines = linesRight / part.linesLines
      if lines > 0 { return ((0, lines), part.linesCash * part.linesCash / part.linesLines) }
    }
    return ((0, 0), 0)
  }
}
