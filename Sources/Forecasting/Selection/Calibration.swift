import Packing

/// What a backtest teaches about a model's spread: pooled errors against what the model claimed.
struct Calibration: Equatable, Sendable {
  /// What the variances are multiplied by.
  var factor = 1.0
  /// The variance, scaled, of an error that all days of a path share: it grows with the square of a
  /// span. A level that was wrong shows in sums long before it shows in days.
  var common = 0.0

  /// As many squared errors as the model's own claim counts for.
  private static let prior = 10.0
  /// What those say: a fit is surer of itself than the days after it bear out.
  private static let priorRatio = 1.2
  /// A spread of a million units a day: more is no forecast any more.
  private static let mostCommon: Float = 1e12

  init() {}

  /// Learns from the squared errors of days over their claimed variances, and from the errors of
  /// sums: each a squared error, a claimed variance and a span.
  init(ratios: [Double], sums: [(squared: Double, claimed: Double, span: Double)]) {
    // A median of squares would ignore rare peaks, which are what stock is held for: the mean, with
    // single errors bounded.
    let bounded = ratios.reduce(0) { $0 + min($1, 100) }
    let factor = (Self.prior * Self.priorRatio + bounded) / (Self.prior + Double(ratios.count))
    self.factor = Double(Float(max(0.6, min(25, factor))))
    var excess = 0.0
    var squares = 0.0
    for sum in sums {
      excess += (sum.squared - self.factor * sum.claimed)
      squares += sum.span * sum.span
    }
    let trust = Double(sums.count) / (Double(sums.count) + 2)
    common = squares > 0 ? max(0, Double(Float(trust * excess / squares))) : 0
    // A model that lost its way in the backtest is not stored with a spread that nobody reads back.
    common = common.isFinite ? min(common, Double(Self.mostCommon)) : 0
  }

  /// The path with its spread corrected.
  func apply(_ path: Path) -> Path {
    var path = path
    for day in path.variance.indices {
      let days = Double(day + 1)
      path.variance[day] *= factor
      path.cumulativeVariance[day] =
        factor * path.cumulativeVariance[day] + common * days * days
    }
    return path
  }

  func pack(into writer: inout ByteWriter) {
    writer.float(Float(factor))
    writer.float(Float(common))
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    factor = Double(try reader.single("spread", in: 0...1_000))
    common = Double(try reader.single("common error", in: 0...Self.mostCommon))
  }
}
