import Demand
import WireProtocol

/// Packs rows of one table into the payload of a batch.
protocol RowWriter: Sendable {
  init(capacity: Int)
  var bytes: [UInt8] { get }
  var byteCount: Int { get }
}

extension SalesBatchWriter: RowWriter {}
extension ItemBatchWriter: RowWriter {}
extension InventoryBatchWriter: RowWriter {}
extension SupplyBatchWriter: RowWriter {}

/// Cuts the rows of an input into batches by shard.
///
/// A batch ends where a row comes for a writer that is full, and at the end of the input: how an
/// input is cut depends on the input alone. Each shard's last batch is the one that is open at the
/// end, which always has a row, so none needs to be kept back.
struct BatchCutter<Writer: RowWriter> {
  /// Room for the row that fills a writer, so that few have to grow.
  private static var slackBytes: Int { 512 }

  private struct Open {
    var writer = Writer(capacity: 0)
    var sequence: UInt64 = 0
    var chain: UInt64 = 0
  }

  /// A batch that is ready to go.
  struct Batch {
    var identity: BatchIdentity
    var payload: [UInt8]
  }

  private let source: SourceID
  private let batchBytes: Int
  private var shards: [Open]
  private var nextLast = 0
  /// The batches that are full.
  private(set) var ready: [Batch] = []
  /// The rows taken so far.
  private(set) var rowCount = 0

  init(source: SourceID, shardCount: Int, batchBytes: Int) {
    self.source = source
    self.batchBytes = batchBytes
    shards = Array(repeating: Open(), count: shardCount)
  }

  /// Adds a row of the SKU with this digest.
  @inline(__always)
  mutating func append(digest: UInt64, _ write: (inout Writer) -> Void) {
    let shard = Int(digest % UInt64(shards.count))
    let filled = shards[shard].writer.byteCount
    if filled == 0 || filled >= batchBytes { open(shard) }
    write(&shards[shard].writer)
    rowCount += 1
  }

  /// The batches that became full since the last call.
  mutating func takeReady() -> [Batch] {
    defer { ready.removeAll(keepingCapacity: true) }
    return ready
  }

  /// At the end of the input: the last batch of the next shard that has one.
  mutating func takeLast() -> Batch? {
    while nextLast < shards.count {
      defer { nextLast += 1 }
      if shards[nextLast].writer.byteCount > 0 { return cut(nextLast, isLast: true) }
    }
    return nil
  }

  @inline(never)
  private mutating func open(_ shard: Int) {
    if shards[shard].writer.byteCount > 0 { ready.append(cut(shard, isLast: false)) }
    shards[shard].writer = Writer(capacity: batchBytes + Self.slackBytes)
  }

  private mutating func cut(_ shard: Int, isLast: Bool) -> Batch {
    let payload = shards[shard].writer.bytes
    shards[shard].writer = Writer(capacity: 0)
    shards[shard].sequence += 1
    shards[shard].chain = BatchIdentity.chain(after: shards[shard].chain, payload: payload)
    let identity = BatchIdentity(
      source: source, shard: shard, sequence: shards[shard].sequence,
      chain: shards[shard].chain, isLast: isLast)
    return Batch(identity: identity, payload: payload)
  }
}
