import Testing

@testable import Simulator

@Suite("Mistakes on purpose")
struct SabotageTests {
  /// The first seed that finds a mistake, and what it finds.
  private func finding(_ sabotage: Sabotage) throws -> (Violation, Restriction) {
    var restriction = Restriction()
    restriction.sabotage = sabotage
    for seed: UInt64 in 1...40 {
      do { _ = try Scenario.run(seed: seed, restriction) } catch { return (error, restriction) }
    }
    throw Unfound(sabotage: sabotage)
  }

  private struct Unfound: Error { var sabotage: Sabotage }

  @Test("are found by a promise", arguments: Sabotage.allCases)
  func found(sabotage: Sabotage) throws {
    let (violation, _) = try finding(sabotage)
    let words: [Sabotage: [String]] = [
      .forgottenFollowers: ["lacks batch", "lacks slice"],
      .lostEntries: ["lacks batch", "lacks slice", "has nothing of it"],
      .droppedCopy: ["has nothing of it", "did not keep", "lacks"],
      .forgottenEpoch: ["did not keep", "cannot go on"],
      // Records of two coordinators in turns break whatever rests on them first.
      .unfencedStore: [""],
    ]
    #expect(
      words[sabotage]?.contains { $0.isEmpty || violation.promise.contains($0) } == true,
      "\(violation)")
  }

  @Test("are shrunk to the least that it takes, and told as a story that replays")
  func shrunk() throws {
    let (violation, restriction) = try finding(.forgottenFollowers)
    let shrunk = Shrunk(violation, restriction)
    #expect(shrunk.seed == violation.seed && shrunk.attempts > 0)
    #expect(shrunk.restriction.without.count > restriction.without.count)
    #expect(shrunk.restriction.sabotage == .forgottenFollowers)
    let again = #expect(throws: Violation.self) {
      try Scenario.run(seed: shrunk.seed, shrunk.restriction)
    }
    #expect(again?.description == shrunk.violation.description)
    #expect(shrunk.story.first?.contains("replication") == true)
    #expect(shrunk.story.count < 1_000)
    #expect(shrunk.command.hasPrefix("ops/simulate --first \(shrunk.seed) --seeds 1 --without "))
    #expect(shrunk.command.hasSuffix(" --story"))
  }

  @Test("end many lives early when they break too many promises")
  func stopped() throws {
    var plan = ManyLives.Plan(seeds: 1..<2_000, threadCount: 2)
    plan.restriction.sabotage = .forgottenEpoch
    plan.mostViolations = 3
    var told: UInt64 = 0
    let lives = try ManyLives(plan) { told = $0.count }
    #expect(lives.violations.count == 3 && lives.count < 200 && told == lives.count)
    #expect(lives.violations.map(\.seed) == lives.violations.map(\.seed).sorted())
  }
}
