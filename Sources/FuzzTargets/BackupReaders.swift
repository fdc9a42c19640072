import Backup
import Demand
import Packing
import ShardStore
import Storage
import WireProtocol

/// What a backup is read from, years after it was made and wherever it was kept.
enum BackupReaders {
  /// A cut's file.
  static let cut = FuzzReader.sealed(
    "cut of a backup",
    {
      let blocks = [BlockName(of: [1, 2, 3]), BlockName(of: [])]
      let shards = (0..<2).map { shard in
        BackupCut.Shard(
          shard: shard, node: "worker-1", position: LogPosition(number: 9, chain: 0xFEED), rows: 2,
          bytes: 3, blocks: blocks)
      }
      return [
        BackupCut(
          clusterID: 0xC1, number: 3, seconds: 1_700_000_000, program: "0.1.0",
          pauseMilliseconds: 7, runs: [BackupCut.Run(run: 8, kind: "train")], records: blocks,
          shards: shards)
      ]
    }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try BackupCut(packed: bytes) })

  /// The rows of a block: each where the one before ended, and nothing between them.
  static let block = FuzzReader(
    "block of a backup", seeds: { [row(table: 20) + row(table: 21), row(table: 2)] },
    check: { bytes throws(Finding) in
      var rows = HandoffRows(bytes)
      var end = 0
      do throws(PackingError) {
        while let row = try rows.next() {
          guard row.bytes.lowerBound == end, row.bytes.upperBound > end else {
            throw Broken.finding
          }
          end = row.bytes.upperBound
          _ = (row.key, row.shard, row.isSound, row.position)
        }
      } catch {
        guard error != Broken.finding else { throw Finding("block: rows that do not join") }
        return .refused
      }
      guard end == bytes.count else { throw Finding("block: bytes that are of no row") }
      return .taken
    })

  /// What rows that do not join are told by, among errors of reading.
  private enum Broken {
    static let finding = PackingError.invalid(what: "place of a row")
  }

  /// The coordinator's records under one name.
  static let records = FuzzReader.packable("records of a backup") {
    [KeptRecords([KeptRecords.Record(key: "document", value: [1, 2]), .init(key: "", value: [])])]
  }

  /// The list of all names.
  static let recordList = FuzzReader.packable("list of a backup's records") {
    [
      RecordList(
        clusterID: 0xC1, shardCount: 16, documentVersion: 3,
        runs: [RecordList.Run(run: 8, kind: .train, isActive: true)], names: ["document", "run/8"])
    ]
  }

  /// A row of a table by SKU, or else of one by shard.
  private static func row(table: UInt8) -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed(table)
    var seal = Seal(table: table)
    writer.count(table > 15 ? 5 : 1)
    for integer in table > 15 ? [3, -7] : [3] as [Int64] {
      writer.bool(false)
      writer.zigzag(integer)
      seal = seal.key(integer)
    }
    if table > 15 {
      for text in ["SKU-1", "north"] {
        writer.bool(true)
        writer.blob(Array(text.utf8))
        seal = seal.key(Array(text.utf8))
      }
      writer.bool(false)
      writer.zigzag(12)
      seal = seal.key(12)
    }
    writer.blob(seal.close([1, 2, 3]))
    return writer.bytes
  }
}
