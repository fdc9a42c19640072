import TestSupport
import Testing
import WireProtocol

@testable import Coordination

@Suite("Balance, whatever happens")
struct BalancePropertyTests {
  private typealias Base = BalanceTests

  @Test(
    "whatever joins and leaves, shares are fair and moves as few as fair shares allow",
    arguments: 0..<200 as Range<UInt64>)
  func minimal(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let shards = Int.random(in: 1...200, using: &random)
    let replication = Int.random(in: 1...3, using: &random)
    let all = try Base.nodes(10)
    let before = all.filter { _ in Bool.random(using: &random) }
    let after = all.filter { _ in Bool.random(using: &random) }
    guard !before.isEmpty, !after.isEmpty else { return }
    let placement = Base.placed(shards, before, replication)
    let next = Base.settled(placement, after, replication)
    let wanted = min(replication, after.count)
    let isWhole = next.assignments.allSatisfy { Set($0.copies).count == wanted }
    #expect(isWhole, "seed \(seed)")
    let shares = Base.copies(next, after)
    #expect(Base.spread(shares) <= 1, "seed \(seed)")
    #expect(Base.spread(Base.primaries(next, after)) <= 1, "seed \(seed)")
    let isSettled = Base.settled(next, after, replication) == next
    #expect(isSettled, "seed \(seed)")
    let least = Self.least(placement, after, copies: wanted)
    let moved = Base.moved(placement, next)
    #expect(Double(moved) <= 1.1 * Double(least) + 1, "seed \(seed): \(moved) of \(least)")
  }

  /// How many copies must move at least: those that stayers have too few of, and those that lack.
  private static func least(
    _ placement: Placement, _ nodes: [Balance.Node], copies wanted: Int
  ) -> Int {
    let names = Set(nodes.map(\.name))
    let total = placement.shardCount * wanted
    let keepable = placement.assignments.map { min(wanted, $0.copies.count(where: names.contains)) }
    let holdings = Base.copies(placement, nodes).sorted(by: >)
    let (share, odd) = (total / nodes.count, total % nodes.count)
    let kept = holdings.enumerated().reduce(0) { sum, holding in
      sum + min(holding.element, share + (holding.offset < odd ? 1 : 0))
    }
    return total - min(kept, keepable.reduce(0, +))
  }

  @Test(
    "a million SKUs over 1 to 64 workers: imbalance and moves stay within their limits",
    arguments: [1, 2])
  func scale(replication: Int) throws {
    // SKUs come to shards by a hash: their numbers differ by chance, with this variance.
    var random = SplitMix64(seed: 7)
    var skus = Array(repeating: 0, count: 1_024)
    for _ in 0..<1_000_000 { skus[Int.random(in: 0..<1_024, using: &random)] += 1 }
    var placement = Placement(shardCount: 1_024)
    for count in 1...64 {
      let nodes = try Base.nodes(count)
      let next = Base.settled(placement, nodes, replication)
      var bySKU: [NodeName: Int] = [:]
      for (shard, assignment) in next.assignments.enumerated() {
        for node in assignment.copies { bySKU[node, default: 0] += skus[shard] }
      }
      let shares = nodes.map { bySKU[$0.name] ?? 0 }
      let mean = Double(shares.reduce(0, +)) / Double(count)
      #expect(Double(shares.max() ?? 0) / mean <= 1.08, "\(count) workers")
      if count > replication {
        let least = Self.least(placement, nodes, copies: replication)
        let moved = Base.moved(placement, next)
        #expect(Double(moved) <= 1.1 * Double(least), "\(count) workers: \(moved) of \(least)")
      }
      placement = next
    }
    for count in stride(from: 63, through: replication, by: -1) {
      let nodes = try Base.nodes(count)
      let next = Base.settled(placement, nodes, replication)
      let least = Self.least(placement, nodes, copies: min(count, replication))
      let moved = Base.moved(placement, next)
      #expect(Double(moved) <= 1.1 * Double(least), "\(count) left: \(moved) of \(least)")
      placement = next
    }
  }

  @Test(
    "with hosts of different sizes no two copies share one, and it settles",
    arguments: 0..<100 as Range<UInt64>)
  func hosts(seed: UInt64) throws {
    var random = SplitMix64(seed: 1_000 + seed)
    let replication = Int.random(in: 2...3, using: &random)
    let hostCount = Int.random(in: replication...5, using: &random)
    var placement = Placement(shardCount: Int.random(in: 8...96, using: &random))
    let all = try Base.nodes(12).map { node in
      var node = node
      node.host = "h\(Int.random(in: 0..<hostCount, using: &random))"
      return node
    }
    for _ in 0..<4 {
      let nodes = all.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
      let hostOf = Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, $0.host) })
      guard Set(hostOf.values).count > 1 else { continue }
      let wanted = Balance.copiesWanted(replication, nodes)
      placement = Base.settled(placement, nodes, replication)
      let isApart = placement.assignments.allSatisfy {
        $0.copies.count == wanted && Set($0.copies.compactMap { hostOf[$0] }).count == wanted
      }
      #expect(isApart, "seed \(seed)")
      let isSettled = Base.settled(placement, nodes, replication) == placement
      #expect(isSettled, "seed \(seed)")
    }
  }
}
