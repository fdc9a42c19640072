import Demand
import Storage
import TestSupport
import Testing

@testable import ShardStore

/// What the store must say, kept as plainly as can be: a dictionary by day.
private struct Oracle {
  struct Key: Hashable {
    let sku: SKU, location: Location
  }
  struct Touch: Hashable {
    let source: String, key: Key, day: Day
  }
  struct Cell {
    var units = 0.0
    var price: Float?
    var promotion = false
    var outOfStock = false
  }

  var cells: [Key: [Day: Cell]] = [:]
  var touched: Set<Touch> = []

  mutating func apply(_ row: SalesRow, source: String, replaces: Bool) {
    let key = Key(sku: row.sku, location: row.location)
    var cell = cells[key]?[row.day] ?? Cell()
    if replaces, touched.insert(Touch(source: source, key: key, day: row.day)).inserted {
      cell = Cell()
    }
    cell.units += row.units
    cell.price = row.price ?? cell.price
    cell.promotion = cell.promotion || row.promotion
    cell.outOfStock = cell.outOfStock || row.outOfStock
    cells[key, default: [:]][row.day] = cell
  }

  func series(_ key: Key) -> DemandSeries? {
    guard let days = cells[key], let last = days.keys.max(), let first = days.keys.min() else {
      return nil
    }
    let start = max(first, last - (DemandSeries.maximumDays - 1))
    var series = DemandSeries(start: start, units: [])
    var price: Float = 0
    for day in 0...(last - start) {
      let cell = days[start + day] ?? Cell()
      price = cell.price ?? price
      series.units.append(cell.units)
      series.prices.append(price)
      series.promotions.append(cell.promotion)
      series.stockouts.append(cell.outOfStock)
    }
    let seen = days.filter { $0.key >= start }.values
    if seen.allSatisfy({ $0.price == nil }) { series.prices = [] }
    if !series.promotions.contains(true) { series.promotions = [] }
    if !series.stockouts.contains(true) { series.stockouts = [] }
    return series
  }
}

@Suite("Folding")
struct FoldTests {
  private static func batch(_ random: inout SplitMix64) throws -> [SalesRow] {
    try (0..<Int.random(in: 1...12, using: &random)).map { _ in
      try StoreFixture.row(
        "sku-\(Int.random(in: 0..<5, using: &random))",
        ["north", "south"][Int.random(in: 0...1, using: &random)],
        day: random.uniform() < 0.01 ? -19_000 : Int.random(in: 0..<12, using: &random),
        units: random.uniform() < 0.1
          ? random.uniform() : Double.random(in: -2..<4, using: &random).rounded(),
        price: random.uniform() < 0.3 ? Float(Int.random(in: 1...3, using: &random)) : nil,
        promotion: random.uniform() < 0.2, outOfStock: random.uniform() < 0.1)
    }
  }

  @Test("at any moment changes nothing, and both agree with a plain dictionary", arguments: 0..<40)
  func agreesWithOracle(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let folded = try StoreFixture()
    let plain = try StoreFixture()
    var oracle = Oracle()
    var finished: Set<String> = []
    var planned: FoldPlan?
    for _ in 0..<40 {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: planned = try folded.reader.planFold(0)
      case 1:
        if let plan = planned { #expect(folded.writer.commit(.fold(plan)) == .done) }
        planned = nil
      default:
        let replaces = Bool.random(using: &random)
        let source = "\(replaces)-\(Int.random(in: 0..<4, using: &random))"
        guard !finished.contains(source) else { continue }
        let isLast = random.uniform() < 0.2
        if isLast { finished.insert(source) }
        let rows = try Self.batch(&random)
        for row in rows { oracle.apply(row, source: source, replaces: replaces) }
        folded.send(source, rows, replaces: replaces, isLast: isLast)
        plain.send(source, rows, replaces: replaces, isLast: isLast)
      }
    }
    let items = try folded.items()
    #expect(try plain.items() == items, "seed \(seed)")
    var count = 0
    for item in items {
      for series in item.series {
        let key = Oracle.Key(sku: item.sku, location: series.location)
        #expect(series.value == oracle.series(key), "seed \(seed)")
        count += 1
      }
    }
    #expect(count == oracle.cells.count, "seed \(seed)")
  }

  @Test("keeps a day's sum below 0, so that sales that come later are taken off rightly")
  func returns() throws {
    let store = try StoreFixture()
    store.send("returns", [try StoreFixture.row("x", units: -5)])
    try store.fold()
    #expect(try store.items().flatMap { $0.series.flatMap(\.value.units) } == [-5])
    store.send("sales", [try StoreFixture.row("x", units: 7)])
    try store.fold()
    #expect(try store.items().flatMap { $0.series.flatMap(\.value.units) } == [2])
  }

  @Test("a day that was out of stock is in stock again when a row replaces it")
  func restocked() throws {
    let store = try StoreFixture()
    store.send(
      "a",
      [
        try StoreFixture.row("x", units: 1, outOfStock: true),
        try StoreFixture.row("x", day: 1, units: 0, outOfStock: true),
      ])
    try store.fold()
    store.send("b", [try StoreFixture.row("x", day: 1, units: 3)])
    #expect(try store.items().flatMap { $0.series.map(\.value.stockouts) } == [[true, true]])
    store.send("c", [try StoreFixture.row("x", units: 4)], replaces: true)
    #expect(try store.items().flatMap { $0.series.map(\.value.stockouts) } == [[false, true]])
    #expect(try store.items().flatMap { $0.series.flatMap(\.value.units) } == [4, 3])
  }

  @Test("waits for a replacing source that is not finished")
  func unfinished() throws {
    let store = try StoreFixture()
    store.send("before", [try StoreFixture.row("x", units: 4)])
    store.send("new", [try StoreFixture.row("x", units: 7)], replaces: true)
    #expect(try store.fold())
    #expect(try store.reader.summary(of: 0).tailRows == 1)
    #expect(try !store.fold())
    store.send("new", [try StoreFixture.row("x", units: 2)], replaces: true, isLast: true)
    #expect(try store.fold())
    #expect(try store.reader.summary(of: 0).tailRows == 0)
    #expect(try store.items().flatMap { $0.series.flatMap(\.value.units) } == [9])
  }

  @Test("does not part a finished source around an unfinished one")
  func interleaved() throws {
    let store = try StoreFixture()
    store.send("whole", [try StoreFixture.row("x", units: 7)], replaces: true)
    store.send("open", [try StoreFixture.row("y")], replaces: true)
    store.send("whole", [try StoreFixture.row("x", units: 2)], replaces: true, isLast: true)
    #expect(try !store.fold())
    store.send("open", [try StoreFixture.row("y")], replaces: true, isLast: true)
    #expect(try store.fold())
    let units = try store.items().map { $0.series.flatMap(\.value.units) }
    #expect(units.flatMap { $0 }.sorted() == [2, 9])
  }

  @Test("that was planned before another fold is stale")
  func stale() throws {
    let store = try StoreFixture()
    store.send("a", [try StoreFixture.row("x")])
    let plan = try #require(try store.reader.planFold(0))
    try store.fold()
    #expect(store.writer.commit(.fold(plan)) == .staleFold)
    #expect(try store.items().flatMap { $0.series.flatMap(\.value.units) } == [1])
  }

  @Test("that was planned before the shard was dropped is stale")
  func staleAfterDrop() throws {
    let store = try StoreFixture()
    store.send("a", [try StoreFixture.row("x")])
    let plan = try #require(try store.reader.planFold(0))
    _ = store.writer.commit(.dropShard(0))
    #expect(store.writer.commit(.fold(plan)) == .staleFold)
    #expect(try store.items().isEmpty)
  }

  @Test("keeps the last days of a history that is too long")
  func window() throws {
    let store = try StoreFixture()
    store.send("a", [try StoreFixture.row("x", day: -19_000), try StoreFixture.row("x", day: 0)])
    let series = try #require(try store.items().first?.series.first?.value)
    #expect(series.units.count == DemandSeries.maximumDays)
    #expect(series.end == StoreFixture.day)
  }
}
