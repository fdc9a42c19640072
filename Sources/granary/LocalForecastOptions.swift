import CommandLineArguments
import Forecasting
import FoundationEssentials

/// How a file is forecast; nothing of it means anything to a cluster.
struct LocalForecastOptions: OptionGroup {
  static let title = "With --input"
  /// More threads than this help nobody.
  private static let mostThreads = 1_024

  /// What a time without a row means.
  enum Fill: String, CaseIterable, ArgumentValue { case missing, zero }

  @Option("FILE", help: "Where the forecasts go; - is standard output. (default -)")
  var output: Path?
  @Option(
    "MODEL", help: "The model; auto takes for each series the one that its backtest prefers.")
  var model: ModelChoice?
  @Option(
    "STEPS", .within(1...FitSettings.maximumSeason),
    help: "Steps after which series repeat themselves; without it the spacing decides: 7 for days.")
  var season: Int?
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
      ("--season", season != nil), ("--quantiles", !quantiles.isEmpty),
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
  }
}
