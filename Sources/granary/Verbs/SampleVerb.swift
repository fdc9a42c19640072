import CommandLineArguments
import Demand
import Marketplace
import Tables
import Threading

/// `granary sample`: a made-up marketplace to try everything on.
struct SampleVerb: Command {
  static let name = "sample"
  static let abstract = "Write a made-up marketplace: sales, stock and what plans are made by."
  static let discussion = """
    Writes sales.csv, items.csv, warehouses.csv, inventory.csv, suppliers.csv, distribution.csv, \
    policy.csv and limits.csv into a folder, which is made where it is not there. The same options \
    give the same bytes on any machine; a larger sample begins with the sales of the smaller one.
    """
  static let examples = [
    Example("granary sample --output sample", "2,000 SKUs in 6 warehouses, two years of days."),
    Example(
      "granary sample --output small --skus 50 --warehouses 2 --days 120", "A small one."),
  ]

  @Option("DIR", help: "The folder to write into.") var output: Path
  @Option("N", .within(1...SampleMarketplace.maximumSKUs), help: "SKUs.") var skus = 2_000
  @Option("N", .within(1...WarehouseList.maximumCount), help: "Warehouses.") var warehouses = 6
  @Option("N", .within(1...DemandSeries.maximumDays), help: "Days of sales.") var days = 730
  @Option("NUMBER", .atLeast(0), help: "What all chance comes from.") var seed = 1
  @Option("DATE", .within(Day.supported), help: "The last day of sales.")
  var lastDay = SampleMarketplace().lastDay
  @Flag(help: "Say what was written as JSON.") var json: Bool

  func validate() throws(ArgumentError) {
    guard lastDay - Day.supported.lowerBound >= days - 1 else {
      throw .contradiction(
        "\(days) days before \(lastDay) start before \(Day.supported.lowerBound); "
          + "take fewer --days or a later --last-day")
    }
  }

  func run() throws -> ExitCode {
    try Folder.make(output.description)
    let clock = MonotonicClock()
    let start = clock.nanoseconds
    let marketplace = SampleMarketplace(
      skus: skus, warehouses: warehouses, days: days, seed: UInt64(seed), lastDay: lastDay)
    let summary = try marketplace.write(into: output.description)
    let seconds = Double(clock.nanoseconds - start) / 1e9
    try Terminal.standardOutput.write(
      json ? document(summary, seconds: seconds) : sentence(summary, seconds: seconds))
    return .success
  }

  private func sentence(_ summary: SampleMarketplace.Summary, seconds: Double) -> String {
    """
    \(output): \(Readable.grouped(skus)) SKUs in \(warehouses) warehouses, \
    \(Readable.grouped(days)) days to \(lastDay): \(Readable.grouped(summary.salesRows)) sales \
    rows, \(Readable.grouped(summary.units)) units, \(Readable.grouped(summary.stockRows)) stock \
    rows, \(Readable.grouped(summary.supplyRows)) supply rows, \
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
      json.member("stock_rows", summary.stockRows)
      json.member("supply_rows", summary.supplyRows)
      json.member("seconds", seconds)
    }
    json.newline()
    return json.drain()
  }
}
