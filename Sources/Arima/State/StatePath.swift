/// What a state says of the next days, in units of the error variance: each day's mean, its
/// variance, and the variance of the sum of days 1...t for each t.
struct StatePath: Equatable, Sendable {
  private(set) var mean: [Double] = []
  private(set) var variance: [Double] = []
  private(set) var cumulativeVariance: [Double] = []

  /// The next `horizon` days. Exact: what their errors do, by the responses psi of the whole
  /// polynomial (Box and Jenkins 1976, section 5.1.1), and what is not known of the state, by how
  /// each of its elements moves a later day. A day costs the lags that are not zero, and n^2 more
  /// where the state is not steady.
  init(_ space: StateSpace, _ state: FilterState, horizon: Int) {
    var filter = state.filter(of: space)
    let responses = Self.responses(of: space, count: horizon)
    var daily = 0.0
    var reach = 0.0
    var total = 0.0
    for response in responses {
      mean.append(filter.foresee())
      daily += response * response
      reach += response
      total += reach * reach
      variance.append(daily)
      cumulativeVariance.append(total)
    }
    if state.excess != nil { addExcess(state.filter(of: space)) }
  }

  /// How much an error moves the value 0..<`count` days later.
  static func responses(of space: StateSpace, count: Int) -> [Double] {
    var result = StationaryStart.responses(
      ar: space.arLags, ma: Array(space.response.dropFirst()), count: count)
    for day in result.indices {
      for (lag, weight) in zip(space.differences.lags, space.differences.weights) {
        if lag > day { break }
        result[day] += weight * result[day - lag]
      }
    }
    return result
  }

  private mutating func addExcess(_ filter: KalmanFilter) {
    let space = filter.space
    let count = space.dimension
    var weights = Self.observation(of: space)
    var sums = [Double](repeating: 0, count: count)
    for day in mean.indices {
      for index in 0..<count { sums[index] += weights[index] }
      variance[day] += Self.square(filter.excess, weights)
      cumulativeVariance[day] += Self.square(filter.excess, sums)
      weights = Self.back(weights, in: space)
    }
  }

  /// How each element of a day's state enters its value.
  private static func observation(of space: StateSpace) -> [Double] {
    var result = [Double](repeating: 0, count: space.dimension)
    result[0] = 1
    for (lag, weight) in zip(space.differences.lags, space.differences.weights) {
      result[space.armaCount + lag - 1] = weight
    }
    return result
  }

  /// Weights of a state, as weights of the state of the day before: c T.
  private static func back(_ weights: [Double], in space: StateSpace) -> [Double] {
    let count = space.armaCount
    var result = [Double](repeating: 0, count: weights.count)
    for index in 0..<count {
      result[0] += weights[index] * space.ar[index]
      if index + 1 < count { result[index + 1] += weights[index] }
    }
    guard space.lagCount > 0 else { return result }
    let latest = weights[count]
    result[0] += latest
    for lag in 0..<(space.lagCount - 1) { result[count + lag] += weights[count + lag + 1] }
    for (lag, weight) in zip(space.differences.lags, space.differences.weights) {
      result[count + lag - 1] += latest * weight
    }
    return result
  }

  /// w' D w, never negative.
  private static func square(_ matrix: [Double], _ weights: [Double]) -> Double {
    let count = weights.count
    var sum = 0.0
    for row in 0..<count where weights[row] != 0 {
      var inner = 0.0
      for column in 0..<count { inner += matrix[row * count + column] * weights[column] }
      sum += weights[row] * inner
    }
    return max(0, sum)
  }
}
