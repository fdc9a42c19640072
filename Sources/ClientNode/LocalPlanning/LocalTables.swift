public import CommandLineArguments
public import Demand
import Glibc
public import Settings
import Tables

/// The tables of a folder, read to be planned here and now, without a cluster.
public struct LocalTables: Sendable {
  /// The file of forecasts, which is the only one that must be there.
  public static let forecastFile = "forecasts.csv"
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
}
