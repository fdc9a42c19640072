import Demand
public import Storage

/// Something that is wrong with stored data.
public struct ScrubFinding: Equatable, Sendable, CustomStringConvertible {
  /// The shard, or nothing where it is the database as a whole.
  public var shard: Int?
  /// What is wrong with what.
  public var reason: String

  /// The finding in words.
  public var description: String {
    shard.map { "shard \($0): \(reason)" } ?? "the database: \(reason)"
  }
}

/// Reads through all data, slowly and again and again, and says what is damaged: every row against
/// its seal, the rows of each table of a shard against the sum that the writer kept, and at the end
/// of a round the pages and the schema of the database. Used from one thread.
///
/// It reads through the page cache of the system, as everything else does. So it finds what would
/// be answered now; a bit that flipped on the disk under a page that is still in memory it finds
/// once the page is read again.
public final class ShardScrub {
  /// How long one table of a shard may take: meanwhile its snapshot keeps the WAL from starting
  /// over. What takes longer is left for the next round.
  public static let maximumDuration = Duration.seconds(600)
  /// The most findings that are told of a table of a shard; the others say nothing more.
  static let maximumFindings = 8
  /// The findings at which a step ends.
  private static let findingsPerStep = 64
  /// What is read once needs no cache to speak of.
  private static let cacheBytes = 1 << 20

  /// What a step came to.
  public struct Step: Equatable, Sendable {
    /// How much was read: the caller waits until so much may be read again.
    public var bytes = 0
    /// What is wrong.
    public var findings: [ScrubFinding] = []
    /// Whether everything was looked through; the next step begins anew.
    public var endsRound = false
  }

  let reader: ShardReader
  private var shards: [Int]?
  private var walk: TableWalk?
  /// The shard and the table that come next.
  public private(set) var shard: Int
  private var table = 0

  /// Looks through the data in `folder`, the first round from a shard on: where the scrub before
  /// was interrupted.
  public init(folder: String, from shard: Int = 0) throws(StorageError) {
    reader = try ShardReader(folder: folder, cacheBytes: Self.cacheBytes)
    self.shard = shard
  }

  /// Looks at the next rows, `maximumBytes` of them or a little more. What cannot be read is a
  /// finding; an error is what says nothing about the data.
  public func step(
    maximumBytes: Int, at now: ContinuousClock.Instant
  ) throws(StorageError) -> Step {
    var step = Step()
    while step.bytes < maximumBytes, !step.endsRound, step.findings.count < Self.findingsPerStep {
      do { try advance(&step, maximumBytes, now) } catch {
        guard error.isDamage else {
          walk = nil
          reader.releaseSnapshot()
          throw error
        }
        // Where not even the shards can be told there is nothing to go through, and behind the last
        // of them only the pages are looked at.
        let isWhole = shards == nil || shard == .max
        step.findings.append(ScrubFinding(shard: isWhole ? nil : shard, reason: "\(error)"))
        if isWhole { endRound(&step) } else { endTable() }
      }
    }
    return step
  }

  private func advance(
    _ step: inout Step, _ maximumBytes: Int, _ now: ContinuousClock.Instant
  ) throws(StorageError) {
    if shards == nil {
      let found = try reader.connection.allShards()
      shards = found
      shard = found.first { $0 >= shard } ?? .max
    }
    guard shard != .max else {
      try reader.snapshot { () throws(StorageError) in
        step.findings += try reader.connection.structureFindings()
        step.bytes += try reader.connection.pageBytes()
      }
      return endRound(&step)
    }
    if walk == nil {
      try reader.holdSnapshot()
      walk = try TableWalk(TableShape.summed[table], shard, reader, at: now)
    }
    guard try walk?.go(on: reader, maximumBytes, &step, at: now) ?? true else { return }
    endTable()
  }

  private func endTable() {
    walk = nil
    reader.releaseSnapshot()
    table += 1
    guard table == TableShape.summed.count else { return }
    table = 0
    shard = shards?.first { $0 > shard } ?? .max
  }

  private func endRound(_ step: inout Step) {
    walk = nil
    reader.releaseSnapshot()
    (shards, table, shard) = (nil, 0, 0)
    step.endsRound = true
  }
}

extension Connection {
  /// All shards of which there is any row.
  func allShards() throws(StorageError) -> [Int] {
    var shards: Set<Int> = []
    for table in TableShape.all {
      let select = try statement(
        "SELECT shard FROM \(table.name) WHERE shard > ? ORDER BY shard LIMIT 1")
      var last: Int64 = -1
      while true {
        try select.bind(last)
        guard try select.step() else { break }
        let next = select.integer(0)
        select.reset()
        guard next > last else {
          // Pages that are out of order may bring back what was passed, for ever.
          throw .damagedRow(
            path: path, table: table.name, key: "shard \(next)", reason: "out of order")
        }
        last = next
        shards.insert(Int(next))
      }
    }
    return shards.sorted()
  }

  /// What is wrong with the pages, and with what the database says of its own tables.
  func structureFindings() throws(StorageError) -> [ScrubFinding] {
    var findings: [ScrubFinding] = []
    let check = try statement("PRAGMA quick_check(\(ShardScrub.maximumFindings))").bind()
    defer { check.reset() }
    while try check.step() {
      let text = check.text(0)
      if text != "ok" { findings.append(ScrubFinding(reason: text)) }
    }
    let model = try Connection(":memory:", .readWrite)
    try model.migrate(Schema.migrations)
    if try schema() != model.schema() {
      findings.append(ScrubFinding(reason: "its tables are not those that it was made with"))
    }
    return findings
  }

  private func schema() throws(StorageError) -> [String] {
    let select = try statement("SELECT type, name, tbl_name, sql FROM sqlite_schema").bind()
    defer { select.reset() }
    var rows: [String] = []
    while try select.step() {
      rows.append((0..<4).map { select.text($0) }.joined(separator: "\u{1}"))
    }
    return rows.sorted()
  }

  func pageBytes() throws(StorageError) -> Int {
    Int(try (integer("PRAGMA page_count") ?? 0) * (integer("PRAGMA page_size") ?? 0))
  }
}
