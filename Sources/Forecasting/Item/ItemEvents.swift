import Demand

/// What is known of the days of an item's locations, past and to come: holidays by name, and
/// promotions.
struct ItemEvents {
  /// Days on which a promotion was planned, and the share that it takes off the price.
  struct Promotion {
    var days: ClosedRange<Int>
    var priceCut: Double?
  }

  /// What holidays are called among regressors and explanations.
  static func regressorName(_ event: String) -> String { "holiday \(event)" }

  private let promotions: [Event]
  /// Holidays by their names, in the order of names; each name's in the order of days.
  private let holidays: [(name: String, rows: [Event])]
  /// The days after the one at hand that promotions reach to; no forecast goes beyond its limit.
  let ahead: Int

  /// `events` are those that concern the item.
  init(_ events: [Event], asOf: Day) {
    promotions = events.filter { $0.kind == .promotion }
    holidays = Self.byName(events)
    let last = promotions.map(\.lastDay).max() ?? asOf
    ahead = max(0, min(last - asOf, Forecast.maximumHorizon))
  }

  /// The promotions at a location.
  func promotions(at location: Location) -> [Promotion] {
    promotions.filter { $0.isAt(location) }
      .map { Promotion(days: $0.days, priceCut: $0.priceCut) }
  }

  /// The holidays at a location.
  func holidays(at location: Location) -> [SeriesEvent] {
    holidays.compactMap { name, rows in
      let own = rows.filter { $0.isAt(location) }
      return own.isEmpty ? nil : Self.event(name, own)
    }
  }

  /// Holidays that concern a series, by their names.
  static func holidays(of events: [Event]) -> [SeriesEvent] {
    byName(events).map { event($0.name, $0.rows) }
  }

  private static func event(_ name: String, _ rows: [Event]) -> SeriesEvent {
    SeriesEvent(name: regressorName(name), spans: rows.map(\.span))
  }

  /// The holidays of all locations together: each day's share of those that have begun to sell, by
  /// their first days.
  func holidays(of locations: [(location: Location, first: Int)]) -> [SeriesEvent] {
    holidays.map { name, rows in
      guard rows.contains(where: { $0.scope.location != nil }) else {
        return Self.event(name, rows)
      }
      let parts = locations.map { place in
        (
          first: place.first,
          spans: SeriesEvent(
            name: name, spans: rows.filter { $0.isAt(place.location) }.map(\.span)
          ).spans
        )
      }
      return SeriesEvent(name: Self.regressorName(name), spans: Self.shares(parts))
    }.filter { !$0.spans.isEmpty }
  }

  private static func byName(_ events: [Event]) -> [(name: String, rows: [Event])] {
    Dictionary(grouping: events.filter { $0.kind == .holiday }, by: \.name)
      .sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.sorted { $0.firstDay < $1.firstDay }) }
  }

  /// The share of the parts that have begun on whose spans a day is: where it changes, a span ends.
  private static func shares(
    _ parts: [(first: Int, spans: [SeriesEvent.Span])]
  ) -> [SeriesEvent.Span] {
    var changes: [Int: (begun: Int, held: Int)] = [:]
    for part in parts {
      changes[part.first, default: (0, 0)].begun += 1
      for span in part.spans where span.last >= part.first {
        changes[max(span.first, part.first), default: (0, 0)].held += 1
        changes[span.last + 1, default: (0, 0)].held -= 1
      }
    }
    var spans: [SeriesEvent.Span] = []
    var (begun, held, from) = (0, 0, 0)
    for (day, change) in changes.sorted(by: { $0.key < $1.key }) {
      if held > 0 {
        let share = Double(held) / Double(max(1, begun))
        spans.append(SeriesEvent.Span(first: from, last: day - 1, share: share))
      }
      begun += change.begun
      held += change.held
      from = day
    }
    return spans
  }
}

extension Event {
  fileprivate var days: ClosedRange<Int> { Int(firstDay.number)...Int(lastDay.number) }

  fileprivate var span: SeriesEvent.Span {
    SeriesEvent.Span(first: days.lowerBound, last: days.upperBound)
  }

  func isAt(_ location: Location) -> Bool {
    scope.location.map { $0 == location } ?? true
  }

  func isAt(_ location: Location, on day: Day) -> Bool {
    firstDay <= day && day <= lastDay && isAt(location)
  }
}
