import Demand
import Storage
import TestSupport
import Testing

@testable import ShardStore

@Suite("Networks of a shard")
struct NetworkTests {
  private let store: StoreFixture

  init() throws { store = try StoreFixture(shardCount: 2) }

  /// Stores a unit of a run that used a network.
  @discardableResult
  private func use(
    _ network: UInt64, in run: UInt64, slice: Int = 0, bytes: [UInt8]? = nil
  ) -> WriteOutcome {
    let stored = StoredNetwork(run: network, bytes: bytes ?? [UInt8(network)])
    return store.writer.commit(
      .unit(
        CompletedUnit(
          run: run, shard: 1, slice: Slice(index: slice, of: 4), models: [], network: stored,
          summary: [1])))
  }

  private func runs() throws -> [UInt64] { try store.reader.networks(of: 1).map(\.run) }

  @Test("the network comes with the first unit that used it, and no later unit changes it")
  func first() throws {
    use(5, in: 5)
    use(5, in: 5, slice: 1, bytes: [99])
    #expect(try store.reader.networks(of: 1) == [StoredNetwork(run: 5, bytes: [5])])
    #expect(try store.reader.networks(of: 0).isEmpty)
  }

  @Test("the last three are kept, the newest last")
  func three() throws {
    for run in 1...5 as ClosedRange<UInt64> { use(run, in: run) }
    #expect(try runs() == [3, 4, 5])
  }

  @Test("one that is used again is kept, however old it is")
  func old() throws {
    for run in 2...4 as ClosedRange<UInt64> { use(run, in: run) }
    use(1, in: 5)
    #expect(try runs() == [1, 3, 4])
  }

  @Test("one that is too large is refused, and the unit with it")
  func tooLarge() throws {
    let bytes = [UInt8](repeating: 0, count: ShardStoreLimits.valueBytes + 1)
    guard case .refused(let reason) = use(7, in: 7, bytes: bytes) else {
      Issue.record("it was stored")
      return
    }
    #expect(reason.hasPrefix("network of run 7"))
    #expect(try runs().isEmpty)
  }

  @Test("they go where the shard goes, and are gone when it is dropped")
  func handoff() throws {
    for run in 1...3 as ClosedRange<UInt64> { use(run, in: run) }
    let target = try StoreFixture(shardCount: 2)
    for chunk in try store.chunks(1, maximumBytes: 1) {
      #expect(target.writer.commit(.chunk(chunk, shard: 1)) == .done)
    }
    #expect(try target.reader.networks(of: 1) == store.reader.networks(of: 1))
    #expect(store.writer.commit(.dropShard(1)) == .done)
    #expect(try runs().isEmpty)
  }

  @Test("a damaged one is found, not used")
  func damaged() throws {
    use(3, in: 3, bytes: Array(repeating: 7, count: 100))
    let connection = try Connection(ShardReader.path(store.folder.path), .readWrite)
    try connection.execute("UPDATE network SET run = 4")
    var damage: [StorageError] = []
    let sound = try store.reader.networks(of: 1) { damage.append($0) }
    #expect(sound.isEmpty && damage.count == 1)
    #expect(damage.first?.description.contains("run 4") == true, "\(damage)")
  }

  @Test("data from before there were networks gets room for them")
  func migration() throws {
    let folder = try TemporaryFolder()
    do {
      let connection = try Connection(ShardReader.path(folder.path), .readWrite)
      try connection.migrate([Schema.migrations[0]])
    }
    let writer = try ShardWriter(folder: folder.path, shardCount: 1)
    let unit = CompletedUnit(
      run: 1, shard: 0, slice: Slice(index: 0, of: 1),
      network: StoredNetwork(run: 1, bytes: [1]), summary: [])
    #expect(writer.commit(.unit(unit)) == .unit(summary: [], wasDone: false))
    #expect(try ShardReader(folder: folder.path).networks(of: 0).count == 1)
  }
}
