public import Packing

/// What the coordinator wants of a worker, whole: sent again until the worker reports its version,
/// so that a lost or doubled message changes nothing.
public struct Orders: Equatable, Packable {
  /// Rises with every change of these orders.
  public var version: UInt64
  /// The shards to serve.
  public var owned: [OwnedShard]
  /// The workers that are spoken of by their place in this list.
  public var peers: [PeerAddress]
  /// The shards whose log to follow.
  public var following: [FollowedShard]
  /// The shards that moved away under these epochs: their data is to be dropped.
  public var released: [HeldShard]
  /// Whether a worker that wants to leave may go.
  public var mayLeave: Bool

  /// Which start of a coordinator they are of: the later it is, the more it knows.
  public var term: UInt64 { version >> 32 }

  /// Makes orders.
  public init(
    version: UInt64, owned: [OwnedShard] = [],
    peers: [PeerAddress] = [], following: [FollowedShard] = [], released: [HeldShard] = [],
    mayLeave: Bool = false
  ) {
    self.version = version
    self.peers = peers
    self.following = following
    self.owned = owned
    self.released = released
    self.mayLeave = mayLeave
  }

  /// Appends the orders.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(version)
    writer.list(owned)
    writer.list(peers)
    writer.list(following)
    writer.list(released)
    writer.bool(mayLeave)
  }

  /// Reads orders.
  public init(from reader: inout ByteReader) throws(PackingError) {
    version = try reader.varint()
    owned = try reader.list("owned shards", limit: Limits.shards, minimumBytes: 3)
    peers = try reader.list("peers", limit: Limits.nodes, minimumBytes: 4)
    following = try reader.list("followed shards", limit: Limits.shards, minimumBytes: 4)
    released = try reader.list("released shards", limit: Limits.shards, minimumBytes: 2)
    mayLeave = try reader.bool()
    let places = following.map(\.primary) + owned.flatMap { $0.followers + $0.learners }
    guard (places.max() ?? -1) < peers.count else { throw .invalid(what: "place of a peer") }
  }
}

/// A shard to serve.
public struct OwnedShard: Equatable, Packable {
  /// Which shard.
  public var shard: Int
  /// The epoch of the placement.
  public var epoch: UInt64
  /// The peers, by place, without whose word nothing is acknowledged.
  public var followers: [Int]
  /// The peers, by place, that are being made followers: the log is sent to them as well, and they
  /// are waited for from when they have caught up and are reported as ready.
  public var learners: [Int]

  /// Makes an order.
  public init(
    shard: Int, epoch: UInt64, followers: [Int] = [], learners: [Int] = []
  ) {
    self.shard = shard
    self.epoch = epoch
    self.followers = followers
    self.learners = learners
  }

  /// Appends the order.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.varint(epoch)
    for places in [followers, learners] {
      writer.count(places.count)
      for place in places { writer.count(place) }
    }
  }

  /// Reads an order.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    epoch = try reader.varint()
    followers = try Self.places(from: &reader)
    learners = try Self.places(from: &reader)
  }

  private static func places(from reader: inout ByteReader) throws(PackingError) -> [Int] {
    var places: [Int] = []
    for _ in 0..<(try reader.count("followers", limit: Limits.replicas, minimumBytes: 1)) {
      places.append(try reader.count("place of a peer", limit: Limits.nodes))
    }
    return places
  }
}

/// A shard whose log to follow.
public struct FollowedShard: Equatable, Packable {
  /// Which shard.
  public var shard: Int
  /// The epoch of the placement.
  public var epoch: UInt64
  /// The peer, by place, that sends the log.
  public var primary: Int
  /// Whether the copy is only being made: it is not read from, and may be dropped and made anew.
  /// One that is in step is neither dropped nor copied over, whatever the primary says.
  public var isLearner: Bool

  /// Makes an order.
  public init(shard: Int, epoch: UInt64, primary: Int, isLearner: Bool) {
    self.shard = shard
    self.epoch = epoch
    self.primary = primary
    self.isLearner = isLearner
  }

  /// Appends the order.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.varint(epoch)
    writer.count(primary)
    writer.bool(isLearner)
  }

  /// Reads an order.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    epoch = try reader.varint()
    primary = try reader.count("place of a peer", limit: Limits.nodes)
    isLearner = try reader.bool()
  }
}

/// A follower of a shard, as its primary sees it.
public struct ShardFollower: Hashable, Packable {
  /// Which shard.
  public var shard: Int
  /// The epoch under which the primary serves it.
  public var epoch: UInt64
  /// Who follows.
  public var node: NodeName

  /// Makes a word about a follower.
  public init(shard: Int, epoch: UInt64, node: NodeName) {
    self.shard = shard
    self.epoch = epoch
    self.node = node
  }

  /// Appends the word.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.varint(epoch)
    node.pack(into: &writer)
  }

  /// Reads a word.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    epoch = try reader.varint()
    node = try NodeName(from: &reader)
  }
}
