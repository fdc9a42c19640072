extension StateSpace {
  /// Paths of the next `horizon` days drawn at random, one after another, errors of variance 1.
  /// The same seed gives the same bits everywhere.
  func simulate(from state: FilterState, horizon: Int, paths: Int, seed: UInt64) -> [Double] {
    let start = state.filter(of: self)
    let root = start.isSteady ? nil : Self.root(of: start.excess, count: dimension)
    var deviates = NormalDeviates(seed: seed)
    var result: [Double] = []
    result.reserveCapacity(horizon * paths)
    for _ in 0..<paths {
      var filter = start
      if let root { filter.scatter(root, &deviates) }
      for _ in 0..<horizon { result.append(filter.draw(deviates.next())) }
    }
    return result
  }

  /// A lower triangle L with L L' = `matrix`, which is singular as a rule: what is known has no
  /// variance. Rows whose rest is rounding have none either.
  static func root(of matrix: [Double], count: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count * count)
    var largest = 0.0
    for row in 0..<count { largest = max(largest, matrix[row * count + row]) }
    for column in 0..<count {
      var rest = matrix[column * count + column]
      for inner in 0..<column {
        rest -= result[column * count + inner] * result[column * count + inner]
      }
      guard rest > 1e-6 * largest else { continue }
      let pivot = rest.squareRoot()
      result[column * count + column] = pivot
      for row in (column + 1)..<max(count, column + 1) {
        var value = matrix[row * count + column]
        for inner in 0..<column {
          value -= result[row * count + inner] * result[column * count + inner]
        }
        result[row * count + column] = value / pivot
      }
    }
    return result
  }
}

extension KalmanFilter {
  /// Moves the state by deviates of the covariance that `root` is the root of.
  fileprivate mutating func scatter(_ root: [Double], _ deviates: inout NormalDeviates) {
    straightenAll()
    let count = space.dimension
    for column in 0..<count where root[column * (count + 1)] != 0 {
      let deviate = deviates.next()
      for row in column..<count {
        let move = root[row * count + column] * deviate
        if row < space.armaCount {
          arma[row] += move
        } else {
          lags[row - space.armaCount] += move
        }
      }
    }
  }

  /// The next day's value with the given error, and on to the day after it.
  fileprivate mutating func draw(_ error: Double) -> Double {
    let differenced = arma[armaHead] + error
    let value = differenced + fromLags
    turn(differenced, error)
    push(value)
    return value
  }
}
