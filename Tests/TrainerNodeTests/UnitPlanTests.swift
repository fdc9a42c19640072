import TestSupport
import Testing

@testable import TrainerNode

@Suite struct UnitPlanTests {
  private func plan(_ count: Int) -> UnitPlan {
    UnitPlan(
      TrainingUnit(
        kind: 0, settings: [],
        items: (0..<count).map {
          TrainingItem(name: "\($0)", bytes: [UInt8(truncatingIfNeeded: $0)])
        }
      ))
  }

  private func groups(_ plan: inout UnitPlan) -> [Range<Int>] {
    var result: [Range<Int>] = []
    while let group = plan.takeGroup() { result.append(group) }
    return result
  }

  @Test func `items are cut into groups in order`() {
    var plan = plan(35)
    #expect(groups(&plan) == [0..<16, 16..<32, 32..<35])
  }

  @Test func `a result out of turn is not taken`() {
    var plan = plan(3)
    #expect(plan.accept(.result([]), for: 0) == nil)
    _ = plan.takeGroup()
    #expect(plan.accept(.result([]), for: 1) == nil)
    #expect(plan.accept(.result([]), for: 0) == false)
    #expect(plan.accept(.result([]), for: 0) == nil)
  }

  @Test func `half a group does not count`() {
    var plan = plan(2)
    _ = plan.takeGroup()
    _ = plan.accept(.result([9]), for: 0)
    #expect(plan.lose(atWork: false, reason: .crashed(signal: 11)) == .nobody)
    #expect(groups(&plan) == [0..<2])
    #expect(plan.accept(.result([1]), for: 0) == false)
    #expect(plan.accept(.result([2]), for: 1) == true)
    #expect(plan.allOutcomes == [.result([1]), .result([2])])
  }

  @Test func `a loss with a group at work sends its items one by one, the rest as before`() {
    var plan = plan(40)
    _ = plan.takeGroup()
    _ = plan.takeGroup()
    #expect(plan.lose(atWork: true, reason: .crashed(signal: 11)) == .suspects(0..<16))
    #expect(groups(&plan) == (0..<16).map { $0..<($0 + 1) } + [16..<32, 32..<40])
  }

  @Test func `an item fails when it is lost alone`() {
    var plan = plan(1)
    _ = plan.takeGroup()
    #expect(plan.lose(atWork: true, reason: .exited(code: 1)) == .guilty(0))
    #expect(plan.isFinished)
    #expect(plan.allOutcomes == [.failed(reason: .exited(code: 1))])
  }

  /// A trainer as a value: it dies of guilty items, of chance, and of nothing between groups.
  @Test(arguments: 0..<200) func `whatever happens, each guilty item fails and no other`(
    seed: UInt64
  ) {
    var random = SplitMix64(seed: seed)
    let count = Int.random(in: 0...120, using: &random)
    let share = random.uniform() * 0.3
    let guilty = Set((0..<count).filter { _ in random.uniform() < share })
    let chance = random.uniform() * 0.3
    var plan = plan(count)
    var losses = 0
    while !plan.isFinished {
      for _ in 0..<Int.random(in: 1...5, using: &random) { _ = plan.takeGroup() }
      guard let group = plan.oldest else { continue }
      let trap = group.contains(where: guilty.contains)
      // Alone, chance is a kill from outside that does not come thrice.
      if trap || (random.uniform() < chance && group.count > 1) {
        for index in group.prefix(Int.random(in: 0..<group.count, using: &random)) {
          _ = plan.accept(.result([0]), for: index)
        }
        _ = plan.lose(atWork: true, reason: .crashed(signal: 4))
        losses += 1
      } else if random.uniform() < chance {
        _ = plan.lose(atWork: false, reason: .crashed(signal: 9))
      } else {
        for index in group { _ = plan.accept(.result([UInt8(index)]), for: index) }
      }
    }
    let expected: [ItemOutcome] = (0..<count).map {
      guilty.contains($0) ? .failed(reason: .crashed(signal: 4)) : .result([UInt8($0)])
    }
    #expect(plan.allOutcomes == expected)
    #expect(losses <= guilty.count + (count + 15) / 16)
  }
}
