import Demand
import Packing
import Testing
import WireProtocol

@testable import Coordination

/// Asks two rounds and remembers nothing but the answers, which are the plan.
private struct TwoRounds: PricingDriver {
  var asked = 0
  /// What it makes of the answers of the second round.
  var end: @Sendable ([[UInt8]]) -> PricingMove

  mutating func begin() -> PricingMove {
    asked = 1
    return .ask([1])
  }

  mutating func take(_ answers: [[UInt8]]) -> PricingMove {
    asked += 1
    return asked == 2 ? .ask([2] + answers.flatMap(\.self)) : end(answers)
  }
}

@Suite("Pricing of runs")
struct CoordinatorPricingTests {
  private static let day = Day(number: 20_000)
  private static let plan = PricingMove.planned(shared: [9], byShard: [2: [7]])

  private static func document() throws -> [UInt8] {
    var document = PlanningDocument()
    document.warehouses = WarehouseList([Warehouse(location: try Location("south"))])
    return document.packed()
  }

  /// Workers with four shards, and a run that is being priced.
  private func pricing(
    on nodes: [String] = ["a"],
    end: @escaping @Sendable ([[UInt8]]) -> PricingMove = { _ in Self.plan }
  ) throws -> CoordinatorBench {
    let bench = try CoordinatorBench(pricing: { _, day, _, shards in
      day == Self.day && shards == 4 ? TwoRounds(end: end) : nil
    })
    try bench.place(on: nodes)
    ask(bench)
    count(bench, by: nodes)
    bench.finishWrites()
    return bench
  }

  private func ask(_ bench: CoordinatorBench, token: UInt64 = 7) {
    let request = RunRequest(token: token, kind: .train, asOf: nil, settings: [1])
    bench.hear(.runRequest(request), from: "c", as: .operator)
    bench.finishWrites()
    bench.pass(1_100)
  }

  private func count(_ bench: CoordinatorBench, run: UInt64 = 1, by nodes: [String] = ["a"]) {
    let report = SurveyReport(
      run: run, shards: (0..<4).map { SurveyedShard(shard: $0, skus: 1) }, latestDay: Self.day)
    for node in nodes { bench.hear(.surveyReport(report), from: node, as: .worker) }
  }

  private func questions(_ bench: CoordinatorBench, to name: String = "a") -> [RoundQuestion] {
    bench.takeMessages(to: name).compactMap { message in
      if case .roundQuestion(let question) = message { question } else { nil }
    }
  }

  private func units(_ bench: CoordinatorBench) -> [UnitOrder] {
    bench.takeMessages(to: "a").compactMap { message in
      if case .unitOrder(let order) = message { order } else { nil }
    }
  }

  /// The answer of each shard is its number, unless another is given.
  private func answer(
    _ bench: CoordinatorBench, _ question: RoundQuestion, from node: String = "a",
    shards: [Int]? = nil, _ bytes: [UInt8]? = nil, epoch: UInt64? = nil, as role: Role = .worker
  ) {
    let entries = question.shards.filter { shards?.contains($0.shard) ?? true }.map { entry in
      RoundAnswers.Entry(
        shard: entry.shard, epoch: epoch ?? entry.epoch,
        outcome: .answer(bytes ?? [UInt8(entry.shard)]))
    }
    let answers = RoundAnswers(run: question.run, round: question.round, entries: entries)
    bench.hear(.roundAnswers(answers), from: node, as: role)
  }

  private func fail(
    _ bench: CoordinatorBench, _ question: RoundQuestion, shard: Int, mayPass: Bool = false
  ) {
    let entry = RoundAnswers.Entry(
      shard: shard, epoch: 1, outcome: .failure(reason: "damaged bytes", mayPass: mayPass))
    let answers = RoundAnswers(run: question.run, round: question.round, entries: [entry])
    bench.hear(.roundAnswers(answers), from: "a", as: .worker)
  }

  private func run(_ bench: CoordinatorBench) throws -> ClusterStatus.RunSummary {
    try #require(bench.status().runs.first)
  }

  /// Has both rounds answered by one worker.
  private func answerBoth(_ bench: CoordinatorBench) throws {
    answer(bench, try #require(questions(bench).first))
    answer(bench, try #require(questions(bench).first))
  }

  @Test("every shard is asked, and the answers make the next question in the order of shards")
  func rounds() throws {
    let bench = try pricing()
    let first = try #require(questions(bench).first)
    #expect(first.question == [1] && first.run == 1 && first.asOf == Self.day)
    #expect(first.shards == (0..<4).map { HeldShard(shard: $0, epoch: 1) })
    #expect(try run(bench).phase == "pricing" && run(bench).rounds == 1)
    for shard in [2, 0, 3] { answer(bench, first, shards: [shard]) }
    #expect(questions(bench).isEmpty)
    answer(bench, first, shards: [1])
    let second = try #require(questions(bench).first)
    #expect(second.question == [2, 0, 1, 2, 3] && second.round > first.round)
    #expect(try run(bench).rounds == 2)
  }

  @Test("no unit is given out before the plan is durable, and each has its shard's part")
  func planFirst() throws {
    let bench = try pricing()
    try answerBoth(bench)
    let write = try #require(bench.takeWrite())
    #expect(write.key == "plan/0000000000000001" && bench.writes.isEmpty)
    bench.pass(100)
    #expect(units(bench).isEmpty)
    bench.finish(write)
    #expect(units(bench).isEmpty, "that the run goes by it is not durable yet")
    bench.finishWrites()
    let orders = units(bench)
    #expect(orders.count == 4)
    for order in orders {
      #expect(order.plan == UnitPlan(shared: [9], part: order.id.shard == 2 ? [7] : []))
    }
  }

  @Test("a second answer, one of another round, epoch, worker or role changes nothing")
  func otherAnswers() throws {
    let bench = try pricing(on: ["a", "b"])
    let sent = bench.takeSent().compactMap { frame, _ in
      if case .roundQuestion(let question) = frame.message { question } else { nil }
    }
    let all = try #require(sent.first { $0.shards.contains { $0.shard == 0 } })
    let other = try #require(sent.first { !$0.shards.contains { $0.shard == 0 } })
    let owner = try #require(bench.machine.primary(of: 0)?.text)
    let stranger = owner == "a" ? "b" : "a"
    answer(bench, all, from: stranger, [91])
    answer(bench, all, from: owner, [92], epoch: 2)
    answer(bench, all, from: owner, [93], as: .client)
    var foreign = all
    foreign.round += 1
    answer(bench, foreign, from: owner, [94])
    foreign = all
    foreign.run = 2
    answer(bench, foreign, from: owner, [95])
    answer(bench, all, from: owner)
    answer(bench, all, from: owner, [96])
    answer(bench, other, from: stranger)
    let second = bench.takeSent().compactMap { frame, _ in
      if case .roundQuestion(let question) = frame.message { question } else { nil }
    }
    #expect(second.first?.question == [2, 0, 1, 2, 3])
    answer(bench, all, from: owner, [97])
    #expect(try run(bench).rounds == 2)
  }

  @Test("what is not answered is asked again after a while, and only that")
  func again() throws {
    let bench = try pricing()
    let first = try #require(questions(bench).first)
    answer(bench, first, shards: [0, 2])
    bench.pass(500)
    #expect(questions(bench).isEmpty)
    bench.pass(600)
    let again = try #require(questions(bench).first)
    #expect(again.shards.map(\.shard) == [1, 3] && again.round == first.round)
    answer(bench, again)
    #expect(questions(bench).first?.question == [2, 0, 1, 2, 3])
  }

  @Test("a worker that was started again is asked again at once, a lost one is named")
  func lost() throws {
    let bench = try pricing(on: ["a", "b"])
    let mine = try #require(questions(bench, to: "a").first)
    answer(bench, mine)
    for _ in 0..<40 {
      bench.pass(100)
      try bench.beat("a")
    }
    #expect(try run(bench).trouble == "waits for b, not heard")
    _ = bench.takeSent()
    let held = (0..<4).filter { bench.machine.primary(of: $0)?.text == "b" }
      .map { HeldShard(shard: $0, epoch: 1) }
    try bench.greet("b", incarnation: 2, clusterID: 0xC1, held: held)
    bench.pass(100)
    let again = try #require(questions(bench, to: "b").first)
    #expect(again.round == mine.round && again.shards == held)
    answer(bench, again, from: "b")
    #expect(questions(bench, to: "a").first?.question == [2, 0, 1, 2, 3])
    #expect(try run(bench).trouble.isEmpty)
  }

  @Test("a failure that may pass is said and asked again, one that stays fails the run in the end")
  func failures() throws {
    let bench = try pricing()
    for _ in 0..<5 {
      try bench.beat("a")
      let question = try #require(questions(bench).first)
      fail(bench, question, shard: 3, mayPass: true)
      bench.pass(100)
      #expect(try run(bench).trouble == "waits for a: damaged bytes")
      #expect(questions(bench).isEmpty, "it rests")
      bench.pass(1_100)
    }
    for attempt in 1...3 {
      try bench.beat("a")
      let question = try #require(questions(bench).first)
      fail(bench, question, shard: 3)
      fail(bench, question, shard: 3)
      #expect(try run(bench).phase == (attempt < 3 ? "pricing" : "failed"))
      bench.pass(1_100)
    }
    #expect(try run(bench).trouble.contains("worker a cannot price shard 3, 3 attempts: damaged"))
  }

  @Test("a driver that finds no plan fails the run, and so does a plan that cannot be sent")
  func noPlan() throws {
    let large = Array(repeating: UInt8(0), count: Limits.planBytes + 1)
    let ends: [(PricingMove, String)] = [
      (.failed("north is too small"), "north is too small"),
      (.planned(shared: large, byShard: [:]), "98305 bytes"),
      (.planned(shared: [], byShard: [4: [1]]), "shard 4 of 4"),
      (.ask(Array(repeating: 0, count: Limits.questionBytes + 1)), "131073 bytes"),
    ]
    for (end, reason) in ends {
      let bench = try pricing(end: { _ in end })
      try answerBoth(bench)
      #expect(try run(bench).phase == "failed" && run(bench).trouble.contains(reason))
    }
  }

  @Test("a driver that never comes to an end is given up")
  func endless() throws {
    let bench = try pricing(end: { _ in .ask([3]) })
    while let question = questions(bench).first { answer(bench, question) }
    #expect(try run(bench).trouble == "its prices are not found after 1000 rounds")
  }

  @Test("a coordinator that is started again begins with the first question, or has the plan")
  func restart() throws {
    let bench = try pricing()
    let first = try #require(questions(bench).first)
    answer(bench, first)
    let held = (0..<4).map { HeldShard(shard: $0, epoch: 1) }
    let again = try bench.restarted()
    try again.greet("a", incarnation: 1, clusterID: 0xC1, held: held)
    again.pass(100)
    let anew = try #require(questions(again).first)
    #expect(anew.question == [1] && anew.round > first.round)
    answer(again, first)
    #expect(questions(again).isEmpty, "that was another round")
    answer(again, anew)
    answer(again, try #require(questions(again).first))
    again.finish(try #require(again.takeWrite()))

    let third = try again.restarted()
    try third.greet("a", incarnation: 1, clusterID: 0xC1, held: held)
    third.pass(100)
    third.finishWrites()
    let sent = third.takeMessages(to: "a")
    #expect(!sent.contains { $0.kind == 18 } && sent.count { $0.kind == 12 } == 4)
  }

  @Test("a plan longer than a record is kept in pieces, as a whole or not at all")
  func pieces() throws {
    let long = (0..<Limits.planBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let parts = [0: long, 1: long, 2: long, 3: long]
    let count = RunPlan(
      run: 1, shared: long, parts: Dictionary(uniqueKeysWithValues: (0..<16).map { ($0, long) })
    ).pieces().count
    #expect(count == 4)
    let whole = RunPlan(run: 1, shared: long, parts: parts)
    let records = Dictionary(
      uniqueKeysWithValues: whole.pieces().enumerated().map { ($0.offset, $0.element) })
    let first = try #require(records[0])
    #expect(try RunPlan(first: first) { _, number in records[number] } == whole)
    let larger = RunPlan(
      run: 1, shared: long, parts: Dictionary(uniqueKeysWithValues: (0..<16).map { ($0, long) }))
    let pieces = larger.pieces()
    #expect(try RunPlan(first: pieces[0]) { _, number in pieces[number] } == larger)
    #expect(try RunPlan(first: pieces[0]) { _, number in number < 3 ? pieces[number] : nil } == nil)
    #expect(throws: PackingError.self) {
      _ = try RunPlan(first: pieces[0]) { _, number in pieces[number == 2 ? 3 : number] }
    }
  }

  @Test("the first piece of a long plan is written when the others are durable")
  func firstPieceLast() throws {
    let long = Array(repeating: UInt8(5), count: Limits.planBytes)
    let request = RunRequest(token: 7, kind: .train, asOf: nil, settings: [1])
    let bench = try CoordinatorBench(shardCount: 16) { _, _, _, _ in
      TwoRounds { _ in
        .planned(
          shared: [9], byShard: Dictionary(uniqueKeysWithValues: (0..<16).map { ($0, long) }))
      }
    }
    try bench.place(on: ["a"])
    bench.hear(.runRequest(request), from: "c", as: .operator)
    bench.finishWrites()
    bench.pass(1_100)
    let report = SurveyReport(
      run: 1, shards: (0..<16).map { SurveyedShard(shard: $0, skus: 1) }, latestDay: Self.day)
    bench.hear(.surveyReport(report), from: "a", as: .worker)
    bench.finishWrites()
    try answerBoth(bench)
    let keys = bench.writes.map(\.key)
    #expect(keys == (1...3).map { "plan/0000000000000001/000000000000000\($0)" })
    bench.finishWrites()
    #expect(bench.records["plan/0000000000000001"] != nil)
    #expect(units(bench).first?.plan == UnitPlan(shared: [9], part: long))
  }

  @Test("the document cannot be changed while it is priced by")
  func document() throws {
    let bench = try pricing()
    let content = try Self.document()
    bench.hear(.documentChange(base: 0, content: content), from: "c", as: .operator)
    let answer = try #require(bench.takeMessages(to: "c").last)
    guard case .refusal(let refusal) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(refusal.code == .busy)
  }

  @Test("a worker without the document is not asked")
  func documentFirst() throws {
    let bench = try CoordinatorBench { _, _, _, _ in TwoRounds { _ in Self.plan } }
    try bench.place(on: ["a"])
    let content = try Self.document()
    bench.hear(.documentChange(base: 0, content: content), from: "c", as: .operator)
    bench.finishWrites()
    ask(bench)
    count(bench)
    bench.finishWrites()
    #expect(questions(bench).isEmpty)
    try bench.beat("a", document: 1)
    bench.pass(100)
    #expect(questions(bench).first?.documentVersion == 1)
  }

  @Test("the plans of the last four priced runs are kept and told, older ones are forgotten")
  func remembered() throws {
    let bench = try pricing()
    for run in 1...6 as ClosedRange<UInt64> {
      if run > 1 {
        try bench.beat("a")
        ask(bench, token: 6 + run)
        count(bench, run: run)
        bench.finishWrites()
      }
      try answerBoth(bench)
      bench.finishWrites()
      for order in units(bench) {
        let report = UnitReport(id: order.id, epoch: 1, outcome: UnitOutcome(skus: 1))
        bench.hear(.unitReport(report), from: "a", as: .worker)
      }
      bench.finishWrites()
    }
    #expect(bench.records.keys.count { $0.hasPrefix("plan/") } == 4)
    bench.hear(.planRequest(run: 6), from: "o", as: .client)
    #expect(bench.takeMessages(to: "o") == [.plan(content: [9])])
    bench.hear(.planRequest(run: 2), from: "o", as: .client)
    #expect(bench.takeMessages(to: "o").first?.kind == 60)
  }

  @Test("workers hear which run they keep what they loaded for")
  func pulses() throws {
    let bench = try pricing()
    func priced() throws -> UInt64? {
      _ = bench.takeSent()
      try bench.beat("a")
      return bench.takeMessages(to: "a").compactMap { message in
        if case .pulse(let pulse) = message { pulse.priced } else { nil }
      }.first
    }
    let first = try #require(questions(bench).first)
    #expect(try priced() == 1)
    answer(bench, first)
    for _ in 0..<3 {
      fail(bench, try #require(questions(bench).first), shard: 0); bench.pass(1_100)
    }
    #expect(try run(bench).phase == "failed" && priced() == 0)
  }
}
