import Glibc
import Threading

/// How a quantity is spread, in fixed buckets whose bounds grow by the fourth root of two: a
/// quantile is estimated within 10 % for values from a millionth to sixteen millions (microseconds
/// to months when the unit is the second; bytes and counts when it is one).
public final class Histogram: Sendable {
  static let bucketsPerOctave = 4
  static let lowestExponent = -20
  static let highestExponent = 24
  /// One ends at each bound, and the last takes what is larger than all bounds.
  static let bucketCount = (highestExponent - lowestExponent) * bucketsPerOctave + 2

  /// From a bucket's upper bound to its middle on the logarithmic scale.
  static let middleOfBucket = exp2(-0.5 / Double(bucketsPerOctave))

  /// A view of a histogram at one moment.
  public struct Snapshot: Sendable {
    /// How many values were observed.
    public internal(set) var count: Int64 = 0
    /// Their sum.
    public internal(set) var sum: Double = 0
    /// The smallest and the largest, 0 when nothing was observed.
    public internal(set) var minimum = 0.0, maximum = 0.0
    var buckets = [Int64](repeating: 0, count: Histogram.bucketCount)

    /// The estimate of the value below which `fraction` of the observations lie; nil without any.
    public func quantile(_ fraction: Double) -> Double? {
      precondition(fraction >= 0 && fraction <= 1, "\(fraction) is not a quantile")
      guard count > 0 else { return nil }
      let rank = max(1, Int64((fraction * Double(count)).rounded(.up)))
      var seen: Int64 = 0
      for (index, occupants) in buckets.enumerated() {
        seen += occupants
        guard seen >= rank else { continue }
        // The middle of the bucket on the logarithmic scale, but never outside what was seen.
        let middle = Histogram.upperBound(index) * Histogram.middleOfBucket
        return min(max(middle, minimum), maximum)
      }
      return maximum
    }
  }

  private let state = Locked(Snapshot())

  /// An empty histogram.
  public init() {}

  /// Adds a value. What is not finite is left out; what lies outside the buckets counts in the
  /// first or the last.
  public func observe(_ value: Double) {
    guard value.isFinite else { return }
    let index = Self.bucket(of: value)
    state.withLock { state in
      state.minimum = state.count == 0 ? value : min(state.minimum, value)
      state.maximum = state.count == 0 ? value : max(state.maximum, value)
      state.count += 1
      state.sum += value
      state.buckets[index] += 1
    }
  }

  /// What was observed so far.
  public var snapshot: Snapshot { state.withLock { $0 } }

  /// The first bucket whose upper bound is not below the value.
  static func bucket(of value: Double) -> Int {
    guard value > 0 else { return 0 }
    let position = (log2(value) - Double(lowestExponent)) * Double(bucketsPerOctave)
    return Int(min(max(position.rounded(.up), 0), Double(bucketCount - 1)))
  }

  static func upperBound(_ bucket: Int) -> Double {
    exp2(Double(lowestExponent) + Double(bucket) / Double(bucketsPerOctave))
  }
}
