import Demand
import Packing

extension ByteWriter {
  /// Appends a value that may not be there.
  mutating func optional<Value>(_ value: Value?, _ pack: (inout ByteWriter, Value) -> Void) {
    bool(value != nil)
    if let value { pack(&self, value) }
  }
}

extension ByteReader {
  /// Reads a value that may not be there.
  mutating func optional<Value>(
    _ read: (inout ByteReader) throws(PackingError) -> Value
  ) throws(PackingError) -> Value? {
    try bool() ? try read(&self) : nil
  }

  mutating func sku() throws(PackingError) -> SKU {
    do { return try SKU(bytes: try blob("SKU", limit: SKU.maximumBytes)) } catch {
      throw .invalid(what: "SKU: \(error)")
    }
  }

  mutating func location() throws(PackingError) -> Location {
    do { return try Location(bytes: try blob("location", limit: Location.maximumBytes)) } catch {
      throw .invalid(what: "location: \(error)")
    }
  }
}
