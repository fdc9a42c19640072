import TestSupport

/// Processes whose distribution is known, from a seed.
struct Simulated {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func normal() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + generator.uniform() }
  }

  mutating func poisson(_ mean: Double) -> Double {
    var count = -1.0
    var time = 0.0
    while time < mean {
      // An exponential step by inversion would need a logarithm; thin slices of time do too.
      time += exponential()
      count += 1
    }
    return count
  }

  /// Von Neumann's comparison method: needs no logarithm.
  private mutating func exponential() -> Double {
    var whole = 0.0
    while true {
      let first = generator.uniform()
      var last = first
      var isOdd = true
      while true {
        let next = generator.uniform()
        if next >= last { break }
        last = next
        isOdd.toggle()
      }
      if isOdd { return whole + first }
      whole += 1
    }
  }

  /// A level that walks, a weekly pattern and noise.
  mutating func weekly(days: Int) -> [Double] {
    let pattern: [Double] = [-20, -10, 0, 5, 10, 30, -15]
    var level = 200.0
    return (0..<days).map { day in
      level += 0.5 * normal()
      return level + pattern[day % 7] + 10 * normal()
    }
  }

  /// Whole units about a weekly pattern.
  mutating func counts(days: Int) -> [Double] {
    let pattern: [Double] = [3, 4, 5, 5, 7, 9, 2]
    return (0..<days).map { poisson(pattern[$0 % 7]) }
  }

  /// A sale on one day in five.
  mutating func sparse(days: Int, probability: Double = 0.2) -> [Double] {
    (0..<days).map { _ in generator.uniform() < probability ? 1 + poisson(1.5) : 0 }
  }
}
