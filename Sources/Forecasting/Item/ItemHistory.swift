import Demand

/// A SKU's demand as of a day: each location from its first sale, and their sum.
struct ItemHistory {
  let locations: [Location]
  /// By location: the days from its first sale to the day at hand, as `DemandCleaning` leaves them;
  /// empty before the first sale.
  let parts: [SeriesInput]
  /// The sum by day from the first sale anywhere.
  let total: SeriesInput

  init(_ item: ItemDemand, asOf: Day) {
    self.init(item.demand, category: item.category, events: item.events, asOf: asOf)
  }

  init(_ item: [LocationDemand], category: String, events: [Event] = [], asOf: Day) {
    let sorted = item.sorted { $0.location < $1.location }
    let shared = category.isEmpty ? [] : ["category " + category]
    let known = ItemEvents(events, asOf: asOf)
    func context(_ days: Int, _ trait: String, _ events: [SeriesEvent]) -> SeriesContext {
      SeriesContext(
        firstDay: Self.firstDay(days, asOf), traits: shared + [trait], events: events)
    }
    locations = sorted.map(\.location)
    var parts: [SeriesInput] = []
    var beside: [ItemRegressors] = []
    for demand in sorted {
      let seen = demand.series.seen(asOf: asOf)
      let cleaned = DemandCleaning(
        seen: seen, lastRow: demand.series.end, events: events, at: demand.location)
      let units = cleaned.values
      let regressors = ItemRegressors(
        seen, from: cleaned.skipped, promotions: known.promotions(at: demand.location),
        ahead: known.ahead)
      beside.append(regressors)
      parts.append(
        SeriesInput(
          values: units, regressors: regressors.columns,
          context: context(
            units.count, "location \(demand.location)", known.holidays(at: demand.location))))
    }
    self.parts = parts
    let total = Self.total(parts.map(\.values))
    let days = parts.map(\.values.count)
    let regressors = ItemRegressors(
      total: zip(beside, days).map { ($0, $1) }, ahead: known.ahead)
    // The total of a single location is that location's demand.
    let isOne = parts.count == 1
    self.total = SeriesInput(
      values: total, regressors: regressors.columns,
      context: isOne
        ? parts[0].context
        : context(
          total.count, Self.allLocations,
          known.holidays(
            of: zip(locations, days).map { ($0, Int(Self.firstDay($1, asOf).number)) })))
  }

  private static func firstDay(_ days: Int, _ asOf: Day) -> Day {
    Day(number: asOf.number - Int32(days) + 1)
  }

  /// The trait of demand at all locations together.
  private static let allLocations = "all locations"

  /// The series that have models of their own: the total, and where there are several locations
  /// each that sells often enough.
  var fitted: [(location: Location?, input: SeriesInput)] {
    var series: [(location: Location?, input: SeriesInput)] = [(nil, total)]
    guard locations.count != 1 else { return series }
    for (location, part) in zip(locations, parts)
    where series.count <= ItemModel.maximumLocations
      && Self.demandDays(part.values) >= ItemModel.leastDemandDays
    {
      series.append((location, part))
    }
    return series
  }

  /// How many days of a location count as a sale.
  static func demandDays(_ units: [Double]) -> Int {
    units.reduce(0) { $0 + (History.isObserved($1) && $1 > 0 ? 1 : 0) }
  }

  /// The sum by day, aligned at the end. Where a location is missing it is taken to have sold what
  /// it sold of late; a day on which all are missing is missing.
  private static func total(_ units: [[Double]]) -> [Double] {
    let count = units.map(\.count).max() ?? 0
    var total = [Double](repeating: 0, count: count)
    var seen = [Bool](repeating: false, count: count)
    var made = [Double](repeating: 0, count: count)
    var areWhole = true
    for series in units {
      let offset = count - series.count
      var level = 0.0
      var isFirst = true
      for day in series.indices {
        let value = series[day]
        if History.isObserved(value) {
          level = isFirst ? value : level + 0.1 * (value - level)
          isFirst = false
          total[offset + day] += value
          seen[offset + day] = true
          areWhole = areWhole && value.rounded() == value
        } else {
          made[offset + day] += level
        }
      }
    }
    add(made, inWholeUnits: areWhole, to: &total)
    for day in total.indices where !seen[day] { total[day] = .nan }
    return total
  }

  /// Adds what was made up for missing locations. Where demand is counted it is added in whole
  /// units, what is left over going to the next such day: parts of units would make another kind of
  /// demand of it, and a location that hardly sells would turn days of nothing into days of next to
  /// nothing.
  private static func add(_ made: [Double], inWholeUnits: Bool, to total: inout [Double]) {
    var left = 0.0
    for day in made.indices where made[day] > 0 {
      left += made[day]
      let added = inWholeUnits ? left.rounded(.down) : left
      if added >= DemandCleaning.leastUnits {
        total[day] += added
        left -= added
      }
    }
  }

  /// Each location's part of the recent sales, smoothed; they add up to 1, or are 0 without sales.
  var shares: [Double] {
    let keep = Self.decay
    let recent = parts.map(\.values).map { series in
      var sales = 0.0
      var days = 0.0
      for value in series {
        sales *= keep
        days *= keep
        if History.isObserved(value) {
          sales += value
          days += 1
        }
      }
      // Missing days are made up for by the ones that were observed, as far as there are any.
      let span = (1 - Self.power(keep, series.count)) / (1 - keep)
      return days > 0 ? sales * span / days : 0
    }
    let sum = recent.reduce(0, +)
    return sum > 0 ? recent.map { $0 / sum } : recent.map { _ in 0 }
  }

  /// 0.5^(1/28), without a library: a constant of the format of results.
  private static let decay = 0.975_548_642_052_573_2

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<exponent { result *= base }
    return result
  }
}
