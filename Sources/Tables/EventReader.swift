public import Demand

/// Reads holidays and promotions: `event,first_day[,last_day,kind,scope,price_cut]`, columns in any
/// order, days past and to come.
public enum EventReader {
  /// The columns.
  public static let columns = ["event", "first_day", "last_day", "kind", "scope", "price_cut"]

  /// Reads a whole file: the events in its order, and the rows that were not taken.
  public static func read(
    _ source: ByteSource, knownLocations: [Location]? = nil
  ) throws(TableError) -> (events: [Event], rejected: [RejectedRow]) {
    var rows = try MasterRows(
      source, required: Array(columns.prefix(2)), optional: Array(columns.dropFirst(2)))
    let known = knownLocations.map(Set.init)
    var events: [Event] = []
    var seen: Set<Event> = []
    var rejected: [RejectedRow] = []
    while let row = try rows.next({ (row) throws(MasterRows.Fault) in
      let event = try parse(row, known)
      guard seen.insert(event).inserted else {
        throw MasterRows.Fault(
          reason: .duplicate,
          sentence: "\(event.name) from \(event.firstDay) is there twice; remove one row")
      }
      guard events.count < EventCalendar.maximumCount else {
        throw MasterRows.Fault(
          reason: .tooMany,
          sentence: "there are more than \(EventCalendar.maximumCount) events; leave out the "
            + "oldest, or put promotions of single SKUs together by category")
      }
      return event
    }) {
      switch row {
      case .success(let event): events.append(event)
      case .failure(let rejection): rejected.append(rejection.row)
      }
    }
    return (events, rejected)
  }

  private static func parse(
    _ row: borrowing MasterRows, _ known: Set<Location>?
  ) throws(MasterRows.Fault) -> Event {
    let name = String(
      decoding: try row.name("event", limit: Event.maximumNameBytes, .badWord), as: UTF8.self)
    let first = try day(row, "first_day")
    guard let first else {
      throw MasterRows.Fault(
        reason: .badDate, sentence: "first_day is empty; write when \(name) begins")
    }
    let last = try day(row, "last_day") ?? first
    guard last >= first else {
      throw MasterRows.Fault(
        reason: .contradiction,
        sentence: "last_day \(last) is before first_day \(first); swap them, or leave last_day "
          + "empty for a single day")
    }
    guard last - first < Event.maximumDays else {
      throw MasterRows.Fault(
        reason: .contradiction,
        sentence: "\(name) lasts \(last - first + 1) days, at most \(Event.maximumDays) are taken; "
          + "what is always there is no event")
    }
    let word = try row.word("kind", among: EventKind.allCases.map(\.name))
    let kind = EventKind.allCases.first { $0.name == word } ?? .holiday
    return Event(
      name: name, firstDay: first, lastDay: last, kind: kind, scope: try scope(row, known),
      priceCut: try priceCut(row, kind))
  }

  private static func day(
    _ row: borrowing MasterRows, _ column: String
  ) throws(MasterRows.Fault) -> Day? {
    let text = try row.cell(column)
    guard !text.isEmpty else { return nil }
    do { return try Day(text) } catch {
      let reason: RejectedRow.Reason =
        if case .dateOutOfRange = error { .dateOutOfRange } else { .badDate }
      throw MasterRows.Fault(reason: reason, sentence: "\(column): \(error)")
    }
  }

  private static func scope(
    _ row: borrowing MasterRows, _ known: Set<Location>?
  ) throws(MasterRows.Fault) -> EventScope {
    let text = try row.cell("scope")
    let scope: EventScope
    do { scope = try EventScope(text: text) } catch {
      throw MasterRows.Fault(reason: .badScope, sentence: "\(error)")
    }
    if let location = scope.location { try row.check(location, "location", known: known) }
    return scope
  }

  private static func priceCut(
    _ row: borrowing MasterRows, _ kind: EventKind
  ) throws(MasterRows.Fault) -> Double? {
    guard let cut = try row.number("price_cut") else { return nil }
    guard kind == .promotion else {
      throw MasterRows.Fault(
        reason: .contradiction,
        sentence: "price_cut goes with kind promotion; write that, or leave price_cut empty")
    }
    guard cut < 1 else {
      let hint =
        cut > 1 && cut < 100
        ? "; write \(MasterRows.text(cut / 100)) for a cut by \(MasterRows.text(cut)) %" : ""
      throw MasterRows.Fault(
        reason: .badNumber,
        sentence: "price_cut \(MasterRows.text(cut)) is not from 0 to below 1\(hint)")
    }
    return cut
  }
}
