/// Numbers drawn from a seed (Steele, Lea and Flood 2014, SplitMix64): the same on every machine
/// and for good, whatever the library's generators become.
package struct NetworkDice {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number of 24 bits in -bound..<bound.
  mutating func uniform(_ bound: Float) -> Float {
    (Float(next() >> 40) * 0x1p-23 - 1) * bound
  }

  /// A number below `count`.
  package mutating func below(_ count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// So many different numbers below `count`, ascending: one from each of as many equal parts.
  package mutating func spread(_ picks: Int, below count: Int) -> [Int] {
    guard picks < count else { return Array(0..<count) }
    return (0..<picks).map { part in
      let first = part * count / picks
      return first + below(max(1, (part + 1) * count / picks - first))
    }
  }
}
