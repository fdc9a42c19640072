import CommandLineArguments
import Testing
import Threading

@testable import lab

@Suite("What the lab compares")
struct CheckerTests {
  static let wanted = "sku,location,run,model\nA,,3,ets\nA,berlin,3,tsb\nB,,3,ets\n"

  @Test("is the same when only the numbers of runs differ")
  func runs() {
    let other = "sku,location,run,model\nA,,7,ets\nA,berlin,7,tsb\nB,,7,ets\n"
    #expect(Checker.difference("models", other, from: Self.wanted) == nil)
    #expect(Checker.difference("models", Self.wanted, from: Self.wanted) == nil)
  }

  @Test(
    "is not the same when a row is lost, another one, there twice, or elsewhere",
    arguments: [
      ("sku,location,run,model\nA,,3,ets\nB,,3,ets\n", "A,berlin,,tsb"),
      ("sku,location,run,model\nA,,3,ets\nA,berlin,3,tsb\nB,,3,tsb\n", "there is B,,,tsb"),
      ("sku,location,run,model\nA,,3,ets\nA,,3,ets\nA,berlin,3,tsb\nB,,3,ets\n", "twice"),
      ("sku,location,run,model\nA,berlin,3,tsb\nA,,3,ets\nB,,3,ets\n", "another order"),
      ("", "3 are missing"),
    ])
  func differences(text: String, words: String) {
    let sentence = Checker.difference("models", text, from: Self.wanted)
    #expect(sentence?.contains("models") ?? false)
    #expect(sentence?.contains(words) ?? false, "\(sentence ?? "no difference")")
  }

  @Test("is every column of a table without runs")
  func wholeRows() {
    let sentence = Checker.difference("sales", "sku,units\nA,3\n", from: "sku,units\nA,4\n")
    #expect(sentence?.contains("wanted A,4; there is A,3") ?? false, "\(sentence ?? "")")
  }
}

@Suite("What the lab measures")
struct MeasuringTests {
  static func at(_ milliseconds: Int64) -> Moment { Moment(milliseconds: milliseconds) }

  static func gap(_ start: Int64, _ end: Int64) -> Observations.Gap {
    Observations.Gap(start: at(start), end: at(end))
  }

  @Test("is the time from a fault to the end of the last gap that it made")
  func recovery() {
    let gaps = [Self.gap(50, 90), Self.gap(95, 400), Self.gap(450, 700), Self.gap(990, 8_000)]
    let time = Observations.recovery(from: Self.at(100), before: Self.at(1_000), gaps)
    #expect(time == 600)
  }

  @Test("is nothing where no gap was felt")
  func nothing() {
    let time = Observations.recovery(
      from: Self.at(100), before: Self.at(1_000), [Self.gap(0, 90), Self.gap(1_000, 2_000)])
    #expect(time == 0)
  }

  @Test("counts a cluster as calm only when all shards are served and reads are answered")
  func calm() {
    let observations = Observations()
    #expect(!observations.isCalm)
    let clock = MonotonicClock()
    observations.take(SeenStatus(Self.status(served: 16)), askedAt: clock.now)
    #expect(observations.isCalm)
    observations.take(SeenStatus(Self.status(served: 15)), askedAt: clock.now)
    #expect(!observations.isCalm)
    #expect(observations.gaps.count == 1, "a gap that is not over counts until now")
  }

  @Test("ranks values")
  func percentiles() {
    let values = Percentiles((1...200).shuffled().map(Int64.init))
    #expect(values.at(0.5) == 100)
    #expect(values.at(0.99) == 198)
    #expect(values.at(1) == 200)
    #expect(Percentiles([]).at(0.5) == 0)
  }

  @Test("is late by the scenario's own clock")
  func late() throws {
    var report = try Self.report(faults: [(held: 7_000, felt: 4_000), (held: 1_000, felt: 5_500)])
    #expect(report.late.isEmpty)
    report.scenario.servedWithin = Scenario.Deadline(seconds: 5, start: .begin)
    #expect(report.late.map(\.recoveryMilliseconds) == [5_500])
    report.scenario.servedWithin = Scenario.Deadline(seconds: 5, start: .end)
    #expect(report.late.isEmpty)
  }

  @Test("is summed up in one line of JSON, with what was broken and how to see it again")
  func summary() throws {
    var report = try Self.report(faults: [(held: 1_000, felt: 2_000), (held: 1_000, felt: 3_000)])
    report.seed = 42
    report.violations = ["sales: of 9 rows 1 is missing"]
    var summary = Summary()
    #expect(summary.isClean)
    summary.add(report)
    #expect(!summary.isClean)
    let json = summary.json(seed: 42, leftOut: [])
    #expect(json.contains(#""kill":2"#))
    #expect(json.contains(#""p99Seconds":3"#))
    #expect(json.contains("kill --seed 42: sales: of 9 rows 1 is missing"))
    #expect(json.split(separator: "\n").count == 1)
  }

  static func status(served: Int) -> String {
    #"{"colour":"green","reasons":[],"shards":16,"servedShards":\#(served),"moves":0,"#
      + #""uptimeSeconds":1.5,"placementVersion":2,"nodes":[],"runs":[]}"#
  }

  /// The report of a run with faults that were held, and felt, for so many milliseconds.
  static func report(faults: [(held: Int64, felt: Int64)]) throws -> RunReport {
    let scenario = try Scenario.read("\(ScenarioTests.folder)/kill.json5")
    var report = RunReport(
      scenario: scenario, from: at(0), to: at(1_000), Journal(), Observations(), milliseconds: [:],
      tables: Checker(folder: ""))
    report.faults = faults.map { fault in
      RunReport.Fault(
        kind: .kill, victim: "worker-1", step: .train, atMilliseconds: 0,
        heldMilliseconds: fault.held,
        statusMilliseconds: fault.felt / 2, readMilliseconds: fault.felt)
    }
    return report
  }
}
