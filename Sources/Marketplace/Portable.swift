/// The few functions that the sample needs, made of IEEE operations only: the C library's differ in
/// the last bit from one machine to another, and the sample's bytes may not.
enum Portable {
  private static let logarithmOf2 = 0.693147180559945309417

  /// e^x for |x| up to some hundreds, to about 1e-15: x = n log 2 + r, a Taylor series for r whose
  /// even and odd terms are added apart, so that neither waits for the other.
  static func exponential(_ x: Double) -> Double {
    let n = (x * (1 / logarithmOf2)).rounded()
    let r = x - n * logarithmOf2
    let s = r * r
    var even = reciprocalFactorials[14]
    var odd = reciprocalFactorials[13]
    for k in stride(from: 12, through: 2, by: -2) {
      even = even * s + reciprocalFactorials[k]
      odd = odd * s + reciprocalFactorials[k - 1]
    }
    let sum = even * s + 1 + odd * r
    return sum * Double(bitPattern: UInt64(Int(n) + 1_023) &<< 52)
  }

  /// 1 / k! from k = 0.
  private static let reciprocalFactorials: InlineArray<15, Double> = {
    var values = InlineArray<15, Double>(repeating: 1)
    for k in 1...14 { values[k] = values[k - 1] / Double(k) }
    return values
  }()

  /// The natural logarithm of a positive number, to about 1e-15: 2 artanh((m-1)/(m+1)) of the
  /// significand.
  static func logarithm(_ x: Double) -> Double {
    var significand = x.significand
    var exponent = Double(x.exponent)
    if significand > 1.4142135623730951 {
      significand /= 2
      exponent += 1
    }
    let t = (significand - 1) / (significand + 1)
    var sum = 0.0
    for k in stride(from: 21.0, through: 1, by: -2) { sum = sum * t * t + 1 / k }
    return exponent * logarithmOf2 + 2 * t * sum
  }

  /// base^exponent for a positive base.
  static func power(_ base: Double, _ exponent: Double) -> Double {
    exponential(exponent * logarithm(base))
  }

  /// The cosine of `turns` full turns.
  static func cosine(turns: Double) -> Double {
    let x = (turns - turns.rounded()) * 6.283185307179586477
    var sum = 1.0
    for k in stride(from: 26.0, to: 0, by: -2) { sum = 1 - sum * x * x / (k * (k - 1)) }
    return sum
  }
}
