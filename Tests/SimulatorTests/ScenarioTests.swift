import Simulator
import Testing

@Suite("Lives of a simulated cluster")
struct ScenarioTests {
  /// In how many of 250 lives each thing must be met at the least: so that lives do not become
  /// quiet unnoticed, and promises hold where it is hard.
  private static let floor: [Coverage.Occasion: Int] = [
    .lostMessage: 80, .doubledMessage: 80, .lateMessage: 80, .cutMessage: 65,
    .coordinatorCrash: 40, .workerCrash: 70, .coordinatorPause: 45, .workerPause: 70,
    .cut: 70, .oneWayCut: 65, .failedStore: 25, .failedWrite: 75, .failedWork: 25,
    .failedLesson: 3, .join: 40, .comeBack: 50, .leave: 60,
    .betweenRuns: 75, .surveying: 20, .teaching: 95, .pricing: 30, .running: 30, .moving: 20,
    .headless: 20,
  ]

  /// In eight parts, so that they run beside each other.
  @Test("every promise holds in 2000 of them, which meet all that can go wrong", arguments: 0..<8)
  func promises(part: UInt64) throws {
    var coverage = Coverage()
    for seed in (part * 250 + 1)...(part * 250 + 250) {
      let result = try Scenario.run(seed: seed)
      #expect(result.rows > 0, "seed \(seed)")
      coverage.add(result.coverage)
    }
    for occasion in Coverage.Occasion.allCases {
      let lives = coverage.lives[occasion] ?? 0
      let floor = try #require(Self.floor[occasion])
      #expect(lives >= floor, "\(occasion.rawValue): \(lives) of 250 lives")
    }
  }

  @Test("how many live at once changes nothing")
  func beside() throws {
    let alone = try ManyLives(seeds: 1..<36, threadCount: 1)
    let together = try ManyLives(seeds: 1..<36, threadCount: 3)
    #expect(alone.history == together.history && alone.coverage == together.coverage)
    #expect(alone.milliseconds == together.milliseconds && alone.violations.isEmpty)
    #expect(together.coverage.lives.values.allSatisfy { $0 <= 35 })
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
}
