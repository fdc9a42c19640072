import Demand
import Packing
public import ShardStore
import Storage

/// Compares the rows of a shard in a worker's data with those of a cut, one by one, to the last
/// byte.
public struct ShardComparison {
  /// What the rows of one side are made of, part by part.
  private struct Rows {
    private let next: () throws -> [UInt8]?
    private var part = HandoffRows([])

    init(_ next: @escaping () throws -> [UInt8]?) { self.next = next }

    /// The next row of the data: what a copy has of its own is passed over.
    mutating func row() throws -> HandoffRows.Row? {
      while true {
        if let row = try part.next() {
          if row.isData { return row }
          continue
        }
        guard let bytes = try next() else { return nil }
        part = HandoffRows(bytes)
      }
    }
  }

  /// The bytes of rows that are read from the data at once.
  private static let chunkBytes = 1 << 20

  /// What is different, in words; nothing where every row is the same and the log is as far.
  public static func difference(
    _ shard: BackupCut.Shard, in folder: BackupFolder, and reader: ShardReader
  ) throws -> String? {
    let position = try reader.position(of: shard.shard)
    guard position == shard.position else {
      return "shard \(shard.shard): its log is at entry \(position.number), in the backup at "
        + "\(shard.position.number)"
    }
    var blocks = shard.blocks.makeIterator()
    var wanted = Rows {
      try blocks.next().map { try folder.read($0, content: "shard \(shard.shard)") }
    }
    var cursor: [UInt8]? = []
    var found = Rows {
      guard let start = cursor else { return nil }
      let chunk = try reader.exportChunk(
        shard: shard.shard, after: start.isEmpty ? nil : start, maximumBytes: chunkBytes)
      cursor = chunk.next
      return try HandoffRows.content(ofChunk: chunk.bytes)
    }
    while true {
      switch (try wanted.row(), try found.row()) {
      case (nil, nil): return nil
      case (let row?, nil):
        return "shard \(shard.shard), table \(row.table): row \(row.key) is not there"
      case (nil, let row?):
        return "shard \(shard.shard), table \(row.table): row \(row.key) is in no backup"
      case (let one?, let other?):
        guard !one.isSame(as: other) else { continue }
        return "shard \(shard.shard), table \(one.table): row \(one.key) is not as it was"
      }
    }
  }
}
