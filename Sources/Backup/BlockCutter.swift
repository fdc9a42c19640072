public import ShardStore

/// Cuts the rows of a shard into blocks by what is in them: where a row was added or changed, the
/// blocks around it are new, and those further on begin again where they began before.
///
/// Rows are whole. Behind the least size a block ends with a row whose seal, which is a hash of it,
/// is small: with a chance in proportion to the row's bytes, once in `usualBytes`.
public struct BlockCutter {
  /// The least bytes of a block, but for the last of a shard, and the most, but for one row alone.
  public static let leastBytes = 256 << 10, mostBytes = 1 << 20
  /// How far behind the least size a block ends in the mean.
  static let usualBytes: UInt64 = 256 << 10

  private var block: [UInt8] = []

  /// Begins with nothing.
  public init() { block.reserveCapacity(Self.mostBytes) }

  /// Adds a row that lies in `content`, and hands over the blocks that are whole.
  public mutating func add<Failure: Error>(
    _ row: HandoffRows.Row, of content: [UInt8], _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    if !block.isEmpty, block.count + row.bytes.count > Self.mostBytes { try end(body) }
    block.append(contentsOf: content[row.bytes])
    if block.count >= Self.leastBytes, Self.isEnd(row) || block.count >= Self.mostBytes {
      try end(body)
    }
  }

  /// Hands over what is left.
  public mutating func finish<Failure: Error>(
    _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    if !block.isEmpty { try end(body) }
  }

  private mutating func end<Failure: Error>(
    _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    defer { block.removeAll(keepingCapacity: true) }
    try body(block)
  }

  private static func isEnd(_ row: HandoffRows.Row) -> Bool {
    let (high, low) = row.seal.multipliedFullWidth(by: usualBytes)
    // seal * usualBytes < 2^64 * bytes
    return high < UInt64(row.bytes.count) || (high == UInt64(row.bytes.count) && low == 0)
  }
}
