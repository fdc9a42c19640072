extension CoupledPair {
  /// The segments with lots in them, up to `most`, though the least lot is always one.
  func eachSegment(most: Double, _ body: (LotSegment) -> Void) {
    let bounds = pair.bounds
    var surcharge = 0.0
    let cheapest = breaks.last?.unitCost ?? pair.unitCost
    for index in -1..<breaks.count {
      let unitCost = index < 0 ? pair.unitCost : breaks[index].unitCost
      let from = index < 0 ? 0 : breaks[index].from
      let end = index + 1 < breaks.count ? breaks[index + 1].from : .infinity
      if isIncremental, index >= 0 {
        let before = index == 0 ? pair.unitCost : breaks[index - 1].unitCost
        surcharge += (before - unitCost) * from
      }
      let lower = max(bounds.lowerBound, onGrid(from, .up))
      // A lot at the end is one of the next segment, and never dearer there.
      let upper = min(bounds.upperBound, onGrid(min(max(most, bounds.lowerBound), end), .down))
      guard lower <= upper else { continue }
      body(
        LotSegment(
          unitCost: unitCost, surcharge: surcharge,
          holdingCost: pair.holdingCost - holdingRate * (pair.unitCost - unitCost),
          purchase: (unitCost - cheapest) * pair.demand, lower: lower, upper: upper))
    }
  }

  private func onGrid(_ lot: Double, _ rule: FloatingPointRoundingRule) -> Double {
    guard pair.pack > 0 else { return lot }
    let slack = rule == .up ? 1 - 1e-9 : 1 + 1e-9
    return (lot / pair.pack * slack).rounded(rule) * pair.pack
  }

  /// The least of the Lagrangian over all lots up to `most`, with a price of supply.
  func choose(_ prices: PairPrices, supply: Double, most: Double) -> PairChoice? {
    var best: PairChoice?
    eachSegment(most: most) { segment in
      let terms = LotTerms(segment, of: self, prices, supply: supply)
      let choice = choose(segment, terms)
      if choice.value <= best?.value ?? .infinity { best = choice }
    }
    return best
  }

  /// All packs at which the Lagrangian is below `value`, the least first; nothing where lots are no
  /// packs or more than `limit`.
  func choices(
    _ prices: PairPrices, supply: Double, most: Double, upTo value: Double, limit: Int
  ) -> [PairChoice]? {
    guard pair.pack > 0 else { return nil }
    var found: [Double: PairChoice] = [:]
    // Without the grid of reorder points, which makes it jump, the Lagrangian is a bound below.
    var smooth = self
    smooth.reorderUnit = 0
    var looked = 0
    eachSegment(most: most) { segment in
      let terms = LotTerms(segment, of: self, prices, supply: supply)
      // Up and down from every least, until it is too dear: between two leasts it rises and falls.
      for least in smooth.leasts(segment, terms) where least.value <= value {
        for step in [-1.0, 1] {
          var lot = least.lot
          while lot >= segment.lower, lot <= segment.upper, looked <= limit {
            let next = smooth.choice(lot, segment, terms, isFree: false)
            guard next.value <= value else { break }
            found[lot] = reorderUnit > 0 ? choice(lot, segment, terms, isFree: false) : next
            looked += 1
            lot = ((lot / pair.pack).rounded() + step) * pair.pack
          }
        }
      }
    }
    guard looked <= limit else { return nil }
    return found.values.filter { $0.value <= value }.sorted {
      ($0.value, $0.lot) < ($1.value, $1.lot)
    }
  }

  /// The packs next to each least of a segment, or at its ends.
  private func leasts(_ segment: LotSegment, _ terms: LotTerms) -> [PairChoice] {
    guard case .cost(_, let curve) = service else { return [choose(segment, terms)] }
    let ends = [segment.lower, segment.upper].map { choice($0, segment, terms, isFree: false) }
    return ends + CostLots(curve).leasts(terms).map { fit($0, nil, segment, terms) }
  }

  /// The choice when the lot is given, which must be one of a segment.
  func choose(_ prices: PairPrices, lot: Double) -> PairChoice? {
    var found: PairChoice?
    eachSegment(most: .infinity) { segment in
      guard lot >= segment.lower, lot <= segment.upper else { return }
      let terms = LotTerms(segment, of: self, prices, supply: 0)
      found = choice(lot, segment, terms, isFree: false)
    }
    return found
  }

  private func choose(_ segment: LotSegment, _ terms: LotTerms) -> PairChoice {
    switch service {
    case .fixed:
      return fit(terms.lot(safety: pair.safetyStock), nil, segment, terms)
    case .fill(let target, let curve):
      let fill = FillLots(curve, target: target)
      let best = fill.best(terms)
      if reorderUnit > 0 { return fit(best, fill, segment, terms) }
      var choice = fit(best.lot, best.safety, segment, terms)
      if best.isCorner { choice.isFree = false }
      if choice.lot == best.lot { choice.score = best.score }
      return choice
    case .cost(_, let curve):
      if reorderUnit > 0 { return fit(curve, segment, terms) }
      // Between two leasts anything may be, so that the ends are looked at as well.
      var best = choice(segment.lower, segment, terms, isFree: false)
      for lot in CostLots(curve).leasts(terms) + [segment.upper] {
        let other = fit(lot, nil, segment, terms)
        if other.value < best.value { best = other }
      }
      return best
    }
  }

  /// The best lot of a segment next to the best of all.
  private func fit(
    _ free: Double, _ safety: Double?, _ segment: LotSegment, _ terms: LotTerms
  ) -> PairChoice {
    let isFree = free > segment.lower && free < segment.upper
    guard pair.pack > 0 else {
      let lot = min(max(free, segment.lower), segment.upper)
      return choice(lot, segment, terms, isFree: isFree, safety: isFree ? safety : nil)
    }
    let fewer = (min(free, segment.upper) / pair.pack).rounded(.down)
    let below = choice(
      min(max(fewer * pair.pack, segment.lower), segment.upper), segment, terms, isFree: isFree)
    let more = min(max((fewer + 1) * pair.pack, segment.lower), segment.upper)
    guard more > below.lot else { return below }
    let above = choice(more, segment, terms, isFree: isFree)
    return above.value < below.value ? above : below
  }

  func choice(
    _ lot: Double, _ segment: LotSegment, _ terms: LotTerms, isFree: Bool, safety: Double? = nil
  ) -> PairChoice {
    var (stock, shortage) = (pair.safetyStock, 0.0)
    switch service {
    case .fixed: break
    case .fill(let target, let curve):
      let fill = FillLots(curve, target: target)
      stock =
        safety
        ?? (reorderUnit > 0
          ? fill.safety(lot: lot, ReorderGrid(curve, unit: reorderUnit)) : fill.safety(lot: lot))
    case .cost(_, let curve):
      (stock, shortage, _) = CostLots(curve).safety(lot: lot, terms)
      if reorderUnit > 0 {
        (stock, shortage) = ReorderGrid(curve, unit: reorderUnit).cheapest(
          near: stock, lot: lot, terms)
      }
    }
    return PairChoice(
      segment: segment, terms: terms, lot: lot, safety: stock, shortage: shortage,
      value: terms.value(lot, safety: stock, shortage: shortage), isFree: isFree)
  }
}

extension CoupledPair {
  /// What becomes of the pair when its lot is given, as where packs were moved: the safety stock
  /// that is best beside it. Nothing where the lot is none of its own.
  public func chosen(lot: Double, _ prices: Prices, kappa: Double) -> ChosenLot? {
    choose(PairPrices(prices, warehouse: pair.warehouse, kappa: kappa), lot: lot)?
      .chosen(self, supplyPrice: 0)
  }
}
