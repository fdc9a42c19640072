import Demand
import Glibc

/// What is known beside the demand of a location, by day of its history: the price and promotions.
///
/// Both say of a past day what they said when it was new, so that a corrected past is told from new
/// days.
struct ItemRegressors {
  private static let priceName = "price"
  private static let promotionName = "promotion"

  /// The logarithm of each day's price over the first one; days before the first take it; empty
  /// without prices.
  let price: [Double]
  /// 1 on days of a promotion, else 0; empty without promotions.
  let promotion: [Double]

  /// Of a location's days from `first` on.
  init(_ series: DemandSeries, from first: Int) {
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
    let days = series.promotions.dropFirst(first)
    promotion = days.contains(true) ? days.map { $0 ? 1 : 0 } : []
  }

  /// Of the total, aligned at the end: the mean over the locations that have prices, and the share
  /// of locations with a promotion, each day over those that have begun to sell.
  init(total parts: [(regressors: ItemRegressors, days: Int)]) {
    let count = parts.map(\.days).max() ?? 0
    price = Self.mean(parts.filter { !$0.regressors.price.isEmpty }.map(\.regressors.price), count)
    let hasPromotions = parts.contains { !$0.regressors.promotion.isEmpty }
    promotion =
      hasPromotions
      ? Self.mean(
        parts.map { part in
          part.regressors.promotion.isEmpty
            ? [Double](repeating: 0, count: part.days) : part.regressors.promotion
        }, count) : []
  }

  private static func isPrice(_ price: Double) -> Bool { price > 0 && price < 1e30 }

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

  /// As a model takes them: a price stays what it is, promotions are not known ahead.
  var columns: [SeriesRegressor] {
    var columns: [SeriesRegressor] = []
    if !price.isEmpty {
      columns.append(SeriesRegressor(name: Self.priceName, values: price, beyond: .last))
    }
    if !promotion.isEmpty {
      columns.append(SeriesRegressor(name: Self.promotionName, values: promotion, beyond: .zero))
    }
    return columns
  }
}
