import ClientNode
import CommandLineArguments
import Demand
import FoundationEssentials
import Messaging
import WireProtocol

/// `granary get`: the served forecasts of SKUs.
struct GetVerb: Command {
  static let name = "get"
  static let abstract = "Read the served forecasts of SKUs."
  static let discussion = """
    SKUs that have no forecast are named on standard error; the command fails when none has one. \
    Without --csv or --json a table is printed, the total of a SKU under the location (all).
    """
  static let examples = [
    Example(
      "granary get SKU-000001 --quantiles 0.5,0.9", "Two weeks of a SKU, with two quantiles."),
    Example(
      "granary get --input skus.txt --location berlin --days 28 --csv", "A list of SKUs at a place."
    ),
  ]

  @Argument("SKU", help: "The SKUs.") var skus: [String]
  @Option("FILE", help: "More SKUs, one a line; - is standard input.") var input: Path?
  @Option("NAME", help: "Only this location.") var location: String?
  @Option("Q,...", separator: ",", help: "Quantiles beside the mean.") var quantiles: [Double]
  @Option("DAYS", .within(1...Forecast.maximumHorizon), help: "Days to show.") var days = 14
  @Flag(help: "Print CSV.") var csv: Bool
  @Flag(help: "Print JSON, one object a line.") var json: Bool
  var cluster = ClusterOptions()

  func validate() throws(ArgumentError) {
    if csv, json { throw .contradiction("--csv and --json exclude each other; leave one out") }
    if skus.isEmpty, input == nil {
      throw .contradiction("`granary get` needs SKUs, as words or by --input FILE")
    }
    _ = try ForecastRows(quantiles: quantiles, days: days)
  }

  func run() throws -> ExitCode {
    let wanted = try wantedSKUs()
    let rows = try ForecastRows(quantiles: quantiles, days: days)
    let reader = ForecastReader(try cluster.client(as: .observer))
    var missing: [SKU] = []
    if csv || json {
      let output = try RowOutput(path: "-", columns: rows.columns, asJSON: json)
      try read(wanted, reader, &missing) { sku, series throws(ClientError) in
        try output.append { text throws(ClientError) in
          try rows.write(series.value, of: sku, at: series.location, to: &text)
        }
      }
      try output.finish()
    } else {
      var table = TextTable(
        [.left("SKU"), .left("Location"), .left("Date"), .right("Mean")]
          + rows.columns.dropFirst(4).map { .right($0) })
      try read(wanted, reader, &missing) { sku, series throws(ClientError) in
        try rows.add(series.value, of: sku, at: series.location, to: &table)
      }
      if missing.count < wanted.count {
        try Terminal.standardOutput.write(table.render(for: .standardOutput))
      }
    }
    for sku in missing {
      try Terminal.standardError.write(
        "granary: no forecast of \"\(sku)\"\(location.map { " at \"\($0)\"" } ?? ""); "
          + "`granary explain sku` says what is known of it\n")
    }
    return missing.count == wanted.count ? .failure : .success
  }

  private func read(
    _ wanted: [SKU], _ reader: ForecastReader, _ missing: inout [SKU],
    _ body: (SKU, StoredSeries) throws(ClientError) -> Void
  ) throws(ClientError) {
    let place = location.map { Array($0.utf8) }
    try reader.read(wanted) { index, record throws(ClientError) in
      let series = record.series.filter { place == nil || $0.location?.bytes == place }
      if series.isEmpty { missing.append(wanted[index]) }
      for part in series { try body(wanted[index], part) }
    }
  }

  private func wantedSKUs() throws -> [SKU] {
    var names = skus
    if let input {
      let path = input.isStandardStream ? "/dev/stdin" : input.description
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw ClientError.badFile(
          path: input.description, reason: "cannot be read as UTF-8; it needs one SKU a line")
      }
      names += text.split(whereSeparator: \.isNewline).map(String.init)
    }
    return try names.map { try SKU($0) }
  }
}
