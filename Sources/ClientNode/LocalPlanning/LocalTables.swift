public import CommandLineArguments
public import Demand
import Glibc
public import Replenishment
public import Settings
import Tables

/// The tables of a folder, read to be planned here and now, without a cluster.
public struct LocalTables: Sendable {
  /// The table of forecasts, which is the only one that must be there.
  static let forecastTable = "forecasts"
  /// Its file, as CSV.
  public static let forecastFile = "\(forecastTable).csv"
  /// The tables that plans are made from, in the order in which they are read: what the others
  /// refer to comes first.
  public static let tables: [InputTable] = [
    .warehouses, .policy, .limits, .items, .suppliers, .distribution, .inventory,
  ]

  /// What was read of the folder, table by table.
  public internal(set) var reports: [IngestReport] = []
  /// Rows of forecasts, and forecasts of a SKU at a location.
  public internal(set) var forecastRows = 0, forecastCount = 0
  /// Whether the forecasts carry quantiles of totals; otherwise they were made of the days.
  public internal(set) var hasTotals = false
  /// The day on which the forecasts stand.
  public internal(set) var asOf: Day
  /// The longest forecast, in days.
  public internal(set) var horizon = 0
  /// What all SKUs share.
  public internal(set) var document = PlanningDocument()
  /// The SKUs, by shard.
  var shards: [LocalShard]

  /// How many SKUs there are.
  public var skuCount: Int { shards.reduce(0) { $0 + $1.count } }

  /// Reads the tables of a folder; bad rows are left out and written to `rejectsFolder`.
  public init(
    folder: String, rejectsFolder: String, settings: ResolvedSettings,
    stop: @escaping () throws(ClientError) -> Void = {},
    progress: @escaping (ProgressReading) -> Void = { _ in }
  ) throws(ClientError) {
    var reading = LocalReading(
      folder: folder, rejectsFolder: rejectsFolder, shardCount: settings.cluster.shards,
      rejectLimit: settings.ingest.rejectLimit, stop: stop, progress: progress)
    for table in Self.tables { try reading.read(table) }
    try reading.readForecasts()
    guard let asOf = reading.asOf else {
      throw .inputRefused(
        "\(folder)/\(Self.forecastFile) has no forecast of a SKU at a location; write it with "
          + "granary export forecasts --cumulative")
    }
    self.asOf = asOf
    shards = reading.shards
    for index in shards.indices {
      shards[index].finish()
      horizon = max(horizon, shards[index].horizon)
    }
    reports = reading.reports
    forecastRows = reading.forecastRows
    forecastCount = reading.forecastCount
    hasTotals = reading.hasTotals
    document = reading.document
  }

  /// Complains of a scenario that is about nothing in the tables: nothing would be different, and
  /// nobody would know.
  public func check(_ scenario: Scenario, path: String) throws(ClientError) {
    try ScenarioFile.check(scenario, path: path, against: document)
    let days = asOf + 1...asOf + max(1, horizon)
    for change in scenario.demand {
      let (from, to) = (change.from ?? days.lowerBound, change.to ?? days.upperBound)
      guard from <= days.upperBound, to >= days.lowerBound else {
        let named = [change.from.map { "from \($0)" }, change.to.map { "to \($0)" }]
          .compactMap(\.self).joined(separator: " ")
        throw .inputRefused(
          "\(path): a change of demand is \(named), and the forecasts are from "
            + "\(days.lowerBound) to \(days.upperBound); name some of these days")
      }
      guard !shards.contains(where: { $0.hasDemand(of: change) }) else { continue }
      let named = [
        change.sku.map { "sku \"\($0)\"" }, change.category.map { "category \"\($0)\"" },
        change.location.map { "location \"\($0)\"" },
      ].compactMap(\.self).joined(separator: ", ")
      throw .inputRefused("\(path): a change of demand is about \(named), and no forecast is")
    }
  }
}
