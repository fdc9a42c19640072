import Packing
import WireProtocol

/// What operators said of workers as places for shards, and who has had data: as it is kept.
struct NodeRecord: Equatable, Sendable {
  /// The most workers that are remembered as gone for good; more than that are forgotten.
  static let maximumRetired = 4 * Limits.nodes

  /// Rises with every change that somebody asked for.
  var version: UInt64 = 0
  /// Workers that stay and get no shards.
  var drained: Set<NodeName> = []
  /// Workers that will not come back with the data that they had.
  var retired: Set<NodeName> = []
  /// Workers that have carried out orders with shards: since then each must come with its data.
  var settled: Set<NodeName> = []
  /// The version of the protocol that everybody must speak: an operator says so once all do, and
  /// from then on there is no way back to a program of before.
  var finalised = Self.firstFinalised

  /// The version before there was a way to say so.
  private static let firstFinalised: UInt8 = 5

  init() {}

  /// The record; until something later is finalised, one that the program of before reads.
  func packed() -> [UInt8] {
    var writer = ByteWriter()
    let isFirst = finalised == Self.firstFinalised
    writer.fixed(UInt8(isFirst ? 1 : 2))
    writer.varint(version)
    for nodes in [drained, retired, settled] {
      writer.count(nodes.count)
      for node in nodes.sorted() { node.pack(into: &writer) }
    }
    if !isFirst { writer.fixed(finalised) }
    writer.seal()
    return writer.bytes
  }

  init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = try ByteReader(verifyingChecksum: bytes)
    let form = try reader.byte()
    guard (1...2).contains(form) else { throw .invalid(what: "version of the workers' record") }
    version = try reader.varint()
    let most = Self.maximumRetired
    drained = Set(try Self.nodes(&reader, most))
    retired = Set(try Self.nodes(&reader, most))
    settled = Set(try Self.nodes(&reader, most))
    if form > 1 { finalised = try reader.byte() }
    try reader.finish()
  }

  private static func nodes(
    _ reader: inout ByteReader, _ most: Int
  ) throws(PackingError) -> [NodeName] {
    var nodes: [NodeName] = []
    for _ in 0..<(try reader.count("workers", limit: most, minimumBytes: 2)) {
      nodes.append(try NodeName(from: &reader))
    }
    return nodes
  }
}

extension Placement {
  /// Reads the record of a placement, also one of before shards had replicas.
  ///
  /// The two are told apart by their lengths: behind the names, the older form has two numbers a
  /// shard and the newer one at least three.
  init(record bytes: [UInt8]) throws(PackingError) {
    var reader = try ByteReader(verifyingChecksum: bytes)
    do {
      self = try Placement(from: &reader)
      try reader.finish()
    } catch {
      var older = try ByteReader(verifyingChecksum: bytes)
      self = try Placement(withoutReplicas: &older)
      try older.finish()
    }
  }

  private init(withoutReplicas reader: inout ByteReader) throws(PackingError) {
    let version = try reader.varint()
    var names: [NodeName] = []
    for _ in 0..<(try reader.count("nodes", limit: Limits.nodes, minimumBytes: 2)) {
      names.append(try NodeName(from: &reader))
    }
    let count = try reader.count("shards", limit: Limits.shards, minimumBytes: 2)
    self.init(shardCount: count)
    self.version = version
    for shard in 0..<count {
      let index = try reader.count("node", limit: names.count)
      assignments[shard] = Assignment(
        primary: index == 0 ? nil : names[index - 1], epoch: try reader.varint())
    }
  }
}
