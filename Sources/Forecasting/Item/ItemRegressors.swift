import Demand
import Glibc

/// What is known beside the demand of a location, by day: the price and promotions, and what was
/// planned of both.
///
/// Both say of a past day what they said when it was new, so that a corrected past is told from new
/// days.
struct ItemRegressors {
  private static let priceName = "price"
  static let promotionName = "promotion"

  /// The logarithm of each day's price over the first one; days before the first take it; empty
  /// without prices.
  let price: [Double]
  /// 1 on days of a promotion, else 0; empty without promotions.
  let promotion: [Double]
  /// What planned promotions change the logarithm of the price by, and 1 on their days: of the
  /// history and of the days ahead that all locations of an item have. Empty where nothing is
  /// planned.
  let pricePlan: [Double], promotionPlan: [Double]

  /// Of a location's days from `first` on, with promotions that were planned and so many days
  /// ahead.
  init(
    _ series: DemandSeries, from first: Int, promotions planned: [ItemEvents.Promotion] = [],
    ahead: Int = 0
  ) {
    let prices = series.prices.dropFirst(first).map { Double($0) }
    if let base = prices.first(where: Self.isPrice) {
      var last = 0.0
      price = prices.map { price in
        if Self.isPrice(price) { last = log(price / base) }
        return last
      }
    } else {
      price = []
    }
    let count = max(0, series.units.count - first)
    let start = Int(series.start.number) + first
    var days = [Double](repeating: 0, count: planned.isEmpty ? 0 : count + ahead)
    var cuts = days
    for promotion in planned {
      for day in promotion.days.clamped(to: start...(start + max(0, days.count - 1)))
      where promotion.days.contains(day) && days.indices.contains(day - start) {
        days[day - start] = 1
        cuts[day - start] = min(cuts[day - start], log(1 - (promotion.priceCut ?? 0)))
      }
    }
    promotionPlan = days.contains(1) ? days : []
    pricePlan = price.isEmpty || cuts.allSatisfy { $0 == 0 } ? [] : cuts
    let flags = series.promotions.dropFirst(first)
    let hasPromotions = flags.contains(true) || !promotionPlan.isEmpty
    promotion =
      hasPromotions
      ? (0..<count).map { day in
        let isPlanned = day < days.count && days[day] == 1
        return isPlanned || (!flags.isEmpty && flags[flags.startIndex + day]) ? 1 : 0
      } : []
  }

  /// Of the total, aligned at the end: the mean over the locations that have prices, and the share
  /// of locations with a promotion, each day over those that have begun to sell.
  init(total parts: [(regressors: ItemRegressors, days: Int)], ahead: Int = 0) {
    let count = parts.map(\.days).max() ?? 0
    let priced = parts.filter { !$0.regressors.price.isEmpty }
    price = Self.mean(priced.map(\.regressors.price), count)
    promotion = Self.mean(parts, count, ahead: 0, \.promotion)
    pricePlan = Self.mean(priced, count, ahead: ahead, \.pricePlan)
    promotionPlan = Self.mean(parts, count, ahead: ahead, \.promotionPlan)
  }

  private static func isPrice(_ price: Double) -> Bool { price > 0 && price < 1e30 }

  /// The mean by day of columns that are 0 where a part has none; nothing where no part has one.
  private static func mean(
    _ parts: [(regressors: ItemRegressors, days: Int)], _ count: Int, ahead: Int,
    _ column: (ItemRegressors) -> [Double]
  ) -> [Double] {
    guard parts.contains(where: { !column($0.regressors).isEmpty }) else { return [] }
    return mean(
      parts.map { part in
        let own = column(part.regressors)
        return own.isEmpty ? [Double](repeating: 0, count: part.days + ahead) : own
      }, count + ahead)
  }

  /// The mean by day; days before any of the columns take 0.
  private static func mean(_ columns: [[Double]], _ count: Int) -> [Double] {
    guard !columns.isEmpty else { return [] }
    return (0..<count).map { day in
      var sum = 0.0
      var parts = 0.0
      for column in columns where day >= count - column.count {
        sum += column[day - (count - column.count)]
        parts += 1
      }
      return parts > 0 ? sum / parts : 0
    }
  }

  /// As a model takes them: but for what is planned, a price stays what it is, and promotions are
  /// not known ahead.
  var columns: [SeriesRegressor] {
    var columns: [SeriesRegressor] = []
    if !price.isEmpty {
      columns.append(
        SeriesRegressor(name: Self.priceName, values: price, beyond: .last, plan: pricePlan))
    }
    if !promotion.isEmpty {
      columns.append(
        SeriesRegressor(
          name: Self.promotionName, values: promotion, beyond: .zero, plan: promotionPlan))
    }
    return columns
  }
}
