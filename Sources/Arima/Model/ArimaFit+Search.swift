import Glibc

extension ArimaFit {
  /// A model with less of the weight is left out of the average.
  private static let leastWeight = 0.02
  /// How many candidates get their last digits at least.
  private static let leastPolished = 4
  /// How many candidates beyond the averaged ones may take the place of some that are not trusted.
  private static let spareCandidates = 8
  /// A criterion this much above the best gives less than the least weight.
  private static let farthestCriterion = 8.0
  /// What the likelihoods of the search and of the filter may differ by.
  private static let disagreement = 0.05

  /// The models, averaged.
  func model() throws(ArimaError) -> ArimaModel {
    let filled = filledValues
    if case .order(let order, let hasConstant) = settings.search {
      return try fixed(Candidate(order: order, hasConstant: hasConstant), filled)
    }
    let free = residual(filled, columns)
    let plan = DifferencePlan(
      zip(free, values).map { $1.isNaN ? .nan : $0 }, season: season)
    let series = SeriesToFit(filled, columns: columns, season: season, plan: plan)
    var effort = ArimaModel.Effort()
    if Constancy.holds(series.values) || (columns.isEmpty && series.count < 2) {
      return flat(plan, series, effort)
    }
    let isExhaustive = settings.search == .exhaustive
    let list = CandidateList(
      series,
      budget: isExhaustive
        ? ExhaustiveSearch.budget
        : .init(candidates: settings.mostCandidates, moves: settings.mostMoves))
    if isExhaustive { ExhaustiveSearch(list: list).run() } else { OrderWalk(list: list).run() }
    // Before the last digits, which add moves that the budget is not asked for.
    effort.isExhausted = list.isExhausted
    let members = trusted(list, plan)
    effort.tried = list.tried
    effort.refused = list.refused
    effort.moves = list.moves
    return try join(members, plan, effort)
  }

  /// With gaps, the likelihood of what was observed decides.
  func refined(
    _ fitted: FittedCandidate, _ plan: DifferencePlan, bounds: RootBounds? = nil
  ) -> FittedCandidate {
    guard values.contains(where: \.isNaN) else { return fitted }
    let gaps = GapFit(
      values, columns: allColumns(fitted.candidate, plan), candidate: fitted.candidate,
      bounds: bounds ?? .search(fitted.candidate.order))
    return FittedCandidate(candidate: fitted.candidate, fit: gaps.refined(fitted.fit))
  }

  private func allColumns(_ candidate: Candidate, _ plan: DifferencePlan) -> [[Double]] {
    let days = first..<(first + values.count)
    return candidate.hasConstant
      ? columns + [SeriesToFit.constantColumn(plan, days: days)] : columns
  }

  /// The best models that hold their likelihood when they are filtered day by day. A few do not:
  /// roots that all but cancel leave no digits to a filter.
  private func trusted(_ list: CandidateList, _ plan: DifferencePlan) -> [ArimaMember] {
    var members: [ArimaMember] = []
    // A search leaves the last digits open, and so which of the nearest is the best.
    let most = max(settings.averaged, Self.leastPolished)
    for fitted in list.ranked.prefix(most + Self.spareCandidates) {
      let best = members.map(\.criterion).min() ?? .infinity
      guard members.count < most,
        members.isEmpty || criterion(fitted.fit) - best < Self.farthestCriterion
      else { break }
      let polished = refined(list.polished(fitted), plan)
      guard polished.fit.criterion.isFinite,
        let member = member(polished, plan)
      else { continue }
      members.append(member)
    }
    return members
  }

  /// The models of an average with their weights, the best first.
  func join(
    _ chosen: [ArimaMember], _ plan: DifferencePlan, _ effort: ArimaModel.Effort
  ) throws(ArimaError) -> ArimaModel {
    let best = chosen.map(\.criterion).min() ?? .infinity
    var members: [ArimaMember] = []
    let ranked = chosen.sorted { $0.criterion < $1.criterion }
    for var member in ranked.prefix(settings.averaged) {
      member.weight = exp(-0.5 * (member.criterion - best))
      if member.weight >= Self.leastWeight { members.append(member) }
    }
    guard !members.isEmpty else {
      throw .orderRefused(
        ArimaOrder(0, plan.daily, 0, seasonal: (0, plan.seasonal, 0), season: season),
        points: values.count)
    }
    return model(members, season, plan, effort)
  }

  private func model(
    _ members: [ArimaMember], _ season: Int, _ plan: DifferencePlan, _ effort: ArimaModel.Effort
  ) -> ArimaModel {
    let days = first + values.count + rest
    var model = ArimaModel(
      season: season, plan: plan, power: power, scale: scale, terms: terms, members: members,
      days: days, fittedDays: days, warnings: warnings, effort: effort)
    model.shrink()
    return model
  }

  func member(
    _ fitted: FittedCandidate, _ plan: DifferencePlan, open: Bool = false
  ) -> ArimaMember? {
    let fit = fitted.fit
    let order = fitted.candidate.order
    let coordinates = Coordinates(order, bounds: open ? .open : .search(order))
    // Rounded as they are stored, so that a stored model goes on in the same bits.
    let coefficients = coordinates.named(fit.coefficients.map { Double(Float($0)) })
    guard let space = StateSpace(order, coefficients) else { return nil }
    let days = first..<(first + values.count)
    let freedom = max(1, fit.count - fit.parameterCount + 1)
    var member = ArimaMember(
      candidate: fitted.candidate, coefficients: coefficients, regression: fit.regression,
      variance: Double(Float(fit.squares / Double(freedom))), weight: 1,
      logLikelihood: logLikelihood(fit),
      count: fit.count,
      standardErrors: fit.standardErrors.map { Float($0) }, space: space,
      state: FilterState(FilterPass(space, []).filter))
    let effects = member.effects(plan, columns, days: days)
    let series = zip(values, effects).map { $0 - $1 } + [Double](repeating: .nan, count: rest)
    let pass = FilterPass(space, series)
    guard fit.squares == 0 || abs(pass.logLikelihood - fit.logLikelihood) < Self.disagreement else {
      return nil
    }
    member.state = FilterState(pass.filter).settled(below: ArimaMember.settled)
    return member
  }

  private func criterion(_ fit: OrderFit) -> Double {
    -2 * logLikelihood(fit) + OrderFit.penalty(fit.parameterCount, count: fit.count)
  }

  /// The likelihood as it would be in units of demand; under a power it stays what it is.
  private func logLikelihood(_ fit: OrderFit) -> Double {
    power == nil ? fit.logLikelihood - Double(fit.count) * log(scale) : fit.logLikelihood
  }

  /// A series that is one value, or one slope: no error is left to be modelled.
  private func flat(
    _ plan: DifferencePlan, _ series: SeriesToFit, _ effort: ArimaModel.Effort
  ) -> ArimaModel {
    let candidate = Candidate(
      order: series.order(0, 0, 0, 0),
      hasConstant: series.allowsConstant && (series.values.first ?? 0) != 0)
    let fit = series.search(candidate, bounds: .open).fit(
      starts: [[]], moves: 0, tolerance: 1)
    var flat = fit
    flat.squares = 0
    flat.deviance = 0
    let members = member(FittedCandidate(candidate: candidate, fit: flat), plan)
    return model(members.map { [$0] } ?? [], season, plan, effort)
  }

  /// An order that was asked for.
  func fixed(_ candidate: Candidate, _ filled: [Double]) throws(ArimaError) -> ArimaModel {
    let order = candidate.order
    guard ArimaModel.holds(order) else { throw .orderRefused(order, points: values.count) }
    var plan = DifferencePlan([], season: 1)
    plan.daily = order.d
    plan.seasonal = order.seasonalD
    let series = SeriesToFit(filled, columns: columns, season: order.season, plan: plan)
    let k = order.coefficientCount
    guard series.count > k + columns.count + 2,
      !candidate.hasConstant || series.allowsConstant
    else { throw .orderRefused(order, points: values.count) }
    let fit = Self.thorough(candidate, series)
    let fitted = refined(
      FittedCandidate(candidate: candidate, fit: fit), plan, bounds: .open)
    guard fitted.fit.criterion.isFinite, let member = member(fitted, plan, open: true)
    else { throw .orderRefused(order, points: values.count) }
    return model(
      [member], order.season, plan,
      .init(tried: 1, refused: 0, moves: fit.moves, isExhausted: !fit.isConverged))
  }

  /// The best of searches from many places: an order that was asked for may have several maxima,
  /// and is fitted once.
  private static func thorough(_ candidate: Candidate, _ series: SeriesToFit) -> OrderFit {
    let starts = CandidateList.usualStarts(Coordinates(candidate.order, bounds: .open))
    let together = series.search(candidate, bounds: .open).fit(
      starts: starts, moves: 100, tolerance: 1e-7)
    var best = together
    // Reflected, the places are as many again; one with all zeros stays what it is.
    for start in starts + starts.dropFirst().map({ $0.map { -$0 } }) where !start.isEmpty {
      var fit = series.search(candidate, bounds: .open).fit(
        starts: [start], moves: 40, tolerance: 1e-4)
      fit.moves += best.moves
      if fit.deviance < best.deviance { best = fit } else { best.moves = fit.moves }
    }
    guard best.deviance < together.deviance else { return best }
    var polished = series.search(candidate, bounds: .open).fit(
      starts: [best.point], moves: 100, tolerance: 1e-7)
    polished.moves += best.moves
    return polished
  }
}
