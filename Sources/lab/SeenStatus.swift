import FoundationEssentials

/// The parts of `granary status --json` that the lab looks at.
struct SeenStatus: Decodable, Equatable, Sendable {
  struct Node: Decodable, Equatable, Sendable {
    var name: String
    var state: String
    var shards: Int
    var trouble: String
  }

  struct Run: Decodable, Equatable, Sendable {
    var run: Int
    var kind: String
    var phase: String
    var trouble: String
  }

  var colour: String
  var reasons: [String]
  var shards: Int
  var servedShards: Int
  var moves: Int
  var nodes: [Node]
  var runs: [Run]

  /// Reads what the coordinator says.
  init?(_ text: String) {
    guard let status = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
      return nil
    }
    self = status
  }

  /// Whether every shard is served.
  var servesAll: Bool { servedShards == shards }

  /// Where a node stands, if the coordinator knows it.
  func node(_ name: String) -> Node? { nodes.first { $0.name == name } }
}
