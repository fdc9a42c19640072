import Packing
import TestSupport
import Testing

@testable import Demand

@Suite("Batch payloads")
struct BatchPayloadTests {
  private static func sales(_ random: inout SplitMix64) throws -> [UInt8] {
    var writer = SalesBatchWriter()
    for _ in 0..<20 {
      let name = "sku-é\(Int.random(in: 0..<4, using: &random))"
      writer.append(
        SalesRow(
          sku: try SKU(name), location: try Location("w\(Int.random(in: 0..<3, using: &random))"),
          day: Day(number: Int32.random(in: 19_000..<19_900, using: &random)),
          units: Bool.random(using: &random) ? 3 : (Bool.random(using: &random) ? -2 : 0.25),
          price: Bool.random(using: &random) ? 9.5 : nil, promotion: Bool.random(using: &random),
          outOfStock: Bool.random(using: &random)))
    }
    return writer.bytes
  }

  private static func read(_ bytes: [UInt8]) throws -> [SalesRow] {
    var reader = SalesBatchReader(bytes)
    var rows: [SalesRow] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  private static func walk(_ bytes: [UInt8]) throws -> [SalesRow] {
    var cursor = SalesBatchCursor(bytes)
    var rows: [SalesRow] = []
    while try cursor.next() {
      rows.append(
        SalesRow(
          sku: SKU(trusted: Array(bytes[cursor.sku])),
          location: Location(trusted: Array(bytes[cursor.location])), day: cursor.day,
          units: cursor.units, price: cursor.price.isNaN ? nil : cursor.price,
          promotion: cursor.promotion, outOfStock: cursor.outOfStock))
    }
    return rows
  }

  @Test("the cursor reads what the reader reads and refuses what it refuses", arguments: 0..<400)
  func cursorAgrees(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var bytes = try Self.sales(&random)
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      bytes[index] = UInt8.random(in: 0...255, using: &random)
    }
    #expect((try? Self.walk(bytes)) == (try? Self.read(bytes)), "seed \(seed)")
  }

  @Test("items come back")
  func items() throws {
    var writer = ItemBatchWriter()
    let item = Item(category: "shoes", unitCost: 3, leadTimeDays: 9)
    writer.append(try SKU("a"), item)
    writer.append(try SKU("b"), Item())
    var reader = ItemBatchReader(writer.bytes)
    let first = try #require(try reader.next())
    #expect(first.sku.description == "a" && first.item == item)
    #expect(try reader.next()?.item == Item())
    #expect(try reader.next() == nil)
  }

  @Test("stock comes back")
  func stock() throws {
    var writer = InventoryBatchWriter()
    let stock = Stock(onHand: 5, reserved: 1, onOrder: 2)
    writer.append(try SKU("a"), try Location("north"), stock)
    var reader = InventoryBatchReader(writer.bytes)
    let row = try #require(try reader.next())
    #expect(row.sku.description == "a" && row.location.description == "north")
    #expect(row.stock == stock)
    #expect(try reader.next() == nil)
  }

  @Test("stock of the first form, three doubles without a length, is read")
  func stockOfFirstForm() throws {
    var writer = ByteWriter()
    writer.blob(Array("a".utf8))
    writer.blob(Array("north".utf8))
    for value in [5.0, 1, 2] { writer.double(value) }
    var reader = InventoryBatchReader(writer.bytes, isFirstForm: true)
    #expect(try reader.next()?.stock == Stock(onHand: 5, reserved: 1, onOrder: 2))
    #expect(try reader.next() == nil)
  }

  @Test("a payload that ends within a row is refused")
  func truncated() throws {
    var items = ItemBatchWriter()
    items.append(try SKU("a"), Item(unitCost: 1))
    var reader = ItemBatchReader(items.bytes.dropLast(1) + [])
    #expect(throws: PackingError.self) { try reader.next() }
    var inventory = InventoryBatchWriter()
    inventory.append(try SKU("a"), try Location("n"), Stock(onHand: 1))
    var stock = InventoryBatchReader(inventory.bytes.dropLast(1) + [])
    #expect(throws: PackingError.self) { try stock.next() }
  }
}
