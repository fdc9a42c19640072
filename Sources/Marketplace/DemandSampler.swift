/// Draws whole demand around an expected value: negative binomial with a whole shape, or Poisson.
///
/// Both are drawn by inversion, walking up from the probability of 0. With a whole shape r the
/// negative binomial starts at (r / (r + mean))^r and needs neither logarithms nor gamma functions.
struct DemandSampler {
  /// The largest expected value; above it the probability of 0 comes near the end of doubles.
  static let maximumMean = 400.0
  private static let reciprocals: [Double] = (0...4_096).map { $0 == 0 ? 0 : 1 / Double($0) }

  /// The variance is mean + mean^2 / shape; 0 is Poisson.
  let shape: Int

  func draw(mean: Double, _ random: inout SampleRandom) -> Int {
    guard mean > 0 else { return 0 }
    let mean = min(mean, Self.maximumMean)
    var left = random.uniform()
    return shape == 0 ? Self.poisson(mean, &left) : negativeBinomial(mean, &left)
  }

  private static func poisson(_ mean: Double, _ left: inout Double) -> Int {
    // Every probability of 0 is above 1 - mean: most days of slow SKUs end here.
    if left < 1 - mean { return 0 }
    var probability = Portable.exponential(-mean)
    var count = 0
    while left >= probability, count < 4_096 {
      left -= probability
      count += 1
      probability *= mean * reciprocals[count]
    }
    return count
  }

  private func negativeBinomial(_ mean: Double, _ left: inout Double) -> Int {
    let r = Double(shape)
    let stay = r / (r + mean)
    let go = 1 - stay
    var probability = stay
    for _ in 1..<max(shape, 1) { probability *= stay }
    var count = 0
    while left >= probability, count < 4_096 {
      left -= probability
      probability *= go * (Double(count) + r) * Self.reciprocals[count + 1]
      count += 1
    }
    return count
  }
}
