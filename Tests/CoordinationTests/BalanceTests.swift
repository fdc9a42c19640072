import TestSupport
import Testing
import WireProtocol

@testable import Coordination

@Suite("Balance")
struct BalanceTests {
  private func nodes(_ count: Int) -> [NodeName] {
    (0..<count).compactMap { NodeName("n\($0)") }.sorted()
  }

  private func apply(_ proposals: [Balance.Proposal], to placement: Placement) -> Placement {
    var next = placement
    for proposal in proposals { next.assignments[proposal.shard].primary = proposal.to }
    return next
  }

  private func placed(_ shards: Int, on nodes: [NodeName]) -> Placement {
    let empty = Placement(shardCount: shards)
    return apply(Balance.proposals(empty, nodes: nodes, leaving: []), to: empty)
  }

  private func shares(_ placement: Placement, _ nodes: [NodeName]) -> [Int] {
    nodes.map { placement.shards(of: $0).count }
  }

  @Test(
    "every shard is placed, in shares that differ by one at most",
    arguments: [(1, 1), (16, 3), (1_024, 7), (5, 8)])
  func fair(shards: Int, count: Int) {
    let shares = shares(placed(shards, on: nodes(count)), nodes(count))
    #expect(shares.reduce(0, +) == shards)
    #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1)
  }

  @Test("what is balanced stays where it is")
  func stable() {
    let placement = placed(100, on: nodes(6))
    #expect(Balance.proposals(placement, nodes: nodes(6), leaving: []).isEmpty)
  }

  @Test("a worker that joins gets its share and nothing else moves")
  func joining() {
    let placement = placed(100, on: nodes(4))
    let proposals = Balance.proposals(placement, nodes: nodes(5), leaving: [])
    #expect(proposals.count == 20)
    #expect(proposals.allSatisfy { $0.to.text == "n4" })
  }

  @Test("the shards of a worker that leaves are shared out and nothing else moves")
  func leaving() throws {
    let placement = placed(100, on: nodes(5))
    let gone = try #require(NodeName("n4"))
    let proposals = Balance.proposals(placement, nodes: nodes(4), leaving: [gone])
    #expect(proposals.count == 20)
    #expect(proposals.allSatisfy { $0.from == gone })
    #expect(shares(apply(proposals, to: placement), nodes(4)) == [25, 25, 25, 25])
  }

  @Test("the shards of a lost worker stay: their data is nowhere else")
  func lost() throws {
    let placement = placed(100, on: nodes(5))
    #expect(Balance.proposals(placement, nodes: nodes(4), leaving: []).isEmpty)
  }

  @Test("the answer depends on names and placement, not on the order of anything")
  func deterministic() {
    let placement = placed(64, on: nodes(3))
    let again = placed(64, on: nodes(3))
    #expect(placement == again)
    #expect(Balance.score(5, nodes(3)[1]) == Balance.score(5, nodes(3)[1]))
  }

  @Test(
    "whatever joins and leaves, moves are as few as fair shares allow",
    arguments: 0..<100 as Range<UInt64>)
  func minimal(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let shards = Int.random(in: 1...200, using: &random)
    let before = nodes(Int.random(in: 1...8, using: &random))
    let placement = placed(shards, on: before)
    let all = nodes(10)
    let after = all.filter { _ in Bool.random(using: &random) }
    guard !after.isEmpty else { return }
    let leaving = Set(before).subtracting(after)
    let proposals = Balance.proposals(placement, nodes: after, leaving: leaving)
    let next = apply(proposals, to: placement)
    let shares = shares(next, after)
    #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1, "seed \(seed)")
    // What leaves must move; of what stays only what is over a fair share.
    let share = shards / after.count
    let odd = shards % after.count
    let holdings = after.map { placement.shards(of: $0).count }.sorted(by: >)
    let kept = holdings.enumerated().reduce(0) { sum, holding in
      sum + min(holding.element, share + (holding.offset < odd ? 1 : 0))
    }
    #expect(proposals.count == shards - kept, "seed \(seed)")
  }
}
