import Demand
import Packing

extension ByteWriter {
  mutating func location(_ value: Location?) { blob(value?.bytes ?? []) }

  mutating func sku(_ value: SKU) { blob(value.bytes) }
}

extension ByteReader {
  mutating func location() throws(PackingError) -> Location? {
    let name = try blob("location", limit: Location.maximumBytes)
    guard !name.isEmpty else { return nil }
    do { return try Location(bytes: name) } catch { throw .invalid(what: error.description) }
  }

  mutating func sku() throws(PackingError) -> SKU {
    let bytes = try blob("SKU", limit: SKU.maximumBytes)
    do { return try SKU(bytes: bytes) } catch { throw .invalid(what: error.description) }
  }

  mutating func day() throws(PackingError) -> Day {
    let number = try zigzag()
    let supported = Int64(Day.supported.lowerBound.number)...Int64(Day.supported.upperBound.number)
    guard supported.contains(number) else { throw .invalid(what: "day \(number)") }
    return Day(number: Int32(number))
  }
}
