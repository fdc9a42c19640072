import Demand
import Packing
import Storage
import TestSupport
import Testing

@testable import ShardStore

/// A primary and a follower that gets its entries.
final class FollowedStore {
  let primary: StoreFixture
  let follower: StoreFixture

  init(shardCount: Int = 2) throws {
    primary = try StoreFixture(shardCount: shardCount)
    follower = try StoreFixture(shardCount: shardCount)
  }

  /// Commits at the primary and hands on what that logged.
  @discardableResult
  func commit(_ work: [Write]) throws -> [WriteOutcome] {
    let outcomes = primary.writer.commit(work)
    for (shard, entries) in primary.writer.takeLogged() {
      for entry in entries {
        let position = try follower.writer.position(of: shard)
        let outcome = follower.writer.commit(
          .follow(shard: shard, after: position, entry: entry.bytes))
        #expect(outcome == .followed(entry.position))
      }
    }
    return outcomes
  }

  /// All that can be read of a shard.
  static func content(_ store: StoreFixture, _ shard: Int) throws -> [[StoredRow]] {
    try SKUTable.allCases.map {
      try store.reader.export($0, shard: shard, maximumBytes: .max).rows
    }
  }

  func expectEqual(_ shard: Int) throws {
    #expect(try Self.content(follower, shard) == Self.content(primary, shard))
    #expect(try follower.items(shard) == primary.items(shard))
    #expect(try follower.reader.networks(of: shard) == primary.reader.networks(of: shard))
    #expect(try follower.writer.position(of: shard) == primary.writer.position(of: shard))
  }
}

@Suite("The log of a shard")
struct LogTests {
  private static func unit(
    _ run: UInt64, _ rows: [StoredRow] = [], shard: Int = 0, summary: [UInt8] = [1]
  ) -> CompletedUnit {
    CompletedUnit(
      run: run, shard: shard, slice: Slice(index: 0, of: 1), models: rows,
      network: StoredNetwork(run: run, bytes: [UInt8(run)]), summary: summary)
  }

  @Test("has an entry for each batch applied and each unit done, and none for what changes nothing")
  func entries() throws {
    let store = try StoreFixture()
    #expect(try store.writer.position(of: 0) == .start)
    let batch = store.next("a", StoreFixture.payload([try StoreFixture.row("x")]))
    let unit = Write.unit(Self.unit(1))
    _ = store.writer.commit([batch, batch, unit, unit, .epoch(shard: 0, to: 1)])
    let logged = store.writer.takeLogged()
    #expect(logged.map(\.shard) == [0] && logged.first?.entries.count == 2)
    var position = LogPosition.start
    for entry in logged.first?.entries ?? [] {
      position = position.after(entry.bytes)
      #expect(entry.position == position)
    }
    #expect(try store.writer.position(of: 0) == position)
    #expect(try store.reader.positions() == [0: position])
    #expect(store.writer.takeLogged().isEmpty)
    try store.fold()
    _ = store.writer.commit([batch, unit])
    #expect(store.writer.takeLogged().isEmpty)
    #expect(try store.writer.position(of: 0) == position)
    let reopened = try ShardReader(folder: store.folder.path).positions()
    #expect(reopened == [0: position])
  }

  @Test("followed gives an equal copy, whenever each of them folds", arguments: 1...3)
  func equalCopies(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let pair = try FollowedStore()
    for shard in 0..<2 {
      for store in [pair.primary, pair.follower] {
        _ = store.writer.commit(.epoch(shard: shard, to: 1))
      }
    }
    for step in 0..<60 {
      let shard = Int.random(in: 0..<2, using: &random)
      let mine = try skus(12, shard: shard, of: 2)
      var writes: [Write] = []
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        writes.append(
          try Self.randomWrite(pair.primary, mine, shard, run: UInt64(step / 4), &random))
      }
      try pair.commit(writes)
      if Int.random(in: 0..<8, using: &random) == 0 { try pair.primary.fold(shard) }
      if Int.random(in: 0..<8, using: &random) == 0 { try pair.follower.fold(shard) }
    }
    for shard in 0..<2 { try pair.expectEqual(shard) }
    #expect(try pair.primary.reader.positions() == pair.follower.reader.positions())
    try pair.primary.fold()
    try pair.expectEqual(0)
  }

  private static func randomWrite(
    _ store: StoreFixture, _ skus: [SKU], _ shard: Int, run: UInt64, _ random: inout SplitMix64
  ) throws -> Write {
    func some() -> SKU { skus[Int.random(in: 0..<skus.count, using: &random)] }
    switch Int.random(in: 0..<5, using: &random) {
    case 0:
      let rows = Set((0..<4).map { _ in some() }).sorted().map {
        StoredRow(sku: $0, value: [UInt8.random(in: 0...9, using: &random)])
      }
      let count = Int.random(in: 1...2, using: &random)
      let slice = Slice(index: Int.random(in: 0..<count, using: &random), of: count)
      let mine = rows.filter { slice.digests.contains($0.sku.digest) }
      return .unit(
        CompletedUnit(
          run: run, shard: shard, slice: slice, models: mine, plans: mine,
          network: StoredNetwork(run: run, bytes: [UInt8(run)]), summary: [UInt8(run)]))
    case 1:
      var items = ItemBatchWriter()
      items.append(some(), Item(unitCost: Double.random(in: 1...9, using: &random)))
      return store.next("items", items.bytes, table: .items, shard: shard)
    case 2:
      var supply = SupplyBatchWriter()
      let origin = ["acme", "zenith"][Int.random(in: 0..<2, using: &random)]
      supply.append(some(), nil, SupplyOption(origin: .supplier(origin), unitCost: 2))
      return store.next("supply", supply.bytes, table: .supply, shard: shard)
    default:
      let replaces = Bool.random(using: &random)
      let source = replaces ? "replacing-\(Int.random(in: 0..<20, using: &random))" : "adding"
      let rows = try (0..<3).map { _ in
        try StoreFixture.row(
          some().description, day: Int.random(in: 0..<30, using: &random),
          units: Double(Int.random(in: 0...9, using: &random)),
          price: Bool.random(using: &random) ? 2 : nil)
      }
      // A replacing source is folded once it is whole, so here each is one batch.
      return store.next(
        source, StoreFixture.payload(rows), table: replaces ? .salesReplacing : .salesAdding,
        shard: shard, isLast: replaces)
    }
  }

  @Test("does not take an entry that is not the next, or of another shard, or garbage")
  func refusals() throws {
    let pair = try FollowedStore()
    let batch = pair.primary.next("a", StoreFixture.payload([]), shard: 0)
    _ = pair.primary.writer.commit(batch)
    let entry = try #require(pair.primary.writer.takeLogged().first?.entries.first)
    let other = LogPosition(number: 0, chain: 5)
    var garbage = entry.bytes
    garbage[0] = 77
    for (shard, position, bytes) in [
      (0, entry.position, entry.bytes), (0, other, entry.bytes), (1, .start, entry.bytes),
      (0, .start, garbage), (0, .start, []), (2, .start, entry.bytes), (-1, .start, entry.bytes),
    ] as [(Int, LogPosition, [UInt8])] {
      let outcome = pair.follower.writer.commit(
        .follow(shard: shard, after: position, entry: bytes))
      guard case .refused = outcome else {
        Issue.record("\(outcome)")
        continue
      }
    }
    let taken = pair.follower.writer.commit(.follow(shard: 0, after: .start, entry: entry.bytes))
    #expect(taken == .followed(entry.position))
    #expect(pair.follower.writer.takeLogged().isEmpty)
  }

  @Test("tells a copy that differs: what the primary applied cannot be applied there")
  func differing() throws {
    let pair = try FollowedStore()
    let write = pair.primary.next("a", StoreFixture.payload([try StoreFixture.row("x")]))
    let single = try StoreFixture(shardCount: 1)
    _ = single.writer.commit(write)
    let entry = try #require(single.writer.takeLogged().first?.entries.first)
    let copy = try StoreFixture(shardCount: 1)
    // The copy has had the batch, but under another entry.
    _ = copy.writer.commit(.unit(Self.unit(1)))
    _ = copy.writer.commit(write)
    let position = try copy.writer.position(of: 0)
    guard
      case .failed(let error) = copy.writer.commit(
        .follow(shard: 0, after: position, entry: entry.bytes)),
      case .damagedRow(let table, let key) = error.kind
    else {
      Issue.record("the entry was not found to contradict the copy")
      return
    }
    #expect(table == "log" && key == "shard 0 entry 3", "\(error)")
    #expect(try copy.writer.position(of: 0) == position)
  }

  @Test("is not moved by a group that is rolled back, and nothing of it is handed on")
  func rolledBack() throws {
    let store = try StoreFixture()
    store.send("a", [try StoreFixture.row("x")])
    let position = try store.writer.position(of: 0)
    let pages = try store.writer.connection.integer("PRAGMA page_count") ?? 0
    try store.writer.connection.execute("PRAGMA max_page_count = \(pages)")
    let rows = try skus(5_000).map { try StoreFixture.row($0.description) }
    let small = store.next("b", StoreFixture.payload([try StoreFixture.row("y")]))
    _ = store.writer.commit([small, store.next("c", StoreFixture.payload(rows))])
    #expect(store.writer.takeLogged().isEmpty)
    #expect(try store.writer.position(of: 0) == position)
    #expect(try store.reader.summary(of: 0).skuCount == 1)
  }

  @Test("goes with the shard: a copy goes on behind the entry that its snapshot had")
  func copied() throws {
    let source = try filledStore()
    let target = try StoreFixture(shardCount: 2)
    let position = try source.writer.position(of: 1)
    #expect(position.number == 7)
    let chunks = try source.chunks(1, maximumBytes: 2_000)
    for chunk in chunks.dropLast() {
      #expect(target.writer.commit(.chunk(chunk, shard: 1)) == .done)
      #expect(try target.writer.position(of: 1) == .unfinished)
    }
    #expect(try target.reader.positions().isEmpty)
    _ = target.writer.commit(.chunk(try #require(chunks.last), shard: 1))
    _ = target.writer.commit(.epoch(shard: 1, to: 3))
    #expect(try target.reader.positions() == [1: position])
    #expect(try target.writer.position(of: 1) == position)
    _ = source.writer.takeLogged()
    _ = source.writer.commit(.unit(Self.unit(9, shard: 1)))
    let entry = try #require(source.writer.takeLogged().first?.entries.first)
    let outcome = target.writer.commit(.follow(shard: 1, after: position, entry: entry.bytes))
    #expect(outcome == .followed(try source.writer.position(of: 1)))
    #expect(target.writer.commit(.dropShard(1)) == .done)
    #expect(try target.writer.position(of: 1) == .start)
  }

  @Test("of data from before there were logs is behind an entry that nobody has")
  func firstForm() throws {
    var state = ShardState()
    state.sums = nil
    var first = state.packed()
    first.removeLast(10)
    let read = try ShardState(packed: first)
    #expect(read.position.number == 1 && read.position != .start)
    #expect(try ShardState(packed: first).position == read.position)
    #expect(try ShardState(packed: read.packed()) == read)
  }

  @Test("forgets the units of runs that are long over, at all copies alike")
  func forgetting() throws {
    let pair = try FollowedStore()
    for run in 1...7 as ClosedRange<UInt64> { try pair.commit([.unit(Self.unit(run))]) }
    for store in [pair.primary, pair.follower] {
      let kept = try (1...7).filter {
        try store.reader.unit(run: $0, shard: 0, slice: Slice(index: 0, of: 1)) != nil
      }
      #expect(kept == [3, 4, 5, 6, 7])
    }
  }
}

@Suite("An entry of a log")
struct LogEntryTests {
  private static func entries() throws -> [LogEntryContent] {
    let sku = try SKU("x")
    let row = StoredRow(sku: sku, location: try Location("north"), run: 3, value: [1, 2])
    let whole = StoredRow(sku: sku, run: 9, value: [])
    let batch = BatchIdentity(
      source: SourceID(name: "a"), shard: 3, sequence: 300, chain: .max, isLast: true)
    return [
      .batch(batch, .items, payload: [1, 2, 3]),
      .unit(
        CompletedUnit(
          run: .max, shard: 3, slice: Slice(index: 2, of: 5), models: [row, whole], forecasts: [],
          quarantine: [whole], network: StoredNetwork(run: 4, bytes: [7]), summary: [8])),
      .unit(CompletedUnit(run: 1, shard: 3, slice: Slice(index: 0, of: 1), summary: [])),
    ]
  }

  @Test("reads as it was written")
  func roundTrip() throws {
    for entry in try Self.entries() {
      #expect(try LogEntryContent(packed: entry.packed()) == entry)
      #expect(entry.shard == 3)
    }
  }

  @Test("that is cut short, has bytes behind it or is garbage is refused")
  func hostile() throws {
    var random = SplitMix64(seed: 5)
    for entry in try Self.entries() {
      let bytes = entry.packed()
      for count in bytes.indices {
        #expect(throws: PackingError.self) {
          try LogEntryContent(packed: Array(bytes[..<count]))
        }
      }
      #expect(throws: PackingError.self) { try LogEntryContent(packed: bytes + [0]) }
      for _ in 0..<500 {
        var damaged = bytes
        damaged[Int.random(in: 0..<bytes.count, using: &random)] = .random(
          in: 0...255, using: &random)
        // It may still mean something, but then it is what it says.
        guard let read = try? LogEntryContent(packed: damaged) else { continue }
        #expect(try LogEntryContent(packed: read.packed()) == read)
      }
    }
  }
}
