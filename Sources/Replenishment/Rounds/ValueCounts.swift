import Packing

/// How a year's value is spread over SKUs: its sum by bins of sixteen an octave. From all shards
/// together it says from which value on a SKU is of class A, and of class B.
struct ValueCounts: Equatable {
  /// Shares of the whole value that classes A, and A and B together, hold (Dickie 1951: the few
  /// items that make up most of it).
  private static let shareOfA = 0.8, shareOfAB = 0.95
  private static let binsPerOctave = 16.0
  /// Values below 2^-16 count as that, above 2^48 as that.
  private static let lowest = -16.0
  private static let binCount = 1_024

  private var sums = Array(repeating: 0.0, count: ValueCounts.binCount)

  mutating func add(_ value: Double) {
    guard value > 0 else { return }
    sums[Self.bin(of: value)] += value
  }

  /// To be done in the order of shards.
  static func += (left: inout ValueCounts, right: ValueCounts) {
    for bin in left.sums.indices { left.sums[bin] += right.sums[bin] }
  }

  /// The least values of classes A and B.
  var bounds: ClassBounds {
    let whole = sums.reduce(0, +)
    var (sum, a, b) = (0.0, 0.0, 0.0)
    for bin in sums.indices.reversed() where sums[bin] > 0 {
      // A bin belongs to the class in which it begins.
      if sum < whole * Self.shareOfA { a = Self.edge(of: bin) }
      if sum < whole * Self.shareOfAB { b = Self.edge(of: bin) }
      sum += sums[bin]
    }
    return ClassBounds(a: a, b: b)
  }

  /// Bins are linear within an octave, so that no logarithm decides where a value lies.
  private static func bin(of value: Double) -> Int {
    let octave = Double(value.exponent) - lowest
    let bin = octave * binsPerOctave + ((value.significand - 1) * binsPerOctave).rounded(.down)
    return Int(min(max(bin, 0), Double(binCount - 1)))
  }

  private static func edge(of bin: Int) -> Double {
    let (octave, part) = bin.quotientAndRemainder(dividingBy: Int(binsPerOctave))
    return Double(
      sign: .plus, exponent: octave + Int(lowest), significand: 1 + Double(part) / binsPerOctave)
  }
}

extension ValueCounts {
  func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.count(sums.count { $0 > 0 })
    for (bin, sum) in sums.enumerated() where sum > 0 {
      writer.count(bin)
      writer.double(sum)
    }
    return writer.bytes
  }

  init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    for _ in 0..<(try reader.count("value bins", limit: Self.binCount, minimumBytes: 9)) {
      let bin = try reader.count("value bin", limit: Self.binCount - 1)
      let sum = try reader.finiteDouble("value")
      guard sum >= 0 else { throw .invalid(what: "value") }
      sums[bin] = sum
    }
    try reader.finish()
  }
}
