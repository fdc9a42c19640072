import ClientNode
import CommandLineArguments
import Demand
import FoundationEssentials
import Messaging
import Replenishment
import Tables
import WireProtocol

/// What can be exported.
enum ExportChoice: String, CaseIterable, ArgumentValue {
  case forecasts
  case purchaseOrders = "purchase_orders"
  case transfers
  case policies
  case exceptions
  case prices
  case run
  case quarantine
  case models
  case sales

  /// Whether it is about a plan as a whole, and the coordinator has it.
  var isWhole: Bool { self == .prices || self == .run }

  /// The table of the workers that it is made from.
  var table: ExportTable {
    switch self {
    case .forecasts: .forecasts
    case .purchaseOrders, .transfers, .policies, .exceptions, .prices, .run: .plans
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
      "granary export transfers --plan scenario --output moves.csv",
      "What to move between warehouses, had the last scenario come true."),
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
  @Option("PLAN", help: "Which plan: current, the one before, or the last scenario's.")
  var plan: PlanPlace?
  @Option("FILE", help: "Write how many rows each shard gave, and a hash of them, as JSON.")
  var manifest: Path?
  @Flag(help: "Write JSON, one object a line, instead of CSV.") var json: Bool
  var cluster = ClusterOptions()

  func validate() throws(ArgumentError) {
    if choice != .forecasts, !quantiles.isEmpty {
      throw .contradiction("--quantiles goes with forecasts; \(choice.rawValue) have none")
    }
    if choice != .forecasts, cumulative {
      throw .contradiction("--cumulative goes with forecasts; \(choice.rawValue) have no totals")
    }
    if choice.table != .plans, plan != nil {
      throw .contradiction("--plan goes with what a plan is made of; \(choice.rawValue) are not")
    }
    if choice.isWhole, manifest != nil {
      throw .contradiction("--manifest goes with tables by SKU; \(choice.rawValue) comes whole")
    }
    _ = try ForecastRows(quantiles: quantiles)
  }

  func run() throws -> ExitCode {
    let interruption = try Interruption()
    let rows = ExportRows(
      choice, forecasts: try ForecastRows(quantiles: quantiles, cumulative: cumulative))
    let client = try cluster.client(as: .observer)
    guard !choice.isWhole else { return try writeWhole(rows.columns, client) }
    let file = try RowOutput(path: output.description, columns: rows.columns, asJSON: json)
    let line = Progress()
    defer { line.clear() }
    let stop = interruption.check("interrupted; \(output) was not written")
    var count = 0
    var share = 0.0
    let table = choice.table == .plans ? (plan ?? .current).table : choice.table
    let (columns, json) = (rows.columns, json)
    let threads = max(1, ProcessInfo.processInfo.activeProcessorCount)
    let shards = try Exporter(client).stream(table, threads: threads) { shard, shards in
      share = Double(shard) / Double(shards)
    } making: {
      stored throws(ClientError) in
      var text = RowText(columns: columns, asJSON: json)
      for row in stored { try rows.write(row, to: &text) }
      return (rows: stored.count, text: text.drain())
    } to: { part throws(ClientError) in
      try stop()
      try file.append(part.text)
      count += part.rows
      line.show(
        ProgressReading(
          "exporting \(choice.rawValue)", count: count,
          ProgressReading.Unit("record", "records"), share: share))
    }
    try file.finish()
    if let manifest {
      let target = try OutputTarget(path: manifest.description)
      try target.write(Self.text(shards))
      try target.publish()
    }
    return .success
  }

  /// Writes what a plan has of itself, not of a SKU.
  private func writeWhole(_ columns: [String], _ client: ClusterClient) throws -> ExitCode {
    let kept = try PlanCatalogue(client).find((plan ?? .current).name)
    let file = try RowOutput(path: output.description, columns: columns, asJSON: json)
    if choice == .prices {
      try file.append { $0.write(PriceRow.rows(of: kept.plan, kept.summary)) }
    } else {
      guard let asOf = kept.status.asOf else {
        throw ClientError.unexpected(node: "the coordinator", what: "a plan of no day")
      }
      let skus = Int(kept.status.outcome.skus)
      let row = RunRow(asOf: asOf, skus: skus, kept.plan, kept.summary)
      try file.append { $0.write([row]) }
    }
    try file.finish()
    return .success
  }

  private static func text(_ shards: [ExportedShard]) -> String {
    var json = JSONText()
    json.object { json in
      json.member("rows", shards.reduce(0) { $0 + $1.rows })
      json.array("shards") { json in
        for shard in shards {
          json.object { json in
            json.member("shard", shard.shard)
            json.member("rows", shard.rows)
            json.member("hash", String(shard.hash, radix: 16))
          }
        }
      }
    }
    json.newline()
    return json.drain()
  }
}
