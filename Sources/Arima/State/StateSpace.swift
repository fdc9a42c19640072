/// A seasonal ARIMA model in state space form (Harvey 1989, section 3.3), errors of variance 1.
///
/// The state of a day is an ARMA part of `armaCount` = max(p*, q* + 1) elements, where p* and q*
/// are the degrees of the whole polynomials, and then the `lagCount` = d + m D values before the
/// day, the latest first. With weights phi and theta, theta_0 = 1, of the differenced value w,
///
///     a'[i] = phi_(i+1) a[0] + a[i+1] + theta_i e',   a[0] = w
///     y     = a[0] + sum of delta_j lag[j],           lag'[1] = y, lag'[j+1] = lag[j]
///
/// Covariances here are always those *in excess* of what the day's own error e brings: the state
/// of a day as foreseen the day before has the covariance D + R R', R = (1, theta_1, ..., 0, ...).
/// Where the past is known, D is 0 and the filter is steady; in this form nothing large is
/// subtracted from something as large on the way there, so single precision keeps it well.
struct StateSpace: Sendable {
  let order: ArimaOrder
  /// phi, padded with zeros.
  let ar: [Double]
  /// R: 1, theta, padded with zeros.
  let response: [Double]
  /// phi without its zeros.
  let arLags: SparseLags
  /// theta without its zeros.
  let maLags: SparseLags
  /// delta without its zeros.
  let differences: SparseLags
  /// The excess covariance of the ARMA part before the first day, `armaCount` x `armaCount`.
  let startExcess: [Double]

  /// The elements of the ARMA part.
  var armaCount: Int { response.count }
  /// The earlier values in the state.
  var lagCount: Int { order.lostPoints }
  /// All elements of the state.
  var dimension: Int { armaCount + lagCount }

  /// Joins order and coefficients; nil where the autoregression is not stationary or a coefficient
  /// is not finite.
  init?(_ order: ArimaOrder, _ coefficients: ArmaCoefficients) {
    precondition(
      coefficients.ar.count == order.p && coefficients.ma.count == order.q
        && coefficients.seasonalAR.count == order.seasonalP
        && coefficients.seasonalMA.count == order.seasonalQ && coefficients.season == order.season,
      "coefficients of another order")
    let ar = coefficients.wholeAR
    let ma = coefficients.wholeMA
    guard ar.allSatisfy(\.isFinite), ma.allSatisfy(\.isFinite) else { return nil }
    let count = max(ar.count, ma.count + 1)
    self.order = order
    self.ar = ar + [Double](repeating: 0, count: count - ar.count)
    response = [1] + ma + [Double](repeating: 0, count: count - ma.count - 1)
    arLags = SparseLags(ar)
    maLags = SparseLags(ma)
    differences = SparseLags(differencesOf: order)
    guard
      let excess = StationaryStart.excess(ar: self.ar, response: response, degree: ar.count)
    else { return nil }
    startExcess = excess
  }
}
