import Demand

/// The last entries of a log without a gap, oldest first, and what they weigh.
struct RecentEntries: Sendable {
  /// What an entry takes beside its bytes, about.
  private static let entryBytes = 96

  private struct Kept: Sendable {
    var entry: LogEntry
    /// The bytes of all entries that were ever kept here, up to and with this one.
    var end: Int
  }

  /// Where the log was before the first entry that is kept.
  private(set) var base: LogPosition
  private var baseEnd = 0
  private var kept: [Kept] = []
  /// How many at the front of `kept` are gone: they are removed when they are many.
  private var gone = 0

  /// Nothing yet of a log that is at a position.
  init(from base: LogPosition) { self.base = base }

  /// Where the log is.
  var end: LogPosition { kept.last?.entry.position ?? base }

  /// The bytes of the entries that are kept.
  var bytes: Int { (kept.last?.end ?? baseEnd) - baseEnd }

  /// The position at a number, where it is known.
  func position(at number: UInt64) -> LogPosition? {
    if number == base.number { return base }
    return index(of: number).map { kept[$0].entry.position }
  }

  /// The entry with a number, where it is kept.
  func entry(_ number: UInt64) -> LogEntry? { index(of: number).map { kept[$0].entry } }

  /// The bytes of the entries that are kept, behind a number.
  func bytes(behind number: UInt64) -> Int {
    let end = kept.last?.end ?? baseEnd
    return end - (index(of: number).map { kept[$0].end } ?? (number > base.number ? end : baseEnd))
  }

  private func index(of number: UInt64) -> Int? {
    guard number > base.number, number <= end.number else { return nil }
    return gone + Int(number - base.number) - 1
  }

  /// Keeps one more.
  mutating func append(_ entry: LogEntry) {
    kept.append(
      Kept(entry: entry, end: (kept.last?.end ?? baseEnd) + entry.bytes.count + Self.entryBytes))
  }

  /// Forgets the oldest.
  mutating func removeFirst() {
    guard gone < kept.count else { return }
    base = kept[gone].entry.position
    baseEnd = kept[gone].end
    kept[gone].entry.bytes = []
    gone += 1
    if gone == kept.count || gone > 64 && gone > kept.count / 2 {
      kept.removeFirst(gone)
      gone = 0
    }
  }

  /// Forgets all, and goes on from a position.
  mutating func reset(to position: LogPosition) { self = RecentEntries(from: position) }
}
