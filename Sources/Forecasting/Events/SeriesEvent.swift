/// Something that recurs, by name: the days on which it takes place, past and to come. They are
/// known ahead.
public struct SeriesEvent: Equatable, Sendable {
  /// Days in a row.
  public struct Span: Equatable, Sendable {
    /// The first day and the last one, on the grid of `SeriesContext.first`.
    public var first: Int, last: Int
    /// The part of the series that it concerns, above 0 and at most 1: of a total, the share of
    /// its locations.
    public var share: Double

    /// Joins the three.
    public init(first: Int, last: Int, share: Double = 1) {
      self.first = first
      self.last = last
      self.share = share
    }
  }

  /// What it is called in explanations, among regressors.
  public let name: String
  /// Ascending, none overlapping another.
  public let spans: [Span]

  /// Takes days in any order; where some overlap, they must be of one share.
  public init(name: String, spans: [Span]) {
    self.name = name
    var merged: [Span] = []
    for span in spans.sorted(by: { ($0.first, $0.last) < ($1.first, $1.last) })
    where span.first <= span.last {
      if let last = merged.last, span.first <= last.last + 1, last.share == span.share {
        merged[merged.count - 1].last = max(last.last, span.last)
      } else {
        merged.append(span)
      }
    }
    self.spans = merged
  }

  /// The share on each of some days.
  func shares(_ days: Range<Int>) -> [Double] {
    var shares = [Double](repeating: 0, count: days.count)
    for span in spans[firstSpan(endingFrom: days.lowerBound)...] {
      guard span.first < days.upperBound else { break }
      let inside = max(span.first, days.lowerBound)...min(span.last, days.upperBound - 1)
      for day in inside { shares[day - days.lowerBound] = span.share }
    }
    return shares
  }

  /// How often it took place on some days; spans that touch are one occasion.
  func occasions(_ days: Range<Int>) -> Int {
    var count = 0
    var end = Int.min
    for span in spans[firstSpan(endingFrom: days.lowerBound)...] {
      guard span.first < days.upperBound else { break }
      if span.first > end { count += 1 }
      end = span.last + 1
    }
    return count
  }

  /// The place of the first span that ends on a day or later.
  private func firstSpan(endingFrom day: Int) -> Int {
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].last < day { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension SeriesContext {
  /// An event has to have taken place so often before it tells anything.
  static let leastOccasions = 2

  /// The grid's days of the first `count` values.
  func days(_ count: Int) -> Range<Int> { first..<(first + max(0, count)) }

  /// The events that took place often enough within the first `count` values.
  func recurringEvents(_ count: Int) -> [SeriesEvent] {
    events.filter { $0.occasions(days(count)) >= Self.leastOccasions }
  }

  /// The event of this name.
  func event(_ name: String) -> SeriesEvent? { events.first { $0.name == name } }
}
