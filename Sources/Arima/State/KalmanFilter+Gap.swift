/// Days in gap: the whole state and its covariance.
extension KalmanFilter {
  /// A day that has no value, or earlier ones that have none: the whole state.
  mutating func gapStep(_ value: Double?) -> Innovation {
    straightenAll()
    openGap()
    let count = space.dimension
    let armaCount = space.armaCount
    let differences = space.differences
    for index in 0..<count { row[index] = excess[index] }
    for (lag, weight) in zip(differences.lags, differences.weights) {
      let start = (armaCount + lag - 1) * count
      for index in 0..<count { row[index] += weight * excess[start + index] }
    }
    var more = row[0]
    for (lag, weight) in zip(differences.lags, differences.weights) {
      more += weight * row[armaCount + lag - 1]
    }
    let variance = 1 + max(0, more)
    let error = value.map { $0 - (arma[0] + fromLags) } ?? .nan
    condition(on: value == nil ? nil : error, variance: variance)
    advanceGap(value, variance: variance)
    knownDays = value == nil ? 0 : min(knownDays + 1, space.lagCount)
    return Innovation(error: error, variance: variance)
  }

  /// The state and its covariance, both after the day's value.
  private mutating func condition(on error: Double?, variance: Double) {
    let count = space.dimension
    let armaCount = space.armaCount
    let inverse = 1 / variance
    for index in 0..<count {
      let response = index < armaCount ? space.response[index] : 0
      left[index] = error == nil ? response : ((variance - 1) * response - row[index]) * inverse
      gain[index] = error == nil ? 0 : (response + row[index]) * inverse
    }
    if let error {
      for index in 0..<armaCount { arma[index] += gain[index] * error }
      for index in lags.indices { lags[index] += gain[armaCount + index] * error }
    }
    for upper in 0..<count {
      let response = upper < armaCount ? space.response[upper] : 0
      let own = row[upper]
      for column in upper..<count {
        let value =
          excess[upper * count + column] + (response * left[column] - own * gain[column])
        filtered[upper * count + column] = value
        filtered[column * count + upper] = value
      }
    }
  }

  /// From the state after a day to that before the next: D' = T filtered T'.
  private mutating func advanceGap(_ value: Double?, variance: Double) {
    let count = space.dimension
    let armaCount = space.armaCount
    let latest = value ?? (arma[0] + fromLags)
    let differenced = arma[0]
    for index in 0..<(armaCount - 1) {
      arma[index] = arma[index + 1] + space.ar[index] * differenced
    }
    arma[armaCount - 1] = space.ar[armaCount - 1] * differenced
    for index in stride(from: lags.count - 1, to: 0, by: -1) { lags[index] = lags[index - 1] }
    if !lags.isEmpty { lags[0] = latest }
    for upper in 0..<count {
      for column in upper..<count {
        let entry = moved(upper, column, observed: value != nil, variance: variance)
        excess[upper * count + column] = entry
        excess[column * count + upper] = entry
      }
    }
  }

  /// The covariance of two elements of the next state.
  @inline(__always)
  private func moved(_ upper: Int, _ column: Int, observed: Bool, variance: Double) -> Double {
    let count = space.dimension
    let armaCount = space.armaCount
    let latest = armaCount
    // The value just seen is known; one that was not varies with all by N + R.
    if upper == latest || column == latest {
      if observed { return 0 }
      if upper == latest, column == latest { return variance }
      let other = upper == latest ? column : upper
      let first = row[0] + 1
      var value = other < armaCount ? space.ar[other] * first : 0
      if other + 1 < armaCount {
        value += row[other + 1] + space.response[other + 1]
      } else if other > latest {
        value += row[other - 1]
      }
      return value
    }
    let upperSource = upper < latest ? upper + 1 : upper - 1
    let columnSource = column < latest ? column + 1 : column - 1
    let upperWeight = upper < latest ? space.ar[upper] : 0
    let columnWeight = column < latest ? space.ar[column] : 0
    let hasUpper = upperSource != latest || upper > latest
    let hasColumn = columnSource != latest || column > latest
    var value = upperWeight * columnWeight * filtered[0]
    if hasColumn { value += upperWeight * filtered[columnSource] }
    if hasUpper { value += columnWeight * filtered[upperSource] }
    if hasUpper, hasColumn { value += filtered[upperSource * count + columnSource] }
    return value
  }

  /// Makes room for the covariances and fills in what settling leaves out.
  private mutating func openGap() {
    let count = space.dimension
    if excess.isEmpty { excess = [Double](repeating: 0, count: count * count) }
    if filtered.isEmpty { filtered = excess }
    isSteady = false
    guard knownDays == space.lagCount else { return }
    for upper in 0..<space.armaCount {
      for column in upper..<space.armaCount {
        excess[column * count + upper] = excess[upper * count + column]
      }
    }
  }
}
