import Demand
import WireProtocol

/// How far a run is in one shard: which slices were given out, which are done, and what came of
/// them.
///
/// Outcomes are merged in slice order whatever the order in which they come, so that sums of
/// floating point numbers are the same bits on any number of workers.
struct ShardWork: Sendable {
  /// Nothing before the survey.
  private(set) var sliceCount: Int?
  private(set) var outcome = UnitOutcome()
  private(set) var slicesDone = 0
  private var nextSlice = 0
  private var returned: Set<Int> = []
  private var early: [Int: UnitOutcome] = [:]
  private var merged = 0

  var isSurveyed: Bool { sliceCount != nil }
  var isDone: Bool { slicesDone == sliceCount }
  var hasWork: Bool { sliceCount.map { nextSlice < $0 } ?? false || !returned.isEmpty }

  mutating func survey(skus: UInt64) {
    if sliceCount == nil { sliceCount = Slice.count(forSKUs: Int(skus)) }
  }

  /// A shard whose stored outcome says that all of it is done.
  mutating func restore(done outcome: UnitOutcome, sliceCount: Int) {
    self = ShardWork()
    self.sliceCount = sliceCount
    self.outcome = outcome
    slicesDone = sliceCount
    nextSlice = sliceCount
    merged = sliceCount
  }

  /// What came of it is not asked for any more, only how much was done.
  mutating func forgetOutcomes() {
    outcome = UnitOutcome()
    early = [:]
    returned = []
  }

  mutating func takeNext() -> Int? {
    guard let sliceCount else { return nil }
    if let first = returned.min() {
      returned.remove(first)
      return first
    }
    guard nextSlice < sliceCount else { return nil }
    defer { nextSlice += 1 }
    return nextSlice
  }

  /// A slice that was given out and will not come back by itself.
  mutating func giveBack(_ slice: Int) {
    if slice >= merged, early[slice] == nil { returned.insert(slice) }
  }

  /// Takes the outcome of a slice once; whether it was new.
  mutating func finish(
    _ slice: Int, _ result: UnitOutcome, merge: ([UInt8], [UInt8]) -> [UInt8]
  ) -> Bool {
    guard let sliceCount, slice < sliceCount, slice >= merged, early[slice] == nil else {
      return false
    }
    // A slice may come back that was not given out since a restart: it is as good.
    returned.remove(slice)
    if slice >= nextSlice {
      returned.formUnion(nextSlice..<slice)
      nextSlice = slice + 1
    }
    slicesDone += 1
    early[slice] = result
    while let next = early.removeValue(forKey: merged) {
      outcome.merge(next, merge: merge)
      merged += 1
    }
    return true
  }
}

extension UnitOutcome {
  /// Adds what came after this.
  mutating func merge(_ other: UnitOutcome, merge: ([UInt8], [UInt8]) -> [UInt8]) {
    skus += other.skus
    quarantined += other.quarantined
    fellBack += other.fellBack
    named += other.named.prefix(Limits.namedQuarantine - named.count)
    if summary.isEmpty {
      summary = other.summary
    } else if !other.summary.isEmpty {
      summary = merge(summary, other.summary)
    }
  }
}
