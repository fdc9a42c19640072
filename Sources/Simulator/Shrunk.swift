/// The smallest part of what goes wrong in a life that still breaks a promise.
public struct Shrunk: Sendable {
  /// The seed.
  public let seed: UInt64
  /// What is left out.
  public private(set) var restriction: Restriction
  /// What is broken by the rest.
  public private(set) var violation: Violation
  /// How many lives it took to find out.
  public private(set) var attempts = 0
  /// What happened: the faults, the logs, and the last messages.
  public private(set) var story: [String] = []

  /// How many of the last lines a story has in full.
  private static let lastLines = 60

  /// Makes a life that breaks a promise smaller: kinds of faults are left out one by one, and the
  /// number of faults is limited, as long as a promise is broken.
  public init(_ violation: Violation, _ restriction: Restriction = Restriction()) {
    seed = violation.seed
    self.violation = violation
    self.restriction = restriction
    limitFaults()
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for kind in FaultClass.allCases where !self.restriction.without.contains(kind) {
        var smaller = self.restriction
        smaller.without.insert(kind)
        if fails(smaller) { isSmaller = true }
      }
      if isSmaller { limitFaults() }
    }
    let told = Story(isPrinted: false, keeping: Self.lastLines)
    _ = try? Scenario.run(seed: seed, self.restriction, told)
    story = told.shortened()
  }

  /// Finds a number of faults that suffices: by halves, then one by one.
  private mutating func limitFaults() {
    guard let most = faultsNow() else { return }
    var (few, many) = (-1, most)
    while many - few > 1 {
      var smaller = restriction
      smaller.faults = few + (many - few) / 2
      if fails(smaller) { many = smaller.faults } else { few = smaller.faults }
    }
  }

  /// How many faults happen before the promise is broken.
  private func faultsNow() -> Int? {
    let scenario = Scenario(seed: seed, restriction, nil)
    defer { scenario.world.end() }
    do { try scenario.live() } catch { return scenario.faults }
    return nil
  }

  /// Whether a promise is broken with less; if so, that is what is left.
  private mutating func fails(_ smaller: Restriction) -> Bool {
    attempts += 1
    do {
      _ = try Scenario.run(seed: seed, smaller)
      return false
    } catch {
      guard error.kind == violation.kind else { return false }
      restriction = smaller
      violation = error
      return true
    }
  }

  /// The command line that lives it again.
  public var command: String {
    (["ops/simulate", "--first", String(seed), "--seeds", "1"] + restriction.words + ["--story"])
      .joined(separator: " ")
  }
}
