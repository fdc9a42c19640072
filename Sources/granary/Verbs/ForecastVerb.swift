import CommandLineArguments
import Demand
import Forecasting
import FoundationEssentials
import Settings
import Tables
import Threading
import WireProtocol

/// `granary forecast`: of a file, here and now, or of what a cluster holds.
struct ForecastVerb: Command {
  static let name = "forecast"
  static let abstract = "Forecast the series of a file, or everything that the cluster holds."
  static let discussion = """
    With --input no cluster is needed. The file has rows unique_id,ds,y in any order; ds is a \
    date, a timestamp or a whole number, equally spaced, and what has no row is missing. The \
    output has rows unique_id,ds,MODEL with the mean, and a column MODEL-qLEVEL for each quantile. \
    A series that the model does not take is forecast by the robust mean of its recent values; \
    --trace says which and why. Values below 0 count as missing: demand is never negative. The \
    result does not depend on the number of threads.

    --model arima searches the order of each series and averages the best few by their criterion; \
    --model blend takes the mean of that and of ets, as auto does where both do well. \
    --regressors FILE hands it what else is known, rows unique_id,ds,NAME,... of numbers for every \
    step of the history and of the forecast; a column that is constant or follows from others is \
    dropped and named. --paths N writes rows unique_id,ds,path,arima instead: courses that the \
    series may take, for what quantiles by the step do not tell, such as sums and peaks. Their \
    spread is the model's own, that of quantiles is corrected by the backtest.

    --model lstm teaches one network with memory on all series of the file, then each series a \
    last layer of its own where that proves to be better. It learns from --regressors too, and \
    from --traits FILE, words that series have in common. In auto it competes where it is as good \
    as smoothing in the typical series.

    --events FILE says which days are holidays or promoted, past ones and those to come, as \
    events.csv does for a cluster: sku= is a unique_id, category= and location= are words of \
    --traits. arima and lstm take those that are seen to do something.

    Without --input the cluster forecasts all its SKUs with the models that `granary train` left.
    """
  static let examples = [
    Example(
      "granary forecast --input sales.csv --output forecast.csv --horizon 28",
      "28 steps of each series, by the model that its backtest prefers."),
    Example(
      "zcat y.csv.gz | granary forecast --input - --model ets --horizon 12 --quantiles 0.1,0.9",
      "Smoothing with an 80 % band, from a pipe to a pipe."),
    Example(
      "granary forecast --input y.csv --regressors x.csv --model arima --horizon 14 "
        + "--trace why.json",
      "ARIMA with prices and promotions, and the reasons."),
    Example(
      "granary forecast --input sales.csv --model arima --season 7,365 --horizon 28 --paths 100",
      "A hundred courses of each series with a week and a year in it."),
    Example(
      "granary forecast --input sales.csv --model lstm --traits items.csv --horizon 28",
      "A network that learns from all series, and from what they have in common."),
    Example(
      "granary forecast --input sales.csv --events events.csv --traits items.csv --horizon 28",
      "With holidays and promotions that are known ahead."),
    Example("granary forecast", "Everything that the cluster holds."),
  ]

  @Option("FILE", help: "Rows unique_id,ds,y; - is standard input.") var input: Path?
  @Option(
    "STEPS", .within(1...Forecast.maximumHorizon),
    help: "Steps to forecast; needed with --input, else training.horizonDays.")
  var horizon: Int?
  var local = LocalForecastOptions()
  var arima = LocalArimaOptions()
  var network = LocalNetworkOptions()
  var cluster = RunOptions()
  var settings = SettingsOptions()

  func validate() throws(ArgumentError) {
    guard input != nil else {
      guard let given = local.firstGiven ?? arima.firstGiven ?? network.firstGiven
      else { return }
      throw .contradiction(
        "\(given) goes with --input FILE; without a file the cluster forecasts what it holds")
    }
    if let given = firstGivenForCluster {
      throw .contradiction("\(given) is for the cluster; with --input no cluster is asked")
    }
    if horizon == nil {
      throw .contradiction("--input needs --horizon: how many steps after the last to forecast")
    }
    try local.validate()
    try arima.validate(local.model ?? .auto)
    try network.validate(local.model ?? .auto)
    if input?.isStandardStream == true, arima.regressors?.isStandardStream == true {
      throw .contradiction(
        "--input and --regressors both come from standard input; name a file for one")
    }
    if input?.isStandardStream == true || arima.regressors?.isStandardStream == true,
      network.traits?.isStandardStream == true
    {
      throw .contradiction("--traits and another file both come from standard input; name one")
    }
    if arima.paths != nil, !local.quantiles.isEmpty {
      throw .contradiction(
        "--quantiles and --paths say different things of the days; leave one out")
    }
  }

  /// An option that was given and means nothing for a file.
  private var firstGivenForCluster: String? {
    let given = [
      ("--as-of", cluster.asOf != nil), ("--no-wait", cluster.noWait), ("--json", cluster.json),
      ("--cluster", cluster.cluster.cluster != nil), ("--config", settings.config != nil),
      ("--set", !settings.set.isEmpty),
    ]
    return given.first { $0.1 }?.0
  }

  func run() throws -> ExitCode {
    guard let input, let horizon else { return try runOnCluster() }
    let table = try LongSeriesReader.read(
      ByteSource(path: input.description), fillZero: local.fill == .zero)
    let (season, long) = local.seasons(of: table.spacing)
    try arima.validate(season: season)
    let regressors = try arima.regressors.map { path throws(TableError) in
      try LongRegressorReader.read(
        ByteSource(path: path.description), for: table, horizon: horizon)
    }
    let traits = try network.traits.map { path throws(TableError) in
      try LongTraitReader.read(ByteSource(path: path.description), for: table)
    }
    let events = try arima.events.map { path in
      try LocalEvents(path: path.description, for: table, horizon: horizon)
    }
    let choice = local.model ?? .auto
    let forecast = LocalForecast(
      table: table, regressors: regressors, events: events, traits: traits ?? [], choice: choice,
      settings: FitSettings(
        season: season, horizon: horizon, candidates: choice.candidates, longSeasons: long,
        arima: arima.options, recurrent: network.options),
      levels: local.quantiles.sorted(),
      draws: arima.paths.map { .init(count: $0, seed: UInt64(arima.seed ?? 0)) },
      threads: local.threadCount)
    return try write(forecast.taught())
  }

  private func runOnCluster() throws -> ExitCode {
    let settings = try settings.resolve(
      of: "granary forecast",
      dedicated: [("--horizon", "training.horizonDays", horizon?.argumentText)])
    return try ClusterRuns.run(.forecast, cluster, settings)
  }

  private func write(_ forecast: LocalForecast) throws -> ExitCode {
    let interruption = try Interruption()
    let output = local.output?.description ?? "-"
    var file = try LocalForecastFile(path: output, forecast)
    let trace = try local.trace.map { path throws(GranaryError) in
      try LocalForecastTrace(path: path)
    }
    var tally = LocalForecastTally(forecast)
    let progress = Progress()
    defer { progress.clear() }
    var done = 0
    let isComplete = try forecast.run(until: { interruption.isRequested }) { series, outcome in
      try file.append(series, outcome)
      try trace?.append(series, outcome)
      tally.count(series, outcome, forecast.choice)
      done += 1
      progress.show(
        ProgressReading(
          "forecasting", count: done, of: forecast.table.series.count,
          ProgressReading.Unit("series", "series")))
    }
    progress.clear()
    try trace?.flush()
    guard isComplete else { throw GranaryError.interrupted(output: output) }
    try file.finish()
    try Terminal.standardError.write(tally.report(forecast, traced: local.trace != nil))
    return .success
  }
}
