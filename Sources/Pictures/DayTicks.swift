import Demand

/// Days along an axis that people count by: days, Mondays, first days of months or of years, the
/// finest of which there are not more than wanted.
struct DayTicks: Equatable {
  /// A day on the axis.
  struct Tick: Equatable {
    var day: Day
    var label: String
  }

  /// The ticks, ascending, all within what is shown.
  let ticks: [Tick]

  private static let names = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let dayWidths = [1, 2], weekWidths = [1, 2], monthWidths = [1, 2, 3, 6]
  private static let yearWidths = [1, 2, 5, 10, 20, 50, 100]
  /// The first Monday of all days: 1970-01-05.
  private static let firstMonday = 4

  /// At most `count` ticks within some days.
  init(_ days: ClosedRange<Day>, count: Int) {
    let most = max(1, count)
    let length = days.upperBound - days.lowerBound + 1
    for width in Self.dayWidths where (length + width - 1) / width <= most {
      ticks = Self.every(width, from: 0, in: days)
      return
    }
    for width in Self.weekWidths {
      let weeks = Self.every(7 * width, from: Self.firstMonday, in: days)
      guard weeks.count <= most, weeks.count > 1 else { continue }
      ticks = weeks
      return
    }
    for width in Self.monthWidths {
      let months = Self.months(width, in: days)
      guard months.count <= most, !months.isEmpty else { continue }
      ticks = months
      return
    }
    for width in Self.yearWidths {
      let years = Self.years(width, in: days)
      guard years.count <= most else { continue }
      ticks = years
      return
    }
    ticks = []
  }

  private static func every(
    _ width: Int, from origin: Int, in days: ClosedRange<Day>
  ) -> [Tick] {
    let past = ((Int(days.lowerBound.number) - origin) % width + width) % width
    let first = past == 0 ? days.lowerBound : days.lowerBound + (width - past)
    return stride(from: 0, through: days.upperBound - first, by: width).map { offset in
      let day = first + offset
      let (_, month, number) = day.calendar
      return Tick(day: day, label: "\(number) \(names[month - 1])")
    }
  }

  /// The year stands at the first month and wherever a new one begins.
  private static func months(_ width: Int, in days: ClosedRange<Day>) -> [Tick] {
    var ticks: [Tick] = []
    var (year, month, _) = days.lowerBound.calendar
    var labelled: Int?
    while true {
      let day = Day(year: year, month: month, day: 1)
      guard day <= days.upperBound else { return ticks }
      if day >= days.lowerBound, (month - 1) % width == 0 {
        let name = names[month - 1]
        ticks.append(Tick(day: day, label: labelled == year ? name : "\(name) \(year)"))
        labelled = year
      }
      month += 1
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  private static func years(_ width: Int, in days: ClosedRange<Day>) -> [Tick] {
    let (first, last) = (days.lowerBound.calendar.year, days.upperBound.calendar.year)
    return (first...last).compactMap { year in
      let day = Day(year: year, month: 1, day: 1)
      guard year % width == 0, days.contains(day) else { return nil }
      return Tick(day: day, label: String(year))
    }
  }
}
