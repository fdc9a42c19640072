/// The variance of what a smoothing model forecasts.
extension SmoothingFilter {
  /// How much an error moves the level `steps` days later: alpha + beta (phi + ... + phi^steps)
  /// (Hyndman et al. 2008, table 6.2).
  private func levelResponses(_ count: Int) -> [Double] {
    var responses: [Double] = []
    responses.reserveCapacity(count)
    var slope = weights.beta
    var response = weights.alpha
    for _ in 0..<count {
      slope *= weights.phi
      response += slope
      responses.append(response)
    }
    return responses
  }

  /// The path of the next days for one-step errors of `variance`.
  func path(horizon: Int, variance: Double) -> Path {
    let means = means(horizon: horizon)
    let responses = levelResponses(horizon)
    return form.season == .multiplicative
      ? multiplicative(means, responses, variance) : additive(means, responses, variance)
  }

  /// Exact for additive models: day h varies by 1 + sum of c_j^2, j < h, and the sum of t days by
  /// the sum over i <= t of (1 + c_1 + ... + c_(i-1))^2, where c_j is the response of the j-th
  /// later day.
  private func additive(_ means: [Double], _ responses: [Double], _ variance: Double) -> Path {
    var path = Path(mean: means, independentVariance: variance)
    var daily = 1.0
    var reach = 1.0
    var total = 0.0
    for day in means.indices {
      path.variance[day] = variance * daily
      total += reach * reach
      path.cumulativeVariance[day] = variance * total
      let seasonal = form.season != .none && (day + 1) % season.count == 0 ? weights.gamma : 0
      let response = responses[day] + seasonal
      daily += response * response
      reach += response
    }
    return path
  }

  /// First order for multiplicative seasons: an error of day i moves the level by its share of day
  /// i's factor, and a later day by that times its own factor; products of errors are left out.
  private func multiplicative(_ means: [Double], _ responses: [Double], _ variance: Double) -> Path
  {
    let horizon = means.count
    let length = season.count
    var path = Path(mean: means, independentVariance: variance)
    let factors = (0..<horizon).map { max(season[(position + $0) % length], Self.smallest) }
    // reach[i]: how much the error of day i moved the sum of days i...t, for the t at hand.
    var reach = [Double](repeating: 0, count: horizon)
    for day in 0..<horizon {
      var daily = 0.0
      var total = 0.0
      var untilSeason = day % length
      for shock in 0..<day {
        // Level first; the season's own position comes round every `length` days.
        var response = responses[day - shock - 1] * factors[day] / factors[shock]
        if untilSeason == 0 { response += weights.gamma }
        untilSeason = untilSeason == 0 ? length - 1 : untilSeason - 1
        daily += response * response
        reach[shock] += response
        total += reach[shock] * reach[shock]
      }
      reach[day] = 1
      path.variance[day] = variance * (1 + daily)
      path.cumulativeVariance[day] = variance * (1 + total)
    }
    return path
  }
}
