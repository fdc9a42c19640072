import Demand
import Packing
public import Replenishment
import WireProtocol

/// Reads two plans side by side, shard after shard, and says how they differ.
public struct PlanComparison {
  private let client: ClusterClient

  /// Compares plans of a cluster.
  public init(_ client: ClusterClient) { self.client = client }

  /// The difference, with so many of the lines that differ most; `progress` is told of every shard.
  public func difference(
    _ left: PlanCatalogue.Kept, _ right: PlanCatalogue.Kept, most: Int,
    progress: (_ shard: Int, _ shards: Int) throws(ClientError) -> Void
  ) throws(ClientError) -> PlanDifference {
    var difference = PlanDifference(most: most)
    let shards = try client.readingMap().placement.shardCount
    let conversation = Conversation(client)
    for shard in 0..<shards {
      try progress(shard, shards)
      var before = ShardPages(left.place.table, shard: shard, conversation)
      var after = ShardPages(right.place.table, shard: shard, conversation)
      while let row = try Self.first(before.peek(), after.peek()) {
        guard let location = row.location else { continue }
        difference.add(
          row.sku, at: location, left: try Self.plan(&before, like: row),
          right: try Self.plan(&after, like: row))
      }
    }
    return difference
  }

  /// Both tables come in the order of digests, SKUs and locations.
  private static func first(_ left: ExportedRow?, _ right: ExportedRow?) -> ExportedRow? {
    guard let left, let right else { return left ?? right }
    return isBefore(right, left) ? right : left
  }

  private static func isBefore(_ left: ExportedRow, _ right: ExportedRow) -> Bool {
    let (one, two) = (left.sku.digest, right.sku.digest)
    if one != two { return one < two }
    if left.sku != right.sku { return left.sku < right.sku }
    guard let here = left.location else { return right.location != nil }
    return right.location.map { here < $0 } ?? false
  }

  private static func plan(
    _ pages: inout ShardPages, like row: ExportedRow
  ) throws(ClientError) -> LocationPlan? {
    guard let next = try pages.peek(), next.sku == row.sku, next.location == row.location else {
      return nil
    }
    _ = try pages.take()
    do throws(PackingError) { return try LocationPlan(packed: next.value) } catch {
      throw .unexpected(
        node: "the owner of \(row.sku)", what: "a plan that makes no sense: \(error)")
    }
  }
}
