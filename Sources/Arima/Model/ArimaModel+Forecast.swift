extension ArimaModel {
  /// Forecasts the days after the last. `regressors` reach from the first day of the series to the
  /// end of the forecast; those that the model does not use are not asked for.
  public func forecast(
    horizon: Int, regressors: [Regressor] = []
  ) throws(ArimaError) -> ArimaForecast {
    let ahead = days..<(days + max(0, horizon))
    let columns = try terms.columns(ahead, given: regressors)
    var paths: [ArimaForecast] = []
    for member in members { paths.append(path(of: member, ahead, columns)) }
    return Self.mixture(paths, weights: members.map(\.weight))
  }

  /// One model's distribution, back in units of demand.
  private func path(
    of member: ArimaMember, _ ahead: Range<Int>, _ columns: [[Double]]
  ) -> ArimaForecast {
    let path = StatePath(member.space, member.state, horizon: ahead.count)
    let effects = member.effects(plan, columns, days: ahead)
    var result = ArimaForecast()
    for day in 0..<ahead.count {
      result.mean.append(path.mean[day] + effects[day])
      result.variance.append(path.variance[day] * member.variance)
      result.cumulativeVariance.append(path.cumulativeVariance[day] * member.variance)
    }
    if let power { Self.undo(power, &result) }
    for day in 0..<ahead.count {
      result.mean[day] = Self.bounded(result.mean[day] * scale, by: Self.largest)
      let square = scale * scale
      result.variance[day] = Self.bounded(
        result.variance[day] * square, by: Self.largest * Self.largest)
      result.cumulativeVariance[day] = Self.bounded(
        result.cumulativeVariance[day] * square, by: Self.largest * Self.largest)
    }
    return result
  }

  /// A number within the limit: a power taken back may overflow, and by a negative one what lies
  /// beyond the largest transform is infinite.
  private static func bounded(_ value: Double, by limit: Double) -> Double {
    value < limit ? max(-limit, value) : limit
  }

  /// Takes a power back: means and variances of days by their distribution. A sum keeps the share
  /// of its days' deviations that it has in the transformed series.
  private static func undo(_ power: BoxCox, _ path: inout ArimaForecast) {
    var before = 0.0
    var after = 0.0
    for day in path.mean.indices {
      let deviation = path.variance[day].squareRoot()
      let moments = power.moments(mean: path.mean[day], deviation: deviation)
      before += deviation
      after += moments.variance.squareRoot()
      path.mean[day] = moments.mean
      path.variance[day] = moments.variance
      let ratio = before > 0 ? after / before : 0
      path.cumulativeVariance[day] *= ratio * ratio
    }
  }

  /// The mean and the variance of one of the models, drawn by its weight.
  static func mixture(_ paths: [ArimaForecast], weights: [Double]) -> ArimaForecast {
    guard paths.count > 1 else { return paths.first ?? ArimaForecast() }
    var result = ArimaForecast()
    var sums = [Double](repeating: 0, count: paths.count)
    for day in paths[0].mean.indices {
      var mean = 0.0
      var sum = 0.0
      for (index, path) in paths.enumerated() {
        sums[index] += path.mean[day]
        mean += weights[index] * path.mean[day]
        sum += weights[index] * sums[index]
      }
      var variance = 0.0
      var cumulative = 0.0
      for (index, path) in paths.enumerated() {
        let apart = path.mean[day] - mean
        let sumApart = sums[index] - sum
        variance += weights[index] * (path.variance[day] + apart * apart)
        cumulative += weights[index] * (path.cumulativeVariance[day] + sumApart * sumApart)
      }
      result.mean.append(mean)
      result.variance.append(variance)
      result.cumulativeVariance.append(cumulative)
    }
    return result
  }

  /// Paths of the next days drawn at random, one after another, never below 0: of each path first
  /// the model by its weight, then the days. The same seed gives the same bits.
  public func simulate(
    horizon: Int, paths: Int, seed: UInt64, regressors: [Regressor] = []
  ) throws(ArimaError) -> [Double] {
    let ahead = days..<(days + max(0, horizon))
    let columns = try terms.columns(ahead, given: regressors)
    var result: [Double] = []
    result.reserveCapacity(paths * ahead.count)
    var first = 0
    var share = 0.0
    for (index, member) in members.enumerated() {
      share += member.weight
      let last =
        index == members.count - 1 ? paths : min(paths, Int((share * Double(paths)).rounded()))
      guard last > first else { continue }
      let deviation = member.variance.squareRoot()
      let effects = member.effects(plan, columns, days: ahead)
      // Errors of variance 1 about the mean: the linear part is drawn apart from the state's mean.
      let centre = StatePath(member.space, member.state, horizon: ahead.count).mean
      let drawn = member.space.simulate(
        from: member.state, horizon: ahead.count, paths: last - first,
        seed: seed &+ UInt64(index))
      for (place, value) in drawn.enumerated() {
        let day = place % max(1, ahead.count)
        let moved = centre[day] + effects[day] + deviation * (value - centre[day])
        let units = (power.map { $0.inverse(moved) } ?? moved) * scale
        result.append(Self.bounded(max(0, units), by: Self.largest))
      }
      first = last
    }
    return result
  }
}
