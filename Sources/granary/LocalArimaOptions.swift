import CommandLineArguments
import Forecasting

/// How ARIMA models of a file's series are found, and what only they can do.
struct LocalArimaOptions: OptionGroup {
  static let title = "With --input, for ARIMA"
  /// Longer seasons are drawn by sines and cosines, not by lags: an order has no parts for them.
  static let longestLag = 24
  private static let mostAveraged = 16
  private static let mostPaths = 10_000

  enum Answer: String, CaseIterable, ArgumentValue { case yes, no }

  @Option("FILE", help: "Rows unique_id,ds,NAME,... for the history and the steps of the forecast.")
  var regressors: Path?
  @Option(
    "FILE",
    help: "Holidays and promotions, as events.csv: sku= is unique_id, category= and location= are "
      + "columns of --traits.")
  var events: Path?
  @Flag(help: "Try every order with at most five coefficients, not only good ones' neighbours.")
  var exhaustive: Bool
  @Option(
    "LAMBDA",
    help: "Even out a spread that grows with the level: auto, or -1 to 2, 0 for logarithms.")
  var boxCox: PowerWord?
  @Option("N", .within(1...mostAveraged), help: "Average the N best orders; without it 4.")
  var averaged: Int?
  @Option("ORDER", help: "Search nothing, fit p,d,q or p,d,q,P,D,Q.") var order: OrderWord?
  @Option("ANSWER", help: "A mean or drift beside --order; without it yes if d and D are 0.")
  var constant: Answer?
  @Option("N", .within(1...mostPaths), help: "Instead of means, N paths a series drawn at random.")
  var paths: Int?
  @Option("S", .atLeast(0), help: "Another seed, other paths; without it 0.") var seed: Int?

  /// The options as given, with whether a backtest among all models can use them too.
  private var all: [(name: String, isGiven: Bool, isForAuto: Bool)] {
    [
      ("--regressors", regressors != nil, true), ("--events", events != nil, true),
      ("--exhaustive", exhaustive, true),
      ("--box-cox", boxCox != nil, true), ("--averaged", averaged != nil, true),
      ("--order", order != nil, false), ("--constant", constant != nil, false),
      ("--paths", paths != nil, false), ("--seed", seed != nil, false),
    ]
  }

  /// An option of the group that was given.
  var firstGiven: String? { all.first { $0.isGiven }?.name }

  func validate(_ choice: ModelChoice) throws(ArgumentError) {
    for option in all where option.isGiven && choice.name != .arima {
      if option.isForAuto, choice.usesArima { continue }
      if Self.forNetworks.contains(option.name), choice.usesNetwork { continue }
      let models = Self.models(option.name, isForAuto: option.isForAuto)
      throw .contradiction(
        "\(option.name) goes with \(models), not with \(choice): " + Self.reason(option.name))
    }
    if seed != nil, paths == nil {
      throw .contradiction("--seed goes with --paths N: nothing else is drawn at random")
    }
    guard let order else {
      guard constant != nil else { return }
      throw .contradiction("--constant goes with --order; without it the search decides")
    }
    let text = "--order \(order.argumentText)"
    if exhaustive || averaged != nil {
      throw .contradiction(
        "\(text) leaves nothing to search; leave out \(exhaustive ? "--exhaustive" : "--averaged")")
    }
    if constant == .yes, order.differences > 1 {
      throw .contradiction(
        "\(text) has \(order.differences) differences, which leave no constant; say --constant no")
    }
  }

  private static let forNetworks = ["--regressors", "--events"]

  private static func models(_ option: String, isForAuto: Bool) -> String {
    guard isForAuto else { return "--model arima" }
    let lstm = forNetworks.contains(option) ? ", lstm" : ""
    return "--model arima\(lstm), blend or auto"
  }

  private static func reason(_ option: String) -> String {
    switch option {
    case "--regressors": "of the models only arima and lstm take regressors"
    case "--events": "of the models only arima and lstm take events"
    case "--paths", "--seed": "of the models only arima draws paths"
    default: "it says how ARIMA models are found"
    }
  }

  /// Refuses an order whose seasonal parts the season cannot have.
  func validate(season: Int) throws(ArgumentError) {
    guard let order, order.isSeasonal, !(2...Self.longestLag).contains(season) else { return }
    let short = order.numbers.prefix(3).map(String.init).joined(separator: ",")
    let way =
      season > Self.longestLag
      ? "a season of more than \(Self.longestLag) steps is drawn by sines and cosines"
      : "there is no season of 1 step"
    throw .contradiction(
      "--order \(order.argumentText) with season \(season): \(way); say --order \(short), or "
        + "--season STEPS from 2 to \(Self.longestLag)")
  }

  /// The same for a fit.
  var options: ArimaOptions {
    var options = ArimaOptions(isExhaustive: exhaustive)
    if let boxCox { options.power = boxCox.power }
    if let averaged { options.averaged = averaged }
    options.order = order?.order(hasConstant: constant.map { $0 == .yes })
    return options
  }
}
