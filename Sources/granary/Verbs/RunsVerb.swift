import ClientNode
import CommandLineArguments
import Demand
import Settings
import WireProtocol

/// `granary train`: fits models for every SKU.
struct TrainVerb: Command {
  static let name = "train"
  static let abstract = "Fit models for every SKU, chosen by its own backtest."
  static let discussion = """
    A SKU that a model cannot take is put into quarantine, named with the reason, and forecast by \
    the fallback. With --update, a model that has a state takes the days since its fit and stays, \
    unless its errors have changed, its past was corrected or other models are asked for. \
    A run goes on when this command is interrupted: `granary status` shows it.
    """
  static let examples = [
    Example("granary train", "Train on everything, up to the last day with sales."),
    Example("granary train --update", "Keep the models that still fit; quick enough for each day."),
    Example("granary train --as-of 2026-10-31 --models ets,tsb", "An earlier day, two models."),
  ]

  @Option("MODEL,...", separator: ",", help: "Models that compete, of those in the settings.")
  var models: [TrainingModel]
  @Option("DAYS", .within(1...366), help: "Days after which demand repeats itself; 1 for none.")
  var season: Int?
  @Option("DAYS", .within(1...1_024), help: "Days to forecast.") var horizonDays: Int?
  @Flag(help: "Keep models that still fit and take the new days; fit the others again.")
  var update: Bool
  var options = RunOptions()
  var settings = SettingsOptions()

  func run() throws -> ExitCode {
    let names = models.isEmpty ? nil : models.map(\.rawValue).joined(separator: ",")
    let settings = try settings.resolve(
      of: "granary train",
      dedicated: [
        ("--models", "training.models", names),
        ("--season", "training.season", season?.argumentText),
        ("--horizon-days", "training.horizonDays", horizonDays?.argumentText),
      ])
    return try ClusterRuns.run(.train, options, settings, isUpdate: update)
  }
}
