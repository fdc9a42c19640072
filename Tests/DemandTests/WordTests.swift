import Packing
import TestSupport
import Testing

@testable import Demand

@Suite("SKUs, locations and slices")
struct WordTests {
  @Test("a SKU is its bytes: composed and decomposed accents are two SKUs")
  func accents() throws {
    let composed = try SKU("caf\u{E9}")
    let decomposed = try SKU("cafe\u{301}")
    #expect(composed.description == decomposed.description, "equal as text")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
  }

  @Test("a SKU keeps the spaces and the case that it came with")
  func verbatim() throws {
    #expect(try SKU(" a") != SKU("a"))
    #expect(try SKU("A") != SKU("a"))
  }

  @Test("a SKU is 1 to 128 bytes of UTF-8")
  func skuBounds() throws {
    #expect(try SKU(bytes: Array(repeating: 0x61, count: 128)).bytes.count == 128)
    #expect(throws: DemandError.nameTooLong("SKU", bytes: 129, limit: 128)) {
      _ = try SKU(bytes: Array(repeating: 0x61, count: 129))
    }
    #expect(throws: DemandError.emptyName("SKU")) { _ = try SKU("") }
    #expect(throws: DemandError.nameNotUTF8("SKU")) { _ = try SKU(bytes: [0xFF]) }
  }

  @Test("a location is 1 to 64 bytes of UTF-8, in the order of its bytes")
  func locations() throws {
    #expect(throws: DemandError.nameTooLong("location", bytes: 65, limit: 64)) {
      _ = try Location(bytes: Array(repeating: 0x61, count: 65))
    }
    #expect(throws: DemandError.emptyName("location")) { _ = try Location("") }
    #expect(throws: DemandError.nameNotUTF8("location")) { _ = try Location(bytes: [0xC0]) }
    #expect(try Location("a") < Location("b"))
    #expect(try Location("Z") < Location("a"))
  }

  @Test("SKUs are ordered by digest, so that a slice is a range")
  func order() throws {
    let skus = try (0..<50).map { try SKU("sku-\($0)") }.sorted()
    #expect(skus.map(\.digest) == skus.map(\.digest).sorted())
  }

  @Test(
    "the slices of a shard cut all digests: each is in one slice",
    arguments: [1, 2, 3, 7, 256, 1_000, 65_535])
  func partition(count: Int) {
    var next: UInt64? = 0
    for index in 0..<count {
      let digests = Slice(index: index, of: count).digests
      guard digests.lowerBound == next else {
        Issue.record("slice \(index) of \(count) starts at \(digests.lowerBound)")
        return
      }
      next = digests.upperBound == .max ? nil : digests.upperBound + 1
      #expect((next == nil) == (index == count - 1))
    }
  }

  @Test(
    "a shard has a slice for about every 256 SKUs, and one when it is empty",
    arguments: [(0, 1), (1, 1), (256, 1), (257, 2), (1_000_000, 3_907)])
  func sliceCount(skus: Int, slices: Int) {
    #expect(Slice.count(forSKUs: skus) == slices)
  }
}

@Suite("Items and stock as bytes")
struct RecordTests {
  private func optional(_ random: inout SplitMix64) -> Double? {
    Bool.random(using: &random) ? Double.random(in: 0...1e6, using: &random) : nil
  }

  @Test("items come back, whatever of them is known", arguments: 0..<100 as Range<UInt64>)
  func items(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let item = Item(
      category: Bool.random(using: &random) ? "größe" : "", unitCost: optional(&random),
      price: optional(&random), volumeCubicMetres: optional(&random),
      leadTimeDays: optional(&random).map { Int($0) }, orderCost: optional(&random),
      minimumOrder: optional(&random), orderMultiple: optional(&random))
    #expect(try Item(packed: item.packed()) == item, "seed \(seed)")
  }

  @Test("an item with a number that cannot be is refused", arguments: [-1, 1e16, .nan, .infinity])
  func hostileItems(value: Double) {
    #expect(throws: PackingError.self) { _ = try Item(packed: Item(unitCost: value).packed()) }
  }

  @Test("stock comes back, and its position is what demand can count on")
  func stock() throws {
    let stock = Stock(onHand: 12.5, reserved: 2, onOrder: 30)
    #expect(try Stock(packed: stock.packed()) == stock)
    #expect(stock.position == 40.5)
  }

  @Test("stock that is not finite is refused", arguments: [Double.nan, .infinity])
  func hostileStock(value: Double) {
    #expect(throws: PackingError.self) { _ = try Stock(packed: Stock(onHand: value).packed()) }
  }

  @Test("every truncation of items and stock is refused")
  func truncations() throws {
    let item = Item(category: "c", unitCost: 1, leadTimeDays: 3).packed()
    let stock = Stock(onHand: 1).packed()
    for count in item.indices {
      #expect(throws: PackingError.self) { _ = try Item(packed: Array(item.prefix(count))) }
    }
    for count in stock.indices {
      #expect(throws: PackingError.self) { _ = try Stock(packed: Array(stock.prefix(count))) }
    }
  }

  @Test("shelf life and lifecycle come back", arguments: Lifecycle.allCases)
  func itemsOfSecondForm(lifecycle: Lifecycle) throws {
    var item = Item(category: "toys", unitCost: 3)
    item.lifecycle = lifecycle
    #expect(try Item(packed: item.packed()) == item)
    item.shelfLifeDays = 40
    #expect(try Item(packed: item.packed()) == item)
    #expect(Lifecycle(name: lifecycle.name) == lifecycle)
  }

  @Test("items and stock that say nothing new are packed as they always were")
  func firstForms() {
    #expect(Item(unitCost: 1).packed() == [0, 1, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0])
    #expect(
      Stock(onHand: 1).packed() == [0, 0, 0, 0, 0, 0, 0xF0, 0x3F] + Array(repeating: 0, count: 16))
  }

  @Test("what is in transit comes back and counts")
  func transit() throws {
    var stock = Stock(onHand: 5, reserved: 1, onOrder: 2)
    let day = Day(year: 2026, month: 11, day: 24)
    stock.inTransit = [Receipt(units: 40, day: day), Receipt(units: 2.5, day: day + 7)]
    #expect(try Stock(packed: stock.packed()) == stock)
    #expect(stock.position == 48.5)
    let bytes = stock.packed()
    for count in bytes.indices where count != 24 {
      #expect(throws: PackingError.self) { _ = try Stock(packed: Array(bytes.prefix(count))) }
    }
  }

  @Test("arrivals that do not ascend, lie outside all days or are negative are refused")
  func hostileTransit() {
    let day = Day(year: 2026, month: 11, day: 24)
    for receipts in [
      [Receipt(units: 1, day: day), Receipt(units: 1, day: day)],
      [Receipt(units: 1, day: Day(number: -5))], [Receipt(units: -1, day: day)],
      (0...Int32(Stock.maximumReceipts)).map { Receipt(units: 1, day: Day(number: $0)) },
    ] {
      var stock = Stock(onHand: 1)
      stock.inTransit = receipts
      let bytes = stock.packed()
      #expect(throws: PackingError.self) { _ = try Stock(packed: bytes) }
    }
  }
}
