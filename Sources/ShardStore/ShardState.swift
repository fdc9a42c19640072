import Demand
import Packing
import Storage

/// What the store keeps of a shard as a whole, so that a summary need not read its rows.
struct ShardState: Equatable, Sendable {
  /// Made anew when the shard is folded, imported or dropped: a fold that was planned before is
  /// stale.
  var generation: Int64 = 0
  /// The ordinal of the next batch.
  var nextOrdinal: Int64 = 1
  /// How many SKUs there are.
  var skuCount = 0
  /// The latest day of a sales row.
  var latestDay: Day?
  /// The payloads of the tail, in bytes.
  var tailBytes = 0
  /// The rows of the tail.
  var tailRows = 0
  /// How far the shard's log is; `unfinished` while a copy of the shard arrives.
  var position = LogPosition.start
  /// The sums of the tables; nothing for a shard from before there were any, until it is copied.
  var sums: TableSums? = TableSums()

  func packed() -> [UInt8] {
    var writer = ByteWriter()
    for value in [generation, nextOrdinal, Int64(skuCount), Int64(tailBytes), Int64(tailRows)] {
      writer.zigzag(value)
    }
    writer.bool(latestDay != nil)
    if let latestDay { writer.zigzag(Int64(latestDay.number)) }
    writer.varint(position.number)
    writer.fixed(position.chain)
    writer.bool(sums != nil)
    sums?.pack(into: &writer)
    return writer.bytes
  }

  init() {}

  init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    generation = try reader.zigzag()
    nextOrdinal = try reader.zigzag()
    skuCount = Int(try reader.zigzag())
    tailBytes = Int(try reader.zigzag())
    tailRows = Int(try reader.zigzag())
    if try reader.bool() {
      guard let number = Int32(exactly: try reader.zigzag()) else { throw .invalid(what: "day") }
      latestDay = Day(number: number)
    }
    if reader.left == 0 {
      // The first form, from before there were logs. The shard is not empty, so it must not pass
      // for a copy at the start: it is behind one entry that nobody has.
      position = LogPosition(number: 1, chain: XXH64.hash(bytes))
      sums = nil
      return
    }
    position = LogPosition(number: try reader.varint(), chain: try reader.fixed())
    sums = try reader.bool() ? try TableSums(from: &reader) : nil
    try reader.finish()
  }
}

extension SourceProgress {
  func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(sequence)
    writer.fixed(chain)
    writer.bool(isFinished)
    return writer.bytes
  }

  init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    self.init(
      sequence: try reader.varint(), chain: try reader.fixed(), isFinished: try reader.bool())
    try reader.finish()
  }
}

extension SourceID {
  /// The sixteen bytes under which it is stored.
  var stored: [UInt8] {
    var writer = ByteWriter(capacity: 16)
    pack(into: &writer)
    return writer.bytes
  }
}

/// The single values of a shard, as the writer and the readers alike read them.
extension Connection {
  func meta(_ name: String) throws(StorageError) -> Int64? {
    let select = try statement("SELECT value FROM meta WHERE name = ?").bind(name)
    defer { select.reset() }
    return try select.step() ? select.integer(0) : nil
  }

  func setMeta(_ name: String, _ value: Int64) throws(StorageError) {
    try statement("INSERT OR REPLACE INTO meta VALUES (?, ?)").bind(name, value).run()
  }

  func state(_ shard: Int) throws(StorageError) -> ShardState? {
    let select = try statement("SELECT value FROM state WHERE shard = ?").bind(shard)
    return try sealed(select, 0, .state, TableShape.state.seal(shard), "shard \(shard)") {
      bytes throws(PackingError) in try ShardState(packed: bytes)
    }
  }

  func epoch(_ shard: Int) throws(StorageError) -> UInt64 {
    let select = try statement("SELECT value FROM epoch WHERE shard = ?").bind(shard)
    let found = try sealed(select, 0, .epoch, TableShape.epoch.seal(shard), "shard \(shard)") {
      bytes throws(PackingError) -> UInt64 in
      var reader = ByteReader(bytes)
      return try reader.fixed()
    }
    return found ?? 0
  }

  func progress(_ source: SourceID, _ shard: Int) throws(StorageError) -> SourceProgress {
    let key = source.stored
    let select = try statement("SELECT value FROM source WHERE shard = ? AND source = ?")
      .bind(shard, key)
    let seal = TableShape.source.seal(shard).key(key)
    let found = try sealed(select, 0, .source, seal, "shard \(shard) source \(source)") {
      bytes throws(PackingError) in try SourceProgress(packed: bytes)
    }
    return found ?? SourceProgress()
  }

  func unit(_ shard: Int, _ run: UInt64, _ slice: Slice) throws(StorageError) -> [UInt8]? {
    let select = try statement(
      "SELECT value FROM unit WHERE shard = ? AND run = ? AND slice = ? AND slices = ?")
    try select.bind(shard, Int64(bitPattern: run), slice.index, slice.count)
    let key = "shard \(shard) run \(run) slice \(slice.index) of \(slice.count)"
    return try sealed(select, 0, .unit, Self.unitSeal(shard, run, slice), key) {
      bytes throws(PackingError) in bytes
    }
  }

  static func unitSeal(_ shard: Int, _ run: UInt64, _ slice: Slice) -> Seal {
    TableShape.unit.seal(shard).key(Int64(bitPattern: run)).key(Int64(slice.index))
      .key(Int64(slice.count))
  }

  /// The value of the one row that `select` yields, where it yields one and its seal matches.
  private func sealed<Value>(
    _ select: Statement, _ column: Int32, _ table: TableShape, _ seal: Seal, _ key: String,
    _ read: ([UInt8]) throws(PackingError) -> Value
  ) throws(StorageError) -> Value? {
    defer { select.reset() }
    guard try select.step() else { return nil }
    guard let bytes = unsafe select.withBytes(column, { unsafe seal.open($0) }) else {
      throw .damagedRow(path: path, table: table.name, key: key, reason: "checksum does not match")
    }
    do { return try read(bytes) } catch {
      throw .damagedRow(path: path, table: table.name, key: key, reason: error.description)
    }
  }
}
