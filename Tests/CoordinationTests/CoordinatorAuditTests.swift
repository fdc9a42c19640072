import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("The audit")
struct CoordinatorAuditTests {
  private static let run = Message.runRequest(
    RunRequest(token: 7, kind: .train, asOf: Day(number: 20_000), settings: []))

  private func change(_ name: String, base: UInt64 = 0) throws -> Message {
    var document = PlanningDocument()
    document.warehouses = WarehouseList([Warehouse(location: try Location(name))])
    return .documentChange(base: base, content: document.packed())
  }

  private func refusal(_ bench: CoordinatorBench, _ name: String = "ada") -> Refusal? {
    bench.takeMessages(to: name).lazy.compactMap { message in
      if case .refusal(let refusal) = message { refusal } else { nil }
    }.last
  }

  @Test("nothing of a change is stored before its line is durable, which says who and what")
  func lineFirst() throws {
    let bench = try CoordinatorBench()
    bench.holdsAudit = true
    bench.hear(try change("north"), from: "ada", as: .operator)
    bench.hear(Self.run, from: "ada", as: .operator)
    bench.pass(1_000)
    #expect(bench.writes.isEmpty && bench.takeMessages(to: "ada").isEmpty)
    #expect(
      bench.auditLines.map(\.entry) == [
        AuditEntry(
          role: "operator", node: "ada", key: "",
          what: "planning document changed: warehouses; version 0 to 1", result: .accepted,
          document: 1),
        AuditEntry(
          role: "operator", node: "ada", key: "", what: "run 1 started: train, as of 2024-10-04",
          result: .accepted, run: 1),
      ])
    bench.finishLine()
    #expect(bench.writes.map(\.key) == ["document"])
    bench.finishLine()
    #expect(bench.writes.count == 2)
    #expect(bench.takeMessages(to: "ada").isEmpty)
    bench.finishWrites()
    #expect(bench.takeMessages(to: "ada").count == 2)
  }

  @Test("changes happen in the order in which they were asked for, whatever that of the answers")
  func order() throws {
    let bench = try CoordinatorBench()
    bench.holdsAudit = true
    for token in [7, 8] as [UInt64] {
      let request = RunRequest(token: token, kind: .train, asOf: nil, settings: [])
      bench.hear(.runRequest(request), from: "ada", as: .operator)
    }
    let tokens = bench.auditLines.compactMap(\.token)
    bench.step(.audited(token: tokens[1]))
    #expect(bench.writes.isEmpty)
    bench.step(.audited(token: tokens[0]))
    #expect(bench.writes.map(\.key) == ["run/0000000000000001", "run/0000000000000002"])
  }

  @Test("where the line cannot be written the change is refused, and can be made later")
  func fullDisk() throws {
    let bench = try CoordinatorBench()
    bench.holdsAudit = true
    for message in [try change("north"), Self.run] {
      bench.hear(message, from: "ada", as: .operator)
      bench.finishLine(fails: "the disk is full")
      let refused = try #require(refusal(bench))
      #expect(refused.code == .failed)
      #expect(refused.reason == "nothing was changed: the disk is full")
    }
    bench.pass(100)
    #expect(bench.writes.isEmpty && bench.status().runs.isEmpty)
    #expect(bench.status().reasons.contains("nothing can be changed: the disk is full"))
    bench.holdsAudit = false
    bench.hear(try change("north"), from: "ada", as: .operator)
    bench.hear(Self.run, from: "ada", as: .operator)
    bench.finishWrites()
    #expect(bench.machine.document.version == 1 && bench.status().runs.map(\.run) == [1])
    #expect(!bench.status().reasons.contains { $0.hasPrefix("nothing can be changed") })
  }

  @Test("a change that is asked for again while its line is written has one line")
  func again() throws {
    let bench = try CoordinatorBench()
    bench.holdsAudit = true
    for _ in 0..<3 {
      bench.hear(try change("north"), from: "ada", as: .operator)
      bench.hear(Self.run, from: "ada", as: .operator)
    }
    #expect(bench.auditLines.count == 2)
    bench.holdsAudit = false
    bench.step(.tick)
    bench.finishWrites()
    #expect(bench.takeMessages(to: "ada").count == 2)
  }

  @Test("a coordinator that ended between line and change says that it did not happen, and first")
  func crash() throws {
    let bench = try CoordinatorBench()
    bench.hear(try change("north"), from: "ada", as: .operator)
    bench.finishWrites()
    bench.hear(try change("south", base: 1), from: "ada", as: .operator)
    bench.hear(Self.run, from: "ada", as: .operator)
    #expect(bench.audit.map(\.result) == [.accepted, .accepted, .accepted])
    // The lines are there, the records are not.
    let again = try bench.restarted()
    #expect(again.machine.document.version == 1 && again.status().runs.isEmpty)
    let undone = again.audit.filter { $0.result == .undone }
    #expect(undone.map(\.document) == [2, nil] && undone.map(\.run) == [nil, 1])
    #expect(undone.first?.what == "planning document changed: warehouses; version 1 to 2")
    // Said once, also when the same numbers come again and this time to be.
    again.hear(try change("west", base: 1), from: "ada", as: .operator)
    again.hear(Self.run, from: "ada", as: .operator)
    again.finishWrites()
    let third = try again.restarted()
    #expect(third.audit == again.audit)
    #expect(third.machine.document.version == 2 && third.status().runs.map(\.run) == [1])
  }

  @Test("while it cannot say so no change is taken that would have the same number")
  func behind() throws {
    let open = AuditEntry(
      role: "operator", node: "ada", key: "", what: "", result: .accepted, document: 1)
    let bench = try CoordinatorBench(isEstablished: true, audit: [open])
    #expect(bench.audit.last?.result == .undone)
    let slow = try CoordinatorBench(isEstablished: false, audit: [open])
    slow.holdsAudit = true
    let machine = try Coordinator(
      settings: Coordinator.Settings(shardCount: 4), records: [:], audit: [open], freshID: 1,
      merge: { _, left, _ in left }, at: slow.now)
    slow.machine = machine
    slow.step(.tick)
    slow.finishWrites()
    slow.finishLine(fails: "the disk is full")
    slow.hear(try change("north"), from: "ada", as: .operator)
    #expect(refusal(slow)?.code == .busy)
    slow.finishLine()
    slow.pass(1_100)
    slow.finishLine()
    #expect(slow.audit.last?.result == .undone)
    slow.hear(try change("north"), from: "ada", as: .operator)
    #expect(slow.auditLines.map(\.entry.result) == [.accepted])
  }

  @Test("a refused change has a line, the same refusal one a minute, and a question none")
  func refusals() throws {
    let bench = try CoordinatorBench()
    for _ in 0..<5 {
      bench.hear(Self.run, from: "planner", as: .client)
      bench.hear(.statusRequest, from: "w", as: .worker)
    }
    #expect(bench.audit.count == 1)
    let line = try #require(bench.audit.first)
    #expect(line.result == .refused && line.what == "run to be started: train, as of 2024-10-04")
    #expect(line.reason.hasPrefix("starting a run needs the role operator; this key is client"))
    bench.hear(Self.run, from: "other", as: .observer)
    #expect(bench.audit.count == 2)
    bench.pass(61_000)
    bench.hear(Self.run, from: "planner", as: .client)
    #expect(bench.audit.count == 3)
  }

  @Test("a worker whose key is revoked is lost at once and status says why; another key lets it in")
  func revokedWorker() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a", "b"])
    let sender = Sender(address: CoordinatorBench.address("a"), role: .worker, name: "a")
    // A connection that it had before means nothing.
    var old = sender
    old.address = CoordinatorBench.address("old")
    bench.step(.revoked(old))
    #expect(bench.status().nodes.map(\.state) == ["serving", "serving"])
    bench.step(.revoked(sender))
    let status = bench.status()
    #expect(status.nodes.map(\.state) == ["lost", "serving"])
    #expect(status.servedShards < status.shards && status.colour == .red)
    #expect(
      status.reasons.contains(
        "worker a is lost: its key was revoked; `granary keys add a --role worker` and a start "
          + "let it back in"))
    try bench.beat("a")
    #expect(bench.status().nodes.map(\.state) == ["serving", "serving"])
  }
}
