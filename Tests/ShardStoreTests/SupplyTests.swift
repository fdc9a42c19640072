import Demand
import Packing
import Storage
import TestSupport
import Testing

@testable import ShardStore

@Suite("Ways of supply in the store")
struct SupplyTests {
  private static func payload(
    _ rows: [(sku: String, location: String?, option: SupplyOption)]
  ) throws -> [UInt8] {
    var writer = SupplyBatchWriter()
    for row in rows {
      writer.append(try SKU(row.sku), try row.location.map { try Location($0) }, row.option)
    }
    return writer.bytes
  }

  private static func acme(_ cost: Double) -> SupplyOption {
    SupplyOption(origin: .supplier("acme"), unitCost: cost)
  }

  @Test("are kept by SKU and location, the last row of an origin wins, the others stay")
  func upsert() throws {
    let store = try StoreFixture()
    let other = SupplyOption(origin: .supplier("zeta"), unitCost: 7)
    let payloads = [
      try Self.payload([
        ("a", nil, Self.acme(1)), ("a", nil, other), ("a", "north", Self.acme(3)),
        ("b", "north", Self.acme(4)), ("a", nil, Self.acme(2)),
      ]),
      try Self.payload([("a", "north", Self.acme(5)), ("c", nil, Self.acme(6))]),
    ]
    for payload in payloads {
      guard
        case .batch(.apply, _) = store.writer.commit(
          store.next("s", payload, table: .supply))
      else {
        Issue.record("not applied")
        return
      }
    }
    let items = try store.items()
    #expect(Set(items.map(\.sku.description)) == ["a", "b", "c"])
    let a = try #require(items.first { $0.sku.description == "a" })
    #expect(a.supplyEverywhere.options == [Self.acme(2), other])
    #expect(a.supply.map(\.location.description) == ["north"])
    #expect(a.supply.first?.value.options == [Self.acme(5)])
    #expect(a.options(at: try Location("north")) == [Self.acme(5), other])
    #expect(a.options(at: try Location("south")) == [Self.acme(2), other])
    #expect(try store.reader.item(a.sku) == a)
    #expect(try store.reader.summary(of: 0).skuCount == 3)
  }

  @Test("do not depend on how their rows were cut into batches")
  func cuts() throws {
    var random = SplitMix64(seed: 17)
    let rows = (0..<60).map { number in
      (
        sku: "s\(Int.random(in: 0..<4, using: &random))",
        location: Bool.random(using: &random) ? "north" : nil,
        option: SupplyOption(
          origin: .supplier("o\(Int.random(in: 0..<5, using: &random))"), unitCost: Double(number))
      )
    }
    let whole = try StoreFixture()
    let parts = try StoreFixture()
    _ = whole.writer.commit(whole.next("s", try Self.payload(rows), table: .supply))
    // Some of the batches share a commit: each sees what the one before left.
    for start in stride(from: 0, to: 60, by: 12) {
      _ = parts.writer.commit(
        try stride(from: start, to: start + 12, by: 4).map { first in
          parts.next("s", try Self.payload(Array(rows[first..<(first + 4)])), table: .supply)
        })
    }
    #expect(try whole.items() == parts.items())
    #expect(try whole.items().count == 4)
  }

  @Test("from too many origins are refused, and the batch leaves nothing behind")
  func tooMany() throws {
    let store = try StoreFixture()
    let rows = (0...SupplyList.maximumCount).map { number in
      (
        sku: "a", location: String?.none,
        option: SupplyOption(origin: .supplier("s\(number)"))
      )
    }
    let outcome = store.writer.commit(store.next("s", try Self.payload(rows), table: .supply))
    guard case .refused(let reason) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(reason.contains("SKU \"a\"") && reason.contains("64"))
    #expect(try store.items().isEmpty)
    let sound = StoreFixture.payload([try StoreFixture.row("a")])
    guard case .batch(.apply, _) = store.writer.commit(store.next("t", sound)) else {
      Issue.record("not applied")
      return
    }
    #expect(try store.items().count == 1)
  }

  @Test("of a damaged row fail the batch that needs it alone, and nothing of it is kept")
  func damaged() throws {
    let store = try StoreFixture()
    let rows = try Self.payload([("a", nil, Self.acme(1))])
    _ = store.writer.commit(store.next("s", rows, table: .supply))
    try store.writer.connection.execute("UPDATE supply SET value = x'00'")
    let more = try Self.payload([("new", nil, Self.acme(1)), ("a", nil, Self.acme(2))])
    let outcomes = store.writer.commit([
      store.next("t", more, table: .supply),
      store.next("u", StoreFixture.payload([try StoreFixture.row("z")])),
      store.next("v", StoreFixture.payload([try StoreFixture.row("new")])),
    ])
    guard case .failed = outcomes[0], case .batch(.apply, _) = outcomes[1],
      case .batch(.apply, _) = outcomes[2]
    else {
      Issue.record("\(outcomes)")
      return
    }
    // A SKU that the failed batch named first is still new to the one after it.
    let names = try store.reader.export(.sku, shard: 0, maximumBytes: .max).rows.map(\.sku)
    #expect(Set(names.map(\.description)) == ["a", "new", "z"])
  }

  @Test("a warehouse does not supply itself")
  func itself() throws {
    var item = StoredItem(sku: try SKU("a"))
    let north = try Location("north")
    _ = item.supplyEverywhere.put(SupplyOption(origin: .warehouse(north)))
    #expect(item.options(at: north).isEmpty)
    #expect(item.options(at: try Location("south")).count == 1)
  }

  @Test("data from before there was supply gets room for it and keeps what it has")
  func migration() throws {
    let folder = try TemporaryFolder()
    do {
      let connection = try Connection(ShardReader.path(folder.path), .readWrite)
      try connection.migrate(Array(Schema.migrations.prefix(2)))
      try SKUTable.sku.put(
        StoredRow(sku: try SKU("a"), value: []), shard: 0, in: connection)
      try SKUTable.stock.put(
        StoredRow(
          sku: try SKU("a"), location: try Location("north"), value: Stock(onHand: 3).packed()),
        shard: 0, in: connection)
      try SKUTable.item.put(
        StoredRow(sku: try SKU("a"), value: Item(unitCost: 2).packed()), shard: 0, in: connection)
    }
    let writer = try ShardWriter(folder: folder.path, shardCount: 1)
    let payload = try Self.payload([("a", nil, Self.acme(1))])
    let batch = BatchIdentity(
      source: SourceID(name: "s"), shard: 0, sequence: 1,
      chain: BatchIdentity.chain(after: 0, payload: payload), isLast: true)
    guard case .batch(.apply, _) = writer.commit(.batch(batch, .supply, payload: payload)) else {
      Issue.record("not applied")
      return
    }
    let item = try #require(try ShardReader(folder: folder.path).item(try SKU("a")))
    #expect(item.stock.map(\.value) == [Stock(onHand: 3)] && item.item == Item(unitCost: 2))
    #expect(item.supplyEverywhere.options == [Self.acme(1)])
  }
}
