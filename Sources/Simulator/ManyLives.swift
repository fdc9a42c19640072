public import Threading

/// Many seeds lived through, on several threads. What is kept does not grow with their number.
public struct ManyLives: Sendable {
  /// What to live through.
  public struct Plan: Sendable {
    /// The seeds, in order.
    public var seeds: Range<UInt64>
    /// How many threads live them; that changes nothing but the time it takes.
    public var threadCount: Int
    /// What does not happen in them.
    public var restriction = Restriction()
    /// After how many broken promises it ends.
    public var mostViolations = 10

    /// Makes a plan.
    public init(seeds: Range<UInt64>, threadCount: Int) {
      self.seeds = seeds
      self.threadCount = threadCount
    }
  }

  /// How many seeds were lived through, from the first on.
  public private(set) var count: UInt64 = 0
  /// Promises that were broken, by seed; the first of them.
  public private(set) var violations: [Violation] = []
  /// What all of them met together.
  public private(set) var coverage = Coverage()
  /// The simulated time of those that ended well, in milliseconds.
  public private(set) var milliseconds: Int64 = 0
  /// How many faults happened in those.
  public private(set) var faults = 0
  /// A hash of all histories, in the order of their seeds.
  public private(set) var history: UInt64 = 0

  private typealias Outcome = Swift.Result<Scenario.Result, Violation>

  /// How many seeds a thread takes at once.
  private static let seedsPerJob: UInt64 = 10

  /// Lives the seeds through, and tells now and then how far it is.
  public init(
    _ plan: Plan, progress: (ManyLives) -> Void = { _ in }
  ) throws(ThreadingError) {
    let jobs = try OrderedResults<[Outcome]>(name: "life", threads: plan.threadCount)
    var start = plan.seeds.lowerBound
    let (seeds, restriction) = (plan.seeds, plan.restriction)
    while start < seeds.upperBound || jobs.isAnyUnderWay {
      while start < seeds.upperBound, jobs.hasRoom {
        let end = min(seeds.upperBound, start + Self.seedsPerJob)
        let own = start..<end
        jobs.submit {
          own.map { seed in
            Outcome { () throws(Violation) in try Scenario.run(seed: seed, restriction) }
          }
        }
        start = end
      }
      guard let outcomes = jobs.next(timeoutMilliseconds: 1_000) else { continue }
      for outcome in outcomes where violations.count < plan.mostViolations { add(outcome) }
      progress(self)
      if violations.count >= plan.mostViolations {
        jobs.cancel()
        return
      }
    }
  }

  private mutating func add(_ outcome: Outcome) {
    count += 1
    switch outcome {
    case .success(let result):
      coverage.add(result.coverage)
      milliseconds += result.milliseconds
      faults += result.faults
      history = history &* 31 ^ result.history
    case .failure(let violation): violations.append(violation)
    }
  }
}
