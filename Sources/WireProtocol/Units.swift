public import Demand
public import Packing

/// Which part of which run: the SKUs of one slice of one shard.
public struct UnitID: Hashable, Packable {
  /// The run.
  public var run: UInt64
  /// The shard.
  public var shard: Int
  /// The slice of the shard.
  public var slice: Int

  /// Makes an id.
  public init(run: UInt64, shard: Int, slice: Int) {
    self.run = run
    self.shard = shard
    self.slice = slice
  }

  /// Appends the id.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.count(shard)
    writer.count(slice)
  }

  /// Reads an id.
  public init(from reader: inout ByteReader) throws(PackingError) {
    run = try reader.varint()
    shard = try reader.count("shard", limit: Limits.shards - 1)
    slice = try reader.count("slice", limit: Int(UInt32.max))
  }
}

/// A unit of work, complete in itself: a worker needs to know nothing else about the run.
public struct UnitOrder: Equatable, Packable {
  /// Which unit.
  public var id: UnitID
  /// Of how many slices of the shard.
  public var sliceCount: Int
  /// The epoch of the shard's placement.
  public var epoch: UInt64
  /// What to do.
  public var kind: RunKind
  /// The day to stand on.
  public var asOf: Day
  /// The run's settings.
  public var settings: [UInt8]
  /// The run whose network is to be used; 0 for none.
  public var network: UInt64
  /// The run's plan, where it was priced.
  public var plan: UnitPlan
  /// The primary of the shard, where the unit is ordered of a replica because the primary is far
  /// behind: the results are offered to it and not stored.
  public var giveTo: PeerAddress?

  /// Makes an order.
  public init(
    id: UnitID, sliceCount: Int, epoch: UInt64, kind: RunKind, asOf: Day, settings: [UInt8],
    network: UInt64 = 0, plan: UnitPlan = UnitPlan(), giveTo: PeerAddress? = nil
  ) {
    self.id = id
    self.sliceCount = sliceCount
    self.epoch = epoch
    self.kind = kind
    self.asOf = asOf
    self.settings = settings
    self.network = network
    self.plan = plan
    self.giveTo = giveTo
  }

  /// Appends the order.
  public func pack(into writer: inout ByteWriter) {
    id.pack(into: &writer)
    writer.count(sliceCount)
    writer.varint(epoch)
    writer.fixed(kind.rawValue)
    writer.zigzag(Int64(asOf.number))
    writer.blob(settings)
    writer.varint(network)
    plan.pack(into: &writer)
    writer.optional(giveTo) { $1.pack(into: &$0) }
  }

  /// Reads an order.
  public init(from reader: inout ByteReader) throws(PackingError) {
    id = try UnitID(from: &reader)
    sliceCount = try reader.count("slices", limit: Int(UInt32.max))
    guard id.slice < sliceCount else { throw .invalid(what: "slice \(id.slice) of \(sliceCount)") }
    epoch = try reader.varint()
    kind = try reader.choice("run kind")
    asOf = try reader.day()
    settings = try reader.blob("settings", limit: Limits.runBytes)
    network = try reader.varint()
    plan = try UnitPlan(from: &reader)
    giveTo = try reader.optional { reader throws(PackingError) in try PeerAddress(from: &reader) }
  }
}

extension UnitID: Comparable {
  /// By run, shard and slice.
  public static func < (left: UnitID, right: UnitID) -> Bool {
    (left.run, left.shard, left.slice) < (right.run, right.shard, right.slice)
  }
}

/// What came of a unit. The worker keeps it with the results, so that it reads the same when the
/// unit is asked for again.
public struct UnitReport: Equatable, Packable {
  /// Which unit.
  public var id: UnitID
  /// The epoch under which it was done.
  public var epoch: UInt64
  /// What was done.
  public var outcome: UnitOutcome

  /// Makes a report.
  public init(id: UnitID, epoch: UInt64, outcome: UnitOutcome) {
    self.id = id
    self.epoch = epoch
    self.outcome = outcome
  }

  /// Appends the report.
  public func pack(into writer: inout ByteWriter) {
    id.pack(into: &writer)
    writer.varint(epoch)
    outcome.pack(into: &writer)
  }

  /// Reads a report.
  public init(from reader: inout ByteReader) throws(PackingError) {
    id = try UnitID(from: &reader)
    epoch = try reader.varint()
    outcome = try UnitOutcome(from: &reader)
  }
}

/// The stored part of a unit's report.
public struct UnitOutcome: Equatable, Packable {
  /// The SKUs of the unit.
  public var skus: UInt64
  /// Those among them that were quarantined.
  public var quarantined: UInt64
  /// The first of those, with reasons.
  public var named: [QuarantinedSKU]
  /// Those that were trained and fell back: none of the models asked for took one of their series.
  public var fellBack: UInt64
  /// The unit's part of the run's report, in the workers' own form.
  public var summary: [UInt8]

  /// Makes an outcome.
  public init(
    skus: UInt64 = 0, quarantined: UInt64 = 0, named: [QuarantinedSKU] = [], fellBack: UInt64 = 0,
    summary: [UInt8] = []
  ) {
    self.skus = skus
    self.quarantined = quarantined
    self.named = named
    self.fellBack = fellBack
    self.summary = summary
  }

  /// Appends the outcome.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(skus)
    writer.varint(quarantined)
    writer.list(named)
    writer.varint(fellBack)
    writer.blob(summary)
  }

  /// Reads an outcome.
  public init(from reader: inout ByteReader) throws(PackingError) {
    skus = try reader.varint()
    quarantined = try reader.varint()
    guard skus <= Limits.skus, quarantined <= skus else { throw .invalid(what: "SKU counts") }
    named = try reader.list("quarantined SKUs", limit: Limits.namedQuarantine, minimumBytes: 3)
    fellBack = try reader.varint()
    guard fellBack <= skus else { throw .invalid(what: "SKUs that fell back") }
    summary = try reader.blob("summary", limit: Limits.summaryBytes)
  }
}
