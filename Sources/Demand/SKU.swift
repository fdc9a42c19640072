import Packing

/// What is sold: 1 to 128 bytes of UTF-8, compared and hashed as bytes.
///
/// Swift's `String` equates composed and decomposed accents, which a catalogue tells apart; a SKU
/// *is* its bytes, with no trimming and no normalisation.
public struct SKU: Hashable, Sendable {
  /// The longest SKU, in bytes.
  public static let maximumBytes = 128

  /// The bytes as they came.
  public let bytes: [UInt8]
  /// XXH64 (seed 0) of the bytes: it places the SKU in a shard, in a slice of a run, and it seeds
  /// whatever is random about the SKU.
  public let digest: UInt64

  /// Takes the bytes of one SKU, or says why they are none.
  public init(bytes: [UInt8]) throws(DemandError) {
    guard !bytes.isEmpty else { throw .emptyName("SKU") }
    guard bytes.count <= Self.maximumBytes else {
      throw .nameTooLong("SKU", bytes: bytes.count, limit: Self.maximumBytes)
    }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .nameNotUTF8("SKU") }
    self.bytes = bytes
    self.digest = XXH64.hash(bytes)
  }

  /// Takes a SKU from text, or says why it is none.
  public init(_ text: String) throws(DemandError) {
    try self.init(bytes: Array(text.utf8))
  }

  /// Bytes that were checked before they were stored or sent.
  package init(trusted bytes: [UInt8]) {
    self.bytes = bytes
    self.digest = XXH64.hash(bytes)
  }

  /// The shard of this SKU in a cluster of `shardCount` shards.
  public func shard(of shardCount: Int) -> Int { Int(digest % UInt64(shardCount)) }

  /// Same bytes.
  public static func == (left: SKU, right: SKU) -> Bool {
    left.digest == right.digest && left.bytes == right.bytes
  }

  /// Hashes the digest.
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

extension SKU: Comparable {
  /// The order of storage and of exports: by digest, then by bytes.
  public static func < (left: SKU, right: SKU) -> Bool {
    left.digest != right.digest
      ? left.digest < right.digest : left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension SKU: CustomStringConvertible {
  /// The SKU as text.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}
