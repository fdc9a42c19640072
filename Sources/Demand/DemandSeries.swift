/// The demand of one SKU at one location (or in total), a value per day from `start` on.
///
/// A day without a row is 0; a day that is known to be missing is NaN. A day on which more came
/// back than was sold is below 0: sums are kept as they are, since rows of the day may still come,
/// and who reads them for demand takes such a day as 0.
public struct DemandSeries: Equatable, Sendable {
  /// The longest history, in days.
  public static let maximumDays = 16_384

  /// The first day.
  public var start: Day
  /// Units sold per day, less those that came back; NaN where the day is missing.
  public var units: [Double]
  /// The price per day where one was ever given, else empty; 0 on days before the first price.
  public var prices: [Float]
  /// Whether a promotion ran, per day, where one ever did, else empty.
  public var promotions: [Bool]
  /// Whether the shelf was empty for all or part of the day, per day, where it ever was, else
  /// empty. What sold then says too little of what was wanted.
  public var stockouts: [Bool]

  /// Makes a series; `prices`, `promotions` and `stockouts` are empty or as long as `units`.
  public init(
    start: Day, units: [Double], prices: [Float] = [], promotions: [Bool] = [],
    stockouts: [Bool] = []
  ) {
    precondition(prices.isEmpty || prices.count == units.count, "prices: wrong size")
    precondition(promotions.isEmpty || promotions.count == units.count, "promotions: wrong size")
    precondition(stockouts.isEmpty || stockouts.count == units.count, "stockouts: wrong size")
    self.start = start
    self.units = units
    self.prices = prices
    self.promotions = promotions
    self.stockouts = stockouts
  }

  /// The last day.
  public var end: Day { start + (units.count - 1) }

  /// The series as seen on `asOf`: later days are cut off, days from its end to `asOf` are 0.
  public func seen(asOf: Day) -> DemandSeries {
    var seen = self
    let days = max(0, asOf - start + 1)
    let missing = days - units.count
    if missing >= 0 {
      seen.units.append(contentsOf: repeatElement(0, count: missing))
      if !prices.isEmpty {
        seen.prices.append(contentsOf: repeatElement(prices.last ?? 0, count: missing))
      }
      if !promotions.isEmpty {
        seen.promotions.append(contentsOf: repeatElement(false, count: missing))
      }
      if !stockouts.isEmpty {
        seen.stockouts.append(contentsOf: repeatElement(false, count: missing))
      }
    } else {
      seen.units.removeLast(-missing)
      if !prices.isEmpty { seen.prices.removeLast(-missing) }
      if !promotions.isEmpty { seen.promotions.removeLast(-missing) }
      if !stockouts.isEmpty { seen.stockouts.removeLast(-missing) }
    }
    return seen
  }

  /// The number of days on which something sold.
  public var nonZeroDays: Int { units.reduce(0) { $0 + ($1 > 0 ? 1 : 0) } }
}
