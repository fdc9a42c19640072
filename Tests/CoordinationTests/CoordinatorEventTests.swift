import Demand
import Testing
import WireProtocol

@testable import Coordination

/// All units of a run, and its network, know the same events.
@Suite("Events and runs")
struct CoordinatorEventTests {
  private static let day = Day(number: 20_000)

  /// A worker that has no more than the empty document, and a run that is about to count.
  private func begun(_ need: NetworkNeed = .none) throws -> CoordinatorBench {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    let request = RunRequest(token: 7, kind: .train, asOf: nil, settings: [1], network: need)
    bench.hear(.runRequest(request), from: "c", as: .operator)
    bench.finishWrites()
    bench.pass(1_100)
    return bench
  }

  private func count(_ bench: CoordinatorBench) {
    let shards = (0..<4).map { SurveyedShard(shard: $0, skus: 1) }
    bench.hear(
      .surveyReport(SurveyReport(run: 1, shards: shards, latestDay: Self.day)), from: "a",
      as: .worker)
    bench.finishWrites()
  }

  private func phase(_ bench: CoordinatorBench) -> RunStatus.Phase? {
    _ = bench.takeSent()
    bench.hear(.runQuery(run: 1), from: "c", as: .operator)
    guard case .runStatus(let status)? = bench.takeMessages(to: "c").last else { return nil }
    return status.phase
  }

  /// What a change is answered with.
  private func change(
    _ bench: CoordinatorBench, to document: PlanningDocument, base: UInt64
  ) -> Message? {
    _ = bench.takeSent()
    bench.hear(
      .documentChange(base: base, content: document.packed()), from: "c", as: .operator)
    bench.finishWrites()
    return bench.takeMessages(to: "c").last
  }

  private func isTaken(_ answer: Message?) -> Bool {
    if case .document? = answer { true } else { false }
  }

  private func refused(_ answer: Message?) -> Refusal? {
    if case .refusal(let refusal)? = answer { refusal } else { nil }
  }

  @Test("stay while a run is at work; other parts of the document may change")
  func running() throws {
    let bench = try begun()
    var document = PlanningDocument()
    // Nothing has looked at it yet.
    document.events = [Event(name: "Fair", firstDay: Self.day)]
    #expect(isTaken(change(bench, to: document, base: 0)))
    count(bench)
    #expect(phase(bench) == .running)
    document.limits.cash = 5
    #expect(isTaken(change(bench, to: document, base: 1)))
    document.events = [Event(name: "Fair", firstDay: Self.day + 1)]
    let refusal = try #require(refused(change(bench, to: document, base: 2)))
    #expect(refusal.code == .busy && refusal.reason.contains("run 1 (train)"))
    for _ in 0..<4 {
      try bench.beat("a", document: 2)
      for case .unitOrder(let order) in bench.takeMessages(to: "a") {
        let report = UnitReport(
          id: order.id, epoch: order.epoch, outcome: UnitOutcome(skus: 1, summary: []))
        bench.hear(.unitReport(report), from: "a", as: .worker)
      }
      bench.finishWrites()
    }
    #expect(phase(bench) == .done)
    #expect(isTaken(change(bench, to: document, base: 2)))
  }

  @Test("are there before a worker learns from them, and stay meanwhile")
  func teaching() throws {
    let bench = try begun(.fresh)
    var document = PlanningDocument()
    document.events = [Event(name: "Fair", firstDay: Self.day)]
    #expect(isTaken(change(bench, to: document, base: 0)))
    count(bench)
    bench.pass(1_100)
    func isOrdered() -> Bool {
      bench.takeMessages(to: "a").contains { message in
        if case .teachOrder = message { true } else { false }
      }
    }
    #expect(!isOrdered())
    try bench.beat("a", document: 1)
    bench.pass(1_100)
    #expect(isOrdered())
    document.events = []
    #expect(refused(change(bench, to: document, base: 1))?.code == .busy)
  }
}
