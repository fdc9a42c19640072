import Packing

/// How far the log of a shard is. The log holds everything that answers depend on, so two copies at
/// the same position hold the same.
public struct LogPosition: Hashable, Sendable {
  /// The number of the last entry; 0 before the first.
  public var number: UInt64
  /// XXH64 of the last entry's bytes, seeded with the chain before it; 0 before the first.
  public var chain: UInt64

  /// Before the first entry.
  public static let start = LogPosition(number: 0, chain: 0)

  /// Of a copy that is not whole yet: no log is ever there.
  public static let unfinished = LogPosition(number: 0, chain: .max)

  /// Makes a position.
  public init(number: UInt64, chain: UInt64) {
    self.number = number
    self.chain = chain
  }

  /// The position after one more entry.
  public func after(_ entry: [UInt8]) -> LogPosition {
    LogPosition(number: number + 1, chain: XXH64.hash(entry, seed: chain))
  }
}

/// An entry of a shard's log.
public struct LogEntry: Hashable, Sendable {
  /// Where the log is after it.
  public var position: LogPosition
  /// What it says, in the store's own form.
  public var bytes: [UInt8]

  /// Makes an entry.
  public init(position: LogPosition, bytes: [UInt8]) {
    self.position = position
    self.bytes = bytes
  }
}
