/// One of the models that are averaged, with where its filter stands.
struct ArimaMember: Sendable {
  /// A covariance below this, beside an error of variance 1, is not kept.
  static let settled: Float = 1e-4

  let candidate: Candidate
  let coefficients: ArmaCoefficients
  /// Of the regression terms, then of the constant.
  let regression: [Double]
  /// The variance of the errors, with as many points less as there are parameters.
  let variance: Double
  /// Its part in the average.
  var weight: Double
  /// In units of demand (under a power, of its transform).
  let logLikelihood: Double
  /// The points that the likelihood is of.
  let count: Int
  /// Of the coefficients (ar, seasonal ar, ma, seasonal ma), then of the regression.
  let standardErrors: [Float]
  let space: StateSpace
  var state: FilterState

  /// Akaike's criterion, corrected for short series.
  var criterion: Double {
    let parameters = candidate.order.coefficientCount + regression.count + 1
    return -2 * logLikelihood + OrderFit.penalty(parameters, count: count)
  }

  /// What the regression adds on `days`, given the columns of the terms there.
  func effects(_ plan: DifferencePlan, _ columns: [[Double]], days: Range<Int>) -> [Double] {
    var columns = columns
    if candidate.hasConstant { columns.append(SeriesToFit.constantColumn(plan, days: days)) }
    var result = [Double](repeating: 0, count: days.count)
    for (weight, column) in zip(regression, columns) where weight != 0 {
      for index in result.indices { result[index] += weight * column[index] }
    }
    return result
  }
}
