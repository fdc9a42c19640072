import Packing

/// The checksum that ends every stored value, over the value and the key it is stored under.
///
/// SQLite does not checksum pages: a flipped bit comes back as data. Because the key goes in too, a
/// value that turns up under another key, or a key that was damaged, is found as well.
public struct Seal: Sendable {
  /// The bytes that a seal adds.
  public static let size = 8

  private var state: UInt64

  /// Starts with the table, a small number that never changes.
  public init(table: UInt8) { state = UInt64(table) }

  /// Adds an integer of the key.
  public func key(_ value: Int64) -> Seal {
    let hash = unsafe withUnsafeBytes(of: value.littleEndian) { bytes in
      unsafe XXH64.hash(bytes, seed: state)
    }
    return Seal(state: hash)
  }

  /// Adds bytes of the key.
  public func key(_ value: [UInt8]) -> Seal { Seal(state: XXH64.hash(value, seed: state)) }

  private init(state: UInt64) { self.state = state }

  /// The value with its seal.
  public func close(_ value: [UInt8]) -> [UInt8] {
    var sealed = [UInt8]()
    sealed.reserveCapacity(value.count + Self.size)
    sealed.append(contentsOf: value)
    let checksum = XXH64.hash(value, seed: state)
    for shift in 0..<Self.size {
      sealed.append(UInt8(truncatingIfNeeded: checksum >> UInt64(8 * shift)))
    }
    return sealed
  }

  /// The seal at the end of what `close` made, whether it matches or not.
  public static func checksum(of sealed: [UInt8]) -> UInt64 {
    sealed.suffix(size).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The value without its seal, or nothing when they do not match.
  public func open(_ sealed: UnsafeRawBufferPointer) -> [UInt8]? {
    guard sealed.count >= Self.size else { return nil }
    let value = unsafe UnsafeRawBufferPointer(rebasing: sealed.dropLast(Self.size))
    let stored = unsafe sealed.loadUnaligned(fromByteOffset: value.count, as: UInt64.self)
    guard unsafe XXH64.hash(value, seed: state) == UInt64(littleEndian: stored) else { return nil }
    return unsafe Array(value)
  }

  /// The value without its seal, or nothing when they do not match.
  public func open(_ sealed: [UInt8]) -> [UInt8]? {
    unsafe sealed.withUnsafeBytes { unsafe open($0) }
  }
}
