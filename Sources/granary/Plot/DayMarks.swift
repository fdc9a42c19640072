import Demand
import Pictures

/// Days of a picture as what is drawn of them: those next to each other are one.
enum DayMarks {
  /// From the first to the last of each run of days, with half a day to either side.
  static func spans(_ days: some Sequence<Day>) -> [ClosedRange<Double>] {
    runs(days.map { $0...$0 }).map(span)
  }

  /// Events by their names, each occasion once: other rows of the same name and days tell of other
  /// items or locations. Days outside of what is drawn are left out.
  static func named(_ events: [Event], within shown: ClosedRange<Day>) -> [Chart.Mark] {
    Dictionary(grouping: events, by: \.name).sorted { $0.key < $1.key }
      .flatMap { name, rows in
        runs(days(of: rows, within: shown)).map { Chart.Mark(span($0), name) }
      }
      .sorted { ($0.range.lowerBound, $0.name) < ($1.range.lowerBound, $1.name) }
  }

  /// The days of events that are drawn.
  static func days(of events: [Event], within shown: ClosedRange<Day>) -> [ClosedRange<Day>] {
    events.filter { $0.firstDay <= shown.upperBound && $0.lastDay >= shown.lowerBound }
      .map { ($0.firstDay...$0.lastDay).clamped(to: shown) }
  }

  /// Days that touch or overlap as one, ascending.
  static func runs(_ days: [ClosedRange<Day>]) -> [ClosedRange<Day>] {
    var runs: [ClosedRange<Day>] = []
    for next in days.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = runs.last, next.lowerBound <= last.upperBound + 1 {
        runs[runs.count - 1] = last.lowerBound...max(last.upperBound, next.upperBound)
      } else {
        runs.append(next)
      }
    }
    return runs
  }

  static func span(_ days: ClosedRange<Day>) -> ClosedRange<Double> {
    Double(days.lowerBound.number) - 0.5...Double(days.upperBound.number) + 0.5
  }
}
