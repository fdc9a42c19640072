public import Packing
public import WireProtocol

/// A cluster that is to be made of a backup: which worker gets which shards, and what its
/// coordinator begins with.
///
/// Everything follows from the backup, the workers, their hosts and the number of copies: several
/// hosts that each restore their part come to the same without talking.
public struct RestoredCluster: Sendable {
  /// A worker that is to be.
  public struct Node: Hashable, Sendable {
    /// Its name.
    public var name: NodeName
    /// The machine that it will run on.
    public var host: String

    /// Names a worker.
    public init(name: NodeName, host: String) {
      self.name = name
      self.host = host
    }
  }

  /// The epoch of every shard: data of the cluster that was is refused by the cluster's number, so
  /// epochs begin anew.
  public static let epoch: UInt64 = 1

  /// The number of the cluster: no worker of the one that was belongs to it.
  public let clusterID: UInt64
  /// Where each shard is.
  public let placement: Placement
  private let nodes: [NodeName]

  /// A cluster of these workers; nothing where there are none, or too many, or one twice.
  ///
  /// `seed` tells the backup from every other, and so the cluster that is made of it.
  public init?(seed: UInt64, shardCount: Int, nodes: [Node], replication: Int) {
    let sorted = nodes.sorted { $0.name < $1.name }
    let names = sorted.map(\.name)
    guard (1...Limits.nodes).contains(names.count), Set(names).count == names.count,
      (1...Limits.shards).contains(shardCount), (1...Limits.replicas).contains(replication)
    else { return nil }
    self.nodes = names
    var placement = Placement(shardCount: shardCount)
    placement.version = 1
    let places = Balance.places(
      Balance.Question(
        placement: placement, nodes: sorted.map { Balance.Node(name: $0.name, host: $0.host) },
        replication: replication))
    for (shard, place) in places {
      placement.assignments[shard] = Placement.Assignment(
        primary: place.primary, replicas: place.copies.filter { $0 != place.primary },
        epoch: Self.epoch)
    }
    guard placement.assignments.allSatisfy({ $0.primary != nil }) else { return nil }
    self.placement = placement
    clusterID = Self.number(seed, placement)
  }

  private static func number(_ seed: UInt64, _ placement: Placement) -> UInt64 {
    var writer = ByteWriter()
    placement.pack(into: &writer)
    let hash = XXH64.hash(writer.bytes, seed: seed)
    // 0 says that a worker belongs to no cluster yet.
    return max(1, hash)
  }

  /// The shards of which a worker gets a copy, ascending.
  public func shards(of node: NodeName) -> [Int] {
    placement.assignments.indices.filter { placement.assignments[$0].copies.contains(node) }
  }

  /// All records that the coordinator begins with: those that the backup kept, and those of the
  /// cluster as it is to be. Records that make no sense are refused, as its coordinator would. The
  /// last one is the identity, without which no coordinator takes the others for a cluster.
  public func records(
    keeping kept: [(key: String, value: [UInt8])]
  ) throws(PackingError) -> [(key: String, value: [UInt8])] {
    var records: [String: [UInt8]] = [:]
    for record in kept {
      let isKnown =
        record.key == Coordinator.Key.document
        || ["network/", "plan/", "run/"].contains { record.key.hasPrefix($0) }
      guard isKnown, records[record.key] == nil else {
        throw .invalid(what: "record \"\(record.key)\"")
      }
      records[record.key] = record.value
    }
    let identity = Coordinator.Identity(clusterID, placement.shardCount, 0)
    records[Coordinator.Key.identity] = identity.packed()
    records[Coordinator.Key.placement] = Coordinator.record(of: placement)
    // Each of them must come with the data that it was given: a worker without it is not taken in
    // as if it had lost nothing.
    var workers = NodeRecord()
    workers.finalised = Frame.versions.upperBound
    workers.settled = Set(nodes)
    records[Coordinator.Key.nodes] = workers.packed()
    _ = try Coordinator(
      settings: Coordinator.Settings(shardCount: placement.shardCount), records: records,
      freshID: clusterID, merge: { _, first, _ in first },
      at: Instant(milliseconds: 0))
    let isIdentity = { (key: String) in key == Coordinator.Key.identity }
    let ordered = inOrder(records).map { ($0.key, $0.value) }
    return ordered.filter { !isIdentity($0.0) } + ordered.filter { isIdentity($0.0) }
  }

  /// Whether records are those of this cluster.
  public func isIn(_ records: [String: [UInt8]]) -> Bool {
    let settings = Coordinator.Settings(shardCount: placement.shardCount)
    let bytes = records[Coordinator.Key.identity]
    let identity = try? Coordinator.Identity(bytes, settings: settings, freshID: 0)
    return identity?.clusterID == clusterID
  }
}
