import Demand
import FoundationEssentials
import Glibc
import Packing
public import Settings
import Tables
import Threading
import WireProtocol

/// Takes inputs in: reads rows, packs them by shard and sends them straight to the workers that own
/// the shards, in one pass and bounded memory.
public final class Ingestor {
  /// Rows read between two looks at the sockets.
  static let rowsPerTurn = 2_048
  /// Room for the batches that are open, one for each shard: the default size fits 3,072 shards,
  /// with more of them batches are smaller.
  static let openBytes = 192 << 20
  private static let progressMilliseconds: Int64 = 200

  /// Told how far an input is, a few times a second; what it throws ends the ingest.
  public typealias Progress = (IngestProgress) throws(ClientError) -> Void

  let client: ClusterClient
  private let settings: IngestSettings
  private let progress: Progress
  private let stop: () throws(ClientError) -> Void
  private var start: Moment
  private var toldAt: Moment
  /// How far the input is.
  private var reached: IngestProgress?

  /// Takes in on a cluster; `stop` is asked all the time and throws to end the ingest.
  public init(
    _ client: ClusterClient, settings: IngestSettings,
    stop: @escaping () throws(ClientError) -> Void = {}, progress: @escaping Progress = { _ in }
  ) {
    self.client = client
    self.settings = settings
    self.stop = stop
    self.progress = progress
    start = client.clock.now
    toldAt = start
  }

  /// Takes inputs in, one after the other, and reports on each when all of it is committed.
  ///
  /// Of strict ones every row of every input is looked at before the first is sent.
  public func ingest(
    _ inputs: [IngestInput], report: (IngestReport) throws(ClientError) -> Void
  ) throws(ClientError) {
    var known: [Location]?
    for input in inputs where input.isStrict {
      if input.table == .warehouses {
        known = try readWarehouses(input).list.warehouses.map(\.location)
        continue
      }
      let places: [Location]?
      if let known { places = known } else { places = try knownLocations() }
      if input.table.isDocument {
        _ = try readPart(input, known: places)
      } else {
        try check(input, known: places)
      }
    }
    for input in inputs {
      start = client.clock.now
      var result = try take(input)
      result.seconds = Double(client.clock.now - start) / 1_000
      try report(result)
    }
  }

  // MARK: Rows

  private func take(_ input: IngestInput) throws(ClientError) -> IngestReport {
    reached = nil
    let known = try knownLocations()
    if input.table.isDocument { return try takePart(input, known: known) }
    let source = try open(input)
    switch input.table {
    case .items: return try send(try ItemFeed(source), of: input, source)
    case .suppliers: return try send(try SupplierFeed(source, known), of: input, source)
    case .distribution:
      let found = FoundLanes()
      let feed = try DistributionFeed(source, known, lanes: found)
      var report = try send(feed, of: input, source)
      report.rows += found.lanes.count
      try changeDocument(of: input) { $0.lanes = found.lanes }
      return report
    case .inventory: return try send(try InventoryFeed(source, input, known), of: input, source)
    default: return try send(try SalesFeed(source, input, known), of: input, source)
    }
  }

  private func check(_ input: IngestInput, known: [Location]?) throws(ClientError) {
    let source = try open(input)
    guard source.isRewindable else {
      throw .inputRefused(
        "--strict reads \(source.name) twice, which can be read only once; save it as a file")
    }
    switch input.table {
    case .items: try check(try ItemFeed(source), of: input, source)
    case .suppliers: try check(try SupplierFeed(source, known), of: input, source)
    case .distribution:
      try check(
        try DistributionFeed(source, known, lanes: FoundLanes()), of: input, source)
    case .inventory: try check(try InventoryFeed(source, input, known), of: input, source)
    default: try check(try SalesFeed(source, input, known), of: input, source)
    }
    // Standard input may be a file, which is read on.
    try onTables { () throws(TableError) in try source.rewind() }
  }

  private func open(_ input: IngestInput) throws(ClientError) -> ByteSource {
    try onTables { () throws(TableError) in try input.open() }
  }

  /// Sends the good rows of an input.
  private func send<Feed: TableFeed & ~Copyable>(
    _ feed: consuming Feed, of input: IngestInput, _ source: ByteSource
  ) throws(ClientError) -> IngestReport {
    let id = try input.source()
    let shardCount = try client.readingMap().placement.shardCount
    let batchBytes = min(settings.batchKiB * 1_024, Self.openBytes / shardCount)
    var cutter = BatchCutter<Feed.Writer>(
      source: id, shardCount: shardCount, batchBytes: batchBytes)
    let sender = try BatchSender(
      client, table: input.batchTable, credits: settings.creditsPerWorker,
      batchBytes: batchBytes, stop: stop
    ) { [self] silence throws(ClientError) in try say(silence) }
    let rejects = RejectFile(path: input.rejectsPath)
    let notes = try read(feed, of: input, source, into: &cutter, rejects) {
      cutter throws(ClientError) in
      for batch in cutter.takeReady() { try sender.offer(batch.identity, batch.payload) }
      try sender.pump(timeoutMilliseconds: 0)
      return sender.committed
    }
    while let last = cutter.takeLast() { try sender.offer(last.identity, last.payload) }
    try sender.finish()
    try onTables { () throws(TableError) in try rejects.finish() }
    var report = IngestReport(input)
    report.source = id
    report.notes = notes
    report.format = source.format
    report.rows = cutter.rowCount + rejects.count + report.ignoredRows
    report.batches = sender.committed
    report.knownBatches = sender.duplicates
    report.take(rejects)
    return report
  }

  /// Looks at every row of an input and complains of the bad ones.
  private func check<Feed: TableFeed & ~Copyable>(
    _ feed: consuming Feed, of input: IngestInput, _ source: ByteSource
  ) throws(ClientError) {
    var cutter = BatchCutter<Feed.Writer>(
      source: SourceID(high: 0, low: 0), shardCount: 1, batchBytes: settings.batchKiB * 1_024)
    let rejects = RejectFile(path: input.rejectsPath)
    _ = try read(feed, of: input, source, into: &cutter, rejects) { cutter throws(ClientError) in
      _ = cutter.takeReady()
      try stop()
      return nil
    }
    try onTables { () throws(TableError) in try rejects.finish() }
    if let first = rejects.first.first { throw Self.refusal(of: input, first, rejects) }
  }

  /// Reads an input to its end and says what there is to say of its rows; `turn` takes what became
  /// ready and says how many batches are committed, or nothing while the rows are only looked at.
  private func read<Feed: TableFeed & ~Copyable>(
    _ feed: consuming Feed, of input: IngestInput, _ source: ByteSource,
    into cutter: inout BatchCutter<Feed.Writer>, _ rejects: RejectFile,
    turn: (inout BatchCutter<Feed.Writer>) throws(ClientError) -> Int?
  ) throws(ClientError) -> IngestNotes {
    let size = Self.size(of: input.path)
    var bad: [RejectedRow] = []
    var isMore = true
    while isMore {
      do throws(TableError) {
        isMore = try feed.read(
          maximumRows: Self.rowsPerTurn, into: &cutter, rejected: { bad.append($0) })
        for row in bad { try rejects.add(row) }
        bad.removeAll(keepingCapacity: true)
      } catch {
        throw .table(error)
      }
      if settings.rejectLimit > 0, rejects.count > settings.rejectLimit {
        try onTables { () throws(TableError) in try rejects.finish() }
        throw Self.surfeit(of: input, limit: settings.rejectLimit, rejects)
      }
      let committed = try turn(&cutter)
      let now = client.clock.now
      let reached = IngestProgress(
        table: input.table, rows: cutter.rowCount + rejects.count, rejected: rejects.count,
        bytesRead: source.bytesRead, bytesInAll: size, committedBatches: committed ?? 0,
        isChecking: committed == nil, seconds: Double(now - start) / 1_000)
      self.reached = reached
      guard now - toldAt >= Self.progressMilliseconds else { continue }
      toldAt = now
      try progress(reached)
    }
    return feed.notes
  }

  /// Says for whom is waited while no rows are read, or that nobody is waited for any more.
  private func say(_ silence: String) throws(ClientError) {
    guard var now = reached, silence != now.silence else { return }
    now.silence = silence
    now.seconds = Double(client.clock.now - start) / 1_000
    toldAt = client.clock.now
    reached = now
    try progress(now)
  }

  static func size(of path: String) -> Int? {
    guard path != "-" else { return nil }
    // Where there are no rows to come, or where that is not known (a pipe), it is 0.
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_size > 0 else { return nil }
    return Int(status.st_size)
  }
}

/// Reads or writes tables, and puts their errors into the client's.
func onTables<Result: ~Copyable>(
  _ body: () throws(TableError) -> Result
) throws(ClientError) -> Result {
  do throws(TableError) { return try body() } catch { throw .table(error) }
}
