public import Coordination
import FoundationEssentials
public import WireProtocol

/// Asks the coordinator for changes of workers as places for shards, and follows them.
public struct NodeClient {
  /// How often the status is looked at while shards move.
  static let pollMilliseconds: Int64 = 250

  private let client: ClusterClient

  /// Asks a cluster.
  public init(_ client: ClusterClient) { self.client = client }

  /// What a change does, or would do, as the coordinator says it. It may be asked again: what is so
  /// already is answered the same.
  public func ask(
    _ action: NodeChange.Action, of node: NodeName?, isDryRun: Bool = false
  ) throws(ClientError) -> NodeChangeReport {
    let change = NodeChange(action, of: node, isDryRun: isDryRun)
    guard case .nodeAnswer(let json) = try client.ask(.nodeChange(change)),
      let report = try? JSONDecoder().decode(NodeChangeReport.self, from: Data(json.utf8))
    else {
      throw .unexpected(node: "the coordinator", what: "something else than what it will move")
    }
    return report
  }

  /// Looks at the status again and again until `isDone` says so.
  public func follow(
    until isDone: (ClusterStatus) throws(ClientError) -> Bool
  ) throws(ClientError) -> ClusterStatus {
    while true {
      let status = try client.status()
      if try isDone(status) { return status }
      _ = try client.receive(timeoutMilliseconds: Self.pollMilliseconds)
    }
  }
}
