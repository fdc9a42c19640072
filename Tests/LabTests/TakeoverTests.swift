import CommandLineArguments
import Testing
import Threading

@testable import lab

@Suite("Takeovers as the lab sees them")
struct TakeoverTests {
  /// What a status said at a moment.
  private func sample(
    _ at: Int64, since: Int64, served: Int = 4, colour: String = "green", topics: [String] = [],
    run: (number: Int, phase: String, done: Int)? = nil
  ) throws -> LeaderSample {
    let runs =
      run.map {
        #"{"run":\#($0.number),"kind":"train","phase":"\#($0.phase)","trouble":"","#
          + #""unitsDone":\#($0.done)}"#
      } ?? ""
    let topics = topics.map { "\"\($0)\"" }.joined(separator: ",")
    let text =
      #"{"colour":"\#(colour)","reasons":[],"topics":[\#(topics)],"placementVersion":3,"#
      + #""coordinators":[{"name":"c-1"}],"uptimeSeconds":\#(Double(at - since) / 1_000),"#
      + #""shards":4,"servedShards":\#(served),"moves":0,"nodes":[],"runs":[\#(runs)]}"#
    let status = try #require(SeenStatus(text))
    return LeaderSample(status, at: Moment(milliseconds: at))
  }

  private func takeover(_ samples: [LeaderSample], before: Int64 = 100_000) -> Takeover? {
    Takeover(from: Moment(milliseconds: 5_000), before: Moment(milliseconds: before), samples)
  }

  @Test("are over when one that leads only since then says that everything is served")
  func served() throws {
    let samples = [
      try sample(4_900, since: 0), try sample(5_100, since: 0),
      try sample(8_000, since: 7_900, served: 2), try sample(9_000, since: 7_900),
      try sample(9_500, since: 7_900),
    ]
    let found = try #require(takeover(samples))
    #expect(found.ledMilliseconds == 3_000)
    #expect(found.servedMilliseconds == 4_000)
    #expect(found.movedOnMilliseconds == nil)
  }

  @Test("are none where the same one leads on, or another one only after the next fault")
  func none() throws {
    let samples = [try sample(4_900, since: 0), try sample(9_000, since: 0)]
    #expect(takeover(samples) == nil)
    #expect(takeover(samples + [try sample(20_000, since: 19_000)], before: 15_000) == nil)
  }

  @Test("let the run that was at work move on when a unit more of it is done, or all are")
  func movedOn() throws {
    let before = try sample(4_900, since: 0, run: (7, "running", 6))
    let taken = try sample(8_000, since: 7_900, run: (7, "running", 2))
    let unit = try sample(8_300, since: 7_900, run: (7, "running", 3))
    #expect(takeover([before, taken, unit])?.movedOnMilliseconds == 3_300)
    let over = try sample(8_400, since: 7_900, run: (7, "done", 16))
    #expect(takeover([before, taken, over])?.movedOnMilliseconds == 3_400)
    #expect(takeover([before, taken])?.movedOnMilliseconds == nil)
    let another = try sample(8_500, since: 7_900, run: (8, "running", 0))
    #expect(takeover([before, taken, another])?.movedOnMilliseconds == 3_500)
  }

  @Test("know whether the one that leads is sure of it")
  func unsure() throws {
    #expect(try sample(1, since: 0, colour: "yellow", topics: ["unsure-leader"]).isUnsure)
    #expect(try !sample(1, since: 0, topics: ["lost"]).isUnsure)
  }

  @Test("leave it to see which units were worked on more than once")
  func units() {
    func line(_ unit: String) -> String {
      "2026-11-21T01:28:38.249Z debug worker \(UnitCount.words) unit=\(unit)\n"
    }
    let count = UnitCount(logs: [
      line("1/0/0") + line("1/1/0") + "2026-11-21T01:28:38.249Z info worker unit=1/0/0\n",
      line("1/1/0") + line("2/1/0"),
    ])
    #expect(
      count
        == {
          var one = UnitCount(); (one.units, one.again) = (3, 1); return one
        }())
  }
}
