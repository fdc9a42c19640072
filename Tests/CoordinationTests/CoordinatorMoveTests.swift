import Testing
import WireProtocol

@testable import Coordination

@Suite("Moves of shards")
struct CoordinatorMoveTests {
  /// Two workers, the second of which came later and is to get two of the four shards.
  private func moving() throws -> CoordinatorBench {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    try bench.greet("b")
    bench.pass(100)
    return bench
  }

  private func frozen(_ orders: Orders?) -> [Int] {
    orders?.owned.filter(\.isFrozen).map(\.shard) ?? []
  }

  @Test("the giver freezes first, and only then the taker is told to adopt")
  func freezing() throws {
    let bench = try moving()
    let giver = try #require(bench.orders(of: "a"))
    #expect(frozen(giver).count == 2)
    #expect(try #require(bench.orders(of: "b")).adopting.isEmpty)
    try bench.beat("a", applied: giver.version)
    let adopting = try #require(bench.orders(of: "b")).adopting
    #expect(adopting.map(\.shard) == frozen(giver))
    #expect(adopting.allSatisfy { $0.giver.node.text == "a" && $0.epoch == 1 })
  }

  @Test(
    "the shard changes hands when the placement with the next epoch is durable, then it is released"
  )
  func flipping() throws {
    let bench = try moving()
    try bench.beat("a", applied: bench.orders(of: "a")?.version ?? 0)
    let moves = try #require(bench.orders(of: "b")).adopting
    try bench.beat("b", adopted: moves.map(\.move))
    #expect(bench.writes.map(\.key) == ["placement"])
    #expect(try #require(bench.orders(of: "b")).owned.isEmpty)
    bench.finishWrites()
    let taker = try #require(bench.orders(of: "b"))
    #expect(taker.owned == moves.map { OwnedShard(shard: $0.shard, epoch: 2) })
    let giver = try #require(bench.orders(of: "a"))
    #expect(giver.released == moves.map { HeldShard(shard: $0.shard, epoch: 2) })
    #expect(frozen(giver).isEmpty)
  }

  @Test("a word about another attempt is not taken for this one")
  func otherAttempt() throws {
    let bench = try moving()
    try bench.beat("a", applied: bench.orders(of: "a")?.version ?? 0)
    let moves = try #require(bench.orders(of: "b")).adopting.map(\.move)
    try bench.beat("b", adopted: moves.map { $0 + 100 })
    #expect(bench.writes.isEmpty)
  }

  @Test("the giver serves on when the taker starts again")
  func takerRestarts() throws {
    let bench = try moving()
    try bench.beat("a", applied: bench.orders(of: "a")?.version ?? 0)
    try bench.greet("b", incarnation: 2)
    #expect(frozen(bench.orders(of: "a")).isEmpty)
  }

  @Test("a move that is being stored is not called off")
  func storedMove() throws {
    let bench = try moving()
    try bench.beat("a", applied: bench.orders(of: "a")?.version ?? 0)
    let moves = try #require(bench.orders(of: "b")).adopting
    try bench.beat("b", adopted: moves.map(\.move))
    let held = moves.map { HeldShard(shard: $0.shard, epoch: 1) }
    try bench.greet("b", incarnation: 2, clusterID: 0xC1, held: held)
    bench.finishWrites()
    #expect(moves.allSatisfy { bench.machine.primary(of: $0.shard)?.text == "b" })
  }

  @Test("a move that takes too long is called off, and the two rest")
  func slowMove() throws {
    let bench = try moving()
    for _ in 0..<130 {
      bench.pass(500)
      try bench.beat("a")
      try bench.beat("b")
    }
    #expect(frozen(bench.orders(of: "a")).isEmpty)
    #expect(bench.status().moves == 0)
    for _ in 0..<610 {
      bench.pass(500)
      try bench.beat("a")
      try bench.beat("b")
    }
    #expect(bench.status().moves == 2)
  }

  @Test("a lost giver keeps its shards: its data is nowhere else")
  func lostGiver() throws {
    let bench = try moving()
    for _ in 0..<10 {
      bench.pass(500)
      try bench.beat("b")
    }
    #expect(bench.status().moves == 0)
    #expect((0..<4).allSatisfy { bench.machine.primary(of: $0)?.text == "a" })
  }
}
