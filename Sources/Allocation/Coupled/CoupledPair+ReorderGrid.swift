extension CoupledPair {
  /// The best of a segment at a fill rate where reorder points lie on a grid, from the best of all.
  func fit(
    _ free: FillLots.Best, _ fill: FillLots, _ segment: LotSegment, _ terms: LotTerms
  ) -> PairChoice {
    let grid = ReorderGrid(fill.curve, unit: reorderUnit)
    let step = FillSteps(fill, grid, pack: pair.pack, segment, terms).best(near: free)
    return PairChoice(
      segment: segment, terms: terms, lot: step.lot, safety: grid.safety(step.count),
      score: grid.score(step.count), value: step.value,
      isFree: free.lot > segment.lower && free.lot < segment.upper && !free.isCorner)
  }

  /// The same at a cost of missing units.
  ///
  /// The least over all lots with a reorder point, and that over all reorder points with a lot,
  /// turn at the leasts of the Lagrangian and at the ends of the segment alone, and at the grid's
  /// least reorder point where less would be better. On grids both are bounds below, and the search
  /// goes from each of these both ways until the bound is above the best that was found: along the
  /// reorder points, but along the lots where packs are much the coarser.
  func fit(_ curve: ServiceCurve, _ segment: LotSegment, _ terms: LotTerms) -> PairChoice {
    let costs = CostLots(curve)
    let grid = ReorderGrid(curve, unit: reorderUnit)
    let atLeast = terms.lot(
      safety: grid.safety(grid.least), shortage: grid.shortage(grid.least))
    var best = choice(segment.lower, segment, terms, isFree: false)
    for least in costs.leasts(terms) + [atLeast, segment.lower, segment.upper] {
      if pair.pack > Self.coarse * reorderUnit {
        goAlongLots(from: least, costs, grid, segment, terms, &best)
      } else {
        let near = costs.safety(lot: segment.clipped(least), terms).safety
        goAlongPoints(from: grid.below(grid.stock(near)), grid, segment, terms, &best)
      }
    }
    return best
  }

  /// From how many units on a pack is the coarser grid.
  private static let coarse = 8.0

  private func goAlongPoints(
    from first: Double, _ grid: ReorderGrid, _ segment: LotSegment, _ terms: LotTerms,
    _ best: inout PairChoice
  ) {
    for (first, step) in [(first, -1.0), (first + 1, 1)] {
      var count = first
      while count >= grid.least {
        let (other, bound) = choice(count, grid, segment, terms)
        guard bound < best.value else { break }
        if other.value < best.value { best = other }
        guard count + step != count else { break }
        count += step
      }
    }
  }

  private func goAlongLots(
    from least: Double, _ costs: CostLots, _ grid: ReorderGrid, _ segment: LotSegment,
    _ terms: LotTerms, _ best: inout PairChoice
  ) {
    let isFree = least > segment.lower && least < segment.upper
    let fewer = (segment.clipped(least) / pair.pack).rounded(.down)
    for (first, step) in [(fewer, -1.0), (fewer + 1, 1)] {
      var packs = first
      var isWithin = true
      while isWithin {
        let lot = segment.clipped(packs * pair.pack)
        let (other, bound) = choice(lot, costs, grid, segment, terms, isFree: isFree)
        guard bound < best.value else { break }
        if other.value < best.value { best = other }
        packs += step
        isWithin = segment.lower...segment.upper ~= packs * pair.pack
      }
    }
  }

  /// The choice with a lot at a cost of missing units, and what no reorder point from the least on
  /// goes below: between its leasts that rises and falls once.
  private func choice(
    _ lot: Double, _ costs: CostLots, _ grid: ReorderGrid, _ segment: LotSegment,
    _ terms: LotTerms, isFree: Bool
  ) -> (choice: PairChoice, bound: Double) {
    let free = costs.safety(lot: lot, terms)
    let stock = grid.cheapest(near: free.safety, lot: lot, terms)
    let value = terms.value(lot, safety: stock.safety, shortage: stock.shortage)
    let choice = PairChoice(
      segment: segment, terms: terms, lot: lot, safety: stock.safety, shortage: stock.shortage,
      value: value, isFree: isFree)
    guard grid.stock(free.safety) > grid.point(grid.least) else { return (choice, value) }
    return (choice, terms.value(lot, safety: free.safety, shortage: free.shortage))
  }

  /// The best lot with a reorder point at a cost of missing units, and what no lot goes below.
  private func choice(
    _ count: Double, _ grid: ReorderGrid, _ segment: LotSegment, _ terms: LotTerms
  ) -> (choice: PairChoice, bound: Double) {
    let (safety, shortage) = (grid.safety(count), grid.shortage(count))
    let free = terms.lot(safety: safety, shortage: shortage)
    var lot = segment.clipped(free)
    let bound = terms.value(lot, safety: safety, shortage: shortage)
    var value = bound
    if pair.pack > 0 {
      let fewer = (lot / pair.pack).rounded(.down)
      lot = segment.clipped(fewer * pair.pack)
      value = terms.value(lot, safety: safety, shortage: shortage)
      let more = segment.clipped((fewer + 1) * pair.pack)
      let other = terms.value(more, safety: safety, shortage: shortage)
      if other < value { (lot, value) = (more, other) }
    }
    let choice = PairChoice(
      segment: segment, terms: terms, lot: lot, safety: safety, shortage: shortage, value: value,
      isFree: free > segment.lower && free < segment.upper)
    return (choice, min(bound, value))
  }
}

extension LotSegment {
  func clipped(_ lot: Double) -> Double { min(max(lot, lower), upper) }

  /// The least packs that are at least a lot, but for its last digits.
  static func packs(_ lot: Double, _ pack: Double) -> Double {
    (lot / pack * (1 - 5e-13)).rounded(.up) * pack
  }
}

extension ReorderGrid {
  /// Which of the neighbours of a lot's best safety stock is cheaper at a cost of missing units.
  func cheapest(
    near safety: Double, lot: Double, _ terms: LotTerms
  ) -> (safety: Double, shortage: Double) {
    let counts = (below(stock(safety)), above(stock(safety)))
    let fewer = (safety: self.safety(counts.0), shortage: shortage(counts.0))
    guard counts.1 > counts.0 else { return fewer }
    let more = (safety: self.safety(counts.1), shortage: shortage(counts.1))
    let saved = terms.perShortage * (fewer.shortage - more.shortage)
    let paid = (terms.perBoth + terms.perSafety * lot) * (more.safety - fewer.safety)
    return saved > paid ? more : fewer
  }
}

extension CoupledPair {
  /// The least lots with which the next reorder points, a unit below and above, keep a fill rate:
  /// a lot between these has more safety stock than it pays for.
  func nextLots(safety: Double, _ bounds: ClosedRange<Double>) -> [Double] {
    guard reorderUnit > 0, case .fill(let target, let curve) = service else { return [] }
    let grid = ReorderGrid(curve, unit: reorderUnit)
    let here = (grid.stock(safety) / reorderUnit).rounded()
    return [here - 1, here + 1].compactMap { count in
      guard count >= grid.least else { return nil }
      let needed = grid.shortage(count) / (1 - target)
      let lot = pair.pack > 0 ? LotSegment.packs(needed, pair.pack) : needed
      return bounds.contains(lot) ? lot : nil
    }
  }
}
