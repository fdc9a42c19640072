import Demand
import FoundationEssentials
import Storage
import Synchronization
import TestSupport
import Testing

@testable import ShardStore

@Suite("What was acknowledged")
struct DurabilityTests {
  private static let files = ["granary.sqlite", "granary.sqlite-wal", "granary.mark"]

  /// The files as a killed process leaves them, while the store is still open.
  private static func copy(_ store: StoreFixture) throws -> TemporaryFolder {
    let copy = try TemporaryFolder()
    for file in files {
      try FileManager.default.copyItem(
        atPath: store.folder.file(file), toPath: copy.file(file))
    }
    return copy
  }

  @Test("is there after a crash")
  func crash() throws {
    let store = try StoreFixture()
    for day in 0..<20 { store.send("a", [try StoreFixture.row("x", day: day)]) }
    let copy = try Self.copy(store)
    let writer = try ShardWriter(folder: copy.path, shardCount: 1)
    #expect(writer.commitNumber == store.writer.commitNumber)
    let reader = try ShardReader(folder: copy.path)
    let all = Slice(index: 0, of: 1)
    #expect(try reader.items(shard: 0, slice: all) == store.items())
  }

  @Test("and is lost is noticed, named, and accepted on request")
  func lostCommits() throws {
    let store = try StoreFixture()
    for day in 0..<20 { store.send("a", [try StoreFixture.row("x", day: day)]) }
    let copy = try Self.copy(store)
    // One flipped byte in mid-WAL: SQLite drops what follows and says nothing.
    let wal = copy.file("granary.sqlite-wal")
    var bytes = try Data(contentsOf: URL(filePath: wal))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: wal))
    let error = #expect(throws: StorageError.self) {
      try ShardWriter(folder: copy.path, shardCount: 1)
    }
    guard case .commitsLost(let found, let acknowledged)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found < acknowledged && acknowledged == store.writer.commitNumber)
    #expect(error?.description.contains("--accept-loss") == true)
    let writer = try ShardWriter(folder: copy.path, shardCount: 1, acceptLoss: true)
    #expect(writer.commitNumber == found)
  }

  @Test("is not touched by a full disk, which rolls back its group and names the way out")
  func diskFull() throws {
    let store = try StoreFixture()
    store.send("a", [try StoreFixture.row("x")])
    try store.writer.checkpoint()
    let before = try store.items()
    let pages = try store.writer.connection.integer("PRAGMA page_count") ?? 0
    try store.writer.connection.execute("PRAGMA max_page_count = \(pages + 2)")
    let large = try skus(5_000).map {
      SalesRow(
        sku: $0, location: try Location("north"), day: StoreFixture.day, units: 1)
    }
    let small = store.next("b", StoreFixture.payload([try StoreFixture.row("y")]))
    let outcomes = store.writer.commit([small, store.next("c", StoreFixture.payload(large))])
    #expect(outcomes.count == 2)
    for outcome in outcomes {
      guard case .failed(let error) = outcome else {
        Issue.record("\(outcome)")
        continue
      }
      #expect(error.kind == .diskFull && error.description.contains("free or add space"))
    }
    #expect(try store.items() == before)
    // The connection is as good as new, and what was rolled back can be sent again.
    guard case .batch(.apply, _) = store.writer.commit(small) else {
      Issue.record("the small batch was not applied")
      return
    }
    #expect(try store.items().count == 2)
    #expect(try store.reader.summary(of: 0).skuCount == 2)
  }

  @Test(
    "is all that there is of a disk that stops confirming: nothing is written until a new start")
  func failedSync() throws {
    #expect(FaultyDisk.isInstalled)
    let parent = try TemporaryFolder()
    let folder = parent.file(FaultyDisk.name)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let sender = try StoreFixture()
    func batch(_ day: Int) throws -> Write {
      sender.next("a", StoreFixture.payload([try StoreFixture.row("x", day: day)]))
    }
    let all = Slice(index: 0, of: 1)
    func days(_ reader: ShardReader) throws -> Int {
      try reader.items(shard: 0, slice: all).first?.series.first?.value.units.count ?? 0
    }
    let (first, second) = (try batch(0), try batch(1))
    do {
      let writer = try ShardWriter(folder: folder, shardCount: 1)
      guard case .batch(.apply, _) = writer.commit(first) else {
        Issue.record("not applied")
        return
      }
      let position = try writer.position(of: 0)
      _ = writer.takeLogged()
      FaultyDisk.isFailing.store(true, ordering: .relaxed)
      let outcomes = writer.commit([second])
      FaultyDisk.isFailing.store(false, ordering: .relaxed)
      // The disk would take it now, but what it dropped meanwhile nobody knows.
      for outcome in outcomes + writer.commit([second]) {
        guard case .failed(let error) = outcome else {
          Issue.record("\(outcome)")
          continue
        }
        #expect(error.kind == .syncFailed && !error.mayPass, "\(error)")
        #expect(error.description.contains("start again"))
      }
      #expect(throws: StorageError.self) { try writer.checkpoint() }
      #expect(writer.takeLogged().isEmpty)
      #expect(try writer.position(of: 0) == position)
      #expect(try days(ShardReader(folder: folder)) == 1)
    }
    let writer = try ShardWriter(folder: folder, shardCount: 1)
    // Whether the second batch is there is the disk's secret; once it is sent again it is.
    guard case .batch = writer.commit(second) else {
      Issue.record("not applied")
      return
    }
    #expect(try days(ShardReader(folder: folder)) == 2)
  }

  @Test("belongs to one process: a second opener is refused")
  func secondOpener() throws {
    let store = try StoreFixture()
    let error = #expect(throws: StorageError.self) {
      try ShardWriter(folder: store.folder.path, shardCount: 1)
    }
    guard case .heldByProcess(let process)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(process == ProcessInfo.processInfo.processIdentifier)
  }

  @Test("keeps its shard count")
  func shardCount() throws {
    let folder = try TemporaryFolder()
    do { _ = try ShardWriter(folder: folder.path, shardCount: 16) }
    let error = #expect(throws: StorageError.self) {
      try ShardWriter(folder: folder.path, shardCount: 8)
    }
    #expect(error?.kind == .settingDiffers(name: "shard count", stored: 16, given: 8))
  }
}
