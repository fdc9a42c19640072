import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("Runs")
struct CoordinatorRunTests {
  private static let day = Day(number: 20_000)

  private func request(_ token: UInt64 = 7) -> Message {
    .runRequest(RunRequest(token: token, kind: .train, asOf: nil, settings: [1]))
  }

  private func survey(_ skus: UInt64, shards: Range<Int> = 0..<4, run: UInt64 = 1) -> Message {
    .surveyReport(
      SurveyReport(
        run: run, shards: shards.map { SurveyedShard(shard: $0, skus: skus) }, latestDay: Self.day))
  }

  /// One worker with four shards, and a run that was asked for.
  private func begun() throws -> CoordinatorBench {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    bench.hear(request(), from: "c", as: .client)
    bench.finishWrites()
    bench.pass(100)
    return bench
  }

  private func units(_ bench: CoordinatorBench) -> [UnitOrder] {
    bench.takeMessages(to: "a").compactMap { message in
      if case .unitOrder(let order) = message { order } else { nil }
    }
  }

  private func report(_ order: UnitOrder, _ summary: [UInt8]) -> Message {
    .unitReport(
      UnitReport(
        id: order.id, epoch: order.epoch,
        outcome: UnitOutcome(skus: 1, summary: summary)))
  }

  private func runStatus(_ bench: CoordinatorBench, _ run: UInt64 = 1) -> RunStatus? {
    _ = bench.takeSent()
    bench.hear(.runQuery(run: run), from: "c", as: .client)
    guard case .runStatus(let status)? = bench.takeMessages(to: "c").last else { return nil }
    return status
  }

  @Test("a run is told once it is durable, and one token starts one run however often it comes")
  func token() throws {
    let bench = try CoordinatorBench()
    for _ in 0..<3 { bench.hear(request(), from: "c", as: .client) }
    #expect(bench.takeMessages(to: "c").isEmpty)
    bench.finishWrites()
    #expect(bench.takeMessages(to: "c").count == 1)
    bench.hear(request(), from: "c", as: .client)
    #expect(bench.takeMessages(to: "c").count == 1)
    #expect(bench.status().runs.count == 1)
    bench.hear(request(8), from: "c", as: .client)
    #expect(bench.status().runs.count == 2)
  }

  @Test("no unit is given out before the day and the cut are durable")
  func cutFirst() throws {
    let bench = try begun()
    _ = bench.takeSent()
    bench.hear(survey(300), from: "a", as: .worker)
    bench.pass(100)
    #expect(units(bench).isEmpty)
    bench.finishWrites()
    let orders = units(bench)
    #expect(orders.count == 4, "as many as the worker takes")
    #expect(orders.allSatisfy { $0.sliceCount == 2 && $0.asOf == Self.day && $0.epoch == 1 })
  }

  @Test("a restart keeps the day and the cut, whatever the workers would count now")
  func restart() throws {
    let bench = try begun()
    bench.hear(survey(300), from: "a", as: .worker)
    bench.finishWrites()
    let again = try bench.restarted()
    let held = (0..<4).map { HeldShard(shard: $0, epoch: 1) }
    try again.greet("a", incarnation: 2, clusterID: 0xC1, held: held)
    again.hear(survey(9_000), from: "a", as: .worker)
    again.pass(100)
    #expect(units(again).allSatisfy { $0.sliceCount == 2 && $0.asOf == Self.day })
  }

  @Test("reports of shards that do not exist, or of workers that do not have them, change nothing")
  func unknownShards() throws {
    let bench = try begun()
    bench.hear(survey(1, shards: 4..<16), from: "a", as: .worker)
    bench.hear(survey(1), from: "stranger", as: .worker)
    bench.hear(survey(1), from: "a", as: .client)
    bench.hear(survey(1, run: 99), from: "a", as: .worker)
    #expect(runStatus(bench)?.phase == .surveying)
    bench.hear(survey(1), from: "a", as: .worker)
    bench.finishWrites()
    for id in [UnitID(run: 1, shard: 900, slice: 0), UnitID(run: 1, shard: 0, slice: 5)] {
      let outcome = UnitOutcome(skus: 1)
      bench.hear(
        .unitReport(UnitReport(id: id, epoch: 1, outcome: outcome)), from: "a", as: .worker)
    }
    #expect(runStatus(bench)?.unitsDone == 0)
  }

  @Test("a unit done under another epoch is not taken")
  func otherEpoch() throws {
    let bench = try begun()
    bench.hear(survey(1), from: "a", as: .worker)
    bench.finishWrites()
    var order = try #require(units(bench).first)
    order.epoch = 2
    bench.hear(report(order, [1]), from: "a", as: .worker)
    #expect(runStatus(bench)?.unitsDone == 0)
  }

  @Test("the report adds shards in their order, whatever order the units come in, and each once")
  func mergeOrder() throws {
    let bench = try begun()
    bench.hear(survey(1), from: "a", as: .worker)
    bench.finishWrites()
    for order in units(bench).reversed() {
      for _ in 0..<2 {
        bench.hear(report(order, [UInt8(order.id.shard)]), from: "a", as: .worker)
      }
    }
    bench.finishWrites()
    let status = try #require(runStatus(bench))
    #expect(status.phase == .done)
    #expect(status.outcome == UnitOutcome(skus: 4, summary: [0, 1, 2, 3]))
  }

  @Test("the records of the shards go once the outcome of the whole is durable")
  func records() throws {
    let bench = try begun()
    bench.hear(survey(1), from: "a", as: .worker)
    bench.finishWrites()
    let orders = units(bench)
    for order in orders.dropLast() { bench.hear(report(order, []), from: "a", as: .worker) }
    bench.finishWrites()
    #expect(bench.records.keys.count { $0.hasPrefix("run/") } == 4, "the run and three shards")
    bench.hear(report(try #require(orders.last), []), from: "a", as: .worker)
    #expect(bench.writes.count == 1)
    let withLeftovers = bench.records
    bench.finishWrites()
    #expect(bench.records.keys.count { $0.hasPrefix("run/") } == 1)
    // A crash between the two leaves records that the next start removes.
    var crashed = withLeftovers
    crashed["run/0000000000000001"] = bench.records["run/0000000000000001"]
    #expect(try CoordinatorBench(records: crashed).records.keys.count { $0.hasPrefix("run/") } == 1)
  }

  @Test("a unit that the worker does not know of is given out again")
  func lostUnit() throws {
    let bench = try begun()
    bench.hear(survey(1), from: "a", as: .worker)
    bench.finishWrites()
    let first = units(bench).map(\.id)
    bench.pass(1_100)
    try bench.beat("a", units: Array(first.dropFirst()))
    #expect(units(bench).map(\.id) == [first[0]])
  }

  /// Has a worker fail at its first unit again and again, each time after it was given out anew.
  private func fail(_ times: Int, mayPass: Bool) throws -> RunStatus {
    let bench = try begun()
    bench.hear(survey(1), from: "a", as: .worker)
    bench.finishWrites()
    var order = try #require(units(bench).first)
    for _ in 0..<times {
      let failure = WorkFailure(run: 1, unit: order.id, reason: "damaged", mayPass: mayPass)
      for _ in 0..<5 { bench.hear(.workFailure(failure), from: "a", as: .worker) }
      bench.pass(1_100)
      try bench.beat("a")
      guard let again = units(bench).first(where: { $0.id == order.id }) else { break }
      order = again
    }
    bench.finishWrites()
    #expect(bench.records.keys.count { $0.hasPrefix("run/") } == 1)
    return try #require(runStatus(bench))
  }

  @Test("a unit that fails for good three times fails the run, which says why")
  func lastingFailure() throws {
    #expect(try fail(2, mayPass: false).phase == .running)
    let status = try fail(3, mayPass: false)
    #expect(status.phase == .failed)
    #expect(status.trouble == "worker a cannot do a unit of shard 0, 3 attempts: damaged")
  }

  @Test("a full disk is waited for, however long")
  func passingFailure() throws { #expect(try fail(20, mayPass: true).phase == .running) }

  @Test("shards that cannot be counted fail the run, and the next run has its turn")
  func uncountable() throws {
    let bench = try begun()
    bench.hear(request(8), from: "c", as: .client)
    let failure = WorkFailure(run: 1, reason: "damaged", mayPass: false)
    for _ in 0..<3 { bench.hear(.workFailure(failure), from: "a", as: .worker) }
    bench.finishWrites()
    let status = try #require(runStatus(bench))
    #expect(status.phase == .failed)
    #expect(status.trouble == "worker a cannot count its shards, 3 attempts: damaged")
    bench.pass(100)
    let runs = bench.takeMessages(to: "a").compactMap { message in
      if case .survey(let survey) = message { survey.run } else { nil }
    }
    #expect(runs == [2])
  }

  @Test("a worker gets no unit before it has the warehouses, which stay while a plan is made")
  func warehouses() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    var document = PlanningDocument()
    document.warehouses = WarehouseList([Warehouse(location: try Location("north"))])
    bench.hear(.documentChange(base: 0, content: document.packed()), from: "c", as: .client)
    bench.finishWrites()
    for (run, kind) in [(1, RunKind.forecast), (2, .allocate)] as [(UInt64, RunKind)] {
      let request = RunRequest(token: run, kind: kind, asOf: nil, settings: [])
      bench.hear(.runRequest(request), from: "c", as: .client)
      bench.finishWrites()
      bench.pass(1_100)
      bench.hear(survey(1, run: run), from: "a", as: .worker)
      bench.finishWrites()
      guard kind == .forecast else { break }
      bench.pass(100)
      #expect(units(bench).isEmpty)
      try bench.beat("a", document: 1)
      for order in units(bench) { bench.hear(report(order, []), from: "a", as: .worker) }
      bench.finishWrites()
    }
    #expect(runStatus(bench, 2)?.phase == .running)
    _ = bench.takeSent()
    bench.hear(
      .documentChange(base: 1, content: PlanningDocument().packed()), from: "c", as: .client)
    guard case .refusal(let refusal)? = bench.takeMessages(to: "c").last else {
      Issue.record("the warehouses were changed under a plan")
      return
    }
    #expect(refusal.code == .busy)
  }

  @Test("without sales a run fails and says what to do")
  func noSales() throws {
    let bench = try begun()
    let empty = SurveyReport(
      run: 1, shards: (0..<4).map { SurveyedShard(shard: $0, skus: 0) }, latestDay: nil)
    bench.hear(.surveyReport(empty), from: "a", as: .worker)
    bench.finishWrites()
    let status = try #require(runStatus(bench))
    #expect(status.phase == .failed)
    #expect(status.trouble.contains("granary ingest"))
  }

  @Test("the clock of a run goes on after a restart")
  func clock() throws {
    let bench = try begun()
    bench.hear(survey(1), from: "a", as: .worker)
    bench.finishWrites()
    let again = try bench.restarted()
    again.pass(2_000)
    #expect(try #require(runStatus(again)).elapsedMilliseconds >= 2_000)
  }

  @Test("more runs than may wait are refused for now")
  func manyRuns() throws {
    let bench = try CoordinatorBench()
    for token in 1...17 { bench.hear(request(UInt64(token)), from: "c", as: .client) }
    let refusals = bench.takeMessages(to: "c").filter { $0.kind == 60 }
    #expect(refusals.count == 1)
  }

  @Test("a status that waits for very many workers can be read")
  func manyAbsent() throws {
    var run = Run(
      id: 1, request: RunRequest(token: 1, kind: .train, asOf: nil, settings: []), shardCount: 1,
      at: Instant(milliseconds: 0))
    run.trouble = "waits for " + (0..<256).map { "worker-\($0)" }.joined(separator: ", ")
    let frame = Frame(.runStatus(run.status(at: Instant(milliseconds: 5))))
    #expect(throws: Never.self) { _ = try Frame(packed: frame.packed()) }
    #expect(throws: Never.self) {
      _ = try Run(packed: run.packed(at: Instant(milliseconds: 5)), at: Instant(milliseconds: 0))
    }
  }
}
