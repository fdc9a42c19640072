import Glibc

/// What a filter found over a whole series.
struct FilterPass: Sendable {
  /// The Gaussian log-likelihood at the best error variance; minus infinity of no values.
  let logLikelihood: Double
  /// The best error variance.
  let errorVariance: Double
  /// The values that count: all but those that only tell where the series starts.
  let count: Int
  /// Each day's one-step error over its deviation, in units of the error deviation of 1; NaN where
  /// there is none. Empty unless asked for.
  let errors: [Double]
  /// The filter after the last day.
  let filter: KalmanFilter

  /// Filters `values`, NaN where one is missing.
  ///
  /// Where the first `lagCount` values are all there, the likelihood is that of the differenced
  /// series. Where some are missing, or with `startingWide`, R's rule for its wide prior decides
  /// which values count.
  init(
    _ space: StateSpace, _ values: [Double], keepingErrors: Bool = false,
    startingWide: Bool = false
  ) {
    let lost = space.lagCount
    let isExact =
      !startingWide && values.count >= lost && values.prefix(lost).allSatisfy(\.isFinite)
    var filter: KalmanFilter
    if isExact {
      filter = KalmanFilter(space, earlier: values.prefix(lost).reversed())
    } else {
      filter = KalmanFilter(space, earlier: nil, level: values.first(where: \.isFinite) ?? 0)
    }
    var errors: [Double] = []
    if keepingErrors {
      errors.reserveCapacity(values.count)
      if isExact { errors = [Double](repeating: .nan, count: lost) }
    }
    var squares = 0.0
    var logarithms = 0.0
    var count = 0
    for day in (isExact ? lost : 0)..<values.count {
      let found = filter.step(values[day])
      let counts =
        found.error.isFinite && (isExact || found.variance < KalmanFilter.diffuseLimit)
      if counts {
        squares += found.error * found.error / found.variance
        if found.variance != 1 { logarithms += log(found.variance) }
        count += 1
      }
      if keepingErrors {
        errors.append(counts ? found.error / found.variance.squareRoot() : .nan)
      }
    }
    let variance = count == 0 ? 0 : squares / Double(count)
    errorVariance = variance
    self.count = count
    logLikelihood =
      count == 0
      ? -.infinity : -0.5 * (Double(count) * (log(2 * .pi * variance) + 1) + logarithms)
    self.errors = errors
    self.filter = filter
  }
}
