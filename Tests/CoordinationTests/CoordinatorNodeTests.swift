import Demand
import FoundationEssentials
import Testing
import WireProtocol

@testable import Coordination

@Suite("What operators want of workers")
struct CoordinatorNodeTests {
  private func replicated() throws -> CoordinatorBench {
    let bench = try CoordinatorBench(shardCount: 12, replication: 2)
    try bench.place(on: ["a", "b", "c"])
    try bench.live(["a", "b", "c"], milliseconds: 100)
    return bench
  }

  private func ask(
    _ bench: CoordinatorBench, _ action: NodeChange.Action, _ name: String?, isDryRun: Bool = false,
    request: UInt64 = 1
  ) throws {
    _ = bench.takeSent()
    let node = try name.map { try #require(NodeName($0)) }
    let change = NodeChange(action, of: node, isDryRun: isDryRun)
    bench.hear(.nodeChange(change), from: "o", as: .operator, request: request)
  }

  private func answer(_ bench: CoordinatorBench) throws -> NodeChangeReport {
    let messages = bench.takeMessages(to: "o")
    guard case .nodeAnswer(let json)? = messages.last else {
      throw Missing(messages: messages)
    }
    return try JSONDecoder().decode(NodeChangeReport.self, from: Data(json.utf8))
  }

  private struct Missing: Error { var messages: [Message] }

  private func copies(_ bench: CoordinatorBench, _ name: String) -> Int {
    (0..<12).count { bench.copies(of: $0).contains(name) }
  }

  private func refusal(_ messages: [Message]) -> Refusal? {
    messages.lazy.compactMap { if case .refusal(let refusal) = $0 { refusal } else { nil } }.first
  }

  @Test("a drained worker has all its shards elsewhere and stays, also over a restart")
  func drain() throws {
    let bench = try replicated()
    try ask(bench, .drain, "a")
    #expect(bench.takeSent().isEmpty)
    bench.finishWrites()
    try ask(bench, .drain, "a", request: 2)
    #expect(try answer(bench).reason == "it was so already")
    #expect(bench.status().nodes.map(\.state) == ["draining", "serving", "serving"])
    #expect(bench.status().colour == .yellow)
    try bench.live(["a", "b", "c"], milliseconds: 3_000)
    #expect(copies(bench, "a") == 0)
    #expect(try #require(bench.told["a"]).released.isEmpty)
    #expect(bench.status().nodes.map(\.state) == ["drained", "serving", "serving"])
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
    let again = try bench.restarted()
    for name in ["a", "b", "c"] {
      try again.greet(name, clusterID: 0xC1, held: bench.held(by: name))
    }
    try again.live(["a", "b", "c"], milliseconds: 4_000)
    #expect(copies(again, "a") == 0)
    try ask(again, .recommission, "a")
    again.finishWrites()
    try again.live(["a", "b", "c"], milliseconds: 3_000)
    #expect(copies(again, "a") == 8)
  }

  @Test("the report of a drain names the moves, the bytes and the minutes")
  func report() throws {
    let bench = try replicated()
    var gauges = WorkerGauges()
    gauges.databaseBytes = 8 << 30
    for name in ["a", "b", "c"] {
      try bench.beat(name, applied: bench.told[name]?.version ?? 0, gauges: gauges)
    }
    try ask(bench, .drain, "a", isDryRun: true)
    let report = try answer(bench)
    #expect(report.action == "drain" && report.node == "a" && !report.isDone)
    #expect(report.copies == 8 && report.moves.count { $0.kind == "copy" } == 8)
    #expect(report.moves.allSatisfy { $0.kind == "promote" || $0.from == "a" })
    #expect(report.promotions == report.moves.count { $0.kind == "promote" })
    #expect(report.bytes == 8 << 30)
    // The busiest of them gives or takes at least four of the eight GiB, at 64 MiB a second.
    #expect(report.minutes >= 64 / 60.0 && report.minutes <= 128 / 60.0)
    #expect(bench.writes.isEmpty && bench.audit.isEmpty)
  }

  @Test(
    "a change has its line in the audit before it is stored, and is answered once it is durable")
  func audited() throws {
    let bench = try replicated()
    bench.holdsAudit = true
    try ask(bench, .drain, "a")
    #expect(bench.writes.isEmpty && bench.auditLines.count == 1)
    try ask(bench, .drain, "b", request: 2)
    #expect(refusal(bench.takeMessages(to: "o"))?.code == .busy)
    try ask(bench, .drain, "a", request: 3)
    bench.finishLine()
    #expect(bench.writes.map(\.key) == ["nodes"])
    #expect(bench.takeSent().isEmpty)
    bench.finish(try #require(bench.takeWrite()))
    let answered = bench.takeSent().filter { $0.to == CoordinatorBench.address("o") }
    #expect(answered.map(\.frame.request) == [1, 3])
    #expect(bench.audit.last?.workers == 1 && bench.audit.last?.result == .accepted)
  }

  @Test("a change whose line is durable and that was not stored is said not to have happened")
  func undone() throws {
    let bench = try replicated()
    try ask(bench, .drain, "a")
    #expect(bench.writes.map(\.key) == ["nodes"])
    let again = try bench.restarted()
    #expect(again.audit.map(\.result) == [.accepted, .undone])
    #expect(again.machine.nodeRecord.drained.isEmpty)
  }

  @Test("a change that cannot be made once its line is durable is said not to have happened")
  func tooLate() throws {
    let bench = try CoordinatorBench(shardCount: 4)
    try bench.place(on: ["a", "b"])
    bench.holdsAudit = true
    try ask(bench, .drain, "a")
    try bench.live(["a"], milliseconds: 5_000)
    _ = bench.takeSent()
    bench.finishLine()
    #expect(try answer(bench).reason == "no other worker is here that could take its shards")
    // That line is written until it is on the disk; meanwhile no other change has its number.
    bench.finishLine(fails: "the disk is full")
    try bench.place(on: ["b"])
    try bench.live(["a", "b"], milliseconds: 2_000)
    try ask(bench, .drain, "a", request: 2)
    #expect(refusal(bench.takeMessages(to: "o"))?.code == .busy)
    bench.finishLine()
    #expect(bench.audit.map(\.result) == [.accepted, .undone])
    #expect(bench.audit.map(\.workers) == [1, 1])
    bench.holdsAudit = false
    try ask(bench, .drain, "a", request: 3)
    bench.finishWrites()
    #expect(bench.machine.nodeRecord.drained.map(\.text) == ["a"])
  }

  @Test("a worker drained before the first placement counts among those that are waited for")
  func drainedFirst() throws {
    let bench = try CoordinatorBench(minimumWorkers: 3)
    try bench.place(on: ["a", "b"])
    try ask(bench, .drain, "a")
    bench.finishWrites()
    #expect(bench.status().colour == .yellow)
    #expect(bench.machine.placement.version == 0)
    try bench.place(on: ["c"])
    #expect(bench.machine.placement.version > 0)
    #expect((0..<4).allSatisfy { !bench.copies(of: $0).contains("a") })
  }

  @Test("a line that cannot be written changes nothing")
  func noLine() throws {
    let bench = try replicated()
    bench.holdsAudit = true
    try ask(bench, .drain, "a")
    bench.finishLine(fails: "the disk is full")
    #expect(refusal(bench.takeMessages(to: "o"))?.code == .failed)
    #expect(bench.writes.isEmpty)
  }

  @Test("a worker that serves is not decommissioned, nor the last one drained")
  func obstacles() throws {
    let bench = try replicated()
    try ask(bench, .decommission, "a")
    let report = try answer(bench)
    #expect(!report.isDone && report.reason.contains("granary drain a"))
    try ask(bench, .drain, "nobody")
    #expect(refusal(bench.takeMessages(to: "o"))?.code == .notFound)
    try ask(bench, .drain, nil)
    #expect(refusal(bench.takeMessages(to: "o"))?.code == .malformed)
    let alone = try CoordinatorBench()
    try alone.place(on: ["a"])
    try ask(alone, .drain, "a")
    #expect(try !answer(alone).isDone)
    #expect(alone.writes.isEmpty)
  }

  @Test("a lost worker that has the last copy of shards is not decommissioned, and they are named")
  func lastCopies() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a", "b"])
    try bench.live(["b"], milliseconds: 4_000)
    try ask(bench, .decommission, "a")
    let report = try answer(bench)
    let lost = (0..<4).filter { bench.copies(of: $0) == ["a"] }
    #expect(!report.isDone && report.lastCopies == lost && !lost.isEmpty)
    #expect(bench.writes.isEmpty)
  }

  @Test("a lost worker is decommissioned, and does not come back with the data that it had")
  func decommission() throws {
    let bench = try replicated()
    let held = bench.held(by: "a")
    try bench.live(["b", "c"], milliseconds: 8_000)
    try ask(bench, .decommission, "a")
    bench.finishWrites()
    #expect(try answer(bench).isDone)
    #expect(bench.status().nodes.map(\.name) == ["b", "c"])
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
    try bench.greet("a", incarnation: 2, clusterID: 0xC1, held: held)
    #expect(refusal(bench.takeMessages(to: "a"))?.code == .foreign)
    let again = try bench.restarted()
    try again.greet("a", incarnation: 2, clusterID: 0xC1, held: held)
    #expect(refusal(again.takeMessages(to: "a"))?.code == .foreign)
    try again.greet("a", incarnation: 3)
    #expect(refusal(again.takeMessages(to: "a")) == nil)
  }

  @Test("a drained worker that is decommissioned is told to go")
  func drainedAndGone() throws {
    let bench = try replicated()
    try ask(bench, .drain, "a")
    bench.finishWrites()
    // Others have what it has. Whether their disks kept it is known once they gave it on.
    for isDryRun in [true, false] {
      try ask(bench, .decommission, "a", isDryRun: isDryRun)
      let early = try answer(bench)
      #expect(!early.isDone && early.reason.contains("still has 8 shards"), "\(early.reason)")
    }
    try bench.live(["a", "b", "c"], milliseconds: 3_000)
    try ask(bench, .decommission, "a")
    bench.finishWrites()
    let sent = bench.takeSent()
    let told = sent.filter { $0.to == CoordinatorBench.address("a") }.map(\.frame.message)
    #expect(refusal(told)?.code == .foreign)
    #expect(bench.status().nodes.count == 2)
  }

  @Test("a rebalance says what is done, and changes nothing that is balanced")
  func rebalance() throws {
    let bench = try replicated()
    try ask(bench, .rebalance, nil)
    let report = try answer(bench)
    #expect(report.isDone && report.copies == 0 && report.moves.isEmpty)
    try bench.greet("d")
    try ask(bench, .rebalance, nil, isDryRun: true)
    let more = try answer(bench)
    #expect(!more.isDone && more.copies == 6)
  }

  @Test("what is kept about workers is read again, and damage in it is found")
  func record() throws {
    var record = NodeRecord()
    record.version = 9
    record.drained = [try #require(NodeName("a"))]
    record.retired = [try #require(NodeName("b")), try #require(NodeName("c"))]
    record.settled = [try #require(NodeName("d"))]
    #expect(try NodeRecord(packed: record.packed()) == record)
    var bytes = record.packed()
    bytes[2] ^= 4
    #expect(throws: (any Error).self) { _ = try NodeRecord(packed: bytes) }
  }
}
