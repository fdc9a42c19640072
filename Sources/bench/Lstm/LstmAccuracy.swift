import CommandLineArguments
import Forecasting
import Recurrent

/// Forecasts retail series by one model or one way of teaching networks, for a judge.
struct LstmAccuracy: Command {
  static let name = "lstm-accuracy"
  static let abstract = "Forecast 28 days of retail series by one of some ways."
  static let discussion =
    "Writes the forecasts as numbers that ops/benches/lstm-accuracy/score.py reads, and prints\n"
    + "what they took as one JSON object.\n"

  /// A way to a forecast.
  enum Way: String, CaseIterable, Sendable, ArgumentValue {
    case snaive, ets, tsb, fallback
    /// The best of smoothing and the models of intermittent demand, by backtest.
    case select
    /// A network that all series share.
    case shared
    /// The same with a last layer of a series' own, where that is better.
    case tuned
    /// A network for each series alone.
    case none
    /// Two layers, one day ahead, again and again, for each series alone.
    case articles
    /// All models but ARIMA and its blend, by backtest.
    case auto
    /// ARIMA alone.
    case arima
    /// All models, by backtest.
    case everything

    var candidates: [ModelName] {
      switch self {
      case .snaive: [.seasonalNaive]
      case .ets: [.smoothing]
      case .tsb: [.tsb]
      case .fallback: [.fallback]
      case .select: [.smoothing, .tsb, .sba, .croston, .seasonalNaive]
      case .shared, .tuned, .none: [.lstm]
      case .articles: []
      case .arima: [.arima]
      case .everything: ModelName.allCases
      case .auto: ModelName.allCases.filter { $0 != .arima && $0 != .blend }
      }
    }

    var sharing: RecurrentOptions.Sharing {
      switch self {
      case .none: .none
      case .shared: .shared
      default: .tuned
      }
    }

    var sharesNetwork: Bool { candidates.contains(.lstm) && self != .none }
  }

  private static let group = 16
  /// What a series that is taken for a new one has of its past, and which are.
  private static let young = (days: 40, every: 6)
  /// The past that the articles' recipe is taught on.
  private static let articleDays = 730

  @Argument("FILE", help: "The series.") var series: Path
  @Option("FILE", help: "Where the forecasts go.") var out: Path
  @Option("WAY", help: "How to forecast.") var way = Way.tuned
  @Option("WHICH", help: "What is known beside the sales: all, the last price, or events too.")
  var columns = RetailSeries.Columns.all
  @Option("FILE", help: "The holidays of --columns events; location= is a store's number.")
  var events: Path?
  @Option("NUMBER", .within(1...10_000), help: "Forecasts each so-many-th series.") var every = 1
  @Option("NUMBER", .within(1...1_000), help: "Epochs of the articles' recipe.") var epochs = 20
  @Option("NUMBER", .within(0...1_000_000), help: "The seed of shared networks.") var seed = 0
  @Flag(help: "Each sixth series as if 40 days old; networks are taught on the others.")
  var young: Bool

  func run() throws -> ExitCode {
    let retail = try RetailSeries(series, events: events)
    var found = Found()
    if way == .articles {
      articles(retail, &found)
    } else {
      try models(retail, &found)
    }
    try found.rows.write(to: out)
    var json = JSONText()
    json.object { found.write(way, to: &$0) }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
    return .success
  }

  private func isNew(_ index: Int) -> Bool { young && index % Self.young.every == 0 }

  private func input(_ retail: RetailSeries, _ index: Int) -> SeriesInput {
    retail.input(index, columns, lastDays: isNew(index) ? Self.young.days : .max)
  }

  private func models(_ retail: RetailSeries, _ found: inout Found) throws {
    var settings = FitSettings(
      season: 7, horizon: ForecastRows.horizon, candidates: way.candidates, seed: UInt64(seed))
    settings.recurrent.sharing = way.sharing
    if way.sharesNetwork {
      let taught = (0..<retail.count).filter { !isNew($0) }.map { input(retail, $0) }
      let start = ProcessorTime.nanoseconds
      let network = SharedNetwork.learned(from: taught, settings: settings)
      found.learning = ProcessorTime.seconds(since: start)
      if let trouble = network.lesson.trouble { throw LstmBenchError.notLearned(trouble) }
      settings.network = network
      found.lesson = network.lesson
      found.columns = network.columns
    }
    let wanted = stride(from: 0, to: retail.count, by: every).filter { !young || isNew($0) }
    for first in stride(from: 0, to: wanted.count, by: Self.group) {
      let group = wanted[first..<min(first + Self.group, wanted.count)]
      let inputs = group.map { input(retail, $0) }
      var start = ProcessorTime.nanoseconds
      let models = SeriesModel.fit(inputs, settings: settings)
      found.fitting += ProcessorTime.seconds(since: start)
      start = ProcessorTime.nanoseconds
      for (index, (model, input)) in zip(group, zip(models, inputs)) {
        found.take(index, model, input)
      }
      found.forecasting += ProcessorTime.seconds(since: start)
    }
  }

  /// The articles' recipe on the series that are long enough, as many side by side as there are
  /// lanes.
  private func articles(_ retail: RetailSeries, _ found: inout Found) {
    var run = RecursiveRun()
    run.epochs = epochs
    var able: [(index: Int, values: [Float])] = []
    for index in stride(from: 0, to: retail.count, by: every) {
      let values = input(retail, index).values
      guard values.count >= Self.articleDays else { continue }
      able.append((index, values.suffix(Self.articleDays).map(Float.init)))
    }
    for first in stride(from: 0, to: able.count, by: Self.group) {
      let group = able[first..<min(first + Self.group, able.count)]
      let start = ProcessorTime.nanoseconds
      let means = run.forecasts(
        group.map(\.values), days: ForecastRows.horizon, seeds: group.map { UInt64($0.index) })
      found.fitting += ProcessorTime.seconds(since: start)
      for (each, mean) in zip(group, means) { found.rows.append(each.index, mean: mean) }
      found.series += group.count
    }
  }
}

extension LstmAccuracy {
  /// What came of all series.
  private struct Found {
    var rows = ForecastRows()
    var series = 0
    var learning = 0.0, fitting = 0.0, forecasting = 0.0
    var lesson: SharedNetwork.Lesson?
    var columns: [String] = []
    private var chosen: [ModelName: Int] = [:]
    private var own = 0
    private var mostBytes = 0

    mutating func take(_ index: Int, _ model: SeriesModel, _ input: SeriesInput) {
      let bytes = model.packed().count
      rows.append(index, model, input, bytes: bytes)
      series += 1
      chosen[model.name, default: 0] += 1
      if model.recurrent?.own?.isUsed ?? false { own += 1 }
      mostBytes = max(mostBytes, bytes)
    }

    func write(_ way: Way, to json: inout JSONText) {
      json.member("way", way.rawValue)
      json.member("series", series)
      json.member("learningSeconds", learning)
      json.member("fittingMilliseconds", 1_000 * fitting / Double(max(1, series)))
      json.member("forecastMilliseconds", 1_000 * forecasting / Double(max(1, series)))
      json.object("chosen") { json in
        for name in ModelName.allCases where chosen[name] != nil {
          json.member("\(name)", chosen[name] ?? 0)
        }
      }
      json.member("withOwnWeights", own)
      json.member("mostBytes", mostBytes)
      guard let lesson else { return }
      json.array("reads") { json in for column in columns { json.element(column) } }
      json.member("windows", lesson.windows)
      json.member("heldOut", lesson.heldOut)
      json.member("againstSmoothing", lesson.againstSmoothing)
    }
  }
}
