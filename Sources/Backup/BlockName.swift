import Packing

/// The name of a block, which follows from its bytes: the same rows are one file, however often
/// they are backed up, and a file whose bytes changed does not have its name any more.
///
/// 128 bits of XXH64 under two seeds, and the length. It tells damage and chance apart, not malice:
/// whoever can write into the folder can replace everything in it.
public struct BlockName: Hashable, Comparable, Sendable {
  private static let firstSeed: UInt64 = 0x6772_616E_6172_7931
  private static let secondSeed: UInt64 = 0x6772_616E_6172_7932

  /// The hash under the first seed, and under the second.
  public let first: UInt64, second: UInt64
  /// How many bytes there are.
  public let count: Int

  /// The name of these bytes.
  public init(of bytes: [UInt8]) {
    first = XXH64.hash(bytes, seed: Self.firstSeed)
    second = XXH64.hash(bytes, seed: Self.secondSeed)
    count = bytes.count
  }

  /// The name as a file has it.
  public var text: String { "\(Self.hex(first))\(Self.hex(second))-\(String(count, radix: 16))" }

  /// The folder within `blocks` that it is in, so that none gets too many files.
  var folder: String { String(text.prefix(2)) }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// By their texts.
  public static func < (left: BlockName, right: BlockName) -> Bool {
    (left.first, left.second, left.count) < (right.first, right.second, right.count)
  }

  func pack(into writer: inout ByteWriter) {
    writer.fixed(first)
    writer.fixed(second)
    writer.count(count)
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    first = try reader.fixed()
    second = try reader.fixed()
    count = try reader.count("block", limit: BackupLimits.blockBytes)
  }
}

/// What a backup holds at most.
public enum BackupLimits {
  /// The bytes of a block: one row alone, where it is that long.
  public static let blockBytes = 32 << 20
  /// The bytes of a cut's file.
  public static let cutBytes = 256 << 20
  /// The blocks of a shard.
  public static let blocksPerShard = 1 << 22
  /// The shards, and the runs at work.
  public static let shards = 1 << 14, runs = 1 << 12
  /// The longest name of a worker or a program.
  public static let nameBytes = 256
}
