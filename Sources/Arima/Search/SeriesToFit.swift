/// A series on its way through a search: values as the model sees them, regressors, differences.
struct SeriesToFit {
  /// Without missing values.
  let values: [Double]
  /// Regression columns that every candidate has.
  let columns: [[Double]]
  let season: Int
  let d: Int
  let seasonalD: Int

  /// Whether a constant makes sense: beyond one difference it would be a curve.
  var allowsConstant: Bool { d + seasonalD <= 1 }

  /// The column of the constant before differences: the mean, or the drift for each day.
  var constantColumn: [Double] {
    d + seasonalD == 0 ? values.map { _ in 1 } : values.indices.map { Double($0 + 1) }
  }
}

/// A model that a search may try.
struct Candidate: Hashable, Sendable {
  var order: ArimaOrder
  var hasConstant: Bool
}
