public import Packing

/// A worker's sign of life, from the loop that owns its work.
public struct Heartbeat: Equatable, Packable {
  /// Who.
  public var node: NodeName
  /// Which start of it.
  public var incarnation: UInt64
  /// The orders that are carried out: epochs kept, frozen shards still, released ones dropped.
  public var ordersVersion: UInt64
  /// The moves whose copy is complete.
  public var adopted: [UInt64]
  /// The units that it works on or has waiting.
  public var unitsInHand: [UnitID]
  /// The version of the warehouse document that it holds.
  public var documentVersion: UInt64
  /// The run whose network it holds; 0 for none.
  public var networkVersion: UInt64
  /// The attempt to teach that it has in hand; 0 for none.
  public var teaching: UInt64
  /// Whether it wants to leave once its shards are handed over.
  public var isLeaving: Bool
  /// Learners of its shards that have everything and are waited for from now on.
  public var ready: [ShardFollower]
  /// Followers that it waits for and that do not keep up: without them nothing is acknowledged.
  public var stalled: [ShardFollower]
  /// The shards whose data here is damaged, or lacks what was acknowledged.
  public var damaged: [HeldShard]
  /// How it is.
  public var gauges: WorkerGauges

  /// Makes a heartbeat.
  public init(
    node: NodeName, incarnation: UInt64, ordersVersion: UInt64, adopted: [UInt64] = [],
    unitsInHand: [UnitID] = [], documentVersion: UInt64 = 0, networkVersion: UInt64 = 0,
    teaching: UInt64 = 0, isLeaving: Bool = false, ready: [ShardFollower] = [],
    stalled: [ShardFollower] = [], damaged: [HeldShard] = [],
    gauges: WorkerGauges = WorkerGauges()
  ) {
    self.node = node
    self.incarnation = incarnation
    self.ordersVersion = ordersVersion
    self.adopted = adopted
    self.unitsInHand = unitsInHand
    self.documentVersion = documentVersion
    self.networkVersion = networkVersion
    self.teaching = teaching
    self.isLeaving = isLeaving
    self.ready = ready
    self.stalled = stalled
    self.damaged = damaged
    self.gauges = gauges
  }

  /// Appends the heartbeat.
  public func pack(into writer: inout ByteWriter) {
    node.pack(into: &writer)
    writer.fixed(incarnation)
    writer.varint(ordersVersion)
    writer.count(adopted.count)
    for move in adopted { writer.varint(move) }
    writer.list(unitsInHand)
    writer.varint(documentVersion)
    writer.varint(networkVersion)
    writer.varint(teaching)
    writer.bool(isLeaving)
    writer.list(ready)
    writer.list(stalled)
    writer.list(damaged)
    gauges.pack(into: &writer)
  }

  /// Reads a heartbeat.
  public init(from reader: inout ByteReader) throws(PackingError) {
    node = try NodeName(from: &reader)
    incarnation = try reader.fixed()
    ordersVersion = try reader.varint()
    let adoptedCount = try reader.count("adopted shards", limit: Limits.shards, minimumBytes: 1)
    adopted = []
    for _ in 0..<adoptedCount { adopted.append(try reader.varint()) }
    unitsInHand = try reader.list("units in hand", limit: Limits.unitsInHand, minimumBytes: 3)
    documentVersion = try reader.varint()
    networkVersion = try reader.varint()
    teaching = try reader.varint()
    isLeaving = try reader.bool()
    let most = Limits.followersPerHeartbeat
    ready = try reader.list("ready followers", limit: most, minimumBytes: 4)
    stalled = try reader.list("stalled followers", limit: most, minimumBytes: 4)
    damaged = try reader.list("damaged shards", limit: Limits.shards, minimumBytes: 2)
    gauges = try WorkerGauges(from: &reader)
  }
}

/// How a worker is, for `status`.
public struct WorkerGauges: Equatable, Packable {
  /// SKUs in its shards.
  public var skus: UInt64 = 0
  /// Batches of rows that came since it started.
  public var batchesApplied: UInt64 = 0
  /// Bytes of its database.
  public var databaseBytes: UInt64 = 0
  /// Bytes free on its disk.
  public var diskFreeBytes: UInt64 = 0
  /// Frames refused since it started, whatever the reason.
  public var refusedFrames: UInt64 = 0
  /// The same by reason, as far as it is known.
  public var refusals: [String: UInt64] = [:]
  /// Trainer processes that ended otherwise than asked since it started.
  public var trainersLost: UInt64 = 0
  /// What is wrong with it, or empty.
  public var trouble: String = ""

  /// Nothing to report.
  public init() {}

  /// Appends the gauges.
  public func pack(into writer: inout ByteWriter) {
    for value in [skus, batchesApplied, databaseBytes, diskFreeBytes, refusedFrames, trainersLost] {
      writer.varint(value)
    }
    writer.sentence(trouble)
    let reasons = refusals.sorted { $0.key < $1.key }.prefix(Limits.refusalReasons)
    writer.count(reasons.count)
    for (reason, count) in reasons {
      writer.string(reason)
      writer.varint(count)
    }
  }

  /// Reads gauges.
  public init(from reader: inout ByteReader) throws(PackingError) {
    skus = try reader.varint()
    batchesApplied = try reader.varint()
    databaseBytes = try reader.varint()
    diskFreeBytes = try reader.varint()
    refusedFrames = try reader.varint()
    trainersLost = try reader.varint()
    trouble = try reader.sentence("trouble")
    let reasons = try reader.count("reasons", limit: Limits.refusalReasons, minimumBytes: 2)
    for _ in 0..<reasons {
      let reason = try reader.string("reason", limit: Limits.refusalReasonBytes)
      refusals[reason] = try reader.varint()
    }
  }
}

/// The coordinator's answer to a heartbeat.
public struct Pulse: Equatable, Packable {
  /// The orders that it wants carried out.
  public var ordersVersion: UInt64
  /// The run that is being priced or works by its plan, 0 for none: what was loaded for another
  /// one is of no use any more.
  public var priced: UInt64

  /// Makes an answer.
  public init(ordersVersion: UInt64, priced: UInt64 = 0) {
    self.ordersVersion = ordersVersion
    self.priced = priced
  }

  /// Appends the answer.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(ordersVersion)
    writer.varint(priced)
  }

  /// Reads an answer.
  public init(from reader: inout ByteReader) throws(PackingError) {
    ordersVersion = try reader.varint()
    priced = try reader.varint()
  }
}
