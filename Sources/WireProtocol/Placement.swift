public import Demand
public import Packing

/// Which workers have which shard, under which epoch. The table is the truth.
public struct Placement: Equatable, Packable {
  /// Rises with every change.
  public var version: UInt64
  /// By shard.
  public var assignments: [Assignment]

  /// A shard's place.
  public struct Assignment: Equatable, Sendable {
    /// The worker that serves it; nothing before the first placement.
    public var primary: NodeName?
    /// The workers beside it that have everything that was acknowledged, ascending: each of them
    /// may become the primary.
    public var replicas: [NodeName]
    /// Raised by every change of the primary.
    public var epoch: UInt64

    /// Makes a place.
    public init(primary: NodeName? = nil, replicas: [NodeName] = [], epoch: UInt64 = 0) {
      self.primary = primary
      self.replicas = replicas
      self.epoch = epoch
    }

    /// The workers that have everything, the primary first.
    public var copies: [NodeName] { (primary.map { [$0] } ?? []) + replicas }
  }

  /// A table of shards that are nowhere yet.
  public init(shardCount: Int) {
    version = 0
    assignments = Array(repeating: Assignment(), count: shardCount)
  }

  /// How many shards there are.
  public var shardCount: Int { assignments.count }

  /// The place of a SKU.
  public subscript(sku: SKU) -> Assignment { assignments[sku.shard(of: shardCount)] }

  /// The shards of a worker, ascending.
  public func shards(of node: NodeName) -> [Int] {
    assignments.indices.filter { assignments[$0].primary == node }
  }

  /// Appends the table: names once, then an index and an epoch per shard.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(version)
    let names = Array(Set(assignments.flatMap(\.copies))).sorted()
    let index = Dictionary(uniqueKeysWithValues: zip(names, 1...))
    writer.list(names)
    writer.count(assignments.count)
    for assignment in assignments {
      writer.count(assignment.primary.flatMap { index[$0] } ?? 0)
      writer.varint(assignment.epoch)
      writer.count(assignment.replicas.count)
      for replica in assignment.replicas { writer.count(index[replica] ?? 0) }
    }
  }

  /// Reads a table.
  public init(from reader: inout ByteReader) throws(PackingError) {
    version = try reader.varint()
    let names: [NodeName] = try reader.list("nodes", limit: Limits.nodes, minimumBytes: 2)
    let count = try reader.count("shards", limit: Limits.shards, minimumBytes: 3)
    assignments = []
    assignments.reserveCapacity(count)
    for _ in 0..<count {
      let index = try reader.count("node", limit: names.count)
      var assignment = Assignment(
        primary: index == 0 ? nil : names[index - 1], epoch: try reader.varint())
      for _ in 0..<(try reader.count("replicas", limit: Limits.replicas, minimumBytes: 1)) {
        let replica = try reader.count("node", limit: names.count)
        guard replica > 0, replica != index else { throw .invalid(what: "replica") }
        assignment.replicas.append(names[replica - 1])
      }
      assignments.append(assignment)
    }
  }
}

/// What a client needs to reach the data: the placement and where the workers are.
public struct ClusterMap: Equatable, Packable {
  /// The cluster.
  public var clusterID: UInt64
  /// Where the shards are.
  public var placement: Placement
  /// Where the workers are.
  public var peers: [PeerAddress]
  /// Where the coordinators are; none where there is only one.
  public var coordinators: [PeerAddress]

  /// Makes a map.
  public init(
    clusterID: UInt64, placement: Placement, peers: [PeerAddress], coordinators: [PeerAddress] = []
  ) {
    self.clusterID = clusterID
    self.placement = placement
    self.peers = peers
    self.coordinators = coordinators
  }

  /// Appends the map.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(clusterID)
    placement.pack(into: &writer)
    writer.list(peers)
    if writer.form >= 6 { writer.list(coordinators) }
  }

  /// Reads a map.
  public init(from reader: inout ByteReader) throws(PackingError) {
    clusterID = try reader.fixed()
    placement = try Placement(from: &reader)
    peers = try reader.list("workers", limit: Limits.nodes, minimumBytes: 4)
    coordinators =
      reader.form >= 6
      ? try reader.list("coordinators", limit: Limits.coordinators, minimumBytes: 4) : []
  }
}

/// A document that every worker holds whole: warehouses, rules, limits, lanes and events.
public struct Document: Equatable, Packable {
  /// Rises with every change; 0 is the empty document.
  public var version: UInt64
  /// The packed `PlanningDocument`.
  public var content: [UInt8]

  /// Makes a document.
  public init(version: UInt64 = 0, content: [UInt8] = []) {
    self.version = version
    self.content = content
  }

  /// Appends the document.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(version)
    writer.blob(content)
  }

  /// Reads a document.
  public init(from reader: inout ByteReader) throws(PackingError) {
    version = try reader.varint()
    content = try reader.blob("document", limit: Limits.documentBytes)
  }
}
