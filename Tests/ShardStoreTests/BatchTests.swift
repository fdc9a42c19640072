import Demand
import Packing
import Storage
import TestSupport
import Testing

@testable import ShardStore

@Suite("A batch")
struct BatchTests {
  private let store: StoreFixture

  init() throws { store = try StoreFixture() }

  private func verdict(_ outcome: WriteOutcome) -> SourceProgress.Verdict? {
    if case .batch(let verdict, _) = outcome { verdict } else { nil }
  }

  private func units() throws -> [Double] {
    try store.items().flatMap { $0.series.flatMap(\.value.units) }
  }

  @Test("that is sent again is applied once")
  func duplicate() throws {
    let batch = store.next("a", StoreFixture.payload([try StoreFixture.row("x")]))
    #expect(verdict(store.writer.commit(batch)) == .apply)
    #expect(verdict(store.writer.commit(batch)) == .duplicate)
    #expect(store.writer.commit([batch, batch]).map(verdict) == [.duplicate, .duplicate])
    #expect(try units() == [1])
  }

  @Test("that is sent twice in one group is applied once")
  func duplicateInGroup() throws {
    let batch = store.next("a", StoreFixture.payload([try StoreFixture.row("x")]))
    #expect(store.writer.commit([batch, batch]).map(verdict) == [.apply, .duplicate])
    #expect(try units() == [1])
  }

  @Test("behind a missing one is a gap")
  func gap() throws {
    _ = store.next("a", StoreFixture.payload([try StoreFixture.row("x")]))
    let second = store.next("a", StoreFixture.payload([try StoreFixture.row("y")]))
    #expect(verdict(store.writer.commit(second)) == .gap)
    #expect(try store.items().isEmpty)
  }

  @Test("with other content is a conflict")
  func conflict() throws {
    store.send("a", [try StoreFixture.row("x")])
    let payload = StoreFixture.payload([try StoreFixture.row("x", units: 2)])
    let other = BatchIdentity(
      source: SourceID(name: "a-0"), shard: 0, sequence: 1,
      chain: BatchIdentity.chain(after: 0, payload: payload), isLast: false)
    let outcome = store.writer.commit(.batch(other, .salesAdding, payload: payload))
    #expect(verdict(outcome) == .conflict)
    #expect(try units() == [1])
  }

  @Test("after the last one of its source is a conflict")
  func finished() throws {
    store.send("a", [try StoreFixture.row("x")], isLast: true)
    #expect(verdict(store.send("a", [try StoreFixture.row("x")])) == .conflict)
    #expect(try store.reader.progress(of: SourceID(name: "a-0"), shard: 0).isFinished)
  }

  @Test("with a bad payload is refused alone, and nothing of it is kept")
  func badPayload() throws {
    let good = StoreFixture.payload([try StoreFixture.row("x")])
    let outcomes = store.writer.commit([
      store.next("good", good), store.next("bad", good + [0xFF]),
      store.next("items", [1, 65, 9], table: .items),
    ])
    #expect(verdict(outcomes[0]) == .apply)
    for outcome in outcomes.dropFirst() {
      guard case .refused = outcome else {
        Issue.record("\(outcome)")
        continue
      }
    }
    #expect(try units() == [1])
    #expect(try store.reader.progress(of: SourceID(name: "bad-0"), shard: 0).sequence == 0)
  }

  @Test("whose new SKU was refused before still makes that SKU known")
  func refusedThenSent() throws {
    let payload = StoreFixture.payload([try StoreFixture.row("x")])
    _ = store.writer.commit(store.next("bad", payload + [0xFF]))
    store.send("good", [try StoreFixture.row("x")])
    #expect(try store.items().map(\.sku.description) == ["x"])
    #expect(try store.reader.summary(of: 0).skuCount == 1)
  }

  @Test("of a SKU of another shard is refused")
  func wrongShard() throws {
    let store = try StoreFixture(shardCount: 4)
    let stray = try #require(try skus(1, shard: 3, of: 4).first)
    let outcome = store.send("a", [try StoreFixture.row(stray.description)], shard: 2)
    guard case .refused(let reason) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(reason.contains("belongs to shard 3, not 2"))
  }

  @Test("of items and one of stock: the last one of a key wins")
  func upserts() throws {
    let sku = try SKU("x")
    for cost in [1.0, 2.0] {
      var items = ItemBatchWriter()
      items.append(sku, Item(unitCost: cost))
      _ = store.writer.commit(store.next("items", items.bytes, table: .items))
      var stock = InventoryBatchWriter()
      stock.append(sku, try Location("north"), Stock(onHand: cost))
      stock.append(sku, try Location("east"), Stock(onHand: 9))
      _ = store.writer.commit(store.next("stock", stock.bytes, table: .stock))
    }
    let item = try #require(try store.reader.item(sku))
    #expect(item.item == Item(unitCost: 2))
    #expect(item.stock.map(\.location.description) == ["east", "north"])
    #expect(item.stock.map(\.value.onHand) == [9, 2])
  }

  @Test("shows in the summary of its shard")
  func summary() throws {
    store.send("a", [try StoreFixture.row("x"), try StoreFixture.row("y", day: 9)])
    store.send("b", [try StoreFixture.row("x", day: 3)])
    let summary = try store.reader.summary(of: 0)
    #expect(summary.skuCount == 2 && summary.tailRows == 3)
    #expect(summary.latestSalesDay == StoreFixture.day + 9)
    try store.fold()
    let folded = try store.reader.summaries()
    #expect(folded.map(\.skuCount) == [2] && folded.map(\.tailBytes) == [0])
    #expect(folded.first?.latestSalesDay == StoreFixture.day + 9)
  }
}

@Suite("An epoch")
struct EpochTests {
  @Test("only rises, and goes with the data of its shard")
  func raises() throws {
    let store = try StoreFixture()
    #expect(store.writer.commit(.epoch(shard: 0, to: 5)) == .epoch(5, isAccepted: true))
    #expect(store.writer.commit(.epoch(shard: 0, to: 5)) == .epoch(5, isAccepted: true))
    #expect(store.writer.commit(.epoch(shard: 0, to: 4)) == .epoch(5, isAccepted: false))
    #expect(store.writer.commit(.dropShard(0)) == .done)
    #expect(try store.reader.epoch(of: 0) == 0)
  }
}
