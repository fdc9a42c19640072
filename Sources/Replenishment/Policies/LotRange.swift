import Demand

/// Within what a lot may lie: on a grid of packs, between bounds that lie on it.
struct LotRange: Equatable, Sendable {
  /// The smallest and the largest lot.
  let smallest: Double, largest: Double
  /// Lots are multiples of it; 0 where there is but one lot.
  let pack: Double

  /// The one lot that a planner's rule wants.
  init(fixed lot: Double) { (smallest, largest, pack) = (lot, lot, 0) }

  /// Bounds in the order in which they yield: a wish for the least cover gives way to any upper
  /// bound, upper bounds to the supplier's minimum, because less than that cannot be ordered.
  init(pack: Double, minimum: Double, wish: Double, most: Double) {
    let fewest = max(1, Bounds.roundedUp(minimum / pack))
    let bound = most / pack
    let highest = max(fewest, (bound + Bounds.slack(bound)).rounded(.down))
    let wished = min(max(fewest, Bounds.roundedUp(wish / pack)), highest)
    self.pack = pack
    smallest = wished * pack
    largest = highest * pack
  }

  /// The lot of the grid that a computed one stands for: what was computed with the short numbers
  /// that pairs are stored in may be off in its last digits.
  func snapped(_ lot: Double) -> Double {
    let near = pack > 0 ? (lot / pack).rounded() * pack : lot
    return min(max(near, smallest), largest)
  }
}
