public import Demand
import Packing
import ShardStore

/// Takes a shard's rows as a worker gives them and puts them into a folder's blocks.
public struct ShardIntake {
  private let shard: Int
  private let node: String
  private let position: LogPosition
  private var cutter = BlockCutter()
  private var blocks: [BlockName] = []
  private var rows = 0
  private var bytes = 0
  private var found = LogPosition.start
  /// Blocks that were not there before, and their bytes.
  public private(set) var newBlocks = 0, newBytes = 0

  /// Takes the rows of a shard from a worker that said how far its log is.
  public init(shard: Int, node: String, position: LogPosition) {
    self.shard = shard
    self.node = node
    self.position = position
  }

  /// Takes the next chunk.
  public mutating func take(
    chunk: [UInt8], into folder: BackupFolder
  ) throws(BackupError) {
    let content: [UInt8]
    do throws(PackingError) { content = try HandoffRows.content(ofChunk: chunk) } catch {
      throw foreign("\(error)")
    }
    var reader = HandoffRows(content)
    while true {
      let next: HandoffRows.Row?
      do throws(PackingError) { next = try reader.next() } catch { throw foreign("\(error)") }
      guard let row = next else { return }
      guard row.shard == shard, row.isSound else {
        throw foreign("a row of table \(row.table) that is damaged, or of another shard")
      }
      found = row.position ?? found
      // The epoch is the copy's own; the state goes along for the position and the sums in it.
      guard row.isData || row.position != nil else { continue }
      rows += 1
      bytes += row.bytes.count
      try cutter.add(row, of: content) { block throws(BackupError) in
        try Self.write(block, to: folder, &blocks, &newBlocks, &newBytes)
      }
    }
  }

  /// The shard, once all chunks were taken.
  public mutating func finish(
    into folder: BackupFolder
  ) throws(BackupError) -> BackupCut.Shard {
    try cutter.finish { block throws(BackupError) in
      try Self.write(block, to: folder, &blocks, &newBlocks, &newBytes)
    }
    guard found == position else {
      throw foreign("rows up to entry \(found.number) of its log, not \(position.number)")
    }
    return BackupCut.Shard(
      shard: shard, node: node, position: position, rows: rows, bytes: bytes, blocks: blocks)
  }

  private static func write(
    _ block: [UInt8], to folder: BackupFolder, _ blocks: inout [BlockName],
    _ newBlocks: inout Int, _ newBytes: inout Int
  ) throws(BackupError) {
    let (name, isNew) = try folder.write(block)
    blocks.append(name)
    guard isNew else { return }
    newBlocks += 1
    newBytes += block.count
  }

  private func foreign(_ reason: String) -> BackupError {
    .unusable("\(node) gave what is no copy of shard \(shard): \(reason)")
  }
}
