public import Demand
public import Packing

/// What can be streamed from the workers.
public enum ExportTable: UInt8, Sendable, CaseIterable {
  /// Forecasts.
  case forecasts = 1
  /// Policies, proposals and exceptions.
  case plans = 2
  /// Fitted models with their reasons and accuracy.
  case models = 3
  /// Quarantined SKUs.
  case quarantine = 4
  /// Demand as stored.
  case series = 5
  /// The policies, proposals and exceptions of the plan before.
  case plansBefore = 7
  /// Those of the last scenario.
  case plansScenario = 8
}

/// What can be asked of one SKU alone.
public enum SKUPart: UInt8, Sendable, CaseIterable {
  /// Its demand by location, packed.
  case series = 1
  /// Its item, where one came.
  case item = 2
  /// Its stock by location.
  case stock = 3
  /// Its models.
  case model = 4
  /// Its forecasts: the total, then by location.
  case forecasts = 5
  /// Its plan by location.
  case plans = 6
  /// Why it is in quarantine.
  case quarantine = 7
  /// The networks that its models may refer to, each under the run that learned it.
  case networks = 8
}

/// A client or worker asks for the next rows of a shard.
public struct RowsRequest: Equatable, Packable {
  /// What is asked for.
  public enum Scope: Equatable, Sendable {
    /// One table, for a client.
    case table(ExportTable)
    /// The whole shard from one snapshot, which the giver holds under this number of the asker
    /// from the question without a cursor on.
    case copy(session: UInt64)
    /// The SKUs whose `sampleHash` is not above the threshold, for the worker that teaches.
    case sample(threshold: UInt64)
    /// What there is of one SKU.
    case sku(SKUPart, SKU)
    /// What the next SKUs add up to, for a report: the rows are one digest. History ends on the
    /// day, or where there is none on the latest day of the shard.
    case digest(asOf: Day?)
  }

  // 0 was a shard that was frozen for its hand-off.
  private static let sampleByte: UInt8 = 6
  private static let skuByte: UInt8 = 9, digestByte: UInt8 = 10, copyByte: UInt8 = 11

  /// What.
  public var scope: Scope
  /// Of which shard.
  public var shard: Int
  /// Under which epoch.
  public var epoch: UInt64
  /// Where the rows before ended; empty at the start.
  public var cursor: [UInt8]

  /// Makes a question.
  public init(scope: Scope, shard: Int, epoch: UInt64, cursor: [UInt8]) {
    self.scope = scope
    self.shard = shard
    self.epoch = epoch
    self.cursor = cursor
  }

  /// Appends the question.
  public func pack(into writer: inout ByteWriter) {
    switch scope {
    case .table(let table): writer.fixed(table.rawValue)
    case .copy(let session):
      writer.fixed(Self.copyByte)
      writer.fixed(session)
    case .sample(let threshold):
      writer.fixed(Self.sampleByte)
      writer.fixed(threshold)
    case .sku(let part, let sku):
      writer.fixed(Self.skuByte)
      writer.fixed(part.rawValue)
      writer.sku(sku)
    case .digest(let asOf):
      writer.fixed(Self.digestByte)
      writer.optional(asOf) { $0.zigzag(Int64($1.number)) }
    }
    writer.count(shard)
    writer.varint(epoch)
    writer.blob(cursor)
  }

  /// Reads a question.
  public init(from reader: inout ByteReader) throws(PackingError) {
    let raw = try reader.byte()
    switch raw {
    case Self.copyByte: scope = .copy(session: try reader.fixed())
    case Self.sampleByte: scope = .sample(threshold: try reader.fixed())
    case Self.skuByte: scope = .sku(try reader.choice("part of a SKU"), try reader.sku())
    case Self.digestByte:
      scope = .digest(
        asOf: try reader.optional { reader throws(PackingError) in try reader.day() })
    default:
      guard let table = ExportTable(rawValue: raw) else { throw .invalid(what: "table \(raw)") }
      scope = .table(table)
    }
    shard = try reader.count("shard", limit: Limits.shards - 1)
    epoch = try reader.varint()
    cursor = try reader.blob("cursor", limit: 1_024)
  }
}

/// Some rows of a shard, in the store's own form.
public struct RowsChunk: Equatable, Packable {
  /// The shard.
  public var shard: Int
  /// The rows.
  public var rows: [UInt8]
  /// Where to go on; nothing at the end.
  public var next: [UInt8]?

  /// Makes a chunk.
  public init(shard: Int, rows: [UInt8], next: [UInt8]?) {
    self.shard = shard
    self.rows = rows
    self.next = next
  }

  /// Appends the chunk.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.blob(rows)
    writer.optional(next) { $0.blob($1) }
  }

  /// Reads a chunk.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    rows = try reader.blob("rows", limit: Limits.payloadBytes)
    next = try reader.optional { reader throws(PackingError) in
      try reader.blob("cursor", limit: 1_024)
    }
  }
}

/// A row of an exported table, in the form of the store.
public struct ExportedRow: Equatable, Packable {
  /// Of which SKU.
  public var sku: SKU
  /// At which location, where the table has one.
  public var location: Location?
  /// Of which run, where the table has one.
  public var run: UInt64
  /// A packed `ForecastValue`, plan, model or series, or the reason of a quarantine.
  public var value: [UInt8]

  /// Makes a row.
  public init(sku: SKU, location: Location?, run: UInt64, value: [UInt8]) {
    self.sku = sku
    self.location = location
    self.run = run
    self.value = value
  }

  /// Appends the row.
  public func pack(into writer: inout ByteWriter) {
    writer.sku(sku)
    writer.location(location)
    writer.varint(run)
    writer.blob(value)
  }

  /// Reads a row.
  public init(from reader: inout ByteReader) throws(PackingError) {
    sku = try reader.sku()
    location = try reader.location()
    run = try reader.varint()
    value = try reader.blob("value", limit: Limits.payloadBytes)
  }

  /// The rows of a chunk as bytes.
  public static func pack(_ rows: [ExportedRow]) -> [UInt8] {
    var writer = ByteWriter()
    for row in rows { row.pack(into: &writer) }
    return writer.bytes
  }

  /// Reads the rows of a chunk.
  public static func unpack(_ bytes: [UInt8]) throws(PackingError) -> [ExportedRow] {
    var reader = ByteReader(bytes)
    var rows: [ExportedRow] = []
    while reader.left > 0 { rows.append(try ExportedRow(from: &reader)) }
    return rows
  }
}
