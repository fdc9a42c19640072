/// A generator of the sample's own: the same numbers on every machine.
///
/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators"). Every part of
/// the sample starts its own from the seed and its number, so that no part depends on how many
/// others there are.
struct SampleRandom {
  private var state: UInt64

  /// The generator of part `first`, `second` of a sample.
  init(seed: UInt64, _ first: Int, _ second: Int = 0) {
    var mixed = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    mixed = Self.mix(mixed ^ UInt64(truncatingIfNeeded: first))
    state = Self.mix(mixed ^ (UInt64(truncatingIfNeeded: second) &<< 32 | 0x5A))
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// 0..<1.
  mutating func uniform() -> Double { Double(next() &>> 11) * 0x1p-53 }

  /// Between two numbers.
  mutating func between(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// A whole number from `range`.
  mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(uniform() * Double(range.count))
  }

  /// Between two positive numbers, small ones as likely as large ones: even in the logarithm.
  mutating func spread(_ low: Double, _ high: Double) -> Double {
    low * Portable.power(high / low, uniform())
  }

  /// Around 0 with a standard deviation of 1, nearly normal, between -3.5 and 3.5: a sum of four
  /// even numbers.
  mutating func normal() -> Double {
    (uniform() + uniform() + uniform() + uniform() - 2) * 1.7320508075688772
  }

  mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }
}
