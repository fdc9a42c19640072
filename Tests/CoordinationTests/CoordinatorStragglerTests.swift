import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("Units that are far behind")
struct CoordinatorStragglerTests {
  private static let day = Day(number: 20_000)

  /// Two workers with copies of all four shards, and a run whose units are out.
  private func running() throws -> CoordinatorBench {
    let bench = try CoordinatorBench(replication: 2)
    try bench.place(on: ["a", "b"])
    try bench.live(["a", "b"], milliseconds: 100)
    bench.hear(
      .runRequest(RunRequest(token: 7, kind: .train, asOf: nil, settings: [1])), from: "c",
      as: .operator)
    bench.finishWrites()
    bench.pass(100)
    for name in ["a", "b"] {
      let shards = (0..<4).filter { bench.copies(of: $0)[0] == name }
      bench.hear(
        .surveyReport(
          SurveyReport(
            run: 1, shards: shards.map { SurveyedShard(shard: $0, skus: 1) }, latestDay: Self.day)),
        from: name, as: .worker)
    }
    _ = bench.takeSent()
    bench.finishWrites()
    return bench
  }

  private func orders(_ bench: CoordinatorBench) -> [(node: String, order: UnitOrder)] {
    bench.takeSent().compactMap { sent in
      guard case .unitOrder(let order) = sent.frame.message else { return nil }
      return (String(decoding: sent.to.bytes, as: UTF8.self), order)
    }
  }

  private func report(_ bench: CoordinatorBench, _ node: String, _ order: UnitOrder) {
    let outcome = UnitOutcome(skus: 1)
    bench.hear(
      .unitReport(UnitReport(id: order.id, epoch: order.epoch, outcome: outcome)), from: node,
      as: .worker)
  }

  /// Time in which both workers have in hand what they were given.
  private func pass(_ bench: CoordinatorBench, seconds: Int, _ units: [String: [UnitID]]) throws {
    for _ in 0..<(2 * seconds) {
      bench.pass(500)
      for name in ["a", "b"] {
        try bench.beat(name, applied: bench.told[name]?.version ?? 0, units: units[name] ?? [])
      }
    }
  }

  @Test("a unit that is out for long is worked out by a replica too, which gives it to the primary")
  func help() throws {
    let bench = try running()
    let given = orders(bench)
    #expect(given.count == 4 && given.allSatisfy { $0.order.giveTo == nil })
    let late = try #require(given.first { $0.node == "a" })
    for (node, order) in given where order.id != late.order.id { report(bench, node, order) }
    try pass(bench, seconds: 10, ["a": [late.order.id]])
    #expect(orders(bench).isEmpty)
    try pass(bench, seconds: 1, ["a": [late.order.id]])
    let helped = orders(bench)
    #expect(helped.map(\.node) == ["b"])
    let order = try #require(helped.first).order
    #expect(order.id == late.order.id && order.giveTo?.node.text == "a")
    try pass(bench, seconds: 5, ["a": [late.order.id], "b": [late.order.id]])
    #expect(orders(bench).isEmpty)
    // Only the primary's word counts.
    report(bench, "b", order)
    #expect(bench.status().runs[0].phase == "running")
    report(bench, "a", order)
    bench.finishWrites()
    #expect(bench.status().runs[0].phase == "done")
  }

  @Test("a helper that fails does not fail the run and is not asked again")
  func failure() throws {
    let bench = try running()
    let given = orders(bench)
    let late = try #require(given.first { $0.node == "a" })
    for (node, order) in given where order.id != late.order.id { report(bench, node, order) }
    try pass(bench, seconds: 11, ["a": [late.order.id]])
    #expect(orders(bench).count == 1)
    for _ in 0..<5 {
      let failure = WorkFailure(run: 1, unit: late.order.id, reason: "no", mayPass: false)
      bench.hear(.workFailure(failure), from: "b", as: .worker)
    }
    try pass(bench, seconds: 5, ["a": [late.order.id]])
    #expect(orders(bench).isEmpty)
    #expect(bench.status().runs[0].phase == "running")
  }

  @Test("the units of a lost worker are given out again at the replicas under the next epoch")
  func failover() throws {
    let bench = try running()
    let given = orders(bench)
    let mine = given.filter { $0.node == "a" }.map(\.order)
    let other = given.filter { $0.node == "b" }.map(\.order.id)
    for _ in 0..<8 {
      bench.pass(500)
      try bench.beat("b", applied: bench.told["b"]?.version ?? 0, units: other)
      bench.finishWrites()
    }
    for (node, order) in given where node == "b" { report(bench, node, order) }
    let again = orders(bench)
    #expect(again.allSatisfy { $0.node == "b" && $0.order.epoch == 2 && $0.order.giveTo == nil })
    #expect(again.map(\.order.id) == mine.map(\.id))
    // The old primary's word under the old epoch is not taken.
    for order in mine { report(bench, "a", order) }
    #expect(bench.status().runs[0].phase == "running")
    for (_, order) in again { report(bench, "b", order) }
    bench.finishWrites()
    #expect(bench.status().runs[0].phase == "done")
  }

  @Test("a primary changes after the units that are out, and gets no new ones, for some seconds")
  func flip() throws {
    let bench = try running()
    let given = orders(bench)
    let node = try #require(NodeName("a"))
    bench.hear(.nodeChange(NodeChange(.drain, of: node)), from: "o", as: .operator)
    bench.finishWrites()
    let units = Dictionary(grouping: given, by: \.node).mapValues { $0.map(\.order.id) }
    // Its other copies go as soon as b was heard.
    try pass(bench, seconds: 1, units)
    bench.finishWrites()
    try pass(bench, seconds: 3, units)
    #expect(bench.writes.isEmpty && bench.machine.placement.shards(of: node).count == 2)
    try pass(bench, seconds: 2, units)
    bench.finishWrites()
    #expect(bench.machine.placement.shards(of: node).isEmpty)
    let ids = Set(given.filter { $0.node == "a" }.map(\.order.id))
    try pass(bench, seconds: 1, ["b": units["b"] ?? []])
    let again = orders(bench)
    #expect(Set(again.filter { $0.node == "b" }.map(\.order.id)).isSuperset(of: ids))
  }
}
