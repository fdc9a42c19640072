public import Coordination
public import Demand
import FoundationEssentials
import Packing
import WireProtocol

/// What a client asks in one question.
extension ClusterClient {
  /// How the cluster is, as the JSON that the coordinator made of `ClusterStatus`.
  public func statusText() throws(ClientError) -> String {
    guard case .status(let json) = try ask(.statusRequest) else {
      throw .unexpected(node: "the coordinator", what: "something else than its status")
    }
    return json
  }

  /// How the cluster is.
  public func status() throws(ClientError) -> ClusterStatus {
    let text = try statusText()
    guard let status = try? JSONDecoder().decode(ClusterStatus.self, from: Data(text.utf8)) else {
      throw .unexpected(node: "the coordinator", what: "a status that makes no sense")
    }
    return status
  }

  /// What all workers hold whole to plan by, and its version.
  public func planningDocument()
    throws(ClientError) -> (version: UInt64, document: PlanningDocument)
  {
    guard case .document(let stored) = try ask(.documentRequest) else {
      throw .unexpected(node: "the coordinator", what: "something else than the document")
    }
    do throws(PackingError) {
      return (stored.version, try PlanningDocument(packed: stored.content))
    } catch {
      throw .unexpected(
        node: "the coordinator", what: "a planning document that makes no sense: \(error)")
    }
  }

  /// What whoever has a SKU knows of it, as JSON.
  public func explanation(of sku: SKU) throws(ClientError) -> String {
    _ = try readingMap()
    let conversation = Conversation(self)
    conversation.ask(0) { placement in
      (placement[sku].copies, .explainRequest(sku: sku.bytes))
    }
    guard case .explanation(let json) = try conversation.next().answer else {
      throw .unexpected(node: "a worker", what: "something else than an explanation")
    }
    return json
  }
}
