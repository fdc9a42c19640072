import Demand

/// How far apart the values of the series of a file stand, and how the file writes its times.
public struct Spacing: Equatable, Sendable, CustomStringConvertible {
  /// The step from one value to the next.
  public enum Step: Equatable, Sendable {
    /// Whole numbers that differ by this.
    case integers(Int64)
    /// Timestamps this many seconds apart.
    case seconds(Int64)
    /// Dates this many days apart.
    case days(Int64)
    /// Dates this many calendar months apart: 1 monthly, 3 quarterly, 12 yearly.
    case months(Int64)
  }

  /// The step.
  public let step: Step
  let notation: Notation
  /// The day of the month of calendar steps; 31 is the last one, whichever it is.
  let dayOfMonth: Int
  /// The second of the day of calendar steps written as timestamps.
  let secondOfDay: Int64

  /// The number of values after which calendars repeat: 7 for days, 12 for months, 24 for hours; 1
  /// where none suggests itself.
  public var season: Int {
    switch step {
    case .days(1): 7
    case .days(7): 52
    case .months(let count): count < 12 && 12 % count == 0 ? Int(12 / count) : 1
    case .seconds(StampText.secondsPerDay): 7
    case .seconds(let count):
      count < StampText.secondsPerDay && StampText.secondsPerDay % count == 0
        ? Int(StampText.secondsPerDay / count) : 1
    default: 1
    }
  }

  /// Whether a step is a date.
  public var isDaily: Bool { step == .days(1) }

  /// The number of a series' first value on the grid that all series of the file share.
  public func position(_ series: LongSeries) -> Int {
    Int(truncatingIfNeeded: series.first / max(1, count))
  }

  /// The spacing in words.
  public var description: String {
    switch step {
    case .integers(1), .days(1), .months(1), .seconds(1): "1 \(unit)"
    case .integers(let count), .days(let count), .months(let count), .seconds(let count):
      "\(count) \(unit)s"
    }
  }

  private var unit: String {
    switch step {
    case .integers: "step"
    case .seconds: "second"
    case .days: "day"
    case .months: "month"
    }
  }

  /// The time of a value of a series, as the file would write it; `index` may lie past its end.
  public func label(_ series: LongSeries, at index: Int) -> String {
    notation.text(place(ordinal: series.first &+ Int64(index) &* count))
  }

  /// The time `step` steps after the last value of a series (1 is the next), as the file would
  /// write it.
  public func future(_ series: LongSeries, _ step: Int) -> String {
    label(series, at: series.values.count - 1 + step)
  }
}

// MARK: - Places and ordinals

extension Spacing {
  /// How many ordinals a step is. An ordinal is a place, or a month's number for calendar steps.
  var count: Int64 {
    switch step {
    case .integers(let count), .seconds(let count), .days(let count), .months(let count): count
    }
  }

  var isCalendar: Bool {
    if case .months = step { true } else { false }
  }

  /// The ordinal of a place that a row gave.
  func ordinal(place: Int64) -> Int64 {
    isCalendar ? Self.month(of: notation.day(of: place)) : place
  }

  /// The place that the value of an ordinal stands at.
  func place(ordinal: Int64) -> Int64 {
    guard isCalendar else { return ordinal }
    // A forecast in steps of centuries leaves the calendar: it stays at the calendar's end.
    let ordinal = min(max(ordinal, -Self.lastMonth), Self.lastMonth)
    let year = Int((ordinal - (ordinal < 0 ? 11 : 0)) / 12)
    let month = Int(ordinal) - year * 12 + 1
    let day = min(dayOfMonth, Day.daysInMonth(month, year: year))
    let number = Int64(Day(year: year, month: month, day: day).number)
    if case .timestamp = notation { return number * StampText.secondsPerDay + secondOfDay }
    return number
  }

  /// A month within the days that are numbered, some five million years off.
  private static let lastMonth: Int64 = 12 * 5_000_000

  /// Months since year 0.
  static func month(of day: Int64) -> Int64 {
    let calendar = Day(number: Int32(clamping: day)).calendar
    return Int64(calendar.year * 12 + calendar.month - 1)
  }
}

extension Notation {
  /// The day of a place; nothing sensible for integers.
  fileprivate func day(of place: Int64) -> Int64 {
    if case .timestamp = self { StampText.split(place).day } else { place }
  }
}

// MARK: - Inference

extension Spacing {
  /// A gap of at least this many days may be a calendar month.
  private static let shortestMonth: Int64 = 28

  /// Infers the spacing from the places of all series, each ascending: the most common gap, in
  /// calendar months where all places stand on one day of the month or all on the last one.
  /// Nothing when no series has two places.
  static func infer(_ places: [[Int64]], notation: Notation) -> Spacing? {
    guard let gap = commonestGap(places) else { return nil }
    switch notation {
    case .integer: return Spacing(.integers(gap), notation)
    case .date:
      guard gap >= shortestMonth, let day = dayOfMonth(places, notation) else {
        return Spacing(.days(gap), notation)
      }
      return calendar(places, notation, dayOfMonth: day, secondOfDay: 0)
    case .timestamp:
      guard gap >= shortestMonth * StampText.secondsPerDay,
        let first = places.lazy.flatMap({ $0 }).first,
        places.allSatisfy({
          $0.allSatisfy { StampText.split($0).second == StampText.split(first).second }
        }), let day = dayOfMonth(places, notation)
      else { return Spacing(.seconds(gap), notation) }
      return calendar(
        places, notation, dayOfMonth: day, secondOfDay: StampText.split(first).second)
    }
  }

  private init(
    _ step: Step, _ notation: Notation, dayOfMonth: Int = 1, secondOfDay: Int64 = 0
  ) {
    self.step = step
    self.notation = notation
    self.dayOfMonth = dayOfMonth
    self.secondOfDay = secondOfDay
  }

  private static func calendar(
    _ places: [[Int64]], _ notation: Notation, dayOfMonth: Int, secondOfDay: Int64
  ) -> Spacing? {
    let months = places.map { $0.map { month(of: notation.day(of: $0)) } }
    return commonestGap(months).map {
      Spacing(.months($0), notation, dayOfMonth: dayOfMonth, secondOfDay: secondOfDay)
    }
  }

  /// The most common gap; the smaller one on a tie, since it leaves no place between.
  private static func commonestGap(_ places: [[Int64]]) -> Int64? {
    var counts: [Int64: Int] = [:]
    for series in places {
      for index in series.indices.dropFirst() {
        counts[series[index] - series[index - 1], default: 0] += 1
      }
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  /// The one day of the month (1...28) on which all places stand, or 31 when all are month ends.
  private static func dayOfMonth(_ places: [[Int64]], _ notation: Notation) -> Int? {
    var common: Int?
    var isOneDay = true
    var areEnds = true
    for place in places.lazy.flatMap({ $0 }) {
      let (year, month, day) = Day(number: Int32(clamping: notation.day(of: place))).calendar
      isOneDay = isOneDay && day <= shortestMonth && day == common ?? day
      areEnds = areEnds && day == Day.daysInMonth(month, year: year)
      common = day
      guard isOneDay || areEnds else { return nil }
    }
    return areEnds ? 31 : common
  }
}
