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
  /// The machine that it runs on: copies of a shard should not share one.
  public var host: String
  /// What its program understands; of one from before it was said, what that program understood.
  public var program: ProgramVersion

  /// Makes a greeting.
  public init(
    node: NodeName, incarnation: UInt64, clusterID: UInt64, endpoint: String, publicKey: String,
    credits: Int, held: [HeldShard], host: String = "",
    program: ProgramVersion = ProgramVersion(name: "", schema: 0)
  ) {
    self.node = node
    self.incarnation = incarnation
    self.clusterID = clusterID
    self.endpoint = endpoint
    self.publicKey = publicKey
    self.credits = credits
    self.held = held
    self.host = host
    self.program = program
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
    writer.string(host)
    if writer.form >= 6 { program.pack(into: &writer) }
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
    host = try reader.string("host", limit: Limits.hostBytes)
    program = reader.form >= 6 ? try ProgramVersion(from: &reader) : .first
  }
}

/// A shard and the epoch under which a worker holds it.
public struct HeldShard: Equatable, Packable {
  /// Which shard.
  public var shard: Int
  /// The highest epoch that the worker has seen for it; 0 while the first is on its way to disk.
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
  /// Where the coordinators are, the one that leads and those that stand by; none where it is the
  /// only one.
  public var coordinators: [PeerAddress]

  /// Makes an answer to a greeting.
  public init(clusterID: UInt64, shardCount: Int, coordinators: [PeerAddress] = []) {
    self.clusterID = clusterID
    self.shardCount = shardCount
    self.coordinators = coordinators
  }

  /// Appends the answer.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(clusterID)
    writer.count(shardCount)
    if writer.form >= 6 { writer.list(coordinators) }
  }

  /// Reads an answer.
  public init(from reader: inout ByteReader) throws(PackingError) {
    clusterID = try reader.fixed()
    shardCount = try reader.count("shards", limit: Limits.shards)
    coordinators =
      reader.form >= 6
      ? try reader.list("coordinators", limit: Limits.coordinators, minimumBytes: 4) : []
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
