import Packing

/// Paths whose days know nothing of each other, as those of the robust mean: each value is drawn
/// from its day's quantiles.
enum IndependentDays {
  private static let levelCount = 1_000

  /// The middles of parts of equal probability.
  static let levels = (0..<levelCount).map { (Double($0) + 0.5) / Double(levelCount) }

  /// Draws `count` paths, one after another, from `quantiles` at `levels`, by day.
  static func paths(_ quantiles: [Double], count: Int, seed: UInt64) -> [Double] {
    let days = quantiles.count / levelCount
    var paths: [Double] = []
    paths.reserveCapacity(count * days)
    for path in 0..<count {
      for day in 0..<days {
        let place = UInt64(path * days + day)
        let random = unsafe withUnsafeBytes(of: place) { unsafe XXH64.hash($0, seed: seed) }
        let level = Int(random.multipliedFullWidth(by: UInt64(levelCount)).high)
        paths.append(quantiles[day * levelCount + level])
      }
    }
    return paths
  }
}
