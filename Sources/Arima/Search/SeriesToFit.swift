/// A series on its way through a search: without missing values, with regression columns and the
/// differences that all candidates share.
struct SeriesToFit {
  let season: Int
  let plan: DifferencePlan
  private let plain: DifferencedSeries
  private let withConstant: DifferencedSeries?

  init(_ values: [Double], columns: [[Double]], season: Int, plan: DifferencePlan) {
    self.season = season
    self.plan = plan
    let shape = ArimaOrder(
      0, plan.daily, 0, seasonal: (0, plan.seasonal, 0), season: season)
    plain = DifferencedSeries(values, columns: columns, order: shape)
    withConstant =
      Self.allowsConstant(plan)
      ? DifferencedSeries(
        values, columns: columns + [Self.constantColumn(plan, days: 0..<values.count)],
        order: shape) : nil
  }

  /// Whether a constant makes sense: beyond one difference it would be a curve.
  static func allowsConstant(_ plan: DifferencePlan) -> Bool { plan.daily + plan.seasonal <= 1 }

  /// What the constant is multiplied by on each day: 1 for a mean, the day for a drift.
  static func constantColumn(_ plan: DifferencePlan, days: Range<Int>) -> [Double] {
    plan.daily + plan.seasonal == 0 ? days.map { _ in 1 } : days.map { Double($0 + 1) }
  }

  /// Fewer points cannot pay what the criterion asks of a mean: 5, 6 and 9 would be said to vary
  /// about 0.
  private static let fewestAboutZero = 12

  var allowsConstant: Bool { withConstant != nil }
  /// Whether there is no model without one: a short series that is not differenced has a mean.
  var needsConstant: Bool {
    plan.daily + plan.seasonal == 0 && count < Self.fewestAboutZero
  }
  /// The number of values after the differences.
  var count: Int { plain.values.count }
  /// The differenced values.
  var values: [Double] { plain.values }
  /// The number of regression columns that every candidate has.
  var columnCount: Int { plain.columns.count }

  func order(_ p: Int, _ q: Int, _ seasonalP: Int, _ seasonalQ: Int) -> ArimaOrder {
    ArimaOrder(
      p, plan.daily, q, seasonal: (seasonalP, plan.seasonal, seasonalQ), season: season)
  }

  func search(
    _ candidate: Candidate, bounds: RootBounds, isFinal: Bool = true
  ) -> OrderSearch {
    OrderSearch(
      candidate.order, candidate.hasConstant ? withConstant ?? plain : plain, bounds: bounds,
      isFinal: isFinal)
  }
}
