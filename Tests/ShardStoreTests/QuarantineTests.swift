import Demand
import Storage
import Testing

@testable import ShardStore

@Suite("The quarantine of a shard")
struct QuarantineTests {
  private let store: StoreFixture
  private let skus: [SKU]
  private let ground = QuarantineEntry.Ground(day: StoreFixture.day, days: 70, hash: 0xFEED)
  private var held: QuarantineEntry {
    QuarantineEntry(reason: "it crashed its trainer", run: 3, ground: ground)
  }

  init() throws {
    store = try StoreFixture(shardCount: 1)
    skus = try ShardStoreTests.skus(4).sorted()
    store.send("a", try skus.map { try StoreFixture.row($0.description) })
    let values = [held.packed(), held.packed(), Array("too short".utf8)]
    let unit = CompletedUnit(
      run: 3, shard: 0, slice: Slice(index: 0, of: 1),
      quarantine: zip(skus, values).map { StoredRow(sku: $0, value: $1) }, summary: [])
    #expect(store.writer.commit(.unit(unit)) == .unit(summary: [], wasDone: false))
  }

  private func entries() throws -> [SKU: QuarantineEntry] {
    let rows = try store.reader.quarantine(shard: 0, slice: Slice(index: 0, of: 1))
    return Dictionary(
      try rows.map { ($0.sku, try QuarantineEntry(packed: $0.value)) }, uniquingKeysWith: { $1 })
  }

  @Test("gives those that are named another try, and says which are in none; twice is once")
  func retry() throws {
    for isFirst in [true, false] {
      let update = QuarantineUpdate(.retry, [skus[1], skus[3], skus[1]])
      let outcome = store.writer.commit(.quarantine(update, shard: 0))
      #expect(outcome == .quarantine(count: 1, missing: [skus[3]], isChange: isFirst))
    }
    let entries = try entries()
    #expect(entries[skus[0]] == held)
    #expect(entries[skus[1]]?.isToRetry == true && entries[skus[1]]?.isHeld == false)
    #expect(entries[skus[1]]?.ground == ground)
    #expect(entries[skus[2]] == QuarantineEntry(reason: "too short", run: 0))
  }

  @Test("gives all another try, or lets all go")
  func all() throws {
    let retry = store.writer.commit(.quarantine(QuarantineUpdate(.retry), shard: 0))
    #expect(retry == .quarantine(count: 3, missing: [], isChange: true))
    #expect(try entries().values.allSatisfy { !$0.isHeld })
    let release = store.writer.commit(.quarantine(QuarantineUpdate(.release), shard: 0))
    #expect(release == .quarantine(count: 3, missing: [], isChange: true))
    #expect(try entries().isEmpty)
    let again = store.writer.commit(.quarantine(QuarantineUpdate(.release), shard: 0))
    #expect(again == .quarantine(count: 0, missing: [], isChange: false))
  }

  @Test("lets go those that are named, and no other")
  func release() throws {
    let update = QuarantineUpdate(.release, [skus[0]])
    #expect(
      store.writer.commit(.quarantine(update, shard: 0))
        == .quarantine(count: 1, missing: [], isChange: true))
    #expect(try Set(entries().keys) == Set(skus[1...2]))
  }

  @Test("is an entry of the log where it changes something, and a copy that follows is equal")
  func logged() throws {
    let copy = try StoreFixture(shardCount: 1)
    var chunks = try store.chunks(maximumBytes: 1 << 20)[...]
    while let chunk = chunks.popFirst() {
      #expect(copy.writer.commit(.chunk(chunk, shard: 0)) == .done)
    }
    var position = try copy.writer.position(of: 0)
    for update in [QuarantineUpdate(.retry, [skus[0]]), QuarantineUpdate(.release)] {
      _ = store.writer.commit(.quarantine(update, shard: 0))
      let entry = try #require(store.writer.takeLogged().first?.entries.first)
      let outcome = copy.writer.commit(
        .follow(shard: 0, after: position, entry: entry.bytes))
      #expect(outcome == .followed(entry.position))
      position = entry.position
      let all = Slice(index: 0, of: 1)
      #expect(
        try copy.reader.quarantine(shard: 0, slice: all)
          == store.reader.quarantine(shard: 0, slice: all))
    }
    _ = store.writer.commit(.quarantine(QuarantineUpdate(.release), shard: 0))
    #expect(store.writer.takeLogged().isEmpty)
  }

  @Test("is not changed by way of a shard that is not there, or not the SKU's")
  func strangers() throws {
    guard case .refused(let reason) = store.writer.commit(.quarantine(.init(.retry), shard: 1))
    else {
      Issue.record("a shard that is not there was taken")
      return
    }
    #expect(reason.contains("shard 1"))
    let two = try StoreFixture(shardCount: 2)
    let sku = try #require(skus.first { $0.shard(of: 2) == 1 })
    let wrong = two.writer.commit(.quarantine(QuarantineUpdate(.release, [sku]), shard: 0))
    #expect(wrong == .refused("SKU \"\(sku)\" is not in shard 0"))
  }
}
