import Demand
import TestSupport
import Testing

@testable import ShardStore

@Suite("The sample of a shard")
struct SampleTests {
  private let store: StoreFixture
  private let skus: [SKU]

  init() throws {
    store = try StoreFixture()
    skus = try ShardStoreTests.skus(60).sorted()
    store.send("a", try skus.map { try StoreFixture.row($0.description, price: 2) })
    try store.fold()
    // The tail has what came since.
    store.send("a", try skus.map { try StoreFixture.row($0.description, day: 3, units: 2) })
  }

  /// Everything that a sample gives, in calls of so many items.
  private func all(_ threshold: UInt64, atOnce count: Int) throws -> [StoredItem] {
    var items: [StoredItem] = []
    var cursor: SKU?
    repeat {
      var taken = 0
      cursor = try store.reader.sample(shard: 0, threshold: threshold, after: cursor) { item in
        items.append(item)
        taken += 1
        return taken < count
      }
    } while cursor != nil
    return items
  }

  @Test("is every SKU with all that is known of it, in calls of any size", arguments: [1, 7, 100])
  func whole(count: Int) throws {
    #expect(try all(.max, atOnce: count) == store.items())
  }

  @Test("leaves out the SKUs whose hash is above the threshold")
  func share() throws {
    let threshold = UInt64.max / 3
    let sampled = try all(threshold, atOnce: 4).map(\.sku)
    #expect(sampled == skus.filter { $0.sampleHash <= threshold })
    #expect(sampled.count > 5 && sampled.count < 40)
    #expect(try all(0, atOnce: 4).isEmpty)
  }
}
