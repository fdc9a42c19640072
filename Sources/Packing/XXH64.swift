/// The 64-bit xxHash of a run of bytes.
///
/// Placement, batch identity and stored checksums all rest on this one function, so its values are
/// part of the wire protocol and of the file format: they never change. Specification: xxHash
/// "XXH64 algorithm description"; test vectors in `cluster/PROTOCOL.md`.
public struct XXH64: Sendable {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  private let seed: UInt64
  private var lanes: (UInt64, UInt64, UInt64, UInt64)
  private var buffer: [UInt8] = []
  private var total: UInt64 = 0

  /// Starts a hash that is fed piece by piece.
  public init(seed: UInt64 = 0) {
    self.seed = seed
    self.lanes = Self.startLanes(seed)
    buffer.reserveCapacity(32)
  }

  /// Feeds the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    total &+= UInt64(bytes.count)
    var offset = 0
    if !buffer.isEmpty {
      let missing = min(32 - buffer.count, bytes.count)
      unsafe buffer.append(contentsOf: bytes[0..<missing])
      offset = missing
      guard buffer.count == 32 else { return }
      unsafe buffer.withUnsafeBytes { unsafe Self.absorb($0, at: 0, into: &lanes) }
      buffer.removeAll(keepingCapacity: true)
    }
    while offset + 32 <= bytes.count {
      unsafe Self.absorb(bytes, at: offset, into: &lanes)
      offset += 32
    }
    unsafe buffer.append(contentsOf: bytes[offset...])
  }

  /// Feeds the next bytes.
  public mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  /// The hash of everything fed so far.
  public func digest() -> UInt64 {
    var hash = total >= 32 ? Self.merge(lanes) : seed &+ Self.prime5
    hash &+= total
    return unsafe buffer.withUnsafeBytes { unsafe Self.finish(hash, tail: $0, from: 0) }
  }

  /// The hash of `bytes` in one call.
  public static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    var offset = 0
    var hash = seed &+ prime5
    if bytes.count >= 32 {
      var lanes = startLanes(seed)
      while offset + 32 <= bytes.count {
        unsafe absorb(bytes, at: offset, into: &lanes)
        offset += 32
      }
      hash = merge(lanes)
    }
    return unsafe finish(hash &+ UInt64(bytes.count), tail: bytes, from: offset)
  }

  /// The hash of `bytes` in one call.
  public static func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
    unsafe bytes.withUnsafeBytes { unsafe hash($0, seed: seed) }
  }

  private static func startLanes(_ seed: UInt64) -> (UInt64, UInt64, UInt64, UInt64) {
    (seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1)
  }

  private static func absorb(
    _ bytes: UnsafeRawBufferPointer, at offset: Int,
    into lanes: inout (UInt64, UInt64, UInt64, UInt64)
  ) {
    lanes.0 = unsafe round(lanes.0, word64(bytes, offset))
    lanes.1 = unsafe round(lanes.1, word64(bytes, offset + 8))
    lanes.2 = unsafe round(lanes.2, word64(bytes, offset + 16))
    lanes.3 = unsafe round(lanes.3, word64(bytes, offset + 24))
  }

  private static func merge(_ lanes: (UInt64, UInt64, UInt64, UInt64)) -> UInt64 {
    var hash =
      rotate(lanes.0, 1) &+ rotate(lanes.1, 7) &+ rotate(lanes.2, 12) &+ rotate(lanes.3, 18)
    for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
      hash = (hash ^ round(0, lane)) &* prime1 &+ prime4
    }
    return hash
  }

  private static func finish(
    _ start: UInt64, tail bytes: UnsafeRawBufferPointer, from first: Int
  ) -> UInt64 {
    var hash = start
    var offset = first
    while offset + 8 <= bytes.count {
      hash = rotate(hash ^ round(0, unsafe word64(bytes, offset)), 27) &* prime1 &+ prime4
      offset += 8
    }
    if offset + 4 <= bytes.count {
      let word = UInt64(
        UInt32(
          littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      hash = rotate(hash ^ (word &* prime1), 23) &* prime2 &+ prime3
      offset += 4
    }
    while offset < bytes.count {
      hash = rotate(hash ^ (UInt64(unsafe bytes[offset]) &* prime5), 11) &* prime1
      offset += 1
    }
    hash = (hash ^ (hash >> 33)) &* prime2
    hash = (hash ^ (hash >> 29)) &* prime3
    return hash ^ (hash >> 32)
  }

  @inline(__always)
  private static func word64(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* prime2, 31) &* prime1
  }

  @inline(__always)
  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    (value << count) | (value >> (64 - count))
  }
}
