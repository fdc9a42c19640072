import Demand

/// What all products of the sample share of its days: the history, and the days after it on which
/// events are known, orders come or the truth is told.
final class SampleCalendar: Sendable {
  /// How far beyond the last day holidays and promotions are known.
  static let knownDays = 91
  /// What sells more on the day before the shops are shut.
  private static let eve = (food: 1.25, other: 1.08)

  /// The number of days of the history; there are more.
  let count: Int
  let firstDay: Day
  /// `2026-11-20,` of each day.
  let texts: [[UInt8]]
  /// 0 for Monday.
  let weekdays: [Int]
  /// The year's wave of each category, -1 to 1.
  private let waves: [[Double]]
  /// What holidays leave of the demand, by category and region.
  private let holidays: [[Double]]
  /// What sales of a whole category take off its prices.
  private let cuts: [[Double]]

  /// The history, and at least `further` days after it.
  init(lastDay: Day, count: Int, further: Int, seed: UInt64) {
    let firstDay = lastDay - (count - 1)
    let days = (0..<count + max(further, Self.knownDays, SampleShelf.longestWait)).map {
      firstDay + $0
    }
    self.count = count
    self.firstDay = firstDay
    texts = days.map { Array("\($0),".utf8) }
    weekdays = days.map(\.weekday)
    waves = SampleCategory.all.map { category in
      days.map { Portable.cosine(turns: Double($0.dayOfYear) / 365.25 - category.yearlyPeak) }
    }
    let years = firstDay.calendar.year...(days.last ?? lastDay).calendar.year
    cuts = SampleCategory.all.indices.map { category in
      var cuts = [Double](repeating: 0, count: days.count)
      for year in years {
        for sale in SampleSale.all(category: category, year: year, seed: seed) {
          for day in sale.firstDay - firstDay...sale.lastDay - firstDay
          where cuts.indices.contains(day) {
            cuts[day] = max(cuts[day], sale.cut)
          }
        }
      }
      return cuts
    }
    holidays = SampleCategory.all.flatMap { category in
      SampleRegion.all.map { region in
        Self.holidays(category, region, firstDay, days.count, years)
      }
    }
  }

  func wave(of category: Int) -> [Double] { waves[category] }
  func cuts(of category: Int) -> [Double] { cuts[category] }
  func holidays(of category: Int, _ region: SampleRegion) -> [Double] {
    holidays[category * SampleRegion.all.count + region.index]
  }

  private static func holidays(
    _ category: SampleCategory, _ region: SampleRegion, _ firstDay: Day, _ count: Int,
    _ years: ClosedRange<Int>
  ) -> [Double] {
    // A day more on the right: its eve may be the last.
    var factors = [Double](repeating: 1, count: count + 1)
    var isShut = [Bool](repeating: false, count: count + 1)
    for year in years.lowerBound...years.upperBound + 1 {
      for holiday in SampleHoliday.all where region.keeps(holiday) {
        let first = holiday.firstDay(in: year) - firstDay
        for day in first..<first + holiday.days where factors.indices.contains(day) {
          factors[day] *= holiday.factor(category.name)
          if holiday.rest < 1 { isShut[day] = true }
        }
      }
    }
    let isFood = category.name == "grocery" || category.name == "drinks"
    for day in 0..<count where isShut[day + 1] && !isShut[day] {
      factors[day] *= isFood ? eve.food : eve.other
    }
    return Array(factors.dropLast())
  }
}

/// Where the same holidays are kept: a city, or anywhere else.
struct SampleRegion: Equatable {
  let index: Int
  /// The city; nothing is anywhere else, where only the holidays of all are kept.
  var city: String? { index < SampleWarehouse.cities.count ? SampleWarehouse.cities[index].0 : nil }

  static let all = (0...SampleWarehouse.cities.count).map(SampleRegion.init(index:))

  func keeps(_ holiday: SampleHoliday) -> Bool {
    holiday.cities.isEmpty || city.map(holiday.cities.contains) ?? false
  }
}
