/// Standard normal deviates from a seed: the same bits on every machine, because nothing but plain
/// arithmetic and square roots is used. (The logarithm of the C library depends on whether the
/// processor fuses multiplications.)
struct NormalDeviates: Sendable {
  private var state: UInt64
  private var spare: Double?

  /// Starts from a seed.
  init(seed: UInt64) { state = seed }

  /// The next deviate, by the polar method (Marsaglia and Bray 1964).
  mutating func next() -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      guard square > 0, square < 1 else { continue }
      let factor = (-2 * Self.logarithm(square) / square).squareRoot()
      spare = y * factor
      return x * factor
    }
  }

  /// A number in 0..<1 from the next bits of SplitMix64 (Steele, Lea and Flood 2014).
  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  /// The natural logarithm of a positive normal number, to about 1e-15: ln 2^k m is
  /// k ln 2 + 2 artanh((m - 1) / (m + 1)), with m within a factor of the root of 2 about 1.
  static func logarithm(_ value: Double) -> Double {
    var exponent = Double(value.exponent)
    var significand = value.significand
    if significand > 1.414_213_562_373_095_1 {
      significand /= 2
      exponent += 1
    }
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var series = 0.0
    for odd in stride(from: 23, through: 1, by: -2) { series = series * square + 1 / Double(odd) }
    return exponent * 0.693_147_180_559_945_3 + 2 * ratio * series
  }
}
