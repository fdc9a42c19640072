import Packing
import Storage

/// Which SKUs of which shards are in the database, as far as the writer remembers: so that a batch
/// of known SKUs, which is nearly every batch, is stored without a look into a table.
///
/// A SKU is remembered by a hash with a seed that changes with every start. Its digest would not
/// do: two SKUs with one digest can be made on purpose, and the second would never be stored.
struct KnownSKUs {
  private let seed = UInt64.random(in: 0...UInt64.max)
  private var hashes: [Int: Set<UInt64>] = [:]
  private var count = 0

  /// Whether a shard's SKUs are in memory.
  func holds(_ shard: Int) -> Bool { hashes[shard] != nil }

  /// Takes in the SKUs of a shard from the database.
  mutating func load(_ shard: Int, from connection: Connection) throws(StorageError) {
    if count > ShardStoreLimits.rememberedSKUs {
      hashes.removeAll()
      count = 0
    }
    var known: Set<UInt64> = []
    let select = try connection.statement("SELECT sku FROM sku WHERE shard = ?").bind(shard)
    defer { select.reset() }
    while try select.step() {
      known.insert(unsafe select.withBytes(0) { unsafe XXH64.hash($0, seed: seed) })
    }
    count += known.count
    hashes[shard] = known
  }

  /// Remembers a SKU and says whether it is new. The shard is loaded.
  mutating func insert(_ sku: UnsafeRawBufferPointer, _ shard: Int) -> Bool {
    let hash = unsafe XXH64.hash(sku, seed: seed)
    let isNew = hashes[shard, default: []].insert(hash).inserted
    if isNew { count += 1 }
    return isNew
  }

  /// Forgets a shard, because what was remembered of it may not be stored after all.
  mutating func forget(_ shard: Int) {
    count -= hashes.removeValue(forKey: shard)?.count ?? 0
  }

  /// Forgets everything.
  mutating func forgetAll() {
    hashes.removeAll()
    count = 0
  }
}
