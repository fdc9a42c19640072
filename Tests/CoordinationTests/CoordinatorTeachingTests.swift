import Demand
import Packing
import Testing
import WireProtocol

@testable import Coordination

@Suite("Networks of runs")
struct CoordinatorTeachingTests {
  private static let day = Day(number: 20_000)

  private func ask(_ bench: CoordinatorBench, _ run: UInt64 = 1, _ need: NetworkNeed = .fresh) {
    let request = RunRequest(
      token: run + 6, kind: .train, asOf: nil, settings: [1], network: need)
    bench.hear(.runRequest(request), from: "c", as: .operator)
    bench.finishWrites()
    bench.pass(1_100)
  }

  private func count(
    _ bench: CoordinatorBench, _ run: UInt64 = 1, skus: UInt64 = 1, by nodes: [String] = ["a"]
  ) {
    let report = SurveyReport(
      run: run, shards: (0..<4).map { SurveyedShard(shard: $0, skus: skus) },
      latestDay: Self.day)
    for node in nodes { bench.hear(.surveyReport(report), from: node, as: .worker) }
  }

  /// Workers with four shards, and a run whose network is being learned.
  private func teaching(on nodes: [String] = ["a"], skus: UInt64 = 1) throws -> CoordinatorBench {
    let bench = try CoordinatorBench()
    try bench.place(on: nodes)
    ask(bench)
    count(bench, skus: skus, by: nodes)
    bench.finishWrites()
    return bench
  }

  private func orders(_ bench: CoordinatorBench, to name: String = "a") -> [TeachOrder] {
    bench.takeMessages(to: name).compactMap { message in
      if case .teachOrder(let order) = message { order } else { nil }
    }
  }

  private func units(_ bench: CoordinatorBench, to name: String = "a") -> [UnitOrder] {
    bench.takeMessages(to: name).compactMap { message in
      if case .unitOrder(let order) = message { order } else { nil }
    }
  }

  private func taught(_ order: TeachOrder, _ bytes: [UInt8] = [42]) -> Message {
    .teachReport(TeachReport(run: order.run, attempt: order.attempt, outcome: .network(bytes)))
  }

  private func failed(_ order: TeachOrder, mayPass: Bool = false) -> Message {
    let outcome = TeachReport.Outcome.failure(reason: "out of memory", mayPass: mayPass)
    return .teachReport(TeachReport(run: order.run, attempt: order.attempt, outcome: outcome))
  }

  /// Has a run whose units wait for nothing but the network done, those that were given out
  /// already among them.
  private func finish(
    _ bench: CoordinatorBench, network: UInt64, _ given: [UnitOrder] = []
  ) throws {
    try bench.beat("a", units: given.map(\.id), network: network)
    for order in given + units(bench) {
      #expect(order.network == network)
      let report = UnitReport(
        id: order.id, epoch: order.epoch, outcome: UnitOutcome(skus: 1, summary: [1]))
      bench.hear(.unitReport(report), from: "a", as: .worker)
    }
    bench.finishWrites()
  }

  private func run(_ bench: CoordinatorBench) throws -> ClusterStatus.RunSummary {
    try #require(bench.status().runs.first)
  }

  @Test("a run that needs none is never taught")
  func none() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    ask(bench, 1, .none)
    count(bench)
    bench.finishWrites()
    let orders = units(bench)
    #expect(orders.count == 4 && orders.allSatisfy { $0.network == 0 })
  }

  @Test("the worker with most shards is told where all of the sample is, and nobody else")
  func order() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a", "b"])
    ask(bench)
    count(bench, by: ["a", "b"])
    #expect(orders(bench).isEmpty, "the day is not durable yet")
    bench.finishWrites()
    let sent = bench.takeSent().compactMap { frame, address in
      if case .teachOrder(let order) = frame.message { (order, address) } else { nil }
    }
    let (order, address) = try #require(sent.first)
    #expect(sent.count == 1 && address == CoordinatorBench.address("a"))
    #expect(order.run == 1 && order.asOf == Self.day && order.settings == [1])
    #expect(order.threshold == .max, "few SKUs: all of them")
    #expect(order.givers.map(\.node.text) == ["a", "b"])
    for shard in 0..<4 {
      let place = order.places[shard]
      #expect(order.givers[place.giver].node == bench.machine.primary(of: shard))
      #expect(place.epoch == 1)
    }
    #expect(try run(bench).phase == "teaching")
  }

  @Test("of many SKUs a share is asked for")
  func share() throws {
    let bench = try teaching(skus: 10_000)
    #expect(orders(bench).first?.threshold == Sample.threshold(skus: 40_000))
  }

  @Test("the order is sent again until the worker has it in hand")
  func again() throws {
    let bench = try teaching()
    let first = try #require(orders(bench).first)
    bench.pass(1_100)
    #expect(orders(bench) == [first])
    try bench.beat("a", teaching: first.attempt)
    bench.pass(2_000)
    #expect(orders(bench).isEmpty)
  }

  @Test("no unit is given out before the network is durable and the worker holds it")
  func networkFirst() throws {
    let bench = try teaching()
    let order = try #require(orders(bench).first)
    bench.hear(taught(order), from: "a", as: .worker)
    let write = try #require(bench.takeWrite())
    #expect(write.key.hasPrefix("network/") && bench.writes.isEmpty)
    bench.pass(100)
    #expect(bench.takeMessages(to: "a").isEmpty)
    bench.finish(write)
    #expect(bench.takeMessages(to: "a").isEmpty, "that the run uses it is not durable yet")
    bench.finishWrites()
    #expect(
      bench.takeMessages(to: "a") == [.network(LearnedNetwork(run: 1, bytes: [42]))])
    bench.pass(100)
    #expect(units(bench).isEmpty)
    try bench.beat("a")
    #expect(bench.takeMessages(to: "a").contains { $0.kind == 17 }, "lost, so it is sent again")
    try finish(bench, network: 1)
    #expect(try run(bench).phase == "done")
  }

  @Test("a second network of the same run is not taken")
  func twice() throws {
    let bench = try teaching()
    let order = try #require(orders(bench).first)
    bench.hear(taught(order), from: "a", as: .worker)
    bench.hear(taught(order, [43]), from: "a", as: .worker)
    bench.finishWrites()
    bench.hear(taught(order, [44]), from: "a", as: .worker)
    bench.finishWrites()
    #expect(
      bench.takeMessages(to: "a") == [.network(LearnedNetwork(run: 1, bytes: [42]))])
  }

  @Test("a client cannot bring a network")
  func stranger() throws {
    let bench = try teaching()
    let order = try #require(orders(bench).first)
    bench.hear(taught(order), from: "c", as: .client)
    #expect(bench.writes.isEmpty)
  }

  @Test("a coordinator that is started again gives the order anew, or goes on with the network")
  func restart() throws {
    let bench = try teaching()
    let held = (0..<4).map { HeldShard(shard: $0, epoch: 1) }
    let first = try #require(orders(bench).first)
    let again = try bench.restarted()
    try again.greet("a", incarnation: 1, clusterID: 0xC1, held: held)
    again.pass(100)
    let second = try #require(orders(again).first)
    #expect(second.attempt > first.attempt && second.threshold == first.threshold)

    again.hear(taught(second), from: "a", as: .worker)
    again.finish(try #require(again.takeWrite()))
    let third = try again.restarted()
    try third.greet("a", incarnation: 1, clusterID: 0xC1, held: held)
    third.pass(100)
    third.finishWrites()
    #expect(orders(third).isEmpty)
    try finish(third, network: 1)
    #expect(try run(third).phase == "done")
  }

  @Test("a coordinator that is started again while units are at work still has the network")
  func restartRunning() throws {
    let bench = try teaching()
    bench.hear(taught(try #require(orders(bench).first)), from: "a", as: .worker)
    bench.finishWrites()
    let again = try bench.restarted()
    let held = (0..<4).map { HeldShard(shard: $0, epoch: 1) }
    try again.greet("a", incarnation: 1, clusterID: 0xC1, held: held)
    try again.beat("a")
    #expect(again.takeMessages(to: "a").contains(.network(LearnedNetwork(run: 1, bytes: [42]))))
    try finish(again, network: 1)
    #expect(try run(again).phase == "done")
  }

  @Test("another worker takes over when the teacher is lost or leaves", arguments: [true, false])
  func takeOver(isLeaving: Bool) throws {
    let bench = try teaching(on: ["a", "b"])
    let first = try #require(orders(bench).first)
    if isLeaving {
      try bench.beat("a", teaching: first.attempt, isLeaving: true)
      bench.pass(100)
    } else {
      for _ in 0..<40 {
        bench.pass(100)
        try bench.beat("b")
      }
      #expect(try run(bench).trouble == "waits for a, not heard")
      let held = bench.machine.placement.assignments.indices.filter {
        bench.machine.primary(of: $0)?.text == "a"
      }.map { HeldShard(shard: $0, epoch: 1) }
      _ = bench.takeSent()
      // It comes back and knows nothing: but for its name it would be the teacher again.
      try bench.greet("a", incarnation: 2, clusterID: 0xC1, held: held)
      bench.pass(100)
    }
    let next = bench.takeSent().compactMap { frame, address in
      if case .teachOrder(let order) = frame.message { (order, address) } else { nil }
    }.last
    #expect(try #require(next).0.attempt > first.attempt)
    #expect(next?.1 == CoordinatorBench.address(isLeaving ? "b" : "a"))
    // What the first one learned is as good.
    bench.hear(taught(first), from: "a", as: .worker)
    #expect(bench.writes.contains { $0.key.hasPrefix("network/") })
  }

  @Test("the same teacher is told anew when a worker that has a part of the sample has moved")
  func movedGiver() throws {
    let bench = try teaching(on: ["a", "b"])
    let first = try #require(orders(bench).first)
    let held = bench.machine.placement.assignments.indices.filter {
      bench.machine.primary(of: $0)?.text == "b"
    }.map { HeldShard(shard: $0, epoch: 1) }
    let hello = Hello(
      node: try #require(NodeName("b")), incarnation: 2, clusterID: 0xC1,
      endpoint: "tcp://elsewhere", publicKey: "", credits: 4, held: held)
    bench.hear(.hello(hello), from: "b", as: .worker, request: 2)
    bench.pass(100)
    let second = try #require(orders(bench).first)
    #expect(second.attempt > first.attempt)
    #expect(second.givers.map(\.endpoint) == ["tcp://a", "tcp://elsewhere"])
  }

  /// Has the teacher fail again and again, each time after it was told anew.
  private func fail(_ times: Int, mayPass: Bool) throws -> CoordinatorBench {
    let bench = try teaching()
    for _ in 0..<times {
      guard let order = orders(bench).first else { break }
      for _ in 0..<5 { bench.hear(failed(order, mayPass: mayPass), from: "a", as: .worker) }
      #expect(orders(bench).isEmpty, "it rests first")
      try bench.beat("a")
      bench.pass(1_100)
    }
    bench.finishWrites()
    return bench
  }

  @Test("teaching that fails for good three times fails the run, which says why and the way out")
  func lastingFailure() throws {
    #expect(try run(fail(2, mayPass: false)).phase == "teaching")
    let run = try run(fail(3, mayPass: false))
    #expect(run.phase == "failed")
    let reason = "worker a cannot learn the shared weights, 3 attempts: out of memory; take lstm"
    #expect(run.trouble.hasPrefix(reason), "\(run.trouble)")
  }

  @Test("what may pass is tried again, however often")
  func passingFailure() throws {
    #expect(try run(fail(20, mayPass: true)).phase == "teaching")
  }

  @Test("a worker that failed is not asked again while another has not")
  func failingTeacher() throws {
    let bench = try teaching(on: ["a", "b"])
    let first = try #require(orders(bench).first)
    bench.hear(failed(first), from: "a", as: .worker)
    bench.pass(1_100)
    #expect(orders(bench, to: "b").count == 1)
  }

  @Test("an update goes on with the last network, and learns one where there is none")
  func latest() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    for run in 1...3 as ClosedRange<UInt64> {
      ask(bench, run, .latest)
      count(bench, run)
      bench.finishWrites()
      if run == 1 {
        bench.hear(taught(try #require(orders(bench).first)), from: "a", as: .worker)
        bench.finishWrites()
      }
      // From then on the worker holds it, and its units are given out at once.
      let given = units(bench)
      #expect(given.count == (run == 1 ? 0 : 4))
      try finish(bench, network: 1, given)
      #expect(try self.run(bench).phase == "done")
    }
  }

  @Test("the last three networks are kept, and the one that an update would use")
  func forgotten() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    for run in 1...6 as ClosedRange<UInt64> {
      ask(bench, run)
      count(bench, run)
      bench.finishWrites()
      let order = try #require(orders(bench).first)
      bench.hear(taught(order, [UInt8(run)]), from: "a", as: .worker)
      bench.finishWrites()
      // All but the first two fail in the end.
      if run <= 2 { try finish(bench, network: run) }
      for _ in 0..<3 where run > 2 {
        try bench.beat("a", network: run)
        let unit = UnitID(run: run, shard: 0, slice: 0)
        let failure = WorkFailure(run: run, unit: unit, reason: "damaged", mayPass: false)
        bench.hear(.workFailure(failure), from: "a", as: .worker)
        bench.pass(1_100)
      }
      bench.finishWrites()
    }
    let kept = bench.records.keys.filter { $0.hasPrefix("network/") }.compactMap {
      UInt64($0.dropFirst("network/".count), radix: 16)
    }
    #expect(kept.sorted() == [2, 4, 5, 6])
    _ = bench.takeSent()
    ask(bench, 7, .latest)
    count(bench, 7)
    bench.finishWrites()
    try finish(bench, network: 2)
    #expect(try run(bench).phase == "done")
  }

  @Test("the report says how long it took to learn, and a restart does not forget it")
  func milliseconds() throws {
    let bench = try teaching()
    let order = try #require(orders(bench).first)
    bench.pass(5_000)
    try bench.beat("a", teaching: order.attempt)
    bench.hear(taught(order), from: "a", as: .worker)
    bench.finishWrites()
    let again = try bench.restarted()
    again.hear(.runQuery(run: 1), from: "c", as: .client)
    guard case .runStatus(let status)? = again.takeMessages(to: "c").last else {
      Issue.record("no status came")
      return
    }
    #expect(status.teachingMilliseconds == 5_000)
  }

  @Test("the record of a run from before there were networks is read")
  func earlierRecord() throws {
    let bench = try teaching()
    let key = try #require(bench.records.keys.first { $0.hasPrefix("run/") })
    let record = try #require(bench.records[key])
    var effort = ByteWriter()
    try Run(packed: record, at: Instant(milliseconds: 0)).effort.pack(into: &effort)
    // Without the need, the network, 4 SKUs, what it took, its effort, and the checksum.
    var writer = ByteWriter()
    writer.raw(Array(record.dropLast(4 + effort.bytes.count + 8)))
    writer.seal()
    let run = try Run(packed: writer.bytes, at: Instant(milliseconds: 0))
    #expect(run.id == 1 && run.request.network == .none && run.network == 0)
    #expect(try Run(packed: record, at: Instant(milliseconds: 0)).request.network == .fresh)
  }
}
