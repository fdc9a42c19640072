public import Demand
import WireProtocol

/// Reads and changes what is in quarantine, each shard at its primary.
public struct QuarantineClient {
  /// How many shards are asked at once.
  private static let shardsAtOnce = 16

  /// A SKU in quarantine.
  public struct Row: Sendable {
    /// Which.
    public var sku: SKU
    /// Why, and whether trainings leave it out.
    public var entry: QuarantineEntry
  }

  /// What came of a change.
  public struct Change: Equatable, Sendable {
    /// How many SKUs in quarantine it was done to.
    public var count = 0
    /// Those named that are in none, in order.
    public var missing: [SKU] = []
  }

  private let client: ClusterClient

  /// Talks to a cluster.
  public init(_ client: ClusterClient) { self.client = client }

  /// Hands over every SKU in quarantine, in the order of shards and SKUs.
  public func read(_ body: (Row) throws(ClientError) -> Void) throws(ClientError) {
    _ = try Exporter(client).stream(.quarantine) { row throws(ClientError) in
      let entry =
        (try? QuarantineEntry(packed: row.value))
        ?? QuarantineEntry(reason: QuarantineEntry.reason(in: row.value), run: row.run)
      var known = entry
      // The first entries did not say when.
      if known.run == 0 { known.run = row.run }
      try body(Row(sku: row.sku, entry: known))
    }
  }

  /// Has these SKUs, or all, changed. Asked again, it changes nothing more. `stop` is asked between
  /// answers.
  public func change(
    _ action: QuarantineUpdate.Action, _ skus: [SKU]?, stop: () throws(ClientError) -> Void
  ) throws(ClientError) -> Change {
    let shardCount = try client.readingMap().placement.shardCount
    var waiting: [(shard: Int, skus: [SKU])] = []
    if let skus {
      let byShard = Dictionary(grouping: Set(skus).sorted()) { $0.shard(of: shardCount) }
      for (shard, all) in byShard.sorted(by: { $0.key < $1.key }) {
        for start in stride(from: 0, to: all.count, by: Limits.skusPerGet) {
          waiting.append((shard, Array(all[start..<min(all.count, start + Limits.skusPerGet)])))
        }
      }
    } else {
      waiting = (0..<shardCount).map { ($0, []) }
    }
    let conversation = Conversation(client)
    var change = Change()
    waiting.reverse()
    while !waiting.isEmpty || conversation.outstanding > 0 {
      try stop()
      while conversation.outstanding < Self.shardsAtOnce, let next = waiting.popLast() {
        ask(QuarantineUpdate(action, next.skus), next.shard, conversation)
      }
      guard case .quarantineAnswer(let answer) = try conversation.next().answer else {
        throw .unexpected(node: "a worker", what: "something else than what it changed")
      }
      change.count += answer.count
      change.missing += answer.missing
    }
    change.missing.sort()
    return change
  }

  private func ask(_ update: QuarantineUpdate, _ shard: Int, _ conversation: Conversation) {
    conversation.ask(shard) { placement in
      let assignment = placement.assignments[shard]
      let change = QuarantineChange(shard: shard, epoch: assignment.epoch, update: update)
      // Only the primary changes anything.
      return (assignment.primary.map { [$0] } ?? [], .quarantineChange(change))
    }
  }
}
