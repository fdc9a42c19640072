public import Packing

/// A worker presents itself to the coordinator.
public struct Hello: Equatable, Packable {
  /// Its name; the key it connects with must carry the same.
  public var node: NodeName
  /// Higher at each start, so that a restart is told from a slow link.
  public var incarnation: UInt64
  /// The cluster whose data it holds; 0 for none yet.
  public var clusterID: UInt64
  /// Where its data socket listens.
  public var endpoint: String
  /// The CURVE key of that socket.
  public var publicKey: String
  /// How many units it takes at once.
  public var credits: Int
  /// The shards whose data it holds.
  public var held: [HeldShard]

  /// Makes a greeting.
  public init(
    node: NodeName, incarnation: UInt64, clusterID: UInt64, endpoint: String, publicKey: String,
    credits: Int, held: [HeldShard]
  ) {
    self.node = node
    self.incarnation = incarnation
    self.clusterID = clusterID
    self.endpoint = endpoint
    self.publicKey = publicKey
    self.credits = credits
    self.held = held
  }

  /// Appends the greeting.
  public func pack(into writer: inout ByteWriter) {
    node.pack(into: &writer)
    writer.fixed(incarnation)
    writer.fixed(clusterID)
    writer.string(endpoint)
    writer.string(publicKey)
    writer.count(credits)
    writer.list(held)
  }

  /// Reads a greeting.
  public init(from reader: inout ByteReader) throws(PackingError) {
    node = try NodeName(from: &reader)
    incarnation = try reader.fixed()
    clusterID = try reader.fixed()
    endpoint = try reader.string("endpoint", limit: Limits.endpointBytes)
    publicKey = try reader.string("public key", limit: Limits.publicKeyBytes)
    credits = try reader.count("credits", limit: Limits.unitsInHand)
    held = try reader.list("held shards", limit: Limits.shards, minimumBytes: 2)
  }
}

/// A shard and the epoch under which a worker holds it.
public struct HeldShard: Equatable, Packable {
  /// Which shard.
  public var shard: Int
  /// The highest epoch that the worker has seen for it.
  public var epoch: UInt64

  /// Makes a pair.
  public init(shard: Int, epoch: UInt64) {
    self.shard = shard
    self.epoch = epoch
  }

  /// Appends the pair.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.varint(epoch)
  }

  /// Reads a pair.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    epoch = try reader.varint()
  }
}

/// The coordinator takes a worker in.
public struct Welcome: Equatable, Packable {
  /// The cluster's identity, which the worker keeps with its data.
  public var clusterID: UInt64
  /// How many shards there are.
  public var shardCount: Int

  /// Makes an answer to a greeting.
  public init(clusterID: UInt64, shardCount: Int) {
    self.clusterID = clusterID
    self.shardCount = shardCount
  }

  /// Appends the answer.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(clusterID)
    writer.count(shardCount)
  }

  /// Reads an answer.
  public init(from reader: inout ByteReader) throws(PackingError) {
    clusterID = try reader.fixed()
    shardCount = try reader.count("shards", limit: Limits.shards)
  }
}

/// What the coordinator wants of a worker, whole: sent again until the worker reports its version,
/// so that a lost or doubled message changes nothing.
public struct Orders: Equatable, Packable {
  /// Rises with every change of these orders.
  public var version: UInt64
  /// The shards to serve.
  public var owned: [OwnedShard]
  /// The shards to copy from another worker.
  public var adopting: [Adoption]
  /// The shards that moved away under these epochs: their data is to be dropped.
  public var released: [HeldShard]
  /// Whether a worker that wants to leave may go.
  public var mayLeave: Bool

  /// Makes orders.
  public init(
    version: UInt64, owned: [OwnedShard] = [], adopting: [Adoption] = [],
    released: [HeldShard] = [], mayLeave: Bool = false
  ) {
    self.version = version
    self.owned = owned
    self.adopting = adopting
    self.released = released
    self.mayLeave = mayLeave
  }

  /// Appends the orders.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(version)
    writer.list(owned)
    writer.list(adopting)
    writer.list(released)
    writer.bool(mayLeave)
  }

  /// Reads orders.
  public init(from reader: inout ByteReader) throws(PackingError) {
    version = try reader.varint()
    owned = try reader.list("owned shards", limit: Limits.shards, minimumBytes: 3)
    adopting = try reader.list("adoptions", limit: Limits.shards, minimumBytes: 4)
    released = try reader.list("released shards", limit: Limits.shards, minimumBytes: 2)
    mayLeave = try reader.bool()
  }
}

/// A shard to serve.
public struct OwnedShard: Equatable, Packable {
  /// Which shard.
  public var shard: Int
  /// The epoch of the placement.
  public var epoch: UInt64
  /// Whether nothing may be written, because the shard is being copied away.
  public var isFrozen: Bool

  /// Makes an order.
  public init(shard: Int, epoch: UInt64, isFrozen: Bool = false) {
    self.shard = shard
    self.epoch = epoch
    self.isFrozen = isFrozen
  }

  /// Appends the order.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.varint(epoch)
    writer.bool(isFrozen)
  }

  /// Reads an order.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    epoch = try reader.varint()
    isFrozen = try reader.bool()
  }
}

/// A shard to copy from the worker that has it, to be served under a higher epoch afterwards.
public struct Adoption: Equatable, Packable {
  /// Names this attempt, so that a late word about an earlier one is not taken for it.
  public var move: UInt64
  /// Which shard.
  public var shard: Int
  /// The epoch under which the giver serves it.
  public var epoch: UInt64
  /// The worker that has it.
  public var giver: PeerAddress

  /// Makes an order.
  public init(move: UInt64, shard: Int, epoch: UInt64, giver: PeerAddress) {
    self.move = move
    self.shard = shard
    self.epoch = epoch
    self.giver = giver
  }

  /// Appends the order.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(move)
    writer.count(shard)
    writer.varint(epoch)
    giver.pack(into: &writer)
  }

  /// Reads an order.
  public init(from reader: inout ByteReader) throws(PackingError) {
    move = try reader.varint()
    shard = try reader.count("shard", limit: Limits.shards - 1)
    epoch = try reader.varint()
    giver = try PeerAddress(from: &reader)
  }
}

/// Where a worker's data socket is and which key it has.
public struct PeerAddress: Hashable, Packable {
  /// Its name.
  public var node: NodeName
  /// Where it listens; empty while it is away.
  public var endpoint: String
  /// Its CURVE public key.
  public var publicKey: String

  /// Makes an address.
  public init(node: NodeName, endpoint: String, publicKey: String) {
    self.node = node
    self.endpoint = endpoint
    self.publicKey = publicKey
  }

  /// Appends the address.
  public func pack(into writer: inout ByteWriter) {
    node.pack(into: &writer)
    writer.string(endpoint)
    writer.string(publicKey)
  }

  /// Reads an address.
  public init(from reader: inout ByteReader) throws(PackingError) {
    node = try NodeName(from: &reader)
    endpoint = try reader.string("endpoint", limit: Limits.endpointBytes)
    publicKey = try reader.string("public key", limit: Limits.publicKeyBytes)
  }
}

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
  /// How it is.
  public var gauges: WorkerGauges

  /// Makes a heartbeat.
  public init(
    node: NodeName, incarnation: UInt64, ordersVersion: UInt64, adopted: [UInt64] = [],
    unitsInHand: [UnitID] = [], documentVersion: UInt64 = 0, networkVersion: UInt64 = 0,
    teaching: UInt64 = 0, isLeaving: Bool = false, gauges: WorkerGauges = WorkerGauges()
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
