import Packing

/// The mean of what smoothing and an ARIMA say: they err in different ways, and neither is so much
/// better that the other only harms.
struct BlendModel: FittedModel {
  let smoothing: any FittedModel
  let arima: any FittedModel

  var isSmooth: Bool { smoothing.isSmooth && arima.isSmooth }

  var summary: String {
    "mean of \(ModelName.smoothing): \(smoothing.summary) and \(ModelName.arima): \(arima.summary)"
  }

  var details: ArimaDetails? { arima.details }

  func paths(_ history: History, origins: [Int], horizon: Int) -> [Path] {
    Self.mean(
      smoothing.paths(history, origins: origins, horizon: horizon),
      arima.paths(history, origins: origins, horizon: horizon))
  }

  /// The means, path by path, of what two models say.
  static func mean(_ some: [Path], _ others: [Path]) -> [Path] {
    zip(some, others).map(mean)
  }

  /// The mean of two paths. Its spread is that of a mixture of the halves: the mean of the
  /// variances, and what the halves' disagreement adds. Halves that err alike, as those of one
  /// series do, are worth no less.
  private static func mean(_ one: Path, _ other: Path) -> Path {
    var path = one
    var between = 0.0
    for day in one.mean.indices {
      // Each half as it would forecast by itself: nothing sells less than nothing. So the error of
      // the mean is at most the mean of the errors.
      let halves = (max(0, one.mean[day]), max(0, other.mean[day]))
      let apart = (halves.0 - halves.1) / 2
      between += apart
      path.mean[day] = (halves.0 + halves.1) / 2
      path.variance[day] = (one.variance[day] + other.variance[day]) / 2 + apart * apart
      path.cumulativeVariance[day] =
        (one.cumulativeVariance[day] + other.cumulativeVariance[day]) / 2 + between * between
    }
    return path
  }

  func taking(_ history: History) -> TakenDays {
    // Smoothing filters its history anyway.
    switch arima.taking(history) {
    case .kept(let later, let newDays):
      .kept(BlendModel(smoothing: smoothing, arima: later), newDays: newDays)
    case .refit(let reason): .refit(reason)
    }
  }

  func pack(into writer: inout ByteWriter) {
    smoothing.pack(into: &writer)
    arima.pack(into: &writer)
  }
}
