import Packing

/// Exponential smoothing with additive errors: level, trend or damped trend, and an additive or
/// multiplicative season, fitted by likelihood (Hyndman, Koehler, Ord and Snyder 2008).
struct SmoothingModel: FittedModel {
  let form: SmoothingForm
  let weights: SmoothingWeights
  /// The state before the first day that counts.
  let state: SmoothingState
  /// The days at the start of the history that do not count.
  let skippedDays: Int
  /// The variance of one-step errors, scaled.
  let variance: Double

  var summary: String { form.description }
  var isSmooth: Bool { true }

  init(_ search: SmoothingSearch, skippedDays: Int, variance: Double) {
    form = search.form
    let found = search.weights
    weights = SmoothingWeights(
      alpha: Double(Float(found.alpha)), beta: Double(Float(found.beta)),
      gamma: Double(Float(found.gamma)), phi: Double(Float(found.phi)))
    state = search.state.rounded
    self.skippedDays = skippedDays
    self.variance = variance
  }

  func paths(_ history: History, origins: [Int], horizon: Int) -> [Path] {
    var filter = SmoothingFilter(form: form, weights: weights, state: state)
    var day = (origins.first ?? 0) >= skippedDays ? skippedDays : 0
    return origins.map { origin in
      while day < origin {
        _ = filter.step(history.values[day], weight: history.weights[day])
        day += 1
      }
      return filter.path(horizon: horizon, variance: variance)
    }
  }

  func pack(into writer: inout ByteWriter) {
    writer.fixed(form.trend.rawValue)
    writer.fixed(form.season.rawValue)
    for weight in [weights.alpha, weights.beta, weights.gamma, weights.phi] {
      writer.float(Float(weight))
    }
    writer.float(Float(state.level))
    writer.float(Float(state.trend))
    writer.count(state.season.count)
    for seasonal in state.season { writer.float(Float(seasonal)) }
    writer.count(skippedDays)
    writer.double(variance)
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    guard let trend = SmoothingForm.Trend(rawValue: try reader.byte()),
      let season = SmoothingForm.Season(rawValue: try reader.byte())
    else { throw .invalid(what: "smoothing form") }
    form = SmoothingForm(trend: trend, season: season)
    var parts: [Double] = []
    for name in ["alpha", "beta", "gamma", "phi"] {
      parts.append(Double(try reader.single(name, in: 0...1)))
    }
    weights = SmoothingWeights(alpha: parts[0], beta: parts[1], gamma: parts[2], phi: parts[3])
    let numbers: ClosedRange<Float> = -1e6...1e6
    let level = Double(try reader.single("level", in: numbers))
    let slope = Double(try reader.single("trend", in: numbers))
    let length = try reader.count(
      "season", limit: SmoothingFamily.maximumSeason, minimumBytes: 4)
    guard (length == 0) == (season == .none) else { throw .invalid(what: "season") }
    var seasonal: [Double] = []
    for _ in 0..<length { seasonal.append(Double(try reader.single("season", in: numbers))) }
    state = SmoothingState(level: level, trend: slope, season: seasonal)
    skippedDays = try reader.count("skipped days", limit: Int(Int32.max))
    variance = try reader.variance()
  }
}

struct SmoothingFamily: ModelFamily {
  /// The longest season that is smoothed position by position: the weeks of a year.
  static let maximumSeason = 53
  /// The most recent days that a fit looks at: three years and a bit.
  static let maximumDays = 1_120
  /// Longer histories have this many forms searched, the most promising; short ones all.
  private static let promisingForms = 3
  static let searchCycles = 7

  let name = ModelName.smoothing

  func fit(
    _ history: History, settings: FitSettings, start: (any FittedModel)?
  ) throws(Refusal) -> any FittedModel {
    let skipped = max(0, history.count - Self.maximumDays)
    let recent = history.suffix(Self.maximumDays)
    guard recent.observedCount >= 4 else {
      throw .tooFewPoints(has: recent.observedCount, needs: 4)
    }
    let best: SmoothingSearch?
    if let earlier = start as? SmoothingModel, recent.observedCount > SmoothingSearch.shortDays {
      var search = SmoothingSearch(recent, form: earlier.form, near: earlier.weights)
      search.refine(cycles: 2)
      best = search
    } else {
      best = Self.bestForm(recent)
    }
    guard let best, !best.diverged else { throw .diverged }
    let freedom = recent.observedCount - best.form.parameterCount(season: recent.season)
    return SmoothingModel(
      best, skippedDays: skipped, variance: best.squares / Double(max(1, freedom)))
  }

  func unpack(_ reader: inout ByteReader) throws(PackingError) -> any FittedModel {
    try SmoothingModel(from: &reader)
  }

  /// Searches all forms that the history allows and returns the one with the least criterion.
  static func bestForm(_ history: History) -> SmoothingSearch? {
    var searches = forms(history).map { SmoothingSearch(history, form: $0) }
    searches.sort { $0.criterion < $1.criterion }
    if history.observedCount > SmoothingSearch.shortDays {
      searches = Array(searches.prefix(promisingForms))
    }
    for index in searches.indices { searches[index].refine(cycles: searchCycles) }
    // The first of equals, so that the order above decides and nothing else.
    var best = searches.first
    for search in searches where search.criterion < (best?.criterion ?? .infinity) { best = search }
    return best
  }

  private static func forms(_ history: History) -> [SmoothingForm] {
    let length = history.season
    var seasons = [SmoothingForm.Season.none]
    if (2...maximumSeason).contains(length), history.count >= 2 * length {
      seasons.append(.additive)
      if history.demandCount == history.observedCount { seasons.append(.multiplicative) }
    }
    let forms = seasons.flatMap { season in
      SmoothingForm.Trend.allCases.map { SmoothingForm(trend: $0, season: season) }
    }
    let affordable = forms.filter {
      history.observedCount - $0.parameterCount(season: length) - 1 > 0
    }
    return affordable.isEmpty ? [SmoothingForm(trend: .none, season: .none)] : affordable
  }
}
