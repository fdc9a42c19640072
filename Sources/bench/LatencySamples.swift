import CommandLineArguments

/// How long each of many questions took.
struct LatencySamples {
  private var nanoseconds: [UInt64] = []

  mutating func add(_ sample: UInt64) { nanoseconds.append(sample) }

  /// Count, median, 99th percentile and the worst, as members of a JSON object.
  func write(to json: inout JSONText) {
    let sorted = nanoseconds.sorted()
    func milliseconds(_ part: Double) -> Double {
      guard !sorted.isEmpty else { return .nan }
      let rank = Int((part * Double(sorted.count)).rounded(.up)) - 1
      return Double(sorted[max(0, rank)] / 1_000) / 1_000
    }
    json.member("count", sorted.count)
    json.member("p50Milliseconds", milliseconds(0.5))
    json.member("p99Milliseconds", milliseconds(0.99))
    json.member("worstMilliseconds", milliseconds(1))
  }
}
