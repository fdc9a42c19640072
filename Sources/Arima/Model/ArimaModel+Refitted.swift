extension ArimaModel {
  /// Fits the same orders to more of the series, or to its corrected past: the parameters go on
  /// from where they are, orders, seasons and power stay. Refused where the season that lags go by
  /// would be another one now, and where no order fits any more.
  public func refitted(
    on values: [Double], regressors: [Regressor] = [], settings: ArimaSettings
  ) throws(ArimaError) -> ArimaModel {
    try ArimaFit(values, regressors: regressors, settings: settings, keeping: self)
      .again(self)
  }
}

extension ArimaFit {
  private static let againMoves = 60
  private static let againTolerance = 1e-6

  /// The models of `earlier`, their parameters polished on these values.
  func again(_ earlier: ArimaModel) throws(ArimaError) -> ArimaModel {
    if case .order(let order, let hasConstant) = settings.search {
      return try fixed(Candidate(order: order, hasConstant: hasConstant), filledValues)
    }
    let plan = earlier.plan
    let refusal = ArimaError.orderRefused(earlier.order, points: values.count)
    guard earlier.season == season else { throw refusal }
    let series = SeriesToFit(filledValues, columns: columns, season: season, plan: plan)
    guard !Constancy.holds(series.values), series.count > columns.count + 2 else { throw refusal }
    var fitted: [FittedCandidate] = []
    var effort = earlier.effort
    for member in earlier.members {
      let candidate = member.candidate
      let bounds = RootBounds.search(candidate.order)
      let parts = member.coefficients
      let start = Coordinates(candidate.order, bounds: bounds).point(
        parts.ar + parts.seasonalAR + parts.ma + parts.seasonalMA)
      let fit = series.search(candidate, bounds: bounds).fit(
        starts: [start], moves: Self.againMoves, tolerance: Self.againTolerance)
      effort.moves += fit.moves
      guard fit.criterion.isFinite else { continue }
      fitted.append(refined(FittedCandidate(candidate: candidate, fit: fit), plan))
    }
    fitted.sort { $0.fit.criterion < $1.fit.criterion }
    return try join(fitted, plan, effort)
  }
}
