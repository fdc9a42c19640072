import Packing

/// A digest of a past, taken day by day: tells whether a model's filters have seen this very past.
struct PastDigest: Equatable, Sendable {
  /// The digest up to now.
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325
  /// The days that are in it.
  private(set) var days = 0

  init() {}

  /// Digests the first `count` days.
  init(_ history: History, regressors: [[Double]], days count: Int) {
    add(history, regressors: regressors, to: count)
  }

  /// Takes the days up to `end`: each day's value, whether it is missing, and its regressors.
  mutating func add(_ history: History, regressors: [[Double]], to end: Int) {
    while days < end {
      let value = history.values[days] * history.scale
      mix(history.weights[days] > 0 ? value.bitPattern : .max)
      for column in regressors { mix(column[days].bitPattern) }
      days += 1
    }
  }

  /// A step of Fowler, Noll and Vo's hash over whole words; the rotation brings high bits down.
  private mutating func mix(_ word: UInt64) {
    value = (value ^ word) &* 0x100_0000_01b3
    value = value << 29 | value >> 35
  }

  func pack(into writer: inout ByteWriter) {
    writer.fixed(value)
    writer.count(days)
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    value = try reader.fixed(UInt64.self)
    days = try reader.count("days", limit: 1 << 24)
  }
}
