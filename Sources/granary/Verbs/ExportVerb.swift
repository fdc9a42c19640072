import ClientNode
import CommandLineArguments
import Demand
import Tables
import WireProtocol

/// What can be exported.
enum ExportChoice: String, CaseIterable, ArgumentValue {
  case forecasts
  case purchaseOrders = "purchase_orders"
  case policies
  case exceptions
  case quarantine
  case models
  case sales

  /// The table of the workers that it is made from.
  var table: ExportTable {
    switch self {
    case .forecasts: .forecasts
    case .purchaseOrders, .policies, .exceptions: .plans
    case .quarantine: .quarantine
    case .models: .models
    case .sales: .series
    }
  }
}

/// `granary export`: a whole table of the cluster as a file.
struct ExportVerb: Command {
  static let name = "export"
  static let abstract = "Write forecasts, orders, policies and more to a file."
  static let discussion = """
    Rows come in the order of shards and SKUs, the same on any cluster. A file appears when it is \
    complete. In forecasts the total of a SKU has an empty location; with --cumulative each has \
    what plans are made of beside its days, quantiles of the demand of all days so far, on the \
    days that are known: `granary allocate --input DIR` reads that. quarantine lists the SKUs that \
    a model could not take; models says what was chosen for each series, and why.
    """
  static let examples = [
    Example(
      "granary export purchase_orders --output orders.csv", "What to order, with a reason each."),
    Example(
      "granary export forecasts --quantiles 0.5,0.9 --output - | gzip > forecasts.csv.gz",
      "All forecasts through a pipe."),
    Example(
      "granary export forecasts --cumulative --output tables/forecasts.csv",
      "Forecasts to plan by without the cluster."),
  ]

  @Argument("TABLE", help: "What to write.") var choice: ExportChoice
  @Option("FILE", help: "Where to; - is standard output.") var output: Path
  @Option("Q,...", separator: ",", help: "Quantiles beside the mean of forecasts.")
  var quantiles: [Double]
  @Flag(help: "Add quantiles of the demand of all days so far to forecasts.")
  var cumulative: Bool
  @Flag(help: "Write JSON, one object a line, instead of CSV.") var json: Bool
  var cluster = ClusterOptions()

  func validate() throws(ArgumentError) {
    if choice != .forecasts, !quantiles.isEmpty {
      throw .contradiction("--quantiles goes with forecasts; \(choice.rawValue) have none")
    }
    if choice != .forecasts, cumulative {
      throw .contradiction("--cumulative goes with forecasts; \(choice.rawValue) have no totals")
    }
    _ = try ForecastRows(quantiles: quantiles)
  }

  func run() throws -> ExitCode {
    let interruption = try Interruption()
    let rows = ExportRows(
      choice, forecasts: try ForecastRows(quantiles: quantiles, cumulative: cumulative))
    let exporter = Exporter(try cluster.client())
    let file = try RowOutput(path: output.description, columns: rows.columns, asJSON: json)
    let line = ProgressLine()
    defer { line.clear() }
    let stop = interruption.check("interrupted; \(output) was not written")
    var count = 0
    _ = try exporter.stream(choice.table) { row throws(ClientError) in
      try rows.write(row, to: file)
      count += 1
      if count % 256 == 0 {
        try stop()
        line.show("\(choice.rawValue): \(Readable.grouped(count)) series")
      }
    }
    try file.finish()
    return .success
  }
}
