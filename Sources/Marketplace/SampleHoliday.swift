import Demand

/// A day or some days of every year on which people buy otherwise.
struct SampleHoliday {
  /// When it begins in a year.
  enum Rule {
    case on(month: Int, day: Int)
    /// So many days after Easter Sunday, or before it.
    case easter(Int)
    /// So many days after the weekday (0 is Monday) of this number of a month.
    case weekday(Int, number: Int, month: Int, after: Int)
  }

  let name: String
  let rule: Rule
  var days = 1
  /// What is left of the demand for everything; 0 where all is closed.
  var rest = 1.0
  /// What happens to the demand for single categories, times `rest`.
  var lifts: [String: Double] = [:]
  /// The cities that have it; all places where there are none.
  var cities: [String] = []

  func firstDay(in year: Int) -> Day {
    switch rule {
    case .on(let month, let day): Day(year: year, month: month, day: day)
    case .easter(let days): Self.easter(year) + days
    case .weekday(let weekday, let number, let month, let after):
      Self.first(weekday, Day(year: year, month: month, day: 1)) + (7 * (number - 1) + after)
    }
  }

  /// The categories that it moves, in their order; all where it closes.
  var categories: [String] { SampleCategory.all.map(\.name).filter { lifts[$0] != nil } }

  /// What a category sells at, of its usual demand.
  func factor(_ category: String) -> Double { rest * (lifts[category] ?? 1) }

  private static func first(_ weekday: Int, _ day: Day) -> Day {
    day + (weekday - day.weekday + 7) % 7
  }

  /// Easter Sunday of the Gregorian calendar (the anonymous algorithm of Nature, 20 April 1876;
  /// Meeus, "Astronomical Algorithms", chapter 8).
  static func easter(_ year: Int) -> Day {
    let golden = year % 19
    let (century, yearOfCentury) = (year / 100, year % 100)
    let leapCenturies = (century - (century + 8) / 25 + 1) / 3
    let epact = (19 * golden + century - century / 4 - leapCenturies + 15) % 30
    let toSunday =
      (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
    let late = (golden + 11 * epact + 22 * toSunday) / 451
    let days = epact + toSunday - 7 * late + 114
    return Day(year: year, month: days / 31, day: days % 31 + 1)
  }
}

// MARK: - The year

extension SampleHoliday {
  /// What a holiday of one country leaves: the shops are shut, the site is not.
  private static let regional = 0.3

  /// All holidays. Those of countries are kept by the cities that the warehouses are named after.
  static let all: [SampleHoliday] =
    [
      SampleHoliday(name: "new-year", rule: .on(month: 1, day: 1), rest: 0),
      SampleHoliday(
        name: "valentine", rule: .on(month: 2, day: 11), days: 4,
        lifts: ["beauty": 1.6, "books": 1.15, "fashion": 1.2]),
      SampleHoliday(
        name: "st-patricks-day", rule: .on(month: 3, day: 17), lifts: ["drinks": 1.8],
        cities: ["dublin"]),
      SampleHoliday(
        name: "easter-week", rule: .easter(-6), days: 6,
        lifts: ["grocery": 1.35, "drinks": 1.2, "toys": 1.25, "garden": 1.25]),
      SampleHoliday(name: "easter", rule: .easter(0), rest: 0),
      SampleHoliday(
        name: "kings-day", rule: .on(month: 4, day: 27), lifts: ["drinks": 1.7, "toys": 1.3],
        cities: ["rotterdam"]),
      SampleHoliday(
        name: "mothers-day", rule: .weekday(6, number: 2, month: 5, after: -6), days: 7,
        lifts: ["beauty": 1.5, "home": 1.15, "garden": 1.35, "books": 1.1]),
      SampleHoliday(
        name: "back-to-school", rule: .on(month: 8, day: 24), days: 14,
        lifts: ["fashion": 1.25, "electronics": 1.15, "books": 1.8]),
      SampleHoliday(
        name: "black-friday", rule: .weekday(3, number: 4, month: 11, after: 1), days: 4,
        lifts: [
          "electronics": 2.4, "toys": 1.7, "fashion": 1.7, "beauty": 1.5, "home": 1.5,
          "sports": 1.5,
        ]),
      SampleHoliday(
        name: "sinterklaas", rule: .on(month: 12, day: 1), days: 5, lifts: ["toys": 1.4],
        cities: ["rotterdam", "antwerp"]),
      SampleHoliday(
        name: "christmas-shopping", rule: .on(month: 12, day: 6), days: 17,
        lifts: [
          "toys": 1.5, "books": 1.4, "beauty": 1.35, "electronics": 1.3, "fashion": 1.2,
          "home": 1.15,
        ]),
      SampleHoliday(
        name: "christmas-eve", rule: .on(month: 12, day: 23), days: 2,
        lifts: ["grocery": 1.6, "drinks": 1.6, "toys": 1.2, "books": 1.2]),
      SampleHoliday(name: "christmas", rule: .on(month: 12, day: 25), rest: 0),
      SampleHoliday(
        name: "new-years-eve", rule: .on(month: 12, day: 30), days: 2,
        lifts: ["grocery": 1.3, "drinks": 2.0]),
    ]
    + countries.map { name, rule, cities in
      SampleHoliday(name: name, rule: rule, rest: regional, cities: cities)
    }

  private static let countries: [(String, Rule, [String])] = [
    ("epiphany", .on(month: 1, day: 6), ["madrid", "warsaw", "milan", "vienna"]),
    ("good-friday", .easter(-2), ["berlin", "madrid", "porto", "dublin"]),
    (
      "easter-monday", .easter(1),
      ["berlin", "warsaw", "milan", "lyon", "antwerp", "rotterdam", "vienna", "dublin"]
    ),
    ("freedom-day", .on(month: 4, day: 25), ["milan", "porto"]),
    (
      "labour-day", .on(month: 5, day: 1),
      ["berlin", "madrid", "warsaw", "milan", "lyon", "antwerp", "vienna", "porto"]
    ),
    ("constitution-day", .on(month: 5, day: 3), ["warsaw"]),
    ("ascension", .easter(39), ["berlin", "lyon", "antwerp", "rotterdam", "vienna"]),
    ("whit-monday", .easter(50), ["berlin", "lyon", "antwerp", "rotterdam", "vienna"]),
    ("corpus-christi", .easter(60), ["warsaw", "vienna", "porto"]),
    ("republic-day", .on(month: 6, day: 2), ["milan"]),
    ("bastille-day", .on(month: 7, day: 14), ["lyon"]),
    (
      "assumption", .on(month: 8, day: 15),
      ["madrid", "warsaw", "milan", "lyon", "antwerp", "vienna", "porto"]
    ),
    ("german-unity", .on(month: 10, day: 3), ["berlin"]),
    ("hispanic-day", .on(month: 10, day: 12), ["madrid"]),
    (
      "all-saints", .on(month: 11, day: 1),
      ["madrid", "warsaw", "milan", "lyon", "antwerp", "vienna", "porto"]
    ),
    ("armistice-day", .on(month: 11, day: 11), ["lyon", "antwerp"]),
    ("independence-day", .on(month: 11, day: 11), ["warsaw"]),
    (
      "st-stephens-day", .on(month: 12, day: 26),
      ["berlin", "warsaw", "milan", "rotterdam", "vienna", "dublin"]
    ),
  ]
}
