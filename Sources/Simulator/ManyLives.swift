public import Threading

/// Many seeds lived through, on all cores.
public struct ManyLives: Sendable {
  /// The seeds, in order.
  public let seeds: Range<UInt64>
  /// Promises that were broken, by seed.
  public private(set) var violations: [Violation] = []
  /// What all of them met together.
  public private(set) var coverage = Coverage()
  /// The simulated time of those that ended well, in milliseconds.
  public private(set) var milliseconds: Int64 = 0
  /// A hash of all histories, in the order of their seeds.
  public private(set) var history: UInt64 = 0

  private typealias Outcome = Swift.Result<Scenario.Result, Violation>

  /// How many seeds a thread takes at once.
  private static let seedsPerJob: UInt64 = 10

  /// Lives the seeds through on so many threads; how many changes nothing but the time it takes.
  public init(seeds: Range<UInt64>, threadCount: Int) throws(ThreadingError) {
    self.seeds = seeds
    let starts = Array(stride(from: seeds.lowerBound, to: seeds.upperBound, by: 10))
    let outcomes = Locked([UInt64: [Outcome]]())
    let pool = try ComputePool(
      name: "life", threadCount: threadCount, queueLimit: max(1, starts.count))
    for start in starts {
      let isTaken = pool.submit {
        let own = (start..<min(seeds.upperBound, start + Self.seedsPerJob)).map { seed in
          Outcome { () throws(Violation) in try Scenario.run(seed: seed) }
        }
        outcomes.withLock { $0[start] = own }
      }
      precondition(isTaken, "the queue has room for all")
    }
    pool.stop()
    let lived = outcomes.withLock { $0 }
    for start in starts { for outcome in lived[start] ?? [] { add(outcome) } }
  }

  private mutating func add(_ outcome: Outcome) {
    switch outcome {
    case .success(let result):
      coverage.add(result.coverage)
      milliseconds += result.milliseconds
      history = history &* 31 ^ result.history
    case .failure(let violation): violations.append(violation)
    }
  }
}
