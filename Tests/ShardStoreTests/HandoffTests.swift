import Demand
import Storage
import TestSupport
import Testing

@testable import ShardStore

/// A store with something in every table of shards 0 and 1.
func filledStore() throws -> StoreFixture {
  let store = try StoreFixture(shardCount: 2)
  for shard in 0..<2 {
    let mine = try skus(30, shard: shard, of: 2)
    func send(_ day: Int) throws {
      store.send(
        "a", try mine.map { try StoreFixture.row($0.description, day: day) }, shard: shard)
    }
    try send(0)
    try store.fold(shard)
    try send(1)
    store.send("open", [try StoreFixture.row(mine[0].description)], replaces: true, shard: shard)
    var items = ItemBatchWriter()
    var stock = InventoryBatchWriter()
    var supply = SupplyBatchWriter()
    for (index, sku) in mine.enumerated() {
      supply.append(
        sku, index % 2 == 0 ? nil : try Location("north"),
        SupplyOption(origin: .supplier("acme"), unitCost: 2))
      items.append(sku, Item(unitCost: 2))
      stock.append(sku, try Location("north"), Stock(onHand: 3))
    }
    let rows = mine.map { StoredRow(sku: $0, value: [1, 2, 3]) }
    let outcomes = store.writer.commit([
      store.next("items", items.bytes, table: .items, shard: shard),
      store.next("stock", stock.bytes, table: .stock, shard: shard),
      store.next("supply", supply.bytes, table: .supply, shard: shard),
      .epoch(shard: shard, to: 3),
      .unit(
        CompletedUnit(
          run: 7, shard: shard, slice: Slice(index: 0, of: 1), models: rows, forecasts: rows,
          plans: rows, plansBefore: rows, plansScenario: rows, quarantine: rows,
          network: StoredNetwork(run: 7, bytes: [1, 2, 3]), summary: [9])),
    ])
    for case .failed(let error) in outcomes { throw error }
  }
  return store
}

@Suite("A hand-off")
struct HandoffTests {
  private static func everything(_ store: StoreFixture, _ shard: Int) throws -> [[StoredRow]] {
    try SKUTable.allCases.map {
      try store.reader.export($0, shard: shard, maximumBytes: .max).rows
    }
  }

  @Test("reproduces the shard exactly, in chunks of any size", arguments: [1, 700, 1 << 20])
  func roundTrip(maximumBytes: Int) throws {
    let source = try filledStore()
    let target = try StoreFixture(shardCount: 2)
    let chunks = try source.chunks(1, maximumBytes: maximumBytes)
    for chunk in chunks { #expect(target.writer.commit(.chunk(chunk, shard: 1)) == .done) }
    #expect(try target.reader.epoch(of: 1) == 0, "it is not held before it is said to be whole")
    _ = target.writer.commit(.epoch(shard: 1, to: 3))
    #expect(try Self.everything(target, 1) == Self.everything(source, 1))
    #expect(try target.items(1) == source.items(1))
    #expect(try target.reader.summary(of: 1) == source.reader.summary(of: 1))
    let unit = try target.reader.unit(run: 7, shard: 1, slice: Slice(index: 0, of: 1))
    #expect(unit == [9])
    #expect(try target.items(0).isEmpty)
  }

  @Test("goes on with the batches that follow")
  func continues() throws {
    let source = try filledStore()
    let target = try StoreFixture(shardCount: 2)
    for chunk in try source.chunks(1, maximumBytes: 4_096) {
      #expect(target.writer.commit(.chunk(chunk, shard: 1)) == .done)
    }
    let sku = try #require(try skus(1, shard: 1, of: 2).first)
    let rows = [try StoreFixture.row(sku.description, day: 9, units: 5)]
    let last = source.next(
      "open", StoreFixture.payload(rows), table: .salesReplacing, shard: 1, isLast: true)
    for store in [source, target] {
      guard case .batch(.apply, _) = store.writer.commit(last) else {
        Issue.record("not applied")
        return
      }
    }
    #expect(try target.fold(1))
    #expect(try target.items(1) == source.items(1))
  }

  @Test("may send a chunk twice")
  func twice() throws {
    let source = try filledStore()
    let target = try StoreFixture(shardCount: 2)
    let chunks = try source.chunks(0, maximumBytes: 2_000)
    for chunk in chunks + chunks {
      #expect(target.writer.commit(.chunk(chunk, shard: 0)) == .done)
    }
    _ = target.writer.commit(.epoch(shard: 0, to: 3))
    #expect(try target.items(0) == source.items(0))
    #expect(try target.reader.summary(of: 0) == source.reader.summary(of: 0))
  }

  @Test("does not lower the epoch of its target")
  func epoch() throws {
    let source = try filledStore()
    let target = try StoreFixture(shardCount: 2)
    _ = target.writer.commit(.epoch(shard: 0, to: 8))
    for chunk in try source.chunks(0, maximumBytes: 2_000) {
      _ = target.writer.commit(.chunk(chunk, shard: 0))
    }
    #expect(try target.reader.epoch(of: 0) == 8)
  }

  @Test("refuses a damaged chunk and one of another shard")
  func damaged() throws {
    let source = try filledStore()
    let target = try StoreFixture(shardCount: 2)
    var chunk = try source.chunks(0, maximumBytes: 1 << 20)[0]
    guard case .refused = target.writer.commit(.chunk(chunk, shard: 1)) else {
      Issue.record("a chunk of another shard was taken")
      return
    }
    chunk[chunk.count / 2] ^= 4
    guard case .refused = target.writer.commit(.chunk(chunk, shard: 0)) else {
      Issue.record("a damaged chunk was taken")
      return
    }
    #expect(try target.items(0).isEmpty)
  }

  @Test("sees one snapshot while batches come")
  func snapshot() throws {
    let source = try filledStore()
    try source.reader.holdSnapshot()
    let before = try source.chunks(0, maximumBytes: 500)
    let sku = try #require(try skus(1, shard: 0, of: 2).first)
    source.send("late", [try StoreFixture.row(sku.description, day: 5)], shard: 0)
    #expect(try source.chunks(0, maximumBytes: 500) == before)
    source.reader.releaseSnapshot()
    #expect(try source.chunks(0, maximumBytes: 500) != before)
  }

  @Test("leaves nothing in a shard that is dropped, and all of the others")
  func drop() throws {
    let store = try filledStore()
    let other = try store.items(1)
    #expect(store.writer.commit(.dropShard(0)) == .done)
    #expect(try Self.everything(store, 0).allSatisfy(\.isEmpty))
    #expect(try store.items(0).isEmpty)
    #expect(try store.items(1) == other)
    #expect(try store.reader.unit(run: 7, shard: 0, slice: Slice(index: 0, of: 1)) == nil)
  }
}

@Suite("Damaged bytes")
struct DamageTests {
  /// Reads whatever there is of shard 0.
  private static func readAll(_ store: StoreFixture) throws {
    _ = try store.items()
    _ = try store.reader.summaries()
    for table in SKUTable.allCases {
      _ = try store.reader.export(table, shard: 0, maximumBytes: .max)
    }
    _ = try store.reader.unit(run: 7, shard: 0, slice: Slice(index: 0, of: 1))
    var damage: StorageError?
    _ = try store.reader.networks(of: 0) { damage = $0 }
    if let damage { throw damage }
    for source in ["a-0", "open-0", "items-0", "stock-0", "supply-0"] {
      _ = try store.reader.progress(of: SourceID(name: source), shard: 0)
    }
  }

  @Test("in a value of any table are found, and the table and row named", arguments: TableShape.all)
  func values(table: TableShape) throws {
    let store = try filledStore()
    let rows =
      try store.writer.connection.integer(
        "SELECT count(*) FROM \(table.name) WHERE shard = 0") ?? 0
    #expect(rows > 0)
    let select = try store.writer.connection.statement(
      "SELECT value FROM \(table.name) WHERE shard = 0 LIMIT 1"
    ).bind()
    #expect(try select.step())
    let whole = select.bytes(0)
    select.reset()
    for index in whole.indices {
      var damaged = whole
      damaged[index] ^= 1 << UInt8(index % 8)
      try Self.put(damaged, in: table, store, where: whole)
      let error = #expect(throws: StorageError.self) { try Self.readAll(store) }
      guard case .damagedRow(let name, let key)? = error?.kind else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(name == table.name && key.contains("shard 0"))
      try Self.put(whole, in: table, store, where: damaged)
    }
    try Self.readAll(store)
  }

  private static func put(
    _ value: [UInt8], in table: TableShape, _ store: StoreFixture, where old: [UInt8]
  ) throws {
    try store.writer.connection.statement(
      "UPDATE \(table.name) SET value = ? WHERE shard = 0 AND value = ?"
    ).bind(value, old).run()
  }

  @Test("in a key are found: a row under another key is not taken", arguments: SKUTable.allCases)
  func keys(table: SKUTable) throws {
    let store = try filledStore()
    try store.writer.connection.execute(
      """
      UPDATE \(table.name) SET location = x'61' WHERE (shard, digest) IN
        (SELECT shard, digest FROM \(table.name) WHERE shard = 0 LIMIT 1)
      """)
    #expect(throws: StorageError.self) { try Self.readAll(store) }
  }

  @Test("stay with the write that meets them: the rest of its group is stored")
  func oneWrite() throws {
    let store = try filledStore()
    try store.writer.connection.execute("UPDATE source SET value = x'00' WHERE shard = 0")
    let sku = try #require(try skus(1, shard: 0, of: 2).first)
    let payload = StoreFixture.payload([try StoreFixture.row(sku.description)])
    let outcomes = store.writer.commit([
      store.next("a", payload, shard: 0), store.next("fresh", payload, shard: 0),
    ])
    guard case .failed(let error) = outcomes[0], case .batch(.apply, _) = outcomes[1] else {
      Issue.record("\(outcomes)")
      return
    }
    #expect(error.description.contains("rebuild from the replica"))
  }
}
