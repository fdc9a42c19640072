import Glibc

/// Finds the models of a series: cleans it, draws long seasons, decides on differences, searches,
/// and gives every chosen model its state after the last day.
struct ArimaFit {
  /// Fewer observed points say nothing.
  static let fewestPoints = 3
  /// The most harmonics of a long season.
  private static let mostHarmonics = 12

  let settings: ArimaSettings
  let given: [Regressor]
  let season: Int
  let scale: Double
  let power: BoxCox?
  let first: Int
  /// From the first observed value to the last, as the model works with them, NaN where missing.
  let values: [Double]
  let rest: Int
  private(set) var terms = RegressionTerms()
  private(set) var columns: [[Double]] = []
  private(set) var warnings: [String] = []

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
    // Named as they were given: below, days count from the first value, and values are scaled.
    if case .lambda(let lambda) = settings.power { _ = try BoxCox(lambda: lambda, for: observed) }
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
    if let earlier { keep(earlier.terms.fourier) } else { addOtherSeasons() }
  }

  /// The smallest power of two that no value is above, so that squares stay numbers.
  private static func scale(_ values: [Double]) -> Double {
    let largest = values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    guard largest > 0 else { return 1 }
    let exponent = max(ArimaModel.scaleExponents.lowerBound, Int(largest.exponent) + 1)
    return Double(sign: .plus, exponent: exponent, significand: 1)
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
      // A negative power has a largest transform; forecasts beyond it have no way back.
      let lambda = max(0, BoxCox.automaticLambda(values, season: max(2, season)))
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
      if let point = days.first(where: { !regressor.values[$0].isFinite }) {
        throw .regressorNotFinite(column: regressor.name, point: point)
      }
      named.append(Regressor(name: regressor.name, values: Array(regressor.values[days])))
    }
    let tooLong = named.filter { $0.name.utf8.count > RegressionTerms.longestName }
    warnings = tooLong.map { "\($0.name.prefix(20))...: a name too long to be kept" }
    named.removeAll { $0.name.utf8.count > RegressionTerms.longestName }
    let chosen = try RegressorColumns(named, demand: values)
    let most = min(RegressionTerms.mostRegressors, values.count / 4)
    terms.regressors = Array(chosen.kept.prefix(most))
    columns = Array(chosen.columns.prefix(most))
    warnings += chosen.dropped.map(\.description)
    warnings += chosen.kept.dropFirst(most).map { "\($0.name): one regressor too many" }
  }

  /// Adds sines and cosines of each season that the lags do not go by, as many as the criterion of
  /// a small model asks for.
  private mutating func addOtherSeasons() {
    let others = Set(settings.seasons).filter { other in
      other > 1 && 2 * other < values.count && season % other != 0
    }
    for season in others.sorted() where terms.fourier.count < RegressionTerms.mostSeasons {
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
  func residual(_ filled: [Double], _ columns: [[Double]]) -> [Double] {
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
