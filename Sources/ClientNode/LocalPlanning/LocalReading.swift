import CommandLineArguments
import Demand
import Glibc
import Tables

/// The reading of a folder's tables: what came of it so far.
struct LocalReading {
  /// Rows or forecasts between two looks at the user.
  private static let rowsPerTurn = 8_192

  let folder: String
  let rejectsFolder: String
  let rejectLimit: Int
  let stop: () throws(ClientError) -> Void
  let progress: (ProgressReading) -> Void

  var shards: [LocalShard]
  var document = PlanningDocument()
  var reports: [IngestReport] = []
  var asOf: Day?
  var forecastRows = 0, forecastCount = 0
  var hasTotals = false

  init(
    folder: String, rejectsFolder: String, shardCount: Int, rejectLimit: Int,
    stop: @escaping () throws(ClientError) -> Void, progress: @escaping (ProgressReading) -> Void
  ) {
    self.folder = folder
    self.rejectsFolder = rejectsFolder
    self.rejectLimit = rejectLimit
    self.stop = stop
    self.progress = progress
    shards = Array(repeating: LocalShard(), count: shardCount)
  }

  /// The locations that rows may name; nothing where no warehouses were named, so that any will do.
  private var knownLocations: [Location]? {
    let warehouses = document.warehouses.warehouses
    return warehouses.isEmpty ? nil : warehouses.map(\.location)
  }

  // MARK: Tables

  /// Reads a table if it is there.
  mutating func read(_ table: InputTable) throws(ClientError) {
    do { try readRows(of: table) } catch {
      // `--columns`, which names columns anew where sales are taken in, is no word of planning.
      guard case .table(.missingColumn(let file, let column, let found, let nearest, _)) = error
      else { throw error }
      throw .table(
        .missingColumn(file: file, column: column, found: found, nearest: nearest, key: nil))
    }
  }

  private mutating func readRows(of table: InputTable) throws(ClientError) {
    let rejects = RejectFile(path: "\(rejectsFolder)/\(table.fileName).rejects.csv")
    // Those of an earlier plan say nothing of this one.
    unsafe unlink(rejects.path)
    guard let path = try table.path(in: folder) else { return }
    let source = try onTables { () throws(TableError) in try ByteSource(path: path) }
    var report = IngestReport(IngestInput(path: path, table: table, rejectsPath: rejects.path))
    switch table {
    case .warehouses, .policy, .limits:
      report.rows = try readWhole(table, source, rejects)
    case .items: report.rows = try readItems(source, rejects)
    case .suppliers: report.rows = try readSuppliers(source, rejects)
    case .distribution: report.rows = try readDistribution(source, rejects)
    case .inventory: report.rows = try readInventory(source, rejects)
    case .sales, .events: return
    }
    try onTables { () throws(TableError) in try rejects.finish() }
    report.rows += rejects.count
    report.take(rejects)
    reports.append(report)
  }

  private mutating func readWhole(
    _ table: InputTable, _ source: ByteSource, _ rejects: RejectFile
  ) throws(ClientError) -> Int {
    let known = knownLocations
    func rows<Rows>(
      _ read: () throws(TableError) -> (Rows, rejected: [RejectedRow])
    ) throws(ClientError) -> Rows {
      let (rows, bad) = try onTables(read)
      for row in bad { try onTables { () throws(TableError) in try rejects.add(row) } }
      try checkCount(rejects, source)
      return rows
    }
    switch table {
    case .policy:
      document.rules = try rows { () throws(TableError) in
        try PolicyReader.read(source, knownLocations: known)
      }
      return document.rules.count
    case .limits:
      document.limits = try rows { () throws(TableError) in try LimitReader.read(source) }
      return [document.limits.cash, document.limits.cashToday].count { $0 != nil }
    default:
      document.warehouses = try rows { () throws(TableError) in
        try WarehouseReader.read(source)
      }
      return document.warehouses.warehouses.count
    }
  }

  private mutating func readItems(
    _ source: ByteSource, _ rejects: RejectFile
  ) throws(ClientError) -> Int {
    var reader = try onTables { () throws(TableError) in try ItemReader(source) }
    var (count, shards) = (0, takeShards())
    defer { self.shards = shards }
    try turns(source, rejects) { rejected throws(TableError) in
      try reader.read(
        maximumRows: Self.rowsPerTurn,
        item: { sku, item in
          shards[sku.shard(of: shards.count)].take(sku, item)
          count += 1
        }, rejected: { rejected($0) })
    }
    return count
  }

  private mutating func readInventory(
    _ source: ByteSource, _ rejects: RejectFile
  ) throws(ClientError) -> Int {
    let known = knownLocations
    var reader = try onTables { () throws(TableError) in
      try InventoryReader(source, knownLocations: known)
    }
    var (count, shards) = (0, takeShards())
    defer { self.shards = shards }
    try turns(source, rejects) { rejected throws(TableError) in
      try reader.read(
        maximumRows: Self.rowsPerTurn,
        stock: { sku, location, stock in
          shards[sku.shard(of: shards.count)].take(sku, at: location, stock)
          count += 1
        }, rejected: { rejected($0) })
    }
    return count
  }

  private mutating func readSuppliers(
    _ source: ByteSource, _ rejects: RejectFile
  ) throws(ClientError) -> Int {
    let known = knownLocations
    var reader = try onTables { () throws(TableError) in
      try SupplierReader(source, knownLocations: known)
    }
    var supply = SupplyTake(takeShards(), source.name)
    defer { shards = supply.shards }
    try turns(source, rejects) { rejected throws(TableError) in
      try reader.read(
        maximumRows: Self.rowsPerTurn, option: { supply.take($0, $1, $2) },
        rejected: { rejected($0) })
    }
    try supply.check()
    return supply.count
  }

  private mutating func readDistribution(
    _ source: ByteSource, _ rejects: RejectFile
  ) throws(ClientError) -> Int {
    let known = knownLocations
    var reader = try onTables { () throws(TableError) in
      try DistributionReader(source, knownLocations: known)
    }
    var supply = SupplyTake(takeShards(), source.name)
    var lanes: [Lane] = []
    defer { shards = supply.shards }
    try turns(source, rejects) { rejected throws(TableError) in
      try reader.read(
        maximumRows: Self.rowsPerTurn, option: { supply.take($0, $1, $2) },
        lane: { lanes.append($0) }, rejected: { rejected($0) })
    }
    document.lanes = lanes
    try supply.check()
    return supply.count + lanes.count
  }

  // MARK: Forecasts

  mutating func readForecasts() throws(ClientError) {
    let path =
      try TableFile.path(of: LocalTables.forecastTable, in: folder)
      ?? "\(folder)/\(LocalTables.forecastFile)"
    let known = knownLocations
    let source = try onTables { () throws(TableError) in try ByteSource(path: path) }
    var reader = try onTables { () throws(TableError) in
      try LongForecastReader(source, knownLocations: known)
    }
    hasTotals = reader.hasTotals
    while let forecast = try onTables({ () throws(TableError) in try reader.next() }) {
      let totals =
        hasTotals
        ? forecast.totals
        : TotalsOfDays.totals(
          mean: forecast.mean, quantiles: forecast.quantiles, levels: reader.levels)
      let shard = forecast.sku.shard(of: shards.count)
      let twin = shards[shard].take(
        forecast.sku, at: forecast.location, mean: forecast.mean, totals: totals,
        line: forecast.line)
      if let twin {
        throw .inputRefused(
          "\(path):\(forecast.line): a second forecast of \"\(forecast.sku)\" at "
            + "\"\(forecast.location)\", the first is on line \(twin); let its days stand together")
      }
      forecastCount += 1
      guard forecastCount % Self.rowsPerTurn == 0 else { continue }
      try stop()
      progress(ProgressReading("reading forecasts", count: reader.rowCount, .rows))
    }
    forecastRows = reader.rowCount
    asOf = reader.asOf
  }

  // MARK: Turns

  /// Takes the shards out, so that closures may change them without a copy.
  private mutating func takeShards() -> [LocalShard] {
    defer { shards = [] }
    return shards
  }

  /// Reads a few rows again and again until there are no more.
  private func turns(
    _ source: ByteSource, _ rejects: RejectFile,
    _ read: (_ rejected: (RejectedRow) -> Void) throws(TableError) -> Bool
  ) throws(ClientError) {
    var isMore = true
    while isMore {
      var bad: [RejectedRow] = []
      isMore = try onTables { () throws(TableError) in try read { bad.append($0) } }
      for row in bad { try onTables { () throws(TableError) in try rejects.add(row) } }
      try checkCount(rejects, source)
      try stop()
      progress(
        ProgressReading("reading \(source.name)", notes: [Readable.bytes(source.bytesRead)]))
    }
  }

  private func checkCount(_ rejects: RejectFile, _ source: ByteSource) throws(ClientError) {
    guard rejectLimit > 0, rejects.count > rejectLimit else { return }
    try onTables { () throws(TableError) in try rejects.finish() }
    throw .inputRefused(
      "\(source.name) has more than \(rejectLimit) bad rows (ingest.rejectLimit), see "
        + "\(rejects.path); nothing was planned")
  }
}

/// Takes ways of supply in, and remembers the first SKU that has too many.
private struct SupplyTake {
  var shards: [LocalShard]
  var count = 0
  private let file: String
  private var surfeit: SKU?

  init(_ shards: consuming [LocalShard], _ file: String) {
    self.shards = shards
    self.file = file
  }

  mutating func take(_ sku: SKU, _ location: Location?, _ option: SupplyOption) {
    count += 1
    let isTaken = shards[sku.shard(of: shards.count)].take(sku, at: location, option)
    if !isTaken, surfeit == nil { surfeit = sku }
  }

  func check() throws(ClientError) {
    guard let surfeit else { return }
    throw .inputRefused(
      "\(file): \"\(surfeit)\" comes to a place from more than \(SupplyList.maximumCount) "
        + "origins; leave some out")
  }
}
