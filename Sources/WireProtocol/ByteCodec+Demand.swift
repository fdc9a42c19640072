import Demand
import Packing

extension ByteWriter {
  mutating func sku(_ value: SKU) { blob(value.bytes) }
}

extension ByteReader {
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
