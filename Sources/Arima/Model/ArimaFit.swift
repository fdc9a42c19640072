import Glibc

/// Finds the models of a series: cleans it, draws long seasons, decides on differences, searches,
/// and gives every chosen model its state after the last day.
struct ArimaFit {
  /// Fewer observed points say nothing.
  static let fewestPoints = 3
  /// A model with less of the weight is left out of the average.
  private static let leastWeight = 0.02
  /// The most harmonics of a long season.
  private static let mostHarmonics = 12

  let settings: ArimaSettings
  let given: [Regressor]
  let season: Int
  private let scale: Double
  private let power: BoxCox?
  private let first: Int
  /// From the first observed value to the last, as the model works with them, NaN where missing.
  let values: [Double]
  private let rest: Int
  private var terms = RegressionTerms()
  private(set) var columns: [[Double]] = []
  private var warnings: [String] = []

  init(
    _ raw: [Double], regressors: [Regressor], settings: ArimaSettings,
    keeping earlier: ArimaModel? = nil
  ) throws(ArimaError) {
    self.settings = settings
    given = regressors
    for season in settings.seasons where !(1...ArimaSettings.longestSeason).contains(season) {
      throw .seasonOutOfRange(season)
    }
    let observed = raw.map { ArimaModel.isObserved($0) ? $0 : .nan }
    let count = observed.count { !$0.isNaN }
    guard count >= Self.fewestPoints, let first = observed.firstIndex(where: { !$0.isNaN }),
      let last = observed.lastIndex(where: { !$0.isNaN })
    else { throw .tooFewPoints(has: count, needs: Self.fewestPoints) }
    self.first = first
    rest = raw.count - 1 - last
    scale = Self.scale(observed)
    let scaled = observed[first...last].map { [scale] in $0 / scale }
    season = Self.lagSeason(settings.seasons, count: scaled.count)
    if let earlier {
      power = try earlier.power.map { (old) throws(ArimaError) in
        try BoxCox(lambda: old.lambda, for: scaled)
      }
    } else {
      power = try Self.power(settings.power, scaled, season: season)
    }
    values = scaled.map { [power] in power?.transform($0) ?? $0 }
    try addRegressors(raw.count)
    if let earlier { keep(earlier.terms.fourier) } else { addLongSeasons() }
  }

  // MARK: Preparation

  /// The smallest power of two that no value is above, so that squares stay numbers.
  private static func scale(_ values: [Double]) -> Double {
    let largest = values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    guard largest > 0 else { return 1 }
    return Double(sign: .plus, exponent: Int(largest.exponent) + 1, significand: 1)
  }

  /// The season that lags go by: the longest that is short enough and seen more than twice.
  private static func lagSeason(_ seasons: [Int], count: Int) -> Int {
    seasons.filter { $0 <= ArimaSettings.longestLag && 2 * $0 < count }.max() ?? 1
  }

  private static func power(
    _ power: ArimaSettings.Power, _ values: [Double], season: Int
  ) throws(ArimaError) -> BoxCox? {
    switch power {
    case .none: return nil
    case .automatic:
      let lambda = BoxCox.automaticLambda(values, season: max(2, season))
      return lambda == 1 ? nil : try BoxCox(lambda: lambda, for: values)
    case .lambda(let lambda): return try BoxCox(lambda: lambda, for: values)
    }
  }

  private mutating func addRegressors(_ count: Int) throws(ArimaError) {
    guard !given.isEmpty else { return }
    let days = first..<(first + values.count)
    var named: [Regressor] = []
    for regressor in given {
      guard regressor.values.count >= count else {
        throw .regressorLength(
          column: regressor.name, has: regressor.values.count, needs: count)
      }
      named.append(Regressor(name: regressor.name, values: Array(regressor.values[days])))
    }
    let chosen = try RegressorColumns(named, demand: values)
    let most = min(RegressionTerms.mostRegressors, values.count / 4)
    terms.regressors = Array(chosen.kept.prefix(most))
    columns = Array(chosen.columns.prefix(most))
    warnings = chosen.dropped.map(\.description)
    warnings += chosen.kept.dropFirst(most).map { "\($0.name): one regressor too many" }
  }

  /// Adds sines and cosines of each long season, as many as the criterion of a small model asks
  /// for.
  private mutating func addLongSeasons() {
    let long = settings.seasons.filter { $0 > ArimaSettings.longestLag && 2 * $0 < values.count }
    for season in long.sorted() {
      let filled = filledValues
      var best: (criterion: Double, harmonics: Int) = (trial(filled, columns), 0)
      let days = first...(first + values.count - 1)
      for harmonics in 1...min(Self.mostHarmonics, season / 2) {
        let fourier = Fourier(season: season, harmonics: harmonics)
        let criterion = trial(filled, columns + fourier.columns(days))
        if criterion < best.criterion { best = (criterion, harmonics) }
        if harmonics >= best.harmonics + 2 { break }
      }
      guard best.harmonics > 0 else { continue }
      let fourier = Fourier(season: season, harmonics: best.harmonics)
      // Seasons stand before regressors in the terms.
      let place = terms.fourier.reduce(0) { $0 + $1.columnCount }
      terms.fourier.append(fourier)
      columns.insert(contentsOf: fourier.columns(days), at: place)
    }
  }

  /// The harmonics that an earlier fit chose.
  private mutating func keep(_ fourier: [Fourier]) {
    terms.fourier = fourier
    let days = first...(first + values.count - 1)
    columns.insert(contentsOf: fourier.flatMap { $0.columns(days) }, at: 0)
  }

  /// The criterion of a small model with these columns.
  private func trial(_ filled: [Double], _ columns: [[Double]]) -> Double {
    let plan = DifferencePlan(residual(filled, columns), season: season)
    let series = SeriesToFit(filled, columns: columns, season: season, plan: plan)
    let far = season > 1 ? 1 : 0
    let candidate = Candidate(
      order: series.order(1, 1, 0, far), hasConstant: series.allowsConstant)
    let k = candidate.order.coefficientCount
    let fit = series.search(candidate, bounds: RootBounds.search(candidate.order)).fit(
      starts: [[Double](repeating: 0.1, count: k)], moves: 8, tolerance: 0.1)
    return fit.criterion
  }

  var filledValues: [Double] { SeasonalStrength.filled(values, season: season) }

  /// What least squares leave.
  private func residual(_ filled: [Double], _ columns: [[Double]]) -> [Double] {
    guard !columns.isEmpty else { return filled }
    let all = columns + [filled.map { _ in 1.0 }]
    let c = all.count
    var matrix = [Double](repeating: 0, count: c * c)
    var right = [Double](repeating: 0, count: c)
    for row in 0..<c {
      for column in 0..<c {
        matrix[row * c + column] = zip(all[row], all[column]).reduce(0) { $0 + $1.0 * $1.1 }
      }
      right[row] = zip(all[row], filled).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let weights = SmallSystem.solve(matrix, right)
    return filled.indices.map { day in
      var value = filled[day]
      for column in 0..<c { value -= weights[column] * all[column][day] }
      return value
    }
  }

  // MARK: Search

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
    let finest = list.finest(settings.averaged).map { refined($0, plan) }
      .sorted { $0.fit.criterion < $1.fit.criterion }
    effort.tried = list.tried
    effort.refused = list.refused
    effort.moves = list.moves
    effort.isExhausted = list.isExhausted
    return try join(finest, plan, effort)
  }

  /// With gaps, the likelihood of what was observed decides.
  func refined(_ fitted: FittedCandidate, _ plan: DifferencePlan) -> FittedCandidate {
    guard values.contains(where: \.isNaN) else { return fitted }
    let gaps = GapFit(
      values, columns: allColumns(fitted.candidate, plan), candidate: fitted.candidate)
    return FittedCandidate(candidate: fitted.candidate, fit: gaps.refined(fitted.fit))
  }

  private func allColumns(_ candidate: Candidate, _ plan: DifferencePlan) -> [[Double]] {
    let days = first..<(first + values.count)
    return candidate.hasConstant
      ? columns + [SeriesToFit.constantColumn(plan, days: days)] : columns
  }

  func join(
    _ chosen: [FittedCandidate], _ plan: DifferencePlan, _ effort: ArimaModel.Effort
  ) throws(ArimaError) -> ArimaModel {
    let best = chosen.first?.fit.criterion ?? .infinity
    var members: [ArimaMember] = []
    for fitted in chosen where fitted.fit.criterion.isFinite {
      let weight = exp(-0.5 * (fitted.fit.criterion - best))
      guard weight >= Self.leastWeight else { continue }
      if let member = member(fitted, plan, weight: weight) { members.append(member) }
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
      firstDay: first, days: days, fittedDays: days, warnings: warnings, effort: effort)
    model.shrink()
    return model
  }

  private func member(
    _ fitted: FittedCandidate, _ plan: DifferencePlan, weight: Double, open: Bool = false
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
      variance: Double(Float(fit.squares / Double(freedom))), weight: weight,
      logLikelihood: logLikelihood(fit),
      count: fit.count,
      standardErrors: fit.standardErrors.map { Float($0) }, space: space,
      state: FilterState(FilterPass(space, []).filter))
    let effects = member.effects(plan, columns, days: days)
    let series = zip(values, effects).map { $0 - $1 } + [Double](repeating: .nan, count: rest)
    member.state = FilterState(FilterPass(space, series).filter).settled(below: ArimaMember.settled)
    return member
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
    let members = member(FittedCandidate(candidate: candidate, fit: flat), plan, weight: 1)
    return model(members.map { [$0] } ?? [], season, plan, effort)
  }

  /// An order that was asked for.
  func fixed(_ candidate: Candidate, _ filled: [Double]) throws(ArimaError) -> ArimaModel {
    let order = candidate.order
    var plan = DifferencePlan([], season: 1)
    plan.daily = order.d
    plan.seasonal = order.seasonalD
    let series = SeriesToFit(filled, columns: columns, season: order.season, plan: plan)
    let k = order.coefficientCount
    guard series.count > k + columns.count + 2,
      !candidate.hasConstant || series.allowsConstant
    else { throw .orderRefused(order, points: values.count) }
    let coordinates = Coordinates(order, bounds: .open)
    let starts = CandidateList.usualStarts(coordinates)
    let fit = series.search(candidate, bounds: .open).fit(
      starts: starts, moves: 100, tolerance: 1e-7)
    guard fit.criterion.isFinite,
      let member = member(
        FittedCandidate(candidate: candidate, fit: fit), plan, weight: 1, open: true)
    else { throw .orderRefused(order, points: values.count) }
    return model(
      [member], order.season, plan,
      .init(tried: 1, refused: 0, moves: fit.moves, isExhausted: !fit.isConverged))
  }
}

extension ArimaModel {
  /// Fits the models of a series. What is no number is missing. `regressors` have a value for each
  /// day, and may go on beyond.
  public static func fit(
    _ values: [Double], regressors: [Regressor] = [], settings: ArimaSettings = ArimaSettings()
  ) throws(ArimaError) -> ArimaModel {
    try ArimaFit(values, regressors: regressors, settings: settings).model()
  }
}
