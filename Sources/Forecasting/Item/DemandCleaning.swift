public import Demand

/// What models take of a location's days: the one place where days are cleaned, and counted as
/// cleaned.
///
/// From the first sale to the day at hand, in this order: a day on which more came back than was
/// sold is 0; a day on which the shelf was empty for all or part of it is missing, unless the
/// location never sold on any other; an outlier is missing. What is stored stays as it was given.
public struct DemandCleaning: Equatable, Sendable {
  /// Demand by day from the first sale on; NaN where a day is missing, empty before the first sale.
  public let values: [Double]
  /// The number of days before the first sale.
  let skipped: Int
  /// The days on which nothing sold, by a row or for want of one, which count as a demand of 0.
  public private(set) var idleDays = 0
  /// How many of these came after the last row.
  public private(set) var trailingDays = 0
  /// The days that are missing because the shelf was empty.
  public private(set) var stockoutDays = 0
  /// The days on which the shelf was empty that count all the same, since there are no others.
  public private(set) var keptStockoutDays = 0
  /// The days that count as 0 because more came back than was sold.
  public private(set) var returnDays = 0
  /// The days that are missing because they lie far beyond all others.
  public private(set) var outliers: [Outlier] = []

  /// A day far beyond all days around it.
  public struct Outlier: Equatable, Sendable {
    /// The day.
    public let day: Day
    /// What was sold.
    public let units: Double
    /// The most that was sold on any other day around it.
    public let most: Double
  }

  /// What sales and returns leave between themselves is nothing below this: their sums are not
  /// exact, and exports write six decimals.
  static let leastUnits = 5e-7

  /// Cleans what is known of a location on `asOf`; `events` are those that concern the item.
  public init(_ demand: LocationDemand, events: [Event], asOf: Day) {
    self.init(
      seen: demand.series.seen(asOf: asOf), lastRow: demand.series.end, events: events,
      at: demand.location)
  }

  /// Cleans a series that ends on the day at hand, whose last row was on `lastRow`.
  init(seen series: DemandSeries, lastRow: Day, events: [Event], at location: Location) {
    var values = series.units
    for day in values.indices where values[day] < Self.leastUnits { values[day] = 0 }
    let isMissing = Self.missingDays(series, values)
    for day in isMissing.indices where isMissing[day] { values[day] = .nan }
    let first = values.firstIndex { $0 > 0 && $0.isFinite } ?? values.endIndex
    let isIdle = values[first...].map { $0 == 0 }
    for (index, day) in (first..<values.endIndex).enumerated() {
      if isIdle[index] {
        if series.units[day] <= -Self.leastUnits { returnDays += 1 } else { idleDays += 1 }
        if series.start + day > lastRow { trailingDays += 1 }
      }
      guard !series.stockouts.isEmpty, series.stockouts[day] else { continue }
      if isMissing.isEmpty { keptStockoutDays += 1 } else { stockoutDays += 1 }
    }
    var cleaned = Array(values[first...])
    outliers = Outliers.days(of: cleaned) { day in
      // What was known to happen is no mistake, however much sold.
      !series.promotions.isEmpty && series.promotions[first + day]
        || events.contains { $0.isAt(location, on: series.start + (first + day)) }
    }.map { found in
      defer { cleaned[found.day] = .nan }
      return Outlier(
        day: series.start + (first + found.day), units: cleaned[found.day], most: found.most)
    }
    self.values = cleaned
    skipped = first
  }

  /// Whether each day is missing for want of stock; empty where none is. What sold while the shelf
  /// was empty says too little of what was wanted, but more than nothing: where there are no other
  /// sales these days stand.
  private static func missingDays(_ series: DemandSeries, _ values: [Double]) -> [Bool] {
    guard series.stockouts.contains(true) else { return [] }
    let sellsOtherwise = values.indices.contains { day in
      !series.stockouts[day] && values[day] > 0 && values[day].isFinite
    }
    return sellsOtherwise ? series.stockouts : []
  }
}

/// Days so far beyond all others around them that only a typing error or a bulk order explains
/// them.
///
/// A day is one where what was sold, without a promotion, is at least `factor` and more than
/// `factor` times what was sold on any other day up to `reachDays` before and after it, and enough
/// days around it say what is usual. A little more than a year either way, so that what returns
/// every year is none from the second time on. Two such days close to each other keep each other,
/// as does a new level: the rule would rather leave an error in than take demand out.
enum Outliers {
  static let factor = 10.0
  static let reachDays = 371
  /// How many days with demand there must be around it.
  static let leastDemandDays = 28

  /// The days, ascending, each with the most that was sold on another day around it. Missing days
  /// are NaN.
  static func days(
    of values: [Double], isPromoted: (Int) -> Bool
  ) -> [(day: Int, most: Double)] {
    var found: [(day: Int, most: Double)] = []
    for day in values.indices where values[day] >= factor && values[day].isFinite {
      guard !isPromoted(day), let most = most(around: day, of: values) else { continue }
      found.append((day, most))
    }
    return found
  }

  /// The most around a day that is an outlier; nothing where it is none. It looks outwards and
  /// stops at the first day that is large enough, which is mostly the next one.
  private static func most(around day: Int, of values: [Double]) -> Double? {
    let bound = values[day] / factor
    var most = 0.0
    var demandDays = 0
    for distance in 1...reachDays {
      for other in [day - distance, day + distance] where values.indices.contains(other) {
        let value = values[other]
        if value >= bound { return nil }
        if value > 0 { demandDays += 1 }
        most = max(most, value.isNaN ? 0 : value)
      }
    }
    return demandDays >= leastDemandDays ? most : nil
  }
}
