import Demand
import Storage
import TestSupport
import Testing

@testable import ShardStore

@Suite("Results of units")
struct ResultTests {
  private let store: StoreFixture
  private let skus: [SKU]
  private let all = Slice(index: 0, of: 1)

  init() throws {
    store = try StoreFixture()
    skus = try ShardStoreTests.skus(60).sorted()
    store.send("a", try skus.map { try StoreFixture.row($0.description) })
  }

  private func unit(_ run: UInt64, _ slice: Slice, text: String = "") throws -> CompletedUnit {
    let mine = skus.filter { slice.digests.contains($0.digest) }
    let north = try Location("north")
    return CompletedUnit(
      run: run, shard: 0, slice: slice,
      models: mine.map { StoredRow(sku: $0, value: Array("model \(run)\(text)".utf8)) },
      forecasts: mine.flatMap { sku in
        [nil, north].map { StoredRow(sku: sku, location: $0, value: Array("f\(run)".utf8)) }
      },
      quarantine: mine.prefix(1).map { StoredRow(sku: $0, value: Array("too short".utf8)) },
      summary: Array("summary \(run) \(slice.index)\(text)".utf8))
  }

  @Test("slices partition a shard")
  func slices() throws {
    for count in [1, 2, 3, 7, 64] {
      let parts = try (0..<count).map {
        try store.reader.items(shard: 0, slice: Slice(index: $0, of: count)).map(\.sku)
      }
      #expect(parts.flatMap { $0 } == skus)
    }
  }

  @Test("are stored once: sent again they change nothing and the first summary comes back")
  func once() throws {
    let first = try unit(1, all)
    let outcome = store.writer.commit(.unit(first))
    #expect(outcome == .unit(summary: first.summary, wasDone: false))
    let again = store.writer.commit(.unit(try unit(1, all, text: " again")))
    #expect(again == .unit(summary: first.summary, wasDone: true))
    #expect(try store.reader.unit(run: 1, shard: 0, slice: all) == first.summary)
    #expect(try store.reader.models(shard: 0, slice: all).allSatisfy { $0.value.count == 7 })
  }

  @Test("plans before keep the run that made them, and a scenario touches no real plan")
  func plansBeside() throws {
    let rows = skus.map { StoredRow(sku: $0, value: [1]) }
    _ = store.writer.commit(
      .unit(CompletedUnit(run: 1, shard: 0, slice: all, plans: rows, summary: [])))
    let before = try store.reader.plans(shard: 0, slice: all)
    _ = store.writer.commit(
      .unit(
        CompletedUnit(
          run: 2, shard: 0, slice: all, plans: Array(rows.dropFirst()), plansBefore: before,
          summary: [])))
    #expect(try store.reader.rows(.planBefore, shard: 0, slice: all) == before)
    #expect(before.allSatisfy { $0.run == 1 })
    let scenario = CompletedUnit(
      run: 3, shard: 0, slice: all, plansScenario: Array(rows.prefix(5)), summary: [])
    _ = store.writer.commit(.unit(scenario))
    let real = try store.reader.plans(shard: 0, slice: all)
    #expect(real.count == rows.count - 1 && real.allSatisfy { $0.run == 2 })
    #expect(try store.reader.rows(.planBefore, shard: 0, slice: all) == before)
    let supposed = try store.reader.rows(.planScenario, shard: 0, slice: all)
    #expect(supposed.count == 5 && supposed.allSatisfy { $0.run == 3 })
  }

  @Test("of a later run replace those of the slice, and only the tables they bring")
  func replace() throws {
    _ = store.writer.commit(.unit(try unit(1, all)))
    let half = Slice(index: 0, of: 2)
    var later = try unit(2, half)
    later.models = nil
    later.forecasts?.removeAll { $0.location != nil }
    _ = store.writer.commit(.unit(later))
    let forecasts = try store.reader.forecasts(for: skus)
    let inHalf = skus.count { half.digests.contains($0.digest) }
    #expect(forecasts.count { $0.run == 2 } == inHalf)
    #expect(forecasts.count { $0.run == 1 } == 2 * (skus.count - inHalf))
    #expect(try store.reader.models(shard: 0, slice: all).allSatisfy { $0.run == 1 })
  }

  @Test("of SKUs outside the slice are refused whole")
  func outside() throws {
    var stray = try unit(1, all)
    stray.slice = Slice(index: 0, of: 2)
    guard case .refused = store.writer.commit(.unit(stray)) else {
      Issue.record("taken")
      return
    }
    #expect(try store.reader.models(shard: 0, slice: all).isEmpty)
  }

  @Test("are read by SKU, the total first, in the order asked for")
  func forecasts() throws {
    _ = store.writer.commit(.unit(try unit(1, all)))
    let asked = [skus[5], skus[2]]
    let rows = try store.reader.forecasts(for: asked + [try SKU("unknown")])
    #expect(rows.map(\.sku) == [skus[5], skus[5], skus[2], skus[2]])
    #expect(rows.map { $0.location?.description } == [nil, "north", nil, "north"])
  }

  @Test("leave by cursor, each row once and in order", arguments: SKUTable.allCases)
  func export(table: SKUTable) throws {
    _ = store.writer.commit(.unit(try unit(1, all)))
    let whole = try store.reader.export(table, shard: 0, maximumBytes: .max)
    #expect(whole.next == nil)
    var pages: [StoredRow] = []
    var cursor: RowCursor?
    repeat {
      let page = try store.reader.export(table, shard: 0, after: cursor, maximumBytes: 100)
      pages += page.rows
      cursor = try page.next.map { try RowCursor(packed: $0.packed()) }
    } while cursor != nil
    #expect(pages == whole.rows)
  }

  @Test("forget the units of runs that are long over and keep their results")
  func longOver() throws {
    _ = store.writer.commit(.unit(try unit(1, all)))
    _ = store.writer.commit(
      .unit(CompletedUnit(run: 6, shard: 0, slice: all, quarantine: [], summary: [])))
    #expect(try store.reader.unit(run: 1, shard: 0, slice: all) == nil)
    #expect(try store.reader.models(shard: 0, slice: all).count == skus.count)
  }

  @Test("exported series hold history and tail alike", arguments: [60, 1_000, Int.max])
  func exportSeries(pageBytes: Int) throws {
    try store.fold()
    store.send("b", try skus.prefix(20).map { try StoreFixture.row($0.description, day: 3) })
    store.send("b", [try StoreFixture.row("new")])
    var rows: [StoredRow] = []
    var cursor: RowCursor?
    repeat {
      let page = try store.reader.export(
        .series, shard: 0, after: cursor, maximumBytes: pageBytes)
      let bytes = page.rows.dropLast().reduce(0) { $0 + $1.value.count + $1.sku.bytes.count }
      #expect(bytes < pageBytes, "but for its last row a page keeps to its size")
      rows += page.rows
      cursor = page.next
    } while cursor != nil
    let items = try store.items()
    #expect(rows.map(\.sku) == items.map(\.sku))
    #expect(
      try rows.map { try DemandSeries(packed: $0.value) } == items.map { $0.series[0].value })
  }
}
