public import Demand
public import WireProtocol

/// Reads what there is of single SKUs from the workers that have them.
public struct SKUReader {
  private let client: ClusterClient

  /// Reads from a cluster.
  public init(_ client: ClusterClient) { self.client = client }

  /// The rows of a part, in order of location; none where there is nothing.
  public func rows(_ part: SKUPart, of sku: SKU) throws(ClientError) -> [ExportedRow] {
    _ = try client.readingMap()
    let conversation = Conversation(client)
    var rows: [ExportedRow] = []
    var cursor: [UInt8]? = []
    while let start = cursor {
      conversation.ask(0) { placement in
        let shard = sku.shard(of: placement.shardCount)
        let assignment = placement.assignments[shard]
        let request = RowsRequest(
          scope: .sku(part, sku), shard: shard, epoch: assignment.epoch, cursor: start)
        return (assignment.copies, .rowsRequest(request))
      }
      guard case .rows(let chunk) = try conversation.next().answer, chunk.next != start else {
        throw .unexpected(node: "a worker", what: "something else than rows of \"\(sku)\"")
      }
      rows += try ExportedRow.unpack(chunk.rows, of: chunk.shard)
      cursor = chunk.next
    }
    return rows
  }
}
