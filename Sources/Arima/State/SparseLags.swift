/// The lags of a polynomial whose weights are not zero: a seasonal polynomial is mostly zeros.
struct SparseLags: Sendable, Equatable {
  /// From 1, ascending.
  private(set) var lags: [Int] = []
  /// The weight of each of `lags`.
  private(set) var weights: [Double] = []

  /// Keeps what is not zero of `weights`, the first of which belongs to lag 1.
  init(_ weights: [Double]) {
    for (index, weight) in weights.enumerated() where weight != 0 {
      lags.append(index + 1)
      self.weights.append(weight)
    }
  }

  /// The weights of earlier values in (1 - B)^d (1 - B^m)^D, so that a value is their sum plus the
  /// differenced value.
  init(differencesOf order: ArimaOrder) {
    var polynomial = [1.0]
    let factors =
      [Int](repeating: 1, count: order.d)
      + [Int](repeating: order.season, count: order.seasonalD)
    for lag in factors {
      var product = polynomial + [Double](repeating: 0, count: lag)
      for (index, value) in polynomial.enumerated() { product[index + lag] -= value }
      polynomial = product
    }
    self.init(polynomial.dropFirst().map { -$0 })
  }
}
