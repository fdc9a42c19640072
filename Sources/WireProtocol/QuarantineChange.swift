public import Demand
public import Packing

/// An operator wants SKUs tried again, or let go, that are in the quarantine of a shard; said to
/// its primary.
public struct QuarantineChange: Equatable, Packable {
  /// Which shard.
  public var shard: Int
  /// The epoch under which it is asked.
  public var epoch: UInt64
  /// What is wanted, of at most `Limits.skusPerGet` SKUs, or of all.
  public var update: QuarantineUpdate

  /// Makes a wish.
  public init(shard: Int, epoch: UInt64, update: QuarantineUpdate) {
    self.shard = shard
    self.epoch = epoch
    self.update = update
  }

  /// Appends the wish.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.varint(epoch)
    writer.fixed(update.action.rawValue)
    writer.count(update.skus.count)
    for sku in update.skus { writer.sku(sku) }
  }

  /// Reads a wish.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    epoch = try reader.varint()
    update = QuarantineUpdate(try reader.choice("change of a quarantine"))
    let count = try reader.count("SKUs", limit: Limits.skusPerGet, minimumBytes: 2)
    update.skus.reserveCapacity(count)
    for _ in 0..<count { update.skus.append(try reader.sku()) }
  }
}

/// What a primary did with the quarantine of a shard: durable when it is said.
public struct QuarantineAnswer: Equatable, Packable {
  /// Which shard.
  public var shard: Int
  /// How many SKUs that are in quarantine it was done to; also if it was done before.
  public var count: Int
  /// Those among the SKUs that were named that are in no quarantine.
  public var missing: [SKU]

  /// Makes an answer.
  public init(shard: Int, count: Int, missing: [SKU] = []) {
    self.shard = shard
    self.count = count
    self.missing = missing
  }

  /// Appends the answer.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.count(count)
    writer.count(missing.count)
    for sku in missing { writer.sku(sku) }
  }

  /// Reads an answer.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    count = try reader.count("SKUs", limit: Int(UInt32.max))
    missing = []
    for _ in 0..<(try reader.count("missing", limit: Limits.skusPerGet, minimumBytes: 2)) {
      missing.append(try reader.sku())
    }
  }
}
