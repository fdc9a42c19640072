import Demand
import Packing
import Testing
import WireProtocol

@testable import Coordination

@Suite("What the coordinator keeps")
struct CoordinatorStoreTests {
  private func warehouses(_ names: String...) throws -> [UInt8] {
    var document = PlanningDocument()
    document.warehouses = WarehouseList(try names.map { Warehouse(location: try Location($0)) })
    return document.packed()
  }

  @Test("a write that fails turns the status red, is repeated, and then it is green again")
  func failure() throws {
    let bench = try CoordinatorBench()
    try bench.greet("a")
    bench.pass(100)
    let write = try #require(bench.takeWrite())
    bench.step(.storeFailed(token: write.token, reason: "the disk is full"))
    #expect(bench.status().colour == .red)
    #expect(bench.status().reasons.contains { $0.contains("the disk is full") })
    bench.pass(500)
    #expect(bench.writes.isEmpty)
    try bench.beat("a")
    bench.pass(600)
    #expect(bench.writes.map(\.key) == ["placement"])
    bench.finishWrites()
    try bench.beat("a")
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
  }

  @Test(
    "a write of a record waits for the one before it, so that a repeated one is never the later")
  func order() throws {
    let bench = try CoordinatorBench()
    bench.machine.store("run/x", [1], .record)
    bench.machine.store("run/x", [2], .record)
    bench.machine.store("run/y", [3], .record)
    bench.step(.tick)
    #expect(bench.writes.map(\.value) == [[1], [3]])
    let first = try #require(bench.takeWrite())
    bench.step(.storeFailed(token: first.token, reason: "no"))
    bench.finishWrites()
    bench.pass(1_100)
    #expect(bench.writes.map(\.value) == [[1]])
    bench.finish(try #require(bench.takeWrite()))
    #expect(bench.writes.map(\.value) == [[2]])
    bench.finishWrites()
    #expect(bench.records["run/x"] == [2])
  }

  @Test("one write that works does not hide another that fails")
  func trouble() throws {
    let bench = try CoordinatorBench()
    bench.machine.store("run/x", [1], .record)
    bench.machine.store("run/y", [1], .record)
    bench.step(.tick)
    let failing = try #require(bench.takeWrite())
    bench.step(.storeFailed(token: failing.token, reason: "no"))
    bench.finishWrites()
    #expect(bench.status().colour == .red)
  }

  @Test(
    "a change of the warehouses is told once it is durable, to whoever asked and to the workers")
  func document() throws {
    let bench = try CoordinatorBench()
    try bench.greet("a")
    _ = bench.takeSent()
    let content = try warehouses("north")
    bench.hear(.documentChange(base: 0, content: content), from: "c", as: .operator)
    #expect(bench.takeSent().isEmpty)
    bench.finishWrites()
    let document = Message.document(Document(version: 1, content: content))
    let sent = bench.takeSent()
    for name in ["a", "c"] {
      #expect(
        sent.contains { $0.to == CoordinatorBench.address(name) && $0.frame.message == document })
    }
  }

  @Test("a change that is asked for again while it is stored is answered once")
  func documentAgain() throws {
    let bench = try CoordinatorBench()
    let content = try warehouses("north")
    for _ in 0..<3 {
      bench.hear(.documentChange(base: 0, content: content), from: "c", as: .operator)
    }
    bench.finishWrites()
    #expect(bench.takeMessages(to: "c") == [.document(Document(version: 1, content: content))])
  }

  @Test("another change meanwhile is told to come back")
  func documentMeanwhile() throws {
    let bench = try CoordinatorBench()
    bench.hear(.documentChange(base: 0, content: try warehouses("a")), from: "c", as: .operator)
    bench.hear(.documentChange(base: 0, content: try warehouses("b")), from: "d", as: .operator)
    guard case .refusal(let refusal)? = bench.takeMessages(to: "d").first else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.code == .busy)
  }

  @Test("a change that was made from an older document is refused, and named as stale")
  func staleDocument() throws {
    let bench = try CoordinatorBench()
    bench.hear(.documentChange(base: 0, content: try warehouses("a")), from: "c", as: .operator)
    bench.finishWrites()
    bench.hear(.documentChange(base: 0, content: try warehouses("b")), from: "d", as: .operator)
    guard case .refusal(let refusal)? = bench.takeMessages(to: "d").first else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.code == .stale && refusal.reason.contains("version 1"))
    #expect(bench.writes.isEmpty && bench.machine.document.version == 1)
    bench.hear(.documentChange(base: 1, content: try warehouses("b")), from: "d", as: .operator)
    bench.finishWrites()
    #expect(bench.machine.document == Document(version: 2, content: try warehouses("b")))
  }

  @Test("a change whose answer was lost is answered again, though its base is old by now")
  func documentTwice() throws {
    let bench = try CoordinatorBench()
    let content = try warehouses("a")
    bench.hear(.documentChange(base: 0, content: content), from: "c", as: .operator)
    bench.finishWrites()
    _ = bench.takeMessages(to: "c")
    bench.hear(.documentChange(base: 0, content: content), from: "c", as: .operator)
    #expect(bench.takeMessages(to: "c") == [.document(Document(version: 1, content: content))])
  }

  @Test("a document of the first form, a list of warehouses, is taken")
  func firstForm() throws {
    let bench = try CoordinatorBench()
    let content: [UInt8] = [1, 1, 0x61, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    bench.hear(.documentChange(base: 0, content: content), from: "c", as: .operator)
    bench.finishWrites()
    #expect(bench.machine.document.content == content)
  }

  @Test("warehouses that cannot be read are not stored")
  func badDocument() throws {
    let bench = try CoordinatorBench()
    bench.hear(.documentChange(base: 0, content: [9, 9, 9]), from: "c", as: .operator)
    guard case .refusal(let refusal)? = bench.takeMessages(to: "c").first else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.code == .malformed)
    #expect(bench.writes.isEmpty)
  }

  @Test("a restart goes on with the same cluster, placement and warehouses")
  func restart() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a", "b"])
    bench.hear(.documentChange(base: 0, content: try warehouses("north")), from: "c", as: .operator)
    bench.finishWrites()
    let again = try bench.restarted()
    #expect(again.machine.clusterID == bench.machine.clusterID)
    #expect(again.machine.placement == bench.machine.placement)
    #expect(again.machine.document == bench.machine.document)
  }

  @Test("a damaged record is refused at the start, not half read")
  func damaged() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    for key in ["cluster", "placement"] {
      var records = bench.records
      records[key]?[3] ^= 1
      #expect(throws: PackingError.corrupt) { _ = try CoordinatorBench(records: records) }
    }
  }

  @Test("a status that is too long for a frame is shortened")
  func longStatus() throws {
    let bench = try CoordinatorBench(minimumWorkers: 1_000)
    for number in 0..<Limits.nodes {
      try bench.greet("n\(number)")
      var gauges = WorkerGauges()
      gauges.trouble = String(repeating: "\u{1}", count: 1_000)
      let node = try #require(NodeName("n\(number)"))
      let heartbeat = Heartbeat(node: node, incarnation: 1, ordersVersion: 0, gauges: gauges)
      bench.hear(.heartbeat(heartbeat), from: "n\(number)", as: .worker)
    }
    bench.hear(.statusRequest, from: "c", as: .client)
    let status = try #require(bench.takeMessages(to: "c").first)
    #expect(throws: Never.self) { _ = try Frame(packed: Frame(status).packed()) }
  }
}
