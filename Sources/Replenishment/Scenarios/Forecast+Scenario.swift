import Demand

extension Forecast {
  /// The forecast of a demand whose days are multiplied by `factors`. A day's quantiles are
  /// multiplied as its mean is, those of a span as its mean is in all.
  func multiplied(by factors: [Double]) -> Forecast {
    let levels = Quantiles.levels.count
    let changed = mean.indices.map { mean[$0] * factors[$0] }
    let daily = quantiles.indices.map { quantiles[$0] * factors[$0 / levels] }
    var sums = cumulative
    for (index, span) in Quantiles.spans(within: horizon).enumerated() {
      let before = mean[..<span].reduce(0, +)
      let plain = factors[..<span].reduce(0, +) / Double(span)
      let factor = before > 0 ? changed[..<span].reduce(0, +) / before : plain
      for level in index * levels..<(index + 1) * levels { sums[level] *= factor }
    }
    return Forecast(mean: changed, quantiles: daily, cumulative: sums.ascendingBySpan(levels))
  }

  /// The forecast of its first days alone.
  private func first(_ days: Int) -> Forecast {
    let levels = Quantiles.levels.count
    return Forecast(
      mean: Array(mean.prefix(days)), quantiles: Array(quantiles.prefix(days * levels)),
      cumulative: Array(cumulative.prefix(Quantiles.spans(within: days).count * levels)))
  }

  /// The forecast of both demands together, which are taken as independent: means add, and what the
  /// quantiles lie off the means adds as variances do. It reaches as far as the shorter one.
  func joined(with other: Forecast) -> Forecast {
    guard other.horizon == horizon else {
      let days = min(horizon, other.horizon)
      // What has no days at all says nothing of any.
      guard days > 0 else { return horizon > 0 ? self : other }
      return first(days).joined(with: other.first(days))
    }
    let levels = Quantiles.levels.count
    func join(
      _ left: [Double], _ right: [Double], _ leftMeans: [Double], _ rightMeans: [Double]
    ) -> [Double] {
      left.indices.map { index in
        let (a, b) = (leftMeans[index / levels], rightMeans[index / levels])
        let (x, y) = (left[index] - a, right[index] - b)
        let spread = (x * x + y * y).squareRoot()
        return max(0, a + b + (x + y < 0 ? -spread : spread))
      }
    }
    func sums(_ means: [Double]) -> [Double] {
      Quantiles.spans(within: horizon).map { means[..<$0].reduce(0, +) }
    }
    return Forecast(
      mean: zip(mean, other.mean).map(+),
      quantiles: join(quantiles, other.quantiles, mean, other.mean).ascendingWithin(levels),
      cumulative: join(cumulative, other.cumulative, sums(mean), sums(other.mean))
        .ascendingWithin(levels).ascendingBySpan(levels))
  }
}

extension [Double] {
  /// A longer span never sells less.
  fileprivate func ascendingBySpan(_ levels: Int) -> [Double] {
    var values = self
    for index in values.indices.dropFirst(levels) {
      values[index] = Swift.max(values[index], values[index - levels])
    }
    return values
  }

  /// A higher level is never less.
  fileprivate func ascendingWithin(_ levels: Int) -> [Double] {
    var values = self
    for index in values.indices where index % levels > 0 {
      values[index] = Swift.max(values[index], values[index - 1])
    }
    return values
  }
}
