import Demand
import Storage
import TestSupport
import Testing

@testable import ShardStore

extension StoreFixture {
  /// What a scrub finds in a whole round.
  func scrub(maximumBytes: Int = .max) throws -> [ScrubFinding] {
    try ShardScrub(folder: folder.path).round(maximumBytes: maximumBytes)
  }
}

extension ShardScrub {
  /// The findings of steps until a round ends.
  func round(maximumBytes: Int = .max) throws -> [ScrubFinding] {
    var findings: [ScrubFinding] = []
    while true {
      let step = try step(maximumBytes: maximumBytes, at: .now)
      findings += step.findings
      if step.endsRound { return findings }
    }
  }
}

@Suite("A scrub")
struct ScrubTests {
  @Test("finds nothing in sound data, whatever was done to it", arguments: [500, Int.max])
  func sound(maximumBytes: Int) throws {
    let store = try filledStore()
    #expect(try store.scrub(maximumBytes: maximumBytes) == [])
    let some = try skus(10, shard: 0, of: 2)
    for run in 8...14 as ClosedRange<UInt64> {
      // Rows of some SKUs only, not in order, one of them twice.
      let rows = (some.shuffled() + some.prefix(1)).map { StoredRow(sku: $0, value: [UInt8(run)]) }
      _ = store.writer.commit(
        .unit(
          CompletedUnit(
            run: run, shard: 0, slice: Slice(index: 0, of: 1), models: rows, forecasts: [],
            network: StoredNetwork(run: run, bytes: [1]), summary: [UInt8(run)])))
      var items = ItemBatchWriter()
      for sku in some { items.append(sku, Item(unitCost: Double(run))) }
      _ = store.writer.commit(store.next("items", items.bytes, table: .items, shard: 0))
      store.send("a", [try StoreFixture.row(some[0].description, day: Int(run))], shard: 0)
      try store.fold()
    }
    #expect(try store.scrub(maximumBytes: maximumBytes) == [])
    let copy = try StoreFixture(shardCount: 2)
    for chunk in try store.chunks(0, maximumBytes: 2_000) {
      _ = copy.writer.commit(.chunk(chunk, shard: 0))
      #expect(try copy.scrub() == [])
    }
    #expect(store.writer.commit(.dropShard(0)) == .done)
    #expect(try store.scrub() == [])
  }

  @Test("goes through everything in small steps, and begins anew")
  func steps() throws {
    let store = try filledStore()
    try store.writer.connection.execute("UPDATE series SET run = 5")
    let scrub = try ShardScrub(folder: store.folder.path)
    let whole = try scrub.round()
    #expect(whole.count == 2 * ShardScrub.maximumFindings)
    #expect(try scrub.round(maximumBytes: 1) == whole)
    let later = try ShardScrub(folder: store.folder.path, from: 1)
    #expect(try later.round() == whole.filter { $0.shard == 1 })
    #expect(try later.round() == whole)
  }

  @Test("finds a row that is gone, of any table", arguments: TableShape.summed)
  func gone(table: TableShape) throws {
    let store = try filledStore()
    try store.writer.connection.execute(
      """
      DELETE FROM \(table.name) WHERE shard = 1
        AND (\(table.columns.prefix(table.keyColumns).joined(separator: ", "))) IN
        (SELECT \(table.columns.prefix(table.keyColumns).joined(separator: ", "))
          FROM \(table.name) WHERE shard = 1 LIMIT 1)
      """)
    let findings = try store.scrub()
    #expect(!findings.isEmpty && findings.allSatisfy { $0.shard == 1 }, "\(findings)")
    #expect(findings.contains { $0.reason.contains("table \(table.name)") }, "\(findings)")
  }

  @Test("finds a state that is gone or behind its rows")
  func state() throws {
    let store = try filledStore()
    let select = try store.writer.connection.statement("SELECT value FROM state WHERE shard = 0")
    try select.bind()
    #expect(try select.step())
    let old = select.bytes(0)
    select.reset()
    store.send("a", [try StoreFixture.row(try skus(1, of: 2)[0].description, day: 9)], shard: 0)
    try store.writer.connection.statement("UPDATE state SET value = ? WHERE shard = 0").bind(old)
      .run()
    #expect(try store.scrub().contains { $0.description.contains("the tail has") })
    try store.writer.connection.execute("DELETE FROM state WHERE shard = 0")
    let findings = try store.scrub()
    #expect(!findings.isEmpty && findings.allSatisfy { $0.shard == 0 }, "\(findings)")
  }

  @Test("finds rows that are stale, whose seals all match")
  func stale() throws {
    let store = try filledStore()
    let select = try store.writer.connection.statement(
      "SELECT digest, value FROM model WHERE shard = 0 LIMIT 1"
    ).bind()
    #expect(try select.step())
    let (digest, old) = (select.integer(0), select.bytes(1))
    select.reset()
    let rows = try skus(30, shard: 0, of: 2).map { StoredRow(sku: $0, value: [7]) }
    _ = store.writer.commit(
      .unit(
        CompletedUnit(
          run: 8, shard: 0, slice: Slice(index: 0, of: 1), models: rows, summary: [])))
    try store.writer.connection.statement("UPDATE model SET value = ?, run = 7 WHERE digest = ?")
      .bind(old, digest).run()
    let findings = try store.scrub()
    #expect(findings.count == 1 && findings[0].reason.contains("other rows"), "\(findings)")
  }

  @Test("finds tables that are not those that the database was made with")
  func schema() throws {
    let store = try filledStore()
    try store.writer.connection.execute("CREATE INDEX stray ON plan(run)")
    let findings = try store.scrub()
    #expect(findings.map(\.shard) == [nil], "\(findings)")
  }

  @Test("does not hold its snapshot for longer than it may")
  func tooLong() throws {
    let store = try filledStore()
    let scrub = try ShardScrub(folder: store.folder.path)
    let start = ContinuousClock.now
    var now = start
    var steps = 0
    while try !scrub.step(maximumBytes: 1, at: now).endsRound {
      now = now + ShardScrub.maximumDuration
      steps += 1
    }
    // One row of each table of each shard, then the next table.
    #expect(steps <= 2 * 2 * TableShape.summed.count)
  }
}
