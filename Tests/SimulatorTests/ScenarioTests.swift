import Testing

@testable import Simulator

@Suite("Lives of a simulated cluster")
struct ScenarioTests {
  /// In eight parts, so that they run beside each other.
  @Test("every promise holds in 5000 of them, which meet all that can go wrong", arguments: 0..<8)
  func promises(part: UInt64) throws {
    let first = part * 625 + 1
    let lives = try ManyLives(ManyLives.Plan(seeds: first..<(first + 625), threadCount: 1))
    for violation in lives.violations {
      Issue.record(
        "\(violation); shrink and tell it: ops/simulate --first \(violation.seed) --seeds 1")
    }
    guard lives.violations.isEmpty else { return }
    #expect(lives.count == 625)
    for occasion in Coverage.Occasion.allCases {
      let met = lives.coverage.lives[occasion] ?? 0
      #expect(met >= occasion.floor, "\(occasion.rawValue): \(met) of 625 lives")
    }
  }

  @Test("how many live at once changes nothing")
  func beside() throws {
    let alone = try ManyLives(ManyLives.Plan(seeds: 1..<36, threadCount: 1))
    let together = try ManyLives(ManyLives.Plan(seeds: 1..<36, threadCount: 3))
    #expect(alone.history == together.history && alone.coverage == together.coverage)
    #expect(alone.milliseconds == together.milliseconds && alone.violations.isEmpty)
    #expect(together.coverage.lives.values.allSatisfy { $0 <= 35 })
    #expect(alone.count == 35 && together.count == 35)
  }

  @Test("the same seed is the same life, another seed another", arguments: [3, 17, 99] as [UInt64])
  func replay(seed: UInt64) throws {
    let life = try Scenario.run(seed: seed)
    #expect(try Scenario.run(seed: seed) == life)
    #expect(try Scenario.run(seed: seed + 1) != life)
  }

  /// A dictionary has another order in every process: nothing may depend on it.
  @Test("a seed is the same life in another process")
  func everywhere() async throws {
    let other = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) {
      print("life \(try Scenario.run(seed: 42).history)")
    }
    let said = String(decoding: try #require(other).standardOutputContent, as: UTF8.self)
    let here = try Scenario.run(seed: 42).history
    #expect(said.contains("life \(here)"), "here \(here), there: \(said)")
  }

  @Test("what is left out does not happen, and faults end where they are limited")
  func restricted() throws {
    var calm = Restriction()
    calm.without = Set(FaultClass.allCases)
    let quiet = try Scenario.run(seed: 5, calm)
    #expect(quiet.faults == 0 && quiet.coverage.lives[.workerCrash] == nil)
    #expect(quiet.coverage.lives[.lostMessage] == nil)
    var few = Restriction()
    few.faults = 7
    #expect(try Scenario.run(seed: 5, few).faults == 7)
    #expect(try Scenario.run(seed: 5).faults > 7)
  }
}
