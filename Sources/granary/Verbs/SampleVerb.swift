import CommandLineArguments
import Demand
import FoundationEssentials
import Marketplace
import Tables
import Threading

/// `granary sample`: a made-up marketplace to try everything on.
struct SampleVerb: Command {
  static let name = "sample"
  static let abstract = "Write a made-up marketplace: sales, stock and what plans are made by."
  static let discussion = """
    Writes sales.csv, items.csv, warehouses.csv, inventory.csv, suppliers.csv, distribution.csv, \
    policy.csv, limits.csv and events.csv into a folder, which is made where it is not there. The \
    same options give the same bytes on any machine; a larger sample begins with the sales of the \
    smaller one. With --truth there are two more, to score forecasts by: truth.csv has the mean of \
    what is asked for on each day with a row and on the days of the horizon, future.csv what is \
    asked for then.
    """
  static let examples = [
    Example("granary sample --output sample", "2,000 SKUs in 6 warehouses, two years of days."),
    Example(
      "granary sample --output small --skus 50 --warehouses 2 --days 120", "A small one."),
    Example(
      "granary sample --output scored --skus 200 --truth --horizon 14",
      "With what the two weeks after it bring, and the best that a forecast of them can be."),
  ]

  @Option("DIR", help: "The folder to write into.") var output: Path
  @Option("N", .within(1...SampleMarketplace.maximumSKUs), help: "SKUs.") var skus = 2_000
  @Option("N", .within(1...WarehouseList.maximumCount), help: "Warehouses.") var warehouses = 6
  @Option("N", .within(1...DemandSeries.maximumDays), help: "Days of sales.") var days = 730
  @Option("NUMBER", .atLeast(0), help: "What all chance comes from.") var seed = 1
  @Option("DATE", .within(Day.supported), help: "The last day of sales.")
  var lastDay = SampleMarketplace().lastDay
  @Flag(help: "Some of what is sold comes back: rows of negative units.") var returns: Bool
  @Flag(help: "Write truth.csv and future.csv too.") var truth: Bool
  @Option(
    "N", .within(1...SampleMarketplace.maximumTruthDays),
    help: "Days after the last one in truth.csv and future.csv; 28 unless given.")
  var horizon: Int?
  @Option("N", .within(1...256), help: "Threads; without it one for each core.") var threads: Int?
  @Flag(help: "Say what was written as JSON.") var json: Bool

  private static let usualHorizon = 28

  func validate() throws(ArgumentError) {
    guard truth || horizon == nil else {
      throw .contradiction("--horizon is about what --truth writes; add --truth or leave it out")
    }
    guard Day.supported.upperBound - lastDay >= (horizon ?? (truth ? Self.usualHorizon : 0)) else {
      throw .contradiction(
        "the days of the truth after \(lastDay) end after \(Day.supported.upperBound); "
          + "take an earlier --last-day or a shorter --horizon")
    }
    guard lastDay - Day.supported.lowerBound >= days - 1 else {
      throw .contradiction(
        "\(days) days before \(lastDay) start before \(Day.supported.lowerBound); "
          + "take fewer --days or a later --last-day")
    }
  }

  func run() throws -> ExitCode {
    try Folder.make(output.description)
    try checkIsNobodysData()
    let interruption = try Interruption()
    let progress = Progress(isForPrograms: json)
    defer { progress.clear() }
    let clock = MonotonicClock()
    let start = clock.nanoseconds
    var marketplace = SampleMarketplace(
      skus: skus, warehouses: warehouses, days: days, seed: UInt64(seed), lastDay: lastDay)
    marketplace.withReturns = returns
    if truth { marketplace.truthDays = horizon ?? Self.usualHorizon }
    let summary = try marketplace.write(
      into: output.description,
      threads: threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
    ) { done in
      progress.show(ProgressReading("sampling", count: done, of: skus, .skus))
      return !interruption.isRequested
    }
    progress.clear()
    let seconds = Double(clock.nanoseconds - start) / 1e9
    try Terminal.standardOutput.write(
      json ? document(summary, seconds: seconds) : sentence(summary, seconds: seconds))
    return .success
  }

  /// A sample may be written over another one, never over tables of somebody's own.
  private func checkIsNobodysData() throws {
    for name in ["sales.csv", "items.csv", "inventory.csv"] {
      let file = "\(output)/\(name)"
      guard let head = TextFile.head(file) else { continue }
      let lines = head.split(maxSplits: 2, whereSeparator: \.isNewline)
      guard lines.count > 1, !lines[1].hasPrefix("SKU-") else { continue }
      throw GranaryError.foreignTable(file)
    }
  }

  private func sentence(_ summary: SampleMarketplace.Summary, seconds: Double) -> String {
    var parts = [
      "\(Readable.grouped(summary.salesRows)) sales rows",
      "\(Readable.grouped(summary.units)) units",
      "\(Readable.grouped(summary.outOfStockRows)) rows with an empty shelf",
    ]
    if returns { parts.append("\(Readable.grouped(summary.returnedUnits)) units returned") }
    parts += [
      "\(Readable.grouped(summary.stockRows)) stock rows",
      "\(Readable.grouped(summary.supplyRows)) supply rows",
      "\(Readable.grouped(summary.eventRows)) events",
    ]
    if truth {
      parts.append("\(Readable.grouped(summary.truthRows)) rows of truth")
      parts.append("\(Readable.grouped(summary.futureRows)) rows of the future")
    }
    return """
      \(output): \(Readable.grouped(skus)) SKUs in \(warehouses) warehouses, \
      \(Readable.grouped(days)) days to \(lastDay): \(parts.joined(separator: ", ")), \
      in \(Readable.duration(seconds: seconds))

      """
  }

  private func document(_ summary: SampleMarketplace.Summary, seconds: Double) -> String {
    var json = JSONText()
    json.object { json in
      json.member("folder", output.description)
      json.member("skus", skus)
      json.member("warehouses", warehouses)
      json.member("days", days)
      json.member("last_day", lastDay.description)
      json.member("seed", seed)
      json.member("sales_rows", summary.salesRows)
      json.member("units", summary.units)
      json.member("out_of_stock_rows", summary.outOfStockRows)
      json.member("returned_units", summary.returnedUnits)
      json.member("stock_rows", summary.stockRows)
      json.member("supply_rows", summary.supplyRows)
      json.member("events", summary.eventRows)
      json.member("truth_rows", summary.truthRows)
      json.member("future_rows", summary.futureRows)
      json.member("seconds", seconds)
    }
    json.newline()
    return json.drain()
  }
}
