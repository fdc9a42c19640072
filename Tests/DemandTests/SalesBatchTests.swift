import Demand
import Packing
import TestSupport
import Testing

@Suite("Sales batches")
struct SalesBatchTests {
  private static func rows(_ random: inout SplitMix64) throws -> [SalesRow] {
    var rows: [SalesRow] = []
    for _ in 0..<Int.random(in: 1...60, using: &random) {
      let most = SalesRow.maximumUnits
      let units = Double.random(in: -most...most, using: &random)
      rows.append(
        SalesRow(
          sku: try SKU("größe-\(Int.random(in: 0..<5, using: &random))"),
          location: try Location("w\(Int.random(in: 0..<3, using: &random))"),
          day: Day(
            number: Int32.random(
              in: Day.supported.lowerBound.number...Day.supported.upperBound.number,
              using: &random)),
          units: Bool.random(using: &random) ? units.rounded() : units,
          price: Bool.random(using: &random) ? Float.random(in: 0...1e6, using: &random) : nil,
          promotion: Bool.random(using: &random), outOfStock: Bool.random(using: &random)))
    }
    return rows
  }

  private static func pack(_ rows: [SalesRow]) -> [UInt8] {
    var writer = SalesBatchWriter()
    for row in rows { writer.append(row) }
    return writer.bytes
  }

  private static func read(_ bytes: [UInt8]) throws -> [SalesRow] {
    var reader = SalesBatchReader(bytes)
    var rows: [SalesRow] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  @Test("rows come back as they were, in their order", arguments: 0..<100 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = try Self.rows(&random)
    #expect(try Self.read(Self.pack(rows)) == rows, "seed \(seed)")
  }

  @Test("a writer that was emptied writes as a new one does")
  func reuse() throws {
    var random = SplitMix64(seed: 1)
    let rows = try Self.rows(&random)
    var writer = SalesBatchWriter()
    for row in rows { writer.append(row) }
    writer.removeAll()
    #expect(writer.rowCount == 0)
    for row in rows { writer.append(row) }
    #expect(writer.bytes == Self.pack(rows))
  }

  @Test(
    "no mutation traps, and what is still read keeps to its bounds",
    arguments: 0..<2_000 as Range<UInt64>)
  func hostile(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var bytes = Self.pack(try Self.rows(&random))
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      bytes[index] = UInt8.random(in: 0...255, using: &random)
    }
    if Bool.random(using: &random) {
      bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
    }
    guard let rows = try? Self.read(bytes) else { return }
    for row in rows {
      let isBounded =
        Day.supported.contains(row.day) && row.units.magnitude <= SalesRow.maximumUnits
        && (row.price.map { $0.isFinite && $0 >= 0 } ?? true)
      #expect(isBounded, "seed \(seed): \(row)")
    }
  }

  @Test("a first row that leans on one before it is refused")
  func firstRow() {
    #expect(throws: PackingError.self) { _ = try Self.read([3, 0, 1]) }
  }

  @Test("flags that mean nothing are refused")
  func flags() {
    #expect(throws: PackingError.invalid(what: "row flags 128")) { _ = try Self.read([128]) }
  }

  @Test("a return of nothing is refused, so that a row has one form")
  func emptyReturn() {
    #expect(throws: PackingError.invalid(what: "units")) {
      _ = try Self.read([64, 1, 0x61, 1, 0x62, 0, 0])
    }
  }

  @Test("rows are the bytes that they were before there were returns and empty shelves")
  func oldForm() throws {
    let old: [UInt8] = [16, 1, 0x61, 1, 0x62, 2, 7, 3, 2, 1]
    let rows = try Self.read(old)
    #expect(rows.map(\.units) == [7, 1])
    #expect(rows.map(\.outOfStock) == [false, false])
    #expect(Self.pack(rows) == old)
  }

  @Test("units and prices that are no numbers are refused", arguments: [Double.nan, .infinity, -1])
  func numbers(value: Double) throws {
    var units = ByteWriter()
    units.raw([4, 1, 0x61, 1, 0x62, 0])
    units.double(value)
    #expect(throws: PackingError.invalid(what: "units")) { _ = try Self.read(units.bytes) }
    var price = ByteWriter()
    price.raw([8, 1, 0x61, 1, 0x62, 0, 1])
    price.float(Float(value))
    #expect(throws: PackingError.invalid(what: "price")) { _ = try Self.read(price.bytes) }
  }
}
