import Demand
import Packing
import ShardStore

/// Something that is wrong with a backup.
public struct BackupFinding: Equatable, Sendable, CustomStringConvertible {
  /// The file.
  public var file: String
  /// The cuts that need it.
  public var cuts: [String]
  /// The shard whose rows are in it; nothing where it is not rows.
  public var shard: Int?
  /// The tables whose rows are damaged, as far as that can be told.
  public var tables: [String]
  /// What is wrong.
  public var reason: String

  /// The finding in words.
  public var description: String {
    var content: [String] = []
    if let shard { content.append("shard \(shard)") }
    if !tables.isEmpty {
      content.append("\(tables.count == 1 ? "table" : "tables") \(tables.joined(separator: ", "))")
    }
    if !cuts.isEmpty {
      content.append(
        "needed by \(cuts.count == 1 ? "cut" : "cuts") \(cuts.joined(separator: ", "))")
    }
    return "\(file): \(reason)" + (content.isEmpty ? "" : " (\(content.joined(separator: "; ")))")
  }
}

/// Reads everything that a folder's cuts need, and says what is damaged: every block against its
/// name, and every row in it against the seal that its writer gave it.
public struct BackupCheck {
  /// What was looked at.
  public struct Outcome: Equatable, Sendable {
    /// How many cuts there are, how many blocks they need, and the bytes of those.
    public var cuts = 0, blocks = 0, bytes = 0
    /// What is damaged.
    public var findings: [BackupFinding] = []
  }

  /// What a block is a part of.
  private struct Use {
    var shard: Int?
    var cuts: [String]
  }

  /// What a sound block has.
  private struct Content {
    var rows = 0
    var position: LogPosition?
  }

  private let folder: BackupFolder
  private var outcome = Outcome()
  private var contents: [BlockName: Content] = [:]

  /// Looks at all cuts of a folder, or at one of them. `progress` is told how many of how many
  /// bytes were read.
  public static func run(
    _ folder: BackupFolder, only name: String? = nil, progress: (Int, Int) -> Void = { _, _ in }
  ) throws(BackupError) -> Outcome {
    var check = BackupCheck(folder: folder)
    try check.run(name, progress)
    return check.outcome
  }

  private init(folder: BackupFolder) { self.folder = folder }

  private mutating func run(
    _ name: String?, _ progress: (Int, Int) -> Void
  ) throws(BackupError) {
    let files = try folder.cuts().filter { name == nil || $0.name == name }
    guard !files.isEmpty else {
      throw .noCut(folder: folder.path, name: name, others: try folder.cutNames())
    }
    var uses: [BlockName: Use] = [:]
    for file in files {
      switch file.cut {
      case .success(let cut): Self.note(cut, file.name, &uses)
      case .failure(.damaged(let path, _, let reason)):
        outcome.findings.append(
          BackupFinding(file: path, cuts: [file.name], shard: nil, tables: [], reason: reason))
      case .failure(let error): throw error
      }
    }
    outcome.cuts = files.count
    let total = uses.keys.reduce(0) { $0 + $1.count }
    for (block, use) in uses.sorted(by: { $0.key < $1.key }) {
      check(block, use)
      outcome.blocks += 1
      outcome.bytes += block.count
      progress(outcome.bytes, total)
    }
    for file in files {
      if case .success(let cut) = file.cut { compare(cut, file.name) }
    }
  }

  private static func note(_ cut: BackupCut, _ name: String, _ uses: inout [BlockName: Use]) {
    func note(_ block: BlockName, _ shard: Int?) {
      if uses[block]?.cuts.last != name {
        uses[block, default: Use(shard: shard, cuts: [])].cuts.append(name)
      }
    }
    for block in cut.records { note(block, nil) }
    for shard in cut.shards { for block in shard.blocks { note(block, shard.shard) } }
  }

  private mutating func check(_ block: BlockName, _ use: Use) {
    func note(_ tables: [String], _ reason: String) {
      outcome.findings.append(
        BackupFinding(
          file: folder.path(of: block), cuts: use.cuts, shard: use.shard, tables: tables,
          reason: reason))
    }
    do throws(BackupError) {
      let bytes = try folder.read(block, content: "")
      guard let shard = use.shard else { return }
      var content = Content()
      let tables = Self.damagedTables(in: bytes, shard, &content)
      if tables.isEmpty {
        contents[block] = content
      } else {
        note(tables, "a row does not have its seal, though the block is as it was written")
      }
    } catch {
      guard case .damaged(let path, _, let reason) = error else {
        // A file that the system does not let be read is as good as gone.
        return note([], "\(error)")
      }
      let bytes = (try? BackupFile.read(path, limit: BackupLimits.blockBytes)) ?? nil
      var content = Content()
      let tables = use.shard.flatMap { shard in
        bytes.map { Self.damagedTables(in: $0, shard, &content) }
      }
      note(tables ?? [], reason)
    }
  }

  /// The tables of rows that are not what was stored. Where the bytes make no rows from some place
  /// on, it is the table of the row before that is named.
  private static func damagedTables(
    in bytes: [UInt8], _ shard: Int, _ content: inout Content
  ) -> [String] {
    var rows = HandoffRows(bytes)
    var tables: [String] = []
    var last = ""
    func note(_ table: String) { if !tables.contains(table) { tables.append(table) } }
    while true {
      do throws(PackingError) {
        guard let row = try rows.next() else { return tables }
        last = row.table
        content.rows += 1
        content.position = row.position ?? content.position
        if !row.isSound || row.shard != shard { note(row.table) }
      } catch {
        note(last.isEmpty ? "unknown" : last)
        return tables
      }
    }
  }

  /// Whether shards whose blocks are sound have the rows and the position that the cut says.
  private mutating func compare(_ cut: BackupCut, _ name: String) {
    for shard in cut.shards {
      let parts = shard.blocks.compactMap { contents[$0] }
      guard parts.count == shard.blocks.count else { continue }
      let rows = parts.reduce(0) { $0 + $1.rows }
      let position = parts.lazy.compactMap(\.position).last ?? .start
      guard rows != shard.rows || position != shard.position else { continue }
      outcome.findings.append(
        BackupFinding(
          file: folder.path(ofCut: name), cuts: [name], shard: shard.shard, tables: [],
          reason: "its blocks have \(rows) rows up to entry \(position.number) instead of "
            + "\(shard.rows) up to \(shard.position.number)"))
    }
  }
}
