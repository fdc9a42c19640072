/// What is known of an ARMA process with errors of variance 1 before its first value is seen.
enum StationaryStart {
  /// The autocovariances at lags 0...`last` of the autoregression whose weights are `ar`; nil where
  /// it is not stationary.
  ///
  /// The Levinson-Durbin recursion run backwards: the polynomial is stepped down one order at a
  /// time, whose last weights are the partial autocorrelations and tell the error variances, and
  /// then read upwards (Brockwell and Davis 1991, section 5.2; Barndorff-Nielsen and Schou 1973).
  /// No system is solved, so a root of 1.001 costs three digits, not six.
  static func autocovariances(ar: [Double], last: Int) -> [Double]? {
    let degree = ar.count
    // orders[k] holds the k weights that predict a value from the k before it.
    var orders = [[Double]](repeating: [], count: degree + 1)
    orders[degree] = ar
    var variances = [Double](repeating: 1, count: degree + 1)
    for order in stride(from: degree, to: 0, by: -1) {
      let weights = orders[order]
      let partial = weights[order - 1]
      let rest = (1 - partial) * (1 + partial)
      guard rest > 0, rest.isFinite else { return nil }
      variances[order - 1] = variances[order] / rest
      orders[order - 1] = (0..<(order - 1)).map {
        (weights[$0] + partial * weights[order - 2 - $0]) / rest
      }
    }
    guard variances[0].isFinite else { return nil }
    var result = [variances[0]]
    result.reserveCapacity(last + 1)
    for lag in stride(from: 1, through: last, by: 1) {
      let below = orders[min(lag - 1, degree)]
      var value = 0.0
      for (index, weight) in below.enumerated() { value += weight * result[lag - 1 - index] }
      if lag <= degree { value += orders[lag][lag - 1] * variances[lag - 1] }
      result.append(value)
    }
    return result
  }

  /// The autocovariances at lags 0...`last` of an ARMA process: those of its autoregression, drawn
  /// over the products of its moving average's weights.
  static func autocovariances(ar: [Double], ma: [Double], last: Int) -> [Double]? {
    let whole = [1.0] + ma
    guard let plain = autocovariances(ar: ar, last: last + ma.count) else { return nil }
    let products = (0...ma.count).map { apart in
      (0...(ma.count - apart)).reduce(0.0) { $0 + whole[$1] * whole[$1 + apart] }
    }
    return (0...last).map { lag in
      var sum = products[0] * plain[lag]
      for apart in stride(from: 1, through: ma.count, by: 1) {
        sum += products[apart] * (plain[lag + apart] + plain[abs(lag - apart)])
      }
      return sum
    }
  }

  /// How much an error moves the value 0..<`count` days later.
  static func responses(ar: SparseLags, ma: [Double], count: Int) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(count)
    for day in 0..<count {
      var value = day == 0 ? 1 : day <= ma.count ? ma[day - 1] : 0
      for (lag, weight) in zip(ar.lags, ar.weights) {
        if lag > day { break }
        value += weight * result[day - lag]
      }
      result.append(value)
    }
    return result
  }

  /// The covariance of Harvey's state (see `StateSpace`) without the part of the day's own error:
  /// row by row, `count` x `count`; nil where the process is not stationary. `ar` and `response`
  /// have `count` weights.
  ///
  /// V = T V T' + R R' gives every V[i][j] from V[i+1][j+1] and the first row, and the first row
  /// is made of autocovariances and responses (Harvey 1989, section 3.3): count^2 operations.
  static func excess(ar: [Double], response: [Double], degree: Int) -> [Double]? {
    let count = response.count
    let ma = Array(response.dropFirst())
    let weights = Array(ar.prefix(degree))
    guard let covariances = autocovariances(ar: weights, ma: ma, last: count) else { return nil }
    let responses = responses(ar: SparseLags(weights), ma: ma, count: count)
    var first = [covariances[0]]
    for column in stride(from: 1, to: count, by: 1) {
      var value = 0.0
      for index in column..<count {
        value += ar[index] * covariances[1 + index - column]
        value += response[index] * responses[index - column]
      }
      first.append(value)
    }
    first.append(0)
    var result = [Double](repeating: 0, count: count * count)
    for row in stride(from: count - 1, through: 0, by: -1) {
      for column in row..<count {
        var value = ar[row] * ar[column] * first[0]
        value += ar[row] * first[column + 1] + ar[column] * first[row + 1]
        if column + 1 < count {
          let next = row + 1
          value += result[next * count + column + 1] + response[next] * response[column + 1]
        }
        result[row * count + column] = value
        result[column * count + row] = value
      }
    }
    return result
  }
}
