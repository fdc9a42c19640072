import Packing
import WireProtocol

/// Proposes where shards should be. The placement is the truth; this only says what to change.
///
/// Each worker gets its equal share, give or take one shard. A shard stays where it is unless its
/// worker has more than its share or is leaving; which shards go where is decided by rendezvous
/// hashing, so that the answer depends on the names alone.
enum Balance {
  /// A shard that should be elsewhere.
  struct Proposal: Equatable {
    var shard: Int
    var from: NodeName?
    var to: NodeName
  }

  /// The changes that give every one of `nodes` its share. Shards of workers that are neither in
  /// `nodes` nor in `leaving` (they are lost) stay: their data is there and nowhere else.
  static func proposals(
    _ placement: Placement, nodes: [NodeName], leaving: Set<NodeName>
  ) -> [Proposal] {
    guard !nodes.isEmpty else { return [] }
    let present = Set(nodes)
    let movable = placement.assignments.indices.filter { shard in
      guard let primary = placement.assignments[shard].primary else { return true }
      return present.contains(primary) || leaving.contains(primary)
    }
    var holdings: [NodeName: [Int]] = [:]
    for (shard, assignment) in placement.assignments.enumerated() {
      if let primary = assignment.primary { holdings[primary, default: []].append(shard) }
    }
    var quota = quotas(movable.count, nodes: nodes, holdings: holdings.mapValues(\.count))
    var homeless: [Int] = []
    for node in nodes {
      let mine = holdings[node] ?? []
      let keep = min(mine.count, quota[node, default: 0])
      quota[node, default: 0] -= keep
      // Asked ten times a second, and nearly always nobody has too much.
      guard keep < mine.count else { continue }
      let ranked = mine.map { (score: score($0, node), shard: $0) }
        .sorted { ($0.score, $1.shard) > ($1.score, $0.shard) }
      homeless += ranked.dropFirst(keep).map(\.shard)
    }
    for shard in movable {
      let primary = placement.assignments[shard].primary
      if primary.map({ !present.contains($0) }) ?? true { homeless.append(shard) }
    }
    return homeless.sorted().compactMap { shard in
      let open = nodes.filter { quota[$0, default: 0] > 0 }
      guard let best = open.max(by: { score(shard, $0) < score(shard, $1) }) else { return nil }
      quota[best, default: 0] -= 1
      return Proposal(shard: shard, from: placement.assignments[shard].primary, to: best)
    }
  }

  /// Equal shares; the odd shards go to those that have more already, so that nothing moves for
  /// them.
  private static func quotas(
    _ count: Int, nodes: [NodeName], holdings: [NodeName: Int]
  ) -> [NodeName: Int] {
    let share = count / nodes.count
    let byHolding = nodes.sorted { left, right in
      let (more, less) = (holdings[left, default: 0], holdings[right, default: 0])
      return more != less ? more > less : left < right
    }
    var quota: [NodeName: Int] = [:]
    for (rank, node) in byHolding.enumerated() {
      quota[node] = share + (rank < count % nodes.count ? 1 : 0)
    }
    return quota
  }

  /// The rendezvous score of a worker for a shard.
  static func score(_ shard: Int, _ node: NodeName) -> UInt64 {
    XXH64.hash(Array(node.text.utf8), seed: UInt64(shard))
  }
}
