import Demand
import FoundationEssentials
import Storage
import TestSupport
import Testing

@testable import ShardStore

/// All that a store answers.
private struct Answers: Equatable {
  var tables: [[StoredRow]] = []
  var items: [[StoredItem]] = []
  var summaries: [ShardSummary]
  var positions: [Int: LogPosition]
  var networks: [[StoredNetwork]] = []
  var units: [[UInt8]?] = []
  var progress: [SourceProgress] = []

  init(_ reader: ShardReader) throws {
    summaries = try reader.summaries()
    positions = try reader.positions()
    let all = Slice(index: 0, of: 1)
    for shard in 0..<2 {
      items.append(try reader.items(shard: shard, slice: all))
      for table in SKUTable.allCases {
        tables.append(try reader.export(table, shard: shard, maximumBytes: .max).rows)
      }
      var damage: StorageError?
      networks.append(try reader.networks(of: shard) { damage = $0 })
      if let damage { throw damage }
      units.append(try reader.unit(run: 7, shard: shard, slice: all))
      for source in ["a", "open", "items", "stock", "supply", "late"] {
        progress.append(
          try reader.progress(of: SourceID(name: "\(source)-\(shard)"), shard: shard))
      }
    }
  }
}

@Suite("Of the bits that flip in the files of a store")
struct BitFlipTests {
  private static let database = "granary.sqlite", wal = "granary.sqlite-wal", mark = "granary.mark"

  /// Where a bit flips: anywhere, in the head of a page, where its structure is, or at its end,
  /// where the rows are that came first.
  private enum Place: CaseIterable { case anywhere, head, end }

  private static func flip(
    _ bytes: inout Data, _ place: Place, _ random: inout SplitMix64
  ) {
    var offset = Int.random(in: 0..<bytes.count, using: &random)
    let page = offset / Schema.pageBytes * Schema.pageBytes
    switch place {
    case .anywhere: break
    case .head: offset = min(page + Int.random(in: 0..<100, using: &random), bytes.count - 1)
    case .end:
      let back = Int.random(in: 1...2_000, using: &random)
      offset = max(0, min(page + Schema.pageBytes, bytes.count) - back)
    }
    bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
  }

  /// Whether the damage is found by a start, a scrub or a read; if not, no answer may differ.
  private static func isFound(_ folder: String, _ whole: Answers) throws -> Bool? {
    do {
      let writer = try ShardWriter(folder: folder, shardCount: 2)
      let scrub = try ShardScrub(folder: folder)
      if try !scrub.round().isEmpty { return true }
      let answers = try Answers(ShardReader(folder: folder))
      _ = writer
      return answers == whole ? false : nil
    } catch is StorageError { return true }
  }

  @Test("each is found, or changes no answer", arguments: 1...4)
  func flips(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let store = try filledStore()
    try store.writer.checkpoint()
    // Half of the cases have commits in the WAL that are not copied back.
    let hasWAL = seed % 2 == 0
    if hasWAL {
      for shard in 0..<2 {
        let sku = try skus(1, shard: shard, of: 2)[0]
        store.send("late", [try StoreFixture.row(sku.description, day: 8)], shard: shard)
      }
    }
    let whole = try Answers(store.reader)
    let names = hasWAL ? [Self.database, Self.wal, Self.mark] : [Self.database, Self.mark]
    let files = try names.map { try Data(contentsOf: URL(filePath: store.folder.file($0))) }
    var found = 0
    for number in 0..<90 {
      let folder = try TemporaryFolder()
      var damaged = files
      // The mark is 16 bytes: one case in thirty.
      let file = number % 30 == 29 ? names.count - 1 : number % (names.count - 1)
      let place = Place.allCases[number / 2 % Place.allCases.count]
      Self.flip(&damaged[file], place, &random)
      for (name, bytes) in zip(names, damaged) {
        try bytes.write(to: URL(filePath: folder.file(name)))
      }
      let verdict = try Self.isFound(folder.path, whole)
      #expect(verdict != nil, "seed \(seed), flip \(number) in \(names[file]), \(place): unnoticed")
      if verdict == true { found += 1 }
    }
    #expect(found > 15, "only \(found) of 90 hit anything")
  }
}
