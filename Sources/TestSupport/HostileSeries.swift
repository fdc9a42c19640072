/// Series that could trip whoever fits them, from a seed: the same everywhere.
public struct HostileSeries: Sendable {
  /// What is wrong with a series.
  public enum Kind: String, CaseIterable, Sendable {
    /// Nothing ever sold; or once, as much as it may be.
    case zeros, oneSpike
    /// The same each day.
    case constant
    /// Of the order of 1e9, or of 1e-9.
    case vast, tiny
    /// Weeks without a number.
    case missingStretches
    /// Nothing and 1e9 in turns.
    case alternating
    /// No number at all.
    case notANumber
    /// Returns alone.
    case negative
    /// Twice as much every few days, from a trillionth on.
    case exploding
    /// All of these in one.
    case mixed
  }

  private var random: SplitMix64

  /// Starts from a seed, which a test prints when it fails.
  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// A series of a kind.
  public mutating func series(_ kind: Kind, days: Int) -> [Double] {
    let level = 0.2 + 20 * random.uniform()
    let spike = Int(random.next() % UInt64(max(1, days)))
    let doubling = 1 + random.uniform() * 20
    return (0..<days).map { day in
      let plain = (level * (0.5 + random.uniform()) * (day % 7 == 5 ? 2 : 1)).rounded()
      switch kind {
      case .zeros: return 0
      case .oneSpike: return day == spike ? 1e9 * random.uniform() : 0
      case .constant: return level
      case .vast: return 1e9 * (plain + 1)
      case .tiny: return 1e-9 * (plain + 1)
      case .missingStretches: return (day + spike) / 40 % 2 == 0 ? plain : .nan
      case .alternating: return (day + spike) % 2 == 0 ? 1e9 : 0
      case .notANumber: return .nan
      case .negative: return -plain - 1
      case .exploding: return 1e-12 * power(2, Double(day) / doubling)
      case .mixed:
        let others = [plain, 0, 1e9, 1e-9, -3, Double.nan, .infinity, 1e100]
        return others[Int(random.next() % UInt64(others.count))]
      }
    }
  }

  /// A whole power, bounded: days are many.
  private func power(_ base: Double, _ exponent: Double) -> Double {
    var result = 1.0
    for _ in 0..<Int(min(exponent, 300)) { result *= base }
    return result
  }

  /// Whole units about a weekly pattern, as shops have them.
  public mutating func decent(days: Int) -> [Double] {
    let level = 0.1 + 10 * random.uniform() * random.uniform()
    return (0..<days).map { day in
      let mean = level * (day % 7 > 4 ? 1.6 : 0.8)
      // The sum of a few chances: near to Poisson's, and needs no logarithm.
      return (0..<8).reduce(0.0) { sum, _ in
        let chance = mean / 8
        let whole = chance.rounded(.down)
        return sum + whole + (random.uniform() < chance - whole ? 1 : 0)
      }
    }
  }
}
