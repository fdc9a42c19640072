import Backup
import ClientNode
import CommandLineArguments
import Messaging

/// `granary backup`: everything that a cluster has, as it was at one moment.
struct BackupVerb: Command {
  static let name = "backup"
  static let abstract =
    "Back the cluster up into a folder while it serves, or look at what is there."
  static let discussion = """
    Every backup is of one moment of all shards: what was acknowledged before it is in, what came \
    later is not. For that moment, some milliseconds, the workers acknowledge nothing. Rows are \
    kept in blocks whose names follow from their bytes, so the next backup into the same folder \
    reads only the shards that have changed and writes only the blocks that are new. Whatever \
    interrupts it, the backups that were there are whole, and the same command goes on with what \
    is there. Keys, and where shards are, are in no backup; a run that is at work is in it as one \
    that failed. The folder must be the cluster's own; `granary restore` makes a cluster of it.
    """
  static let examples = [
    Example("granary backup backups --keep 7", "As every night, and drop those of last week."),
    Example("granary backup backups --list", "What is there."),
    Example("granary backup backups --verify", "Read everything that is there, and name damage."),
  ]

  @Argument("DIR", help: "The folder of the backups; it is made where it is not there.")
  var folder: Path
  @Option("N", .within(1...1_000_000), help: "Remove all but the newest backups afterwards.")
  var keep: Int?
  @Option("N", .within(1...100_000), help: "Read at most so many MiB a second.")
  var mibPerSecond: Int?
  @Flag(help: "Only list the backups that are there.") var list: Bool
  @Flag(help: "Only read all backups that are there, and say what is damaged.") var verify: Bool
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func validate() throws {
    let isReading = list || verify
    guard !isReading || keep == nil && mibPerSecond == nil, !list || !verify else {
      throw ArgumentError.contradiction(
        "--list and --verify each stand alone: they look at what is there and make no backup")
    }
  }

  func run() throws -> ExitCode {
    if list { return try showList() }
    if verify { return try check() }
    let interruption = try Interruption()
    let progress = Progress(isForPrograms: json)
    defer { progress.clear() }
    let maker = try BackupMaker(
      try cluster.client(as: .operator, patience: Self.patience), into: folder.description,
      program: Program.version, mebibytesPerSecond: mibPerSecond ?? 0)
    let stop = interruption.check(
      "interrupted; the backups that were there are as they were, and the same command goes on "
        + "with what was read")
    let report = try maker.make(stop: stop) { bytes, shards, all in
      progress.show(
        ProgressReading(
          "backing up", count: shards, of: all, BackupText.shards, hasRate: false,
          notes: [Readable.bytes(bytes)]))
    }
    let pruned = try keep.map { try maker.keep(newest: $0) }
    progress.clear()
    try Terminal.standardOutput.write(
      json ? BackupText.json(report, pruned) : BackupText.text(report, pruned))
    return .success
  }

  /// A worker that is lost takes its snapshot with it: then another cut is made, and soon.
  private static let patience = {
    var patience = Patience()
    patience.workers = 15_000
    return patience
  }()

  private func showList() throws -> ExitCode {
    let cuts = try BackupFolder(existing: folder.description).cuts()
    try Terminal.standardOutput.write(
      json ? BackupText.json(cuts) : BackupText.table(cuts))
    return cuts.allSatisfy { (try? $0.cut.get()) != nil } ? .success : .storage
  }

  private func check() throws -> ExitCode {
    let progress = Progress(isForPrograms: json)
    defer { progress.clear() }
    let outcome = try BackupCheck.run(try BackupFolder(existing: folder.description)) {
      bytes, all in
      progress.show(
        ProgressReading(
          "reading", count: bytes >> 20, of: max(1, all >> 20), BackupText.mebibytes))
    }
    progress.clear()
    try Terminal.standardOutput.write(
      json ? BackupText.json(outcome) : BackupText.text(outcome))
    return outcome.findings.isEmpty ? .success : .storage
  }
}
