import ClientNode
import CommandLineArguments
import Messaging
import WireProtocol

/// `granary shards`: which worker has which shard.
struct ShardsVerb: Command {
  static let name = "shards"
  static let abstract = "List the shards: worker, epoch and state."
  static let examples = [
    Example("granary shards", "Where everything lives."),
    Example("granary shards --json", "The same for programs."),
  ]

  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let map = try cluster.client(as: .observer).refreshMap()
    try Terminal.standardOutput.write(json ? Self.json(map) : Self.table(map))
    return .success
  }

  /// What a shard's place says about it.
  private static func state(_ assignment: Placement.Assignment, _ map: ClusterMap) -> String {
    guard let primary = assignment.primary else { return "unplaced" }
    let isThere = map.peers.contains { $0.node == primary && !$0.endpoint.isEmpty }
    return isThere ? "served" : "lost"
  }

  private static func table(_ map: ClusterMap) -> String {
    var table = TextTable([.right("Shard"), .left("Worker"), .right("Epoch"), .left("State")])
    for (shard, assignment) in map.placement.assignments.enumerated() {
      table.add([
        String(shard), assignment.primary?.text ?? "-", String(assignment.epoch),
        state(assignment, map),
      ])
    }
    return table.render(for: .standardOutput)
  }

  private static func json(_ map: ClusterMap) -> String {
    var json = JSONText()
    json.object { json in
      json.member("cluster", String(map.clusterID, radix: 16))
      json.member("placementVersion", Int(map.placement.version))
      json.array("shards") { json in
        for (shard, assignment) in map.placement.assignments.enumerated() {
          json.object { json in
            json.member("shard", shard)
            json.member("worker", assignment.primary?.text)
            json.member("epoch", Int(assignment.epoch))
            json.member("state", state(assignment, map))
          }
        }
      }
    }
    json.newline()
    return json.drain()
  }
}
