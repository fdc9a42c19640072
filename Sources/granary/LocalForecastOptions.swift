import CommandLineArguments
import Forecasting
import FoundationEssentials
import Tables

/// How a file is forecast; nothing of it means anything to a cluster.
struct LocalForecastOptions: OptionGroup {
  static let title = "With --input"
  /// More threads than this help nobody.
  private static let mostThreads = 1_024
  /// A leap year of hours.
  static let longestSeason = 8_784
  private static let mostSeasons = 4

  /// What a time without a row means.
  enum Fill: String, CaseIterable, ArgumentValue { case missing, zero }

  @Option("FILE", help: "Where the forecasts go; - is standard output. (default -)")
  var output: Path?
  @Option(
    "MODEL", help: "The model; auto takes for each series the one that its backtest prefers.")
  var model: ModelChoice?
  @Option(
    "STEPS", .within(1...longestSeason), separator: ",",
    help: "Steps after which series repeat themselves; without it the spacing decides: 7 for days. "
      + "As 7,365 arima draws longer seasons too, other models take the shortest.")
  var season: [Int]
  @Option(
    "LEVELS", .within(0.0001...0.9999), separator: ",", help: "Quantiles to add, as 0.1,0.5,0.9.")
  var quantiles: [Double]
  @Option("WHAT", help: "What times without a row are.") var fill = Fill.missing
  @Option("FILE", help: "One JSON document a series: what was chosen and why.") var trace: Path?
  @Option("N", .within(1...mostThreads), help: "Threads; without it one for each core.")
  var threads: Int?

  /// The threads to use.
  var threadCount: Int { threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// An option of the group that was given.
  var firstGiven: String? {
    let given = [
      ("--output", output != nil), ("--model", model != nil),
      ("--season", !season.isEmpty), ("--quantiles", !quantiles.isEmpty),
      ("--fill", fill != .missing), ("--trace", trace != nil), ("--threads", threads != nil),
    ]
    return given.first { $0.1 }?.0
  }

  func validate() throws(ArgumentError) {
    for (index, level) in quantiles.enumerated() where quantiles[..<index].contains(level) {
      throw .contradiction("--quantiles has \(Readable.shortest(level)) twice; leave one out")
    }
    if trace?.isStandardStream == true, output?.isStandardStream ?? true {
      throw .contradiction("--output and --trace both go to standard output; name a file for one")
    }
    try validateSeasons()
  }

  private func validateSeasons() throws(ArgumentError) {
    let seasons = season.sorted()
    let text = "--season " + season.map(String.init).joined(separator: ",")
    for (one, next) in zip(seasons, seasons.dropFirst()) where one == next {
      throw .contradiction("\(text) has \(one) twice; leave one out")
    }
    guard seasons.count <= Self.mostSeasons else {
      throw .contradiction(
        "\(text) has \(seasons.count) seasons, at most \(Self.mostSeasons) are taken; leave out "
          + "the least marked")
    }
    if let shortest = seasons.first, shortest > FitSettings.maximumSeason {
      throw .contradiction(
        "\(text): the shortest season has at most \(FitSettings.maximumSeason) steps; put one "
          + "before it, as 24,\(shortest), or 1 for none")
    }
    let lags = LocalArimaOptions.longestLag
    if seasons.count > 1, seasons[1] <= lags {
      throw .contradiction(
        "\(text): only one season may have \(lags) steps or fewer, longer ones are drawn by sines "
          + "and cosines; leave out \(seasons[0]) or \(seasons[1])")
    }
  }

  /// The season that lags go by, and the longer ones. Where none was given the spacing has one;
  /// that may be too long for lags, or for anything.
  func seasons(of spacing: Spacing) -> (season: Int, long: [Int]) {
    let seasons = season.sorted()
    if let first = seasons.first { return (first, Array(seasons.dropFirst())) }
    let usual = spacing.season
    if usual <= FitSettings.maximumSeason { return (usual, []) }
    return (1, usual <= Self.longestSeason ? [usual] : [])
  }
}
