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
    var unitsDone: Int

    var isActive: Bool { phase != "done" && phase != "failed" }
  }

  struct Coordinator: Decodable, Equatable, Sendable {
    var name: String
  }

  var colour: String
  var reasons: [String]
  /// What the reasons are about, and what was finalised: nothing of a program that says neither.
  var topics: [String]?
  var finalisedProtocol: Int?
  /// The one that leads, then those that stand by; nothing where there can be only one.
  var coordinators: [Coordinator]?
  /// How long the coordinator that answers has been at work.
  var uptimeSeconds: Double
  var placementVersion: UInt64
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

  /// Whether nothing is to be done but to go on with an upgrade.
  var needsNothingButUpgrade: Bool {
    topics.map { $0.allSatisfy { $0 == "upgrade" } } ?? reasons.isEmpty
  }
  /// The coordinator that leads, of several.
  var leader: String? { coordinators?.first?.name }

  /// Where a node stands, if the coordinator knows it.
  func node(_ name: String) -> Node? { nodes.first { $0.name == name } }
}
