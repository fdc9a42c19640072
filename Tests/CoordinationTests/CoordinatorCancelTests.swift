import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("Cancelling runs, and the last events")
struct CoordinatorCancelTests {
  private func ask(_ bench: CoordinatorBench, token: UInt64) {
    bench.hear(
      .runRequest(RunRequest(token: token, kind: .train, asOf: nil, settings: [1])), from: "c",
      as: .operator)
    bench.finishWrites()
    bench.pass(100)
  }

  /// One worker with four shards, and two runs that were asked for.
  private func begun() throws -> CoordinatorBench {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    ask(bench, token: 7)
    ask(bench, token: 8)
    _ = bench.takeSent()
    return bench
  }

  private func survey(run: UInt64) -> Message {
    .surveyReport(
      SurveyReport(
        run: run, shards: (0..<4).map { SurveyedShard(shard: $0, skus: 1) },
        latestDay: Day(number: 20_000)))
  }

  private func answer(_ bench: CoordinatorBench) -> RunStatus? {
    guard case .runStatus(let status)? = bench.takeMessages(to: "c").last else { return nil }
    return status
  }

  @Test("a run is cancelled once that is durable, and however often it is asked")
  func durable() throws {
    let bench = try begun()
    for request in [2, 3] as [UInt64] {
      bench.hear(.runCancel(run: 1), from: "c", as: .operator, request: request)
    }
    #expect(bench.takeMessages(to: "c").isEmpty)
    bench.finishWrites()
    let told = bench.takeMessages(to: "c")
    #expect(told.count == 2)
    bench.hear(.runCancel(run: 1), from: "c", as: .operator)
    #expect(answer(bench)?.trouble == "cancelled by c")
    #expect(try bench.restarted().status().runs.map(\.phase) == ["surveying", "failed"])
  }

  @Test("the next run takes its turn, and late words about the cancelled one change nothing")
  func next() throws {
    let bench = try begun()
    bench.hear(.runCancel(run: 1), from: "c", as: .operator)
    bench.finishWrites()
    bench.pass(100)
    bench.hear(survey(run: 1), from: "a", as: .worker)
    bench.finishWrites()
    bench.hear(survey(run: 2), from: "a", as: .worker)
    bench.finishWrites()
    #expect(bench.status().runs.map(\.phase) == ["running", "failed"])
  }

  @Test("a run that is just going on to its next phase does not come back to life")
  func beginning() throws {
    let bench = try begun()
    bench.hear(survey(run: 1), from: "a", as: .worker)
    bench.hear(.runCancel(run: 1), from: "c", as: .operator)
    bench.finishWrites()
    #expect(bench.status().runs.last?.phase == "failed")
    #expect(try bench.restarted().status().runs.last?.phase == "failed")
  }

  @Test("a run that waits can be cancelled too, one that is none is refused")
  func waiting() throws {
    let bench = try begun()
    bench.hear(.runCancel(run: 2), from: "c", as: .operator)
    bench.finishWrites()
    #expect(bench.status().runs.map(\.phase) == ["failed", "surveying"])
    _ = bench.takeSent()
    bench.hear(.runCancel(run: 9), from: "c", as: .operator)
    guard case .refusal(let refusal)? = bench.takeMessages(to: "c").last else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.code == .notFound)
    bench.hear(.runCancel(run: 1), from: "a", as: .worker)
    guard case .refusal(let forbidden)? = bench.takeMessages(to: "a").last else {
      Issue.record("not refused")
      return
    }
    #expect(forbidden.code == .forbidden)
  }

  @Test("status has the last events, newest first, with their age")
  func events() throws {
    let bench = try begun()
    bench.pass(2_000)
    let events = bench.status().events
    #expect(events.first?.text == "run 2 (train) was asked for by c")
    #expect(events.contains { $0.text == "worker a joined at tcp://a" && $0.severity == "info" })
    let first = try #require(events.first)
    let last = try #require(events.last)
    #expect(first.secondsAgo >= 2)
    #expect(last.secondsAgo >= first.secondsAgo)
  }

  @Test("what is said again and again is one event, and there are never more than the limit")
  func bounded() {
    var recent = RecentEvents()
    for _ in 0..<3 { recent.note(.warning, "again", at: Instant(milliseconds: 5)) }
    #expect(recent.events(at: Instant(milliseconds: 1_005)).map(\.times) == [3])
    for number in 0..<(2 * RecentEvents.limit) {
      recent.note(.info, "event \(number)", at: Instant(milliseconds: 10))
      recent.note(.debug, "for developers", at: Instant(milliseconds: 10))
    }
    let events = recent.events(at: Instant(milliseconds: 10))
    #expect(events.count == RecentEvents.limit)
    #expect(events.first?.text == "event \(2 * RecentEvents.limit - 1)")
  }
}
