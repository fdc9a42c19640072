import Demand
import Tables
import Testing

@Suite("Items, warehouses and stock")
struct MasterReaderTests {
  private func source(_ text: String) -> ByteSource {
    ByteSource(bytes: Array(text.utf8), name: "test.csv")
  }

  private func items(_ text: String) throws -> (items: [SKU: Item], rejected: [RejectedRow]) {
    var reader = try ItemReader(source(text))
    var items: [SKU: Item] = [:]
    var rejected: [RejectedRow] = []
    #expect(try !reader.read(item: { items[$0] = $1 }, rejected: { rejected.append($0) }))
    return (items, rejected)
  }

  @Test("an item has what its row has")
  func fullItem() throws {
    let (items, rejected) = try items(
      "sku,category,unit_cost,price,volume_m3,leadtime_days,order_cost,size_minimum,size_multiple\n"
        + "s,toys,4.5,9,0.002,2.5,60,24,12\n")
    #expect(rejected.isEmpty)
    #expect(
      items[try SKU("s")]
        == Item(
          category: "toys", unitCost: 4.5, price: 9, volumeCubicMetres: 0.002, leadTimeDays: 3,
          orderCost: 60, minimumOrder: 24, orderMultiple: 12))
  }

  @Test("what a row leaves empty and what the file leaves out is absent")
  func sparseItem() throws {
    let (items, _) = try items("price,sku\n,a\n3,b\n")
    #expect(items == [try SKU("a"): Item(), try SKU("b"): Item(price: 3)])
  }

  @Test(
    "a wrong value rejects the item",
    arguments: [
      ("-1,,", RejectedRow.Reason.badNumber), ("x,,", .badNumber), (",9999,", .badNumber),
      (",,0", .badNumber), (",", .tooFewFields),
    ])
  func wrongItem(values: String, reason: RejectedRow.Reason) throws {
    let (items, rejected) = try items(
      "sku,unit_cost,leadtime_days,size_multiple\ns,\(values)\nt,1,2,3\n")
    #expect(items.count == 1)
    #expect(rejected.map(\.reason) == [reason])
    #expect(rejected.map(\.line) == [2])
  }

  @Test("a category over its limit rejects the item")
  func longCategory() throws {
    let category = String(repeating: "c", count: ItemReader.maximumCategoryBytes + 1)
    #expect(try items("sku,category\ns,\(category)\n").rejected.map(\.reason) == [.badCategory])
  }

  @Test("warehouses keep the order of their file, and a second row for one is rejected")
  func warehouses() throws {
    let (list, rejected) = try WarehouseReader.read(
      source("id,volume_capacity_m3,storage_cost_m3_year\nlyon,100,50\nberlin,,\nlyon,1,1\n"))
    #expect(
      list.warehouses == [
        Warehouse(
          location: try Location("lyon"), capacityCubicMetres: 100,
          storageCostPerCubicMetreYear: 50),
        Warehouse(location: try Location("berlin")),
      ])
    #expect(rejected.map(\.reason) == [.duplicate])
    #expect(rejected.map(\.line) == [4])
  }

  @Test("a rejected row does not reserve its warehouse's name")
  func rejectedWarehouse() throws {
    let (list, rejected) = try WarehouseReader.read(
      source("id,volume_capacity_m3\nlyon,big\nlyon,7\n"))
    #expect(list.warehouses.map(\.capacityCubicMetres) == [7])
    #expect(rejected.map(\.line) == [2])
  }

  @Test("stock is by SKU and location")
  func stock() throws {
    var reader = try InventoryReader(
      source("sku,location,on_hand,reserved,on_order\na,lyon,5,1,10\na,paris,,,\na,lyon,-1,,\n"),
      knownLocations: [try Location("lyon")])
    var stock: [Stock] = []
    var rejected: [RejectedRow] = []
    _ = try reader.read(stock: { stock.append($2) }, rejected: { rejected.append($0) })
    #expect(stock == [Stock(onHand: 5, reserved: 1, onOrder: 10)])
    #expect(rejected.map(\.reason) == [.unknownLocation, .badNumber])
    #expect(rejected.map(\.line) == [3, 4])
  }

  @Test("stock without a location column lies at the default one")
  func defaultLocation() throws {
    var reader = try InventoryReader(
      source("sku,on_hand\na,5\n"), defaultLocation: try Location("main"))
    var places: [Location] = []
    _ = try reader.read(
      stock: {
        places.append($1); _ = $2
      }, rejected: { _ in })
    #expect(places == [try Location("main")])
  }

  @Test("a missing column is an error")
  func missingColumn() {
    #expect(throws: TableError.self) { try WarehouseReader.read(source("name\nx\n")) }
    #expect(throws: TableError.self) { _ = try ItemReader(source("item\nx\n")) }
  }
}
