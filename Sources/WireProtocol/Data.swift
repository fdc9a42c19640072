public import Demand
public import Packing

/// Rows of one shard, from a client to the worker that owns it.
public struct Batch: Equatable, Packable {
  /// Which batch.
  public var identity: BatchIdentity
  /// The epoch of the placement that the client goes by.
  public var epoch: UInt64
  /// What the payload is.
  public var table: BatchTable
  /// The rows.
  public var payload: [UInt8]

  /// Makes a batch.
  public init(identity: BatchIdentity, epoch: UInt64, table: BatchTable, payload: [UInt8]) {
    self.identity = identity
    self.epoch = epoch
    self.table = table
    self.payload = payload
  }

  /// Appends the batch.
  public func pack(into writer: inout ByteWriter) {
    identity.source.pack(into: &writer)
    writer.count(identity.shard)
    writer.varint(identity.sequence)
    writer.fixed(identity.chain)
    writer.bool(identity.isLast)
    writer.varint(epoch)
    writer.fixed(table.rawValue)
    writer.blob(payload)
  }

  /// Reads a batch.
  public init(from reader: inout ByteReader) throws(PackingError) {
    let source = try SourceID(from: &reader)
    let shard = try reader.count("shard", limit: Limits.shards - 1)
    let sequence = try reader.varint()
    guard sequence > 0, sequence < 1 << 48 else { throw .invalid(what: "sequence") }
    identity = BatchIdentity(
      source: source, shard: shard, sequence: sequence, chain: try reader.fixed(),
      isLast: try reader.bool())
    epoch = try reader.varint()
    table = try reader.choice("table")
    payload = try reader.blob("payload", limit: Limits.payloadBytes)
  }
}

/// What became of a batch.
public struct BatchAnswer: Equatable, Packable {
  /// The answers there are.
  public enum Outcome: UInt8, Sendable {
    /// Committed now.
    case applied = 1
    /// Committed before.
    case duplicate = 2
    /// One before it is missing; `progress` names the last that is there.
    case gap = 3
    /// The source was sent before with other content.
    case conflict = 4
    /// The worker does not own the shard under this epoch: ask for the placement again.
    case misplaced = 5
    /// Not now: the shard is being moved, or the worker has no room. Send it again later.
    case busy = 6
    /// The payload makes no sense; `reason` says why.
    case invalid = 7
    /// The worker could not store it; `reason` says why.
    case failed = 8
  }

  /// The batch.
  public var source: SourceID
  /// Its shard.
  public var shard: Int
  /// Its sequence.
  public var sequence: UInt64
  /// What became of it.
  public var outcome: Outcome
  /// The last batch of the source in the shard that is committed.
  public var progress: UInt64
  /// Why, where there is something to say.
  public var reason: String

  /// Makes an answer.
  public init(
    source: SourceID, shard: Int, sequence: UInt64, outcome: Outcome, progress: UInt64 = 0,
    reason: String = ""
  ) {
    self.source = source
    self.shard = shard
    self.sequence = sequence
    self.outcome = outcome
    self.progress = progress
    self.reason = reason
  }

  /// Appends the answer.
  public func pack(into writer: inout ByteWriter) {
    source.pack(into: &writer)
    writer.count(shard)
    writer.varint(sequence)
    writer.fixed(outcome.rawValue)
    writer.varint(progress)
    writer.sentence(reason)
  }

  /// Reads an answer.
  public init(from reader: inout ByteReader) throws(PackingError) {
    source = try SourceID(from: &reader)
    shard = try reader.count("shard", limit: Limits.shards - 1)
    sequence = try reader.varint()
    outcome = try reader.choice("outcome")
    progress = try reader.varint()
    reason = try reader.sentence("reason")
  }
}

/// A client asks for the served forecasts of some SKUs of one worker.
public struct Get: Equatable, Packable {
  /// Which SKUs.
  public var skus: [SKU]

  /// Makes a question.
  public init(skus: [SKU]) { self.skus = skus }

  /// Appends the question.
  public func pack(into writer: inout ByteWriter) {
    writer.count(skus.count)
    for sku in skus { writer.sku(sku) }
  }

  /// Reads a question.
  public init(from reader: inout ByteReader) throws(PackingError) {
    let count = try reader.count("SKUs", limit: Limits.skusPerGet, minimumBytes: 2)
    skus = []
    skus.reserveCapacity(count)
    for _ in 0..<count { skus.append(try reader.sku()) }
  }
}

/// The forecasts of the first SKUs that were asked for, as many as fit a frame.
public struct ForecastRecords: Equatable, Packable {
  /// One for each SKU answered, in the order asked.
  public var records: [ForecastRecord]

  /// Makes an answer.
  public init(records: [ForecastRecord]) { self.records = records }

  /// Appends the answer.
  public func pack(into writer: inout ByteWriter) { writer.list(records) }

  /// Reads an answer.
  public init(from reader: inout ByteReader) throws(PackingError) {
    records = try reader.list("records", limit: Limits.skusPerGet)
  }
}

/// The stored forecasts of a SKU; empty where there are none.
public struct ForecastRecord: Equatable, Packable {
  /// The total (no location) and the locations.
  public var series: [StoredSeries]

  /// Makes a record.
  public init(series: [StoredSeries]) { self.series = series }

  /// Appends the record.
  public func pack(into writer: inout ByteWriter) { writer.list(series) }

  /// Reads a record.
  public init(from reader: inout ByteReader) throws(PackingError) {
    series = try reader.list("series", limit: 1 + WarehouseList.maximumCount, minimumBytes: 3)
  }
}

/// A stored forecast of one series.
public struct StoredSeries: Equatable, Packable {
  /// Where, or nothing for the total.
  public var location: Location?
  /// The run that made it.
  public var run: UInt64
  /// The packed `ForecastValue`.
  public var value: [UInt8]

  /// Makes a record.
  public init(location: Location?, run: UInt64, value: [UInt8]) {
    self.location = location
    self.run = run
    self.value = value
  }

  /// Appends the record.
  public func pack(into writer: inout ByteWriter) {
    writer.location(location)
    writer.varint(run)
    writer.blob(value)
  }

  /// Reads a record.
  public init(from reader: inout ByteReader) throws(PackingError) {
    location = try reader.location()
    run = try reader.varint()
    value = try reader.blob("forecast", limit: Limits.payloadBytes)
  }
}

/// A forecast as it is stored and served: with the day it stands on.
public struct ForecastValue: Equatable, Packable {
  /// The last day that was seen: the first forecast day is the next one.
  public var asOf: Day
  /// The packed `Forecast`.
  public var forecast: [UInt8]

  /// Makes a value.
  public init(asOf: Day, forecast: [UInt8]) {
    self.asOf = asOf
    self.forecast = forecast
  }

  /// Appends the value.
  public func pack(into writer: inout ByteWriter) {
    writer.zigzag(Int64(asOf.number))
    writer.blob(forecast)
  }

  /// Reads a value.
  public init(from reader: inout ByteReader) throws(PackingError) {
    asOf = try reader.day()
    forecast = try reader.blob("forecast", limit: Limits.payloadBytes)
  }
}
