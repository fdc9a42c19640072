import Demand

/// A path in units of demand with the shape of its distribution: what becomes a `Forecast`, and
/// what can be scaled and thinned before.
struct Outlook: Sendable {
  var mean: [Double]
  var variance: [Double]
  var cumulativeVariance: [Double]
  var shape: Shape

  private static let normals = Quantiles.levels.map(StandardNormal.quantile)
  /// Beyond this a path has left what demand can be.
  private static let ceiling = 1e120

  /// Brings a path to units. A day cannot sell less than nothing; counts vary more on busy days.
  init(_ path: Path, scale: Double, shape: Shape) {
    self.shape = shape
    mean = path.mean.map { Self.bounded($0 * scale) }
    let squared = scale * scale
    variance = path.variance.map { Self.bounded($0 * squared) }
    cumulativeVariance = path.cumulativeVariance.map { Self.bounded($0 * squared) }
    guard shape == .count else { return }
    let typical = mean.reduce(0, +) / Double(max(1, mean.count))
    guard typical > 0 else { return }
    for day in mean.indices { variance[day] *= mean[day] / typical }
  }

  private static func bounded(_ value: Double) -> Double {
    value > 0 ? min(value, ceiling) : 0
  }

  /// The demand over the first `days` days.
  func meanDemand(days: Int) -> Double { mean[..<days].reduce(0, +) }

  /// This demand with its mean brought to `target`, day by day, at the same relative width.
  func rescaled(to target: [Double]) -> Outlook {
    var result = self
    result.mean = target
    var before = 0.0
    var after = 0.0
    for day in mean.indices {
      let ratio = mean[day] > 0 ? target[day] / mean[day] : 1
      result.variance[day] *= ratio * ratio
      before += mean[day]
      after += target[day]
      let cumulative = before > 0 ? after / before : 1
      result.cumulativeVariance[day] *= cumulative * cumulative
    }
    return result
  }

  /// The part of this demand that goes one way with probability `share`. Of counts each unit goes
  /// by itself: share^2 of the whole's variance and what chance adds. Of other demand each day's
  /// does.
  func thinned(share: Double) -> Outlook {
    var result = self
    let chance = share * (1 - share)
    var sum = 0.0
    for day in mean.indices {
      sum += mean[day]
      result.mean[day] = share * mean[day]
      if shape == .count {
        result.variance[day] = share * share * variance[day] + chance * mean[day]
        result.cumulativeVariance[day] = share * share * cumulativeVariance[day] + chance * sum
      } else {
        result.variance[day] = share * variance[day]
        result.cumulativeVariance[day] = share * cumulativeVariance[day]
      }
    }
    return result
  }

  /// The record of this demand.
  var forecast: Forecast {
    var daily: [Double] = []
    daily.reserveCapacity(mean.count * Quantiles.levels.count)
    for day in mean.indices {
      shape.appendQuantiles(
        mean: mean[day], variance: variance[day], levels: Quantiles.levels,
        normals: Self.normals, to: &daily)
    }
    var cumulative: [Double] = []
    for span in Quantiles.spans(within: mean.count) {
      shape.appendQuantiles(
        mean: meanDemand(days: span), variance: cumulativeVariance[span - 1],
        levels: Quantiles.levels, normals: Self.normals, to: &cumulative)
    }
    return Forecast(mean: mean, quantiles: daily, cumulative: cumulative)
  }

  /// Daily quantiles at ascending levels, by day.
  func quantiles(levels: [Double]) -> [Double] {
    let normals = levels.map(StandardNormal.quantile)
    var result: [Double] = []
    result.reserveCapacity(mean.count * levels.count)
    for day in mean.indices {
      shape.appendQuantiles(
        mean: mean[day], variance: variance[day], levels: levels, normals: normals, to: &result)
    }
    return result
  }
}
