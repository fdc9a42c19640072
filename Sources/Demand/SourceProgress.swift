public import Packing

/// Names an input of rows: the hash of a file's content, or of the name that standard input was
/// given.
public struct SourceID: Hashable, Sendable, CustomStringConvertible {
  /// The first and the second half.
  public let high: UInt64, low: UInt64

  /// Joins two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The source that has this name.
  public init(name: String) {
    let bytes = Array("name:\(name)".utf8)
    self.init(high: XXH64.hash(bytes), low: XXH64.hash(bytes, seed: 1))
  }

  /// 32 hexadecimal digits.
  public var description: String {
    [high, low].map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// Appends the 16 bytes.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(high)
    writer.fixed(low)
  }

  /// Reads 16 bytes.
  public init(from reader: inout ByteReader) throws(PackingError) {
    self.init(high: try reader.fixed(), low: try reader.fixed())
  }
}

/// What a table batch carries.
public enum BatchTable: UInt8, Sendable, CaseIterable {
  /// Sales rows that add to what is there (`SalesBatchReader`).
  case salesAdding = 1
  /// Sales rows of which a source's first row for a SKU, location and day replaces what is there
  /// and its later ones add.
  case salesReplacing = 2
  /// Items, last one wins.
  case items = 3
  /// Stock positions of the first form, without what is in transit; nobody writes them any more.
  case inventory = 4
  /// Ways in which SKUs come to locations (`SupplyBatchReader`), the last one of an origin wins.
  case supply = 5
  /// Stock positions (`InventoryBatchReader`), last one wins.
  case stock = 6
}

/// Which batch this is: sent again it is recognised, and out of order it is refused.
public struct BatchIdentity: Equatable, Sendable {
  /// The input.
  public var source: SourceID
  /// The shard of all its rows.
  public var shard: Int
  /// 1 for the first batch of the source in the shard, then without gaps.
  public var sequence: UInt64
  /// The hash of the batches of the source in the shard up to this one:
  /// XXH64 of the payload, seeded with the chain before it (0 before the first).
  public var chain: UInt64
  /// Whether the source has no further batch for the shard.
  public var isLast: Bool

  /// Makes an identity.
  public init(source: SourceID, shard: Int, sequence: UInt64, chain: UInt64, isLast: Bool) {
    self.source = source
    self.shard = shard
    self.sequence = sequence
    self.chain = chain
    self.isLast = isLast
  }

  /// The chain after `payload` follows a batch with `chain`.
  public static func chain(after chain: UInt64, payload: [UInt8]) -> UInt64 {
    XXH64.hash(payload, seed: chain)
  }
}

/// How far a source came in a shard. One rule decides what becomes of a batch, in the store and in
/// the simulator alike, so that each batch applies once whatever the network does.
public struct SourceProgress: Equatable, Sendable {
  /// The last batch that was applied; 0 before the first.
  public var sequence: UInt64
  /// Its chain.
  public var chain: UInt64
  /// Whether it was the source's last.
  public var isFinished: Bool

  /// Before the first batch.
  public init(sequence: UInt64 = 0, chain: UInt64 = 0, isFinished: Bool = false) {
    self.sequence = sequence
    self.chain = chain
    self.isFinished = isFinished
  }

  /// What becomes of a batch.
  public enum Verdict: UInt8, Sendable {
    /// It is the next one: apply it and keep `advanced(by:)`, both in one transaction.
    case apply
    /// It was applied before: acknowledge it and do nothing.
    case duplicate
    /// One before it is missing: the sender goes back to `sequence + 1`.
    case gap
    /// The source was sent before with other content: refuse it.
    case conflict
  }

  /// What becomes of `batch`, whose payload hashes to `payloadChain` on top of this progress's
  /// chain.
  public func verdict(on batch: BatchIdentity, payload: [UInt8]) -> Verdict {
    if batch.sequence == sequence + 1 {
      if isFinished { return .conflict }
      let expected = BatchIdentity.chain(after: chain, payload: payload)
      return batch.chain == expected ? .apply : .conflict
    }
    if batch.sequence > sequence + 1 { return .gap }
    if batch.sequence == sequence {
      return batch.chain == chain && batch.isLast == isFinished ? .duplicate : .conflict
    }
    return batch.isLast ? .conflict : .duplicate
  }

  /// The progress after `batch` was applied.
  public func advanced(by batch: BatchIdentity) -> SourceProgress {
    SourceProgress(sequence: batch.sequence, chain: batch.chain, isFinished: batch.isLast)
  }
}
