/// The automatic choice of an order: from a few usual models to better neighbours until there are
/// none (Hyndman and Khandakar 2008). Every candidate is judged by its exact likelihood.
struct OrderWalk {
  /// The largest orders that are tried.
  static let largest = (p: 5, q: 5, seasonalP: 2, seasonalQ: 2)
  private static let steps = [
    (-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1),
  ]

  let list: CandidateList

  func run() {
    let far = list.series.season > 1 ? 1 : 0
    let hasConstant = list.series.allowsConstant
    consider(2, 2, far, far, hasConstant)
    consider(0, 0, 0, 0, hasConstant)
    consider(1, 0, far, 0, hasConstant)
    consider(0, 1, 0, far, hasConstant)
    if hasConstant { consider(0, 0, 0, 0, false) }
    while let center = list.best?.candidate, improve(on: center) {}
  }

  /// Tries the neighbours of a candidate; true as soon as one is better.
  private func improve(on center: Candidate) -> Bool {
    let order = center.order
    if list.series.season > 1 {
      for (p, q) in Self.steps
      where consider(
        order.p, order.q, order.seasonalP + p, order.seasonalQ + q, center.hasConstant)
      {
        return true
      }
    }
    for (p, q) in Self.steps
    where consider(
      order.p + p, order.q + q, order.seasonalP, order.seasonalQ, center.hasConstant)
    {
      return true
    }
    return list.series.allowsConstant
      && consider(order.p, order.q, order.seasonalP, order.seasonalQ, !center.hasConstant)
  }

  @discardableResult
  private func consider(
    _ p: Int, _ q: Int, _ seasonalP: Int, _ seasonalQ: Int, _ hasConstant: Bool
  ) -> Bool {
    let largest = Self.largest
    guard (0...largest.p).contains(p), (0...largest.q).contains(q),
      (0...largest.seasonalP).contains(seasonalP), (0...largest.seasonalQ).contains(seasonalQ)
    else { return false }
    return list.consider(
      Candidate(order: list.series.order(p, q, seasonalP, seasonalQ), hasConstant: hasConstant))
  }
}

/// All orders with at most five coefficients, instead of a walk.
struct ExhaustiveSearch {
  /// The coefficients that an order may have.
  static let mostCoefficients = 5
  /// No model of the grid is left out for the budget.
  static let budget = CandidateList.Budget(candidates: 2_000, moves: 60_000)

  let list: CandidateList

  func run() {
    let largest = OrderWalk.largest
    let isSeasonal = list.series.season > 1
    for size in 0...Self.mostCoefficients {
      for seasonalP in 0...(isSeasonal ? largest.seasonalP : 0) {
        for seasonalQ in 0...(isSeasonal ? largest.seasonalQ : 0) {
          for p in 0...largest.p {
            let q = size - seasonalP - seasonalQ - p
            guard (0...largest.q).contains(q) else { continue }
            let order = list.series.order(p, q, seasonalP, seasonalQ)
            for hasConstant in list.series.allowsConstant ? [false, true] : [false] {
              list.consider(Candidate(order: order, hasConstant: hasConstant))
            }
          }
        }
      }
    }
  }
}
