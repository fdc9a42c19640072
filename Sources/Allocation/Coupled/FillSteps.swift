/// The best lot and reorder point of a fill rate where reorder points lie on a grid.
///
/// Let V(Q) be the Lagrangian with the safety stock that a lot needs, which is convex, and F(R) its
/// least over all lots with which a reorder point R serves. F falls up to the best R of all and
/// rises from there: the boundary between what serves and what does not is V's, and beside it more
/// safety stock is dearer for any lot. So the best of the grid is next to the best of all where
/// lots are free. Where they are packs, F is a bound below what R costs, and the search goes from
/// there both ways until the bound is above the best that was found.
struct FillSteps {
  private let fill: FillLots
  private let grid: ReorderGrid
  private let pack: Double
  private let segment: LotSegment
  private let terms: LotTerms

  /// A reorder point with its best lot.
  struct Step {
    var count: Double
    var lot: Double
    var value: Double
    /// F, which no lot with this reorder point goes below.
    var bound: Double
    /// Whether the lot is the best for this safety stock, though smaller ones would serve.
    var isLoose: Bool
  }

  init(
    _ fill: FillLots, _ grid: ReorderGrid, pack: Double, _ segment: LotSegment, _ terms: LotTerms
  ) {
    (self.fill, self.grid, self.pack) = (fill, grid, pack)
    (self.segment, self.terms) = (segment, terms)
  }

  /// The best step, from the best of all lots and safety stocks.
  func best(near free: FillLots.Best) -> Step {
    let isInside = free.lot > segment.lower && free.lot < segment.upper
    let start =
      isInside
      ? grid.above(fill.curve.mean + free.safety)
      : serving(lot: min(max(free.lot, segment.lower), segment.upper))
    // The last digits may decide whether the largest lot is served.
    let first = step(serves(start) ? start : serving(lot: segment.upper))
    var best = first
    goDown(from: first, &best)
    goUp(from: first, &best)
    return best
  }

  private func serving(lot: Double) -> Double { grid.serving(shortage: fill.missing * lot) }

  private func goDown(from first: Step, _ best: inout Step) {
    var last = first
    while last.count > grid.least {
      guard last.count - 1 < last.count, serves(last.count - 1) else { return }
      var next = step(last.count - 1)
      guard next.bound < best.value else { return }
      if next.lot == last.lot, !next.isLoose {
        // Whatever serves with the same lot is cheaper the lower it is.
        let lowest = serving(lot: next.lot)
        if lowest < next.count { next = step(lowest) }
      }
      if next.value < best.value { best = next }
      last = next
    }
  }

  private func goUp(from first: Step, _ best: inout Step) {
    var last = first
    while !last.isLoose {
      guard last.count + 1 > last.count else { return }
      var next = step(last.count + 1)
      guard next.bound < best.value else { return }
      if pack > 0, next.lot == last.lot, !next.isLoose {
        // Nothing is gained before a pack less serves.
        let higher = serving(lot: next.lot - pack)
        if higher > next.count { next = step(higher) }
      }
      if next.value < best.value { best = next }
      last = next
    }
  }

  /// Whether a lot of the segment is large enough for a reorder point.
  private func serves(_ count: Double) -> Bool {
    ReorderGrid.isWithin(grid.shortage(count), fill.missing * segment.upper)
  }

  /// The best lot of the segment with a reorder point that serves.
  private func step(_ count: Double) -> Step {
    let needed = grid.shortage(count) / fill.missing
    let safety = grid.safety(count)
    let low = min(max(segment.lower, needed), segment.upper)
    let free = terms.lot(safety: safety)
    let lot = min(max(free, low), segment.upper)
    let bound = terms.value(lot, safety: safety)
    guard pack > 0 else {
      return Step(
        count: count, lot: lot, value: bound, bound: bound,
        isLoose: lot > low || low == segment.lower)
    }
    let first = LotSegment.packs(low, pack)
    let fewer = min(max((lot / pack).rounded(.down) * pack, first), segment.upper)
    let more = min(max(((lot / pack).rounded(.down) + 1) * pack, first), segment.upper)
    var (packed, value) = (fewer, terms.value(fewer, safety: safety))
    if more > fewer {
      let other = terms.value(more, safety: safety)
      if other < value { (packed, value) = (more, other) }
    }
    return Step(
      count: count, lot: packed, value: value, bound: min(bound, value),
      isLoose: packed > first || first == segment.lower)
  }
}
