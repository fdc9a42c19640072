import Demand
import TestSupport
import Testing
import WireProtocol

@testable import Coordination

@Suite("The work of a shard")
struct ShardWorkTests {
  private func add(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { left + right }

  @Test(
    "outcomes are added in slice order, whatever order they come in",
    arguments: 0..<50 as Range<UInt64>)
  func order(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var work = ShardWork()
    work.survey(skus: 256 * 9)
    var slices: [Int] = []
    while let slice = work.takeNext() { slices.append(slice) }
    #expect(slices == Array(0..<9))
    for slice in slices.shuffled(using: &random) {
      let result = UnitOutcome(skus: 1, summary: [UInt8(slice)])
      let taken = (0..<2).map { _ in work.finish(slice, result, merge: add) }
      #expect(taken == [true, false], "once")
    }
    #expect(work.isDone)
    #expect(work.outcome == UnitOutcome(skus: 9, summary: Array(0..<9)), "seed \(seed)")
  }

  @Test("a slice that went astray is given out again, the lowest first, unless it is done")
  func givenBack() {
    var work = ShardWork()
    work.survey(skus: 256 * 4)
    for _ in 0..<3 { _ = work.takeNext() }
    _ = work.finish(1, UnitOutcome(), merge: add)
    for slice in [2, 1, 0] { work.giveBack(slice) }
    #expect(
      [work.takeNext(), work.takeNext(), work.takeNext(), work.takeNext()] == [0, 2, 3, nil])
  }

  @Test("a slice that was not given out since a restart is as good, and those before it still come")
  func afterRestart() {
    var work = ShardWork()
    work.survey(skus: 256 * 4)
    _ = work.finish(2, UnitOutcome(skus: 5), merge: add)
    #expect(
      [work.takeNext(), work.takeNext(), work.takeNext(), work.takeNext()] == [0, 1, 3, nil])
  }

  @Test("a slice that does not exist changes nothing")
  func unknown() {
    var work = ShardWork()
    let isKnown = work.finish(0, UnitOutcome(), merge: add)
    work.survey(skus: 1)
    let isInside = work.finish(1, UnitOutcome(), merge: add)
    #expect(!isKnown && !isInside)
    #expect(!work.isDone)
  }

  @Test("a second count does not cut a shard again")
  func secondCount() {
    var work = ShardWork()
    work.survey(skus: 1)
    work.survey(skus: 100_000)
    #expect(work.sliceCount == 1)
  }

  @Test("the first quarantined SKUs are named, as many as a report takes")
  func named() throws {
    var sum = UnitOutcome()
    for number in 0..<20 {
      let one = QuarantinedSKU(sku: try SKU("sku-\(number)"), reason: "r")
      sum.merge(UnitOutcome(skus: 1, quarantined: 1, named: [one], fellBack: 1), merge: add)
    }
    #expect(sum.quarantined == 20)
    #expect(sum.fellBack == 20)
    #expect(sum.named.map(\.sku.description) == (0..<8).map { "sku-\($0)" })
  }
}
