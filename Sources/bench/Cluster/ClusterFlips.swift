import CommandLineArguments
import FoundationEssentials
import ShardStore
import Storage
import TestSupport

/// Flips single bits in copies of a worker's data and sees whether each is found.
struct ClusterFlips: Command {
  static let name = "cluster-flips"
  static let abstract = "Flip bits in copies of a worker's data; each is found or changes nothing."
  static let discussion = """
    Takes the database, its log and the mark of a worker that was killed, so that the log holds \
    commits. Every flip is of one drawn bit, in the database and in the log by turns; then the \
    copy is opened and all that it can answer is read. Prints one JSON object, which names flips \
    that changed an answer and were not found.
    """

  private static let database = "granary.sqlite", log = "granary.sqlite-wal"
  private static let mark = "granary.mark"
  /// How much a step of the scrub reads.
  private static let scrubBytes = 1 << 20
  /// The most flips that are named.
  private static let mostNamed = 8

  @Option("DIR", help: "A worker's data.") var data: Path
  @Option("DIR", help: "Where copies are made; it exists.") var scratch: Path
  @Option("NUMBER", .within(1...16_384), help: "Shards of the data.") var shards = 16
  @Option("NUMBER", .within(1...1_000_000), help: "Flips.") var flips = 1_000
  @Option("NUMBER", help: "Draws the bits.") var seed = 1

  /// What became of a flip.
  private enum End: String, CaseIterable {
    /// The data is not opened.
    case foundAtOpening
    /// It is opened, and looked through in the background: something is wrong.
    case foundByScrub
    /// Something in it is not read, and was not found before.
    case foundOnReading
    /// It answers everything as before.
    case harmless
    /// It answers something else.
    case silent
  }

  private struct Flip: CustomStringConvertible {
    var file: String
    var byte: Int
    var bit: Int

    var description: String { "\(file), byte \(byte), bit \(bit)" }
  }

  func run() throws -> ExitCode {
    var files: [String: [UInt8]] = [:]
    for name in [Self.database, Self.log, Self.mark] {
      files[name] = Array(try Data(contentsOf: URL(filePath: "\(data)/\(name)")))
    }
    try lay(out: files)
    let expected = try answers()
    var random = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
    var ends: [String: [End: Int]] = [:]
    var named: [Flip] = []
    for number in 0..<flips {
      let name = number.isMultiple(of: 2) ? Self.database : Self.log
      guard var bytes = files[name], !bytes.isEmpty else {
        throw ClusterBenchError.surprise("\(data)/\(name) is empty: kill the worker, then copy")
      }
      let flip = Flip(
        file: name, byte: Int.random(in: bytes.indices, using: &random),
        bit: Int.random(in: 0..<8, using: &random))
      bytes[flip.byte] ^= 1 << UInt8(flip.bit)
      var changed = files
      changed[name] = bytes
      let end = try end(of: changed, expected)
      ends[name, default: [:]][end, default: 0] += 1
      if end == .silent { named.append(flip) }
    }
    try report(expected, files, ends, named)
    return .success
  }

  private func end(of files: [String: [UInt8]], _ expected: StoreAnswers) throws -> End {
    try lay(out: files)
    do throws(StorageError) {
      _ = try ShardWriter(folder: scratch.description, shardCount: shards)
    } catch { return .foundAtOpening }
    do throws(StorageError) {
      if try isFoundByScrub() { return .foundByScrub }
      return try answers() == expected ? .harmless : .silent
    } catch { return .foundOnReading }
  }

  private func isFoundByScrub() throws(StorageError) -> Bool {
    let scrub = try ShardScrub(folder: scratch.description)
    while true {
      let step = try scrub.step(maximumBytes: Self.scrubBytes, at: .now)
      if !step.findings.isEmpty { return true }
      if step.endsRound { return false }
    }
  }

  /// What the copy answers, once a writer has taken it up.
  private func answers() throws(StorageError) -> StoreAnswers {
    let writer = try ShardWriter(folder: scratch.description, shardCount: shards)
    return try withExtendedLifetime(writer) { () throws(StorageError) in
      try StoreAnswers(folder: scratch.description)
    }
  }

  private func lay(out files: [String: [UInt8]]) throws {
    let manager = FileManager.default
    for name in try manager.contentsOfDirectory(atPath: scratch.description) {
      try manager.removeItem(atPath: "\(scratch)/\(name)")
    }
    for (name, bytes) in files {
      try Data(bytes).write(to: URL(filePath: "\(scratch)/\(name)"))
    }
  }

  private func report(
    _ answers: StoreAnswers, _ files: [String: [UInt8]], _ ends: [String: [End: Int]],
    _ named: [Flip]
  ) throws {
    var json = JSONText()
    json.object { json in
      json.member("flips", flips)
      json.member("seed", seed)
      json.member("rows", answers.rows)
      for (title, name) in [("database", Self.database), ("log", Self.log)] {
        json.object(title) { json in
          json.member("bytes", files[name]?.count ?? 0)
          for end in End.allCases { json.member(end.rawValue, ends[name]?[end] ?? 0) }
        }
      }
      json.member("silent", named.count)
      json.array("silentFlips") { json in
        for flip in named.prefix(Self.mostNamed) { json.element(flip.description) }
      }
    }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
  }
}
