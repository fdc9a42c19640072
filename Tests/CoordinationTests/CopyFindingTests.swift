import Demand
import Testing
import WireProtocol

@testable import Coordination

/// What lives of the simulator have found about copies that are nearly the last ones.
@Suite("What the simulator found of last copies")
struct CopyFindingTests {
  /// Three workers with two copies of each of four shards, of which `a` is drained and still has
  /// its copies, as nobody has made others.
  private func draining() throws -> CoordinatorBench {
    let bench = try CoordinatorBench(shardCount: 4, replication: 2)
    try bench.place(on: ["a", "b", "c"])
    try bench.live(["a", "b", "c"], milliseconds: 300)
    try ask(bench, .drain, "a")
    try bench.live(["a", "b", "c"], milliseconds: 1_000, builds: false)
    #expect((0..<4).contains { bench.copies(of: $0) == ["b", "a"] })
    return bench
  }

  private func ask(
    _ bench: CoordinatorBench, _ action: NodeChange.Action, _ name: String
  ) throws {
    let node = try #require(NodeName(name))
    let change = NodeChange(action, of: node, isDryRun: false)
    bench.hear(.nodeChange(change), from: "o", as: .operator)
  }

  @Test("no shard comes to rest on a worker whose decommission is on its way to the disk")
  func goingForGood() throws {
    let bench = try draining()
    try ask(bench, .decommission, "a")
    #expect(bench.writes.map(\.key) == ["nodes"])
    // Meanwhile b, which has the other copies, is silent.
    for _ in 0..<35 {
      bench.pass(100)
      for name in ["a", "c"] { try bench.beat(name, applied: bench.told[name]?.version ?? 0) }
    }
    bench.finishWrites()
    bench.finishWrites()
    #expect(!(0..<4).contains { bench.copies(of: $0) == ["a"] })
    try bench.live(["b", "c"], milliseconds: 4_000)
    #expect((0..<4).allSatisfy { Set(bench.copies(of: $0)) == ["b", "c"] })
  }

  @Test("a worker is not decommissioned with whom a placement that is being stored leaves a shard")
  func goingWithTheLast() throws {
    let bench = try draining()
    for _ in 0..<35 {
      bench.pass(100)
      for name in ["a", "c"] { try bench.beat(name, applied: bench.told[name]?.version ?? 0) }
    }
    #expect(bench.writes.map(\.key) == ["placement"])
    // b is back before the placement that has a in its place is durable.
    try bench.beat("b", applied: bench.told["b"]?.version ?? 0)
    _ = bench.takeSent()
    try ask(bench, .decommission, "a")
    let answers = bench.takeMessages(to: "o").compactMap { message -> String? in
      if case .nodeAnswer(let json) = message { json } else { nil }
    }
    #expect(answers.count == 1 && answers.allSatisfy { $0.contains("would be lost") })
    #expect(bench.writes.map(\.key) == ["placement"])
  }

  @Test("no copy goes because the one that should be in its place cannot be made just now")
  func noPlaceYet() throws {
    let bench = try CoordinatorBench(shardCount: 4, replication: 2)
    for name in ["a", "b"] { try bench.greet(name, host: "h") }
    bench.pass(100)
    bench.finishWrites()
    try bench.live(["a", "b"], milliseconds: 300)
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
    // A second host is there, and copies to it come to nothing.
    try bench.greet("c", host: "k")
    try bench.live(["a", "b", "c"], milliseconds: 62_000, builds: false)
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
    try bench.live(["a", "b", "c"], milliseconds: 310_000)
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
    #expect((0..<4).allSatisfy { bench.copies(of: $0).contains("c") })
  }
}
