/// The automatic choice of an order: from four starting points to better neighbours until there are
/// none (Hyndman and Khandakar 2008), each candidate by its exact likelihood.
final class OrderWalk {
  struct Limits {
    var p = 5
    var q = 5
    var seasonalP = 2
    var seasonalQ = 2
    /// Candidates at most.
    var candidates = 94
    /// Moves of the parameters at most, over all candidates.
    var iterations = 2_000
    /// Moves for one candidate.
    var candidateIterations = 25
  }

  private let series: SeriesToFit
  private let limits: Limits
  private let plain: DifferencedSeries
  private let constant: DifferencedSeries?
  private(set) var fits: [Candidate: OrderFit] = [:]
  private(set) var iterations = 0
  private(set) var best: (candidate: Candidate, fit: OrderFit, criterion: Double)?

  init(_ series: SeriesToFit, limits: Limits = Limits()) {
    self.series = series
    self.limits = limits
    let shape = ArimaOrder(
      0, series.d, 0, seasonal: (0, series.seasonalD, 0), season: series.season)
    plain = DifferencedSeries(series.values, columns: series.columns, order: shape)
    constant =
      series.allowsConstant
      ? DifferencedSeries(
        series.values, columns: series.columns + [series.constantColumn], order: shape) : nil
  }

  func walk() {
    let isSeasonal = series.season > 1
    let hasConstant = series.allowsConstant
    consider(2, 2, isSeasonal ? 1 : 0, isSeasonal ? 1 : 0, hasConstant)
    consider(0, 0, 0, 0, hasConstant)
    consider(1, 0, isSeasonal ? 1 : 0, 0, hasConstant)
    consider(0, 1, 0, isSeasonal ? 1 : 0, hasConstant)
    if hasConstant { consider(0, 0, 0, 0, false) }
    while let center = best?.candidate, improve(on: center) {}
  }

  /// Tries the neighbours of a candidate; true as soon as one is better.
  private func improve(on center: Candidate) -> Bool {
    let order = center.order
    let steps = [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)]
    if series.season > 1 {
      for (p, q) in steps
      where consider(
        order.p, order.q, order.seasonalP + p, order.seasonalQ + q, center.hasConstant)
      {
        return true
      }
    }
    for (p, q) in steps
    where consider(
      order.p + p, order.q + q, order.seasonalP, order.seasonalQ, center.hasConstant)
    {
      return true
    }
    return series.allowsConstant
      && consider(
        order.p, order.q, order.seasonalP, order.seasonalQ, !center.hasConstant)
  }

  /// Fits a candidate unless it was tried; true if it is the best so far.
  @discardableResult
  private func consider(
    _ p: Int, _ q: Int, _ seasonalP: Int, _ seasonalQ: Int, _ hasConstant: Bool
  ) -> Bool {
    guard (0...limits.p).contains(p), (0...limits.q).contains(q),
      (0...limits.seasonalP).contains(seasonalP), (0...limits.seasonalQ).contains(seasonalQ),
      fits.count < limits.candidates, iterations < limits.iterations
    else { return false }
    let order = ArimaOrder(
      p, series.d, q, seasonal: (seasonalP, series.seasonalD, seasonalQ), season: series.season)
    let candidate = Candidate(order: order, hasConstant: hasConstant)
    guard fits[candidate] == nil else { return false }
    let data = hasConstant ? constant ?? plain : plain
    let known = best?.criterion ?? .infinity
    let search = OrderSearch(order, data)
    let fit = search.fit(
      starts: starts(candidate), iterations: limits.candidateIterations, tolerance: 0.01,
      ceiling: known)
    iterations += fit.iterations
    fits[candidate] = fit
    let criterion = fit.isNearUnitRoot ? .infinity : fit.criterion
    guard criterion < known else { return false }
    best = (candidate, fit, criterion)
    return true
  }

  /// The best with its last digits.
  func polished() -> (candidate: Candidate, fit: OrderFit)? {
    guard let best else { return nil }
    let data = best.candidate.hasConstant ? constant ?? plain : plain
    let search = OrderSearch(best.candidate.order, data)
    let fit = search.fit(starts: [best.fit.point], iterations: 50, tolerance: 1e-6)
    return (best.candidate, fit)
  }

  /// Where to begin: near what is known of the best so far, and some places that often are good.
  private func starts(_ candidate: Candidate) -> [[Double]] {
    let coordinates = Coordinates(candidate.order)
    var starts: [[Double]] = []
    if let best {
      let other = Coordinates(best.candidate.order)
      for fresh in [0.0, 0.15, -0.15] {
        var point = [Double](repeating: fresh, count: coordinates.count)
        for (group, known) in zip(coordinates.groups, other.groups) {
          for index in 0..<min(group.count, known.count) {
            point[group.first + index] = best.fit.point[known.first + index]
          }
        }
        starts.append(point)
      }
    }
    for (near, far) in [(0.0, 0.0), (0.2, 0.3), (0.6, 0.6), (-0.3, 0.4), (0.3, -0.4)] {
      var point = [Double](repeating: 0, count: coordinates.count)
      for (index, group) in coordinates.groups.enumerated() where group.count > 0 {
        point[group.first] = index % 2 == 0 ? near : far
      }
      starts.append(point)
    }
    return starts
  }
}
