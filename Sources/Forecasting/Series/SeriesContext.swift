public import Demand

/// What a series is, beside its values: where it stands in time and what it has in common with
/// others.
public struct SeriesContext: Equatable, Sendable {
  /// The number of the first value on a grid that all series share: days since 1970-01-01 where
  /// values are days.
  public var first: Int
  /// Whether values are days of the calendar.
  public var isDaily: Bool
  /// Words such as a category or a place, which series of one kind share. Networks learn from them.
  public var traits: [String]
  /// What takes place now and again, on the same grid; each name once.
  public var events: [SeriesEvent]

  /// Joins the four.
  public init(
    first: Int = 0, isDaily: Bool = false, traits: [String] = [], events: [SeriesEvent] = []
  ) {
    self.first = first
    self.isDaily = isDaily
    self.traits = traits
    self.events = events
  }

  /// A daily series from a date on.
  public init(firstDay: Day, traits: [String] = [], events: [SeriesEvent] = []) {
    self.init(first: Int(firstDay.number), isDaily: true, traits: traits, events: events)
  }

  /// The context of the values after the first `count`.
  func dropping(_ count: Int) -> SeriesContext {
    SeriesContext(first: first + count, isDaily: isDaily, traits: traits, events: events)
  }
}
