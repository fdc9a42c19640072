import ClientNode
import CommandLineArguments
import Demand
import Forecasting
import Replenishment
import WorkerNode

/// What a report says the same way on a page and in a terminal.
enum ReportWords {
  static let backtest = """
    Figures are those of the backtests by which the models were chosen. Each series that was long \
    enough was forecast again on its own last days, a third of it at most, from about a dozen days \
    on, with parameters fitted to the days before; errors are of single days in units, pooled over \
    all those days. A band should hold as many of them as its name says.
    """
  static let valueClasses = """
    A: the SKUs that make up the first 80 % of what was sold for in the last \
    \(ReportDigest.valueDays) days, B: the next 15 %, C: the rest.
    """
  static let patterns = """
    By the days from sale to sale (1.32) and how much sizes vary (0.49 of the squared mean) over \
    the last year: smooth, erratic, intermittent, lumpy; rare has fewer than four sales.
    """
  static let worst = """
    The SKUs whose forecast of all locations together was off by most money a day in the \
    backtest: the mean absolute error times the price. Grey is what was sold, green what the model \
    expected a day ahead with the parameters of today, blue the forecast with the bands that hold \
    half and nine tenths of what may come.
    """

  /// What is known of days, in a sentence; empty where nothing is.
  static func events(_ events: [Event], asOf: Day?) -> String {
    guard !events.isEmpty else { return "" }
    let holidays = Set(events.filter { $0.kind == .holiday }.map(\.name)).count
    let promotions = Set(events.filter { $0.kind == .promotion }.map(\.name)).count
    var text = "Known are \(Readable.grouped(holidays, "holiday", "holidays")) and "
    text += Readable.grouped(promotions, "promotion", "promotions")
    text += ", from \(events.map(\.firstDay).min() ?? events[0].firstDay)"
    text += " to \(events.map(\.lastDay).max() ?? events[0].lastDay)"
    guard let asOf else { return text + "." }
    let ahead = Set(events.filter { $0.lastDay > asOf }.map(\.name)).count
    return text + (ahead > 0 ? "; \(Readable.grouped(ahead)) of them still to come." : ".")
  }

  /// How the days were cleaned that models learned from, a sentence each, and the events known.
  static func data(_ report: ClusterReport) -> [String] {
    let lines = report.cleaning.map {
      CleaningText.text($0).split(separator: "\n").map(String.init)
    }
    return (lines ?? []) + [events(report.events, asOf: report.asOf)].filter { !$0.isEmpty }
  }

  static func percent(_ share: Double) -> String {
    if share > 0, share < 0.000_5 { return "< 0.1 %" }
    return Readable.decimal(share * 100, places: share >= 0.1 || share == 0 ? 0 : 1) + " %"
  }

  static func money(_ value: Double) -> String { Readable.decimal(value, places: 0) }

  /// MAE, RMSE, MASE and the two bands.
  static func row(_ accuracy: Accuracy?) -> [String] {
    guard let accuracy else { return ["-", "-", "-", "-", "-"] }
    return [
      Readable.decimal(accuracy.mae, places: 2), Readable.decimal(accuracy.rmse, places: 2),
      accuracy.mase.map { Readable.decimal($0, places: 3) } ?? "-",
      Readable.decimal(accuracy.coverage80 * 100, places: 1) + " %",
      Readable.decimal(accuracy.coverage95 * 100, places: 1) + " %",
    ]
  }

  static func figures(_ accuracy: Accuracy) -> [(value: String, name: String)] {
    let names = [
      "mean absolute error", "root of the mean square", "MASE", "within the 80 % band",
      "within the 95 % band",
    ]
    return zip(row(accuracy), names).map { ($0, $1) }
      + [(Readable.count(accuracy.count), "days compared")]
  }

  static func plan(_ kept: PlanCatalogue.Kept) -> [(value: String, name: String)] {
    let total = kept.summary.total
    return [
      (Readable.grouped(total.proposals), "orders"), (money(total.purchaseValue), "to buy"),
      (Readable.grouped(total.transfers), "moves"),
      (Readable.grouped(total.heldBack), "held back today"),
      (money(total.stockValue), "value on hand"), (money(total.lostValue), "lost sales expected"),
      (Readable.decimal(total.expectedFill * 100, places: 1) + " %", "of demand met from stock"),
      (money(total.yearlyCost), "cost of ordering and holding a year"),
    ]
  }
}

extension OrderSum {
  /// Some sums together.
  static func total(_ sums: [OrderSum]) -> OrderSum {
    sums.reduce(into: OrderSum()) { $0.merge($1) }
  }
}
