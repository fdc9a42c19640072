import Demand
import FoundationEssentials
import Packing
import Testing
import WireProtocol

@testable import Coordination

@Suite("Upgrades")
struct UpgradeTests {
  /// What a cluster of the version before leaves behind: workers that have data, and the record of
  /// them in the form of then.
  private func records() throws -> [String: [UInt8]] {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a", "b"])
    var records = bench.records
    var record = NodeRecord()
    record.settled = try [#require(NodeName("a")), #require(NodeName("b"))]
    #expect(record.packed()[0] == 1, "the program of before reads it")
    records[Coordinator.Key.nodes] = record.packed()
    return records
  }

  private func finalise(_ bench: CoordinatorBench, isDryRun: Bool = false) throws
    -> NodeChangeReport
  {
    _ = bench.takeSent()
    let change = NodeChange(.finalise, of: nil, isDryRun: isDryRun)
    bench.hear(.nodeChange(change), from: "o", as: .operator)
    bench.finishWrites()
    guard case .nodeAnswer(let json)? = bench.takeMessages(to: "o").last else {
      throw Missing()
    }
    return try JSONDecoder().decode(NodeChangeReport.self, from: Data(json.utf8))
  }

  private struct Missing: Error {}

  private func greet(
    _ bench: CoordinatorBench, _ name: String, _ program: ProgramVersion, incarnation: UInt64 = 2
  ) throws {
    let shards = (0..<4).filter { bench.copies(of: $0).contains(name) }
    try bench.greet(
      name, incarnation: incarnation, clusterID: 0xC1,
      held: shards.map { HeldShard(shard: $0, epoch: 1) }, program: program)
  }

  private let new = ProgramVersion(name: "2", schema: 1)

  @Test("workers of both versions work together until an operator says that it is over")
  func mixed() throws {
    let bench = try CoordinatorBench(records: try records())
    try greet(bench, "a", new)
    try greet(bench, "b", .first)
    bench.pass(100)
    #expect(bench.status().servedShards == 4)
    #expect(bench.status().reasons.contains { $0.contains("b does not speak protocol 6 yet") })
    let refused = try finalise(bench)
    #expect(!refused.isDone && refused.reason.contains("b runs an earlier granary"))
    try greet(bench, "b", new, incarnation: 3)
    bench.pass(100)
    #expect(bench.status().reasons.contains { $0.contains("granary finalise") })
    #expect(try finalise(bench, isDryRun: true).reason == "every worker here is ready")
    #expect(bench.status().finalisedProtocol == 5)
    #expect(try finalise(bench).isDone)
    #expect(bench.status().finalisedProtocol == 6)
    #expect(try finalise(bench).reason == "it was so already")
  }

  @Test("a worker that is away may be of the version before")
  func away() throws {
    let bench = try CoordinatorBench(records: try records())
    try greet(bench, "a", new)
    bench.pass(100)
    #expect(try finalise(bench).reason.contains("worker b is not here yet"))
  }

  @Test("once it is over, the version before is refused by name, also after a restart")
  func finalised() throws {
    let bench = try CoordinatorBench(records: try records())
    try greet(bench, "a", new)
    try greet(bench, "b", new)
    bench.pass(100)
    #expect(try finalise(bench).isDone)
    let again = try bench.restarted()
    try greet(again, "b", .first, incarnation: 5)
    guard case .refusal(let refusal)? = again.takeMessages(to: "b").first else { throw Missing() }
    #expect(refusal.code == .foreign)
    #expect(refusal.reason.contains("b runs an earlier granary, which speaks protocol 5"))
    #expect(again.status().finalisedProtocol == 6)
  }

  @Test("records of a version that is not known are refused, and it is named")
  func newer() throws {
    var record = NodeRecord()
    record.finalised = 7
    #expect {
      _ = try CoordinatorBench(records: [
        Coordinator.Key.identity: Coordinator.Identity(1, 4, 1).packed(),
        Coordinator.Key.nodes: record.packed(),
      ])
    } throws: { error in
      "\(error)".contains("finalised at protocol 7")
    }
  }

  @Test("a cluster without data is finalised from the start")
  func fresh() throws {
    let bench = try CoordinatorBench()
    #expect(bench.status().finalisedProtocol == 6)
    try bench.place(on: ["a"])
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
  }
}

@Suite("Several coordinators, as a worker sees them")
struct WorkerTermTests {
  private func orders(term: UInt64, version: UInt64 = 1, released: [HeldShard] = []) -> Orders {
    Orders(version: term << 32 | version, released: released)
  }

  @Test("nothing is dropped before it is durable whose orders these are")
  func keptFirst() throws {
    let bench = try WorkerBench(
      held: [HeldShard(shard: 0, epoch: 1)], positions: [0: .start], clusterID: 0xC1, term: 1)
    bench.join()
    let new = orders(term: 2, released: [HeldShard(shard: 0, epoch: 1)])
    bench.hear(.orders(new))
    let wanted = bench.take()
    #expect(wanted.contains(.keepEpochs([], ordersVersion: new.version)))
    #expect(!wanted.contains(.drop(shard: 0)))
    bench.step(.epochsKept(ordersVersion: new.version))
    #expect(bench.take().contains(.drop(shard: 0)))
  }

  @Test("started again, a worker takes no orders of a coordinator before the last that it obeyed")
  func laterOnly() throws {
    let bench = try WorkerBench(
      held: [HeldShard(shard: 0, epoch: 1)], positions: [0: .start], clusterID: 0xC1, term: 3)
    bench.join()
    bench.hear(.orders(orders(term: 2, version: 9, released: [HeldShard(shard: 0, epoch: 1)])))
    #expect(!bench.take().contains(.drop(shard: 0)))
    #expect(bench.appliedVersion() == nil || bench.appliedVersion() == 0)
    bench.hear(.orders(orders(term: 3)))
    #expect(bench.machine.orders.term == 3)
  }
}
