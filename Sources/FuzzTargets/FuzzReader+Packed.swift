import Packing
import WireProtocol

/// Readers of one value from the whole of the bytes, which is written again and read back.
extension FuzzReader {
  /// A value with one form in bytes. The form is what holds: it is compared instead of the values,
  /// where a NaN that stands for a missing day would equal nothing.
  static func packed<Value>(
    _ name: String, _ seeds: @escaping @Sendable () throws -> [Value],
    pack: @escaping @Sendable (Value) -> [UInt8],
    read: @escaping @Sendable ([UInt8]) throws(PackingError) -> Value,
    use: @escaping @Sendable (Value) throws(Finding) -> Void = { _ throws(Finding) in }
  ) -> FuzzReader {
    FuzzReader(name, seeds: { try seeds().map(pack) }) { bytes throws(Finding) in
      let value: Value
      do throws(PackingError) { value = try read(bytes) } catch { return try refused(name, error) }
      try use(value)
      let form = pack(value)
      let again: Value
      do throws(PackingError) { again = try read(form) } catch {
        throw Finding("\(name): what was taken is refused once it is written again: \(error)")
      }
      guard pack(again) == form else {
        throw Finding("\(name): what was taken is read back as something else")
      }
      return .taken
    }
  }

  /// A value whose form ends in a checksum. The checksum is no part of the input: hardly a mutation
  /// would pass it, and none would be about what stands before it.
  static func sealed<Value>(
    _ name: String, _ seeds: @escaping @Sendable () throws -> [Value],
    pack: @escaping @Sendable (Value) -> [UInt8],
    read: @escaping @Sendable ([UInt8]) throws(PackingError) -> Value,
    use: @escaping @Sendable (Value) throws(Finding) -> Void = { _ throws(Finding) in }
  ) -> FuzzReader {
    packed(
      name, seeds, pack: { Array(pack($0).dropLast(8)) },
      read: { bytes throws(PackingError) in
        var writer = ByteWriter(capacity: bytes.count + 8)
        writer.raw(bytes)
        writer.seal()
        return try read(writer.bytes)
      }, use: use)
  }

  /// A value of the wire, alone and to the last byte.
  static func packable<Value: Packable>(
    _ name: String, _ seeds: @escaping @Sendable () throws -> [Value]
  ) -> FuzzReader {
    packed(
      name, seeds,
      pack: { value in
        var writer = ByteWriter()
        value.pack(into: &writer)
        return writer.bytes
      },
      read: { bytes throws(PackingError) in
        var reader = ByteReader(bytes)
        let value = try Value(from: &reader)
        try reader.finish()
        return value
      })
  }

  /// A text, which must be UTF-8 to come this far.
  static func text(
    _ name: String, _ seeds: @escaping @Sendable () throws -> [String],
    _ check: @escaping @Sendable (String) throws(Finding) -> Verdict
  ) -> FuzzReader {
    FuzzReader(name, seeds: { try seeds().map { Array($0.utf8) } }) { bytes throws(Finding) in
      guard let text = String(validating: bytes, as: UTF8.self) else { return .refused }
      return try check(text)
    }
  }

  /// A refusal says something.
  static func refused(
    _ name: String, _ error: some CustomStringConvertible
  ) throws(Finding) -> Verdict {
    guard !error.description.isEmpty else { throw Finding("\(name): refused without a word") }
    return .refused
  }
}
