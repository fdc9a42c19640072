import Backup
import Demand
import Packing
import ShardStore
import Storage
import TestSupport
import Testing

/// A worker's data with two shards, and a folder for its backups.
final class BackupFixture {
  static let shardCount = 2

  let place: TemporaryFolder
  let writer: ShardWriter
  private var random = SplitMix64(seed: 11)
  private var runs: UInt64 = 0

  var data: String { place.file("data") }
  var path: String { place.file("backup") }

  init(skus: Int = 800) throws {
    place = try TemporaryFolder()
    try Folder.make(place.file("data"))
    writer = try ShardWriter(folder: place.file("data"), shardCount: Self.shardCount)
    for shard in 0..<Self.shardCount { try forecast(shard, skus: skus) }
  }

  /// SKUs of a shard.
  static func skus(_ count: Int, of shard: Int) -> [SKU] {
    (0..<Int.max).lazy.compactMap { try? SKU("sku-\($0)") }
      .filter { $0.shard(of: shardCount) == shard }.prefix(count).map(\.self)
  }

  /// Stores the results of a unit: values of some kilobytes, which no two runs have alike.
  func forecast(_ shard: Int, skus count: Int, slice: Slice = Slice(index: 0, of: 1)) throws {
    runs += 1
    let rows = Self.skus(count, of: shard).filter { slice.digests.contains($0.digest) }
      .map { sku in
        StoredRow(
          sku: sku, value: (0..<1_500).map { _ in UInt8.random(in: 0...255, using: &random) })
      }
    let unit = CompletedUnit(
      run: runs, shard: shard, slice: slice, models: rows, forecasts: rows, summary: [1])
    let outcomes = writer.commit([.epoch(shard: shard, to: 4), .unit(unit)])
    for case .failed(let error) in outcomes { throw error }
  }

  func reader() throws -> ShardReader { try ShardReader(folder: data) }

  /// Backs the data up as a client does, and gives the name of the cut.
  @discardableResult
  func backUp(_ clusterID: UInt64 = 0xC1) throws -> (name: String, newBytes: Int) {
    let folder = try BackupFolder(path, of: clusterID)
    let reader = try reader()
    var shards: [BackupCut.Shard] = []
    var newBytes = 0
    for shard in 0..<Self.shardCount {
      var intake = ShardIntake(
        shard: shard, node: "worker-1", position: try reader.position(of: shard))
      var cursor: [UInt8]?
      repeat {
        let chunk = try reader.exportChunk(shard: shard, after: cursor, maximumBytes: 250_000)
        try intake.take(chunk: chunk.bytes, into: folder)
        cursor = chunk.next
      } while cursor != nil
      shards.append(try intake.finish(into: folder))
      newBytes += intake.newBytes
    }
    let cut = BackupCut(
      clusterID: clusterID, number: try folder.nextNumber(), seconds: 1_700_000_000,
      program: "test", pauseMilliseconds: 3, runs: [BackupCut.Run(run: 7, kind: "train")],
      records: try folder.write(records: [[1, 2, 3], [], [4]]), shards: shards)
    return (try folder.add(cut), newBytes)
  }

  func folder() throws -> BackupFolder { try BackupFolder(existing: path) }

  /// The paths of the blocks that a cut's shards need, in their order.
  func blocks(of name: String? = nil) throws -> [String] {
    let folder = try folder()
    return try folder.cut(name).shards.flatMap(\.blocks).map { folder.path(of: $0) }
  }
}
