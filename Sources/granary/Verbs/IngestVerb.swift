import ClientNode
import CommandLineArguments
import Demand
import FoundationEssentials
import Settings

/// `granary ingest`: rows of a file, of standard input or of a folder into the cluster.
struct IngestVerb: Command {
  static let name = "ingest"
  static let abstract = "Take sales, stock and what plans are made by in."
  static let discussion = """
    Rows go straight to the workers that own them, and what is reported was committed. Sales rows \
    for one SKU, location and day add up; with --replace the first row of the input for a key sets \
    it and its later ones add. An input is known by its content, or by --source NAME: sent again \
    it changes nothing, and one that was interrupted goes on where it stopped.

    Bad rows are left out, counted, and written to FILE.rejects.csv with line and reason; send \
    them corrected as a file of their own. With --strict nothing is applied when a row is bad.

    Of a folder warehouses.csv, policy.csv, limits.csv, events.csv, items.csv, suppliers.csv, \
    distribution.csv, inventory.csv and sales.csv are taken, in this order, as far as they are \
    there. The table of a single file is guessed from its name; it is sales unless the name starts \
    with another.

    Warehouses, rules (policy), limits, events and the lanes of distribution for all SKUs (*) \
    replace what there was of them as a whole. Of items, stock and supply a row replaces the one \
    for the same SKU, location and origin, and the others stay.
    """
  static let examples = [
    Example("granary ingest sample/", "Everything that a folder holds."),
    Example(
      "zcat orders.csv.gz | granary ingest - --source orders-2026-11-20",
      "Sales from a pipe, named so that they can be sent again."),
    Example(
      "granary ingest m5.csv --columns sku=unique_id,date=ds,units=y --location all",
      "Columns of other names, one location."),
  ]

  @Argument("FILE|DIR", help: "A CSV file, - for standard input, or a folder.") var input: Path
  @Option("TABLE", help: "What a file holds, where its name does not say.") var table: InputTable?
  @Option("MAPPING", help: "Names of sales columns, as sku=unique_id,date=ds,units=y.")
  var columns: String?
  @Option("NAME", help: "The location of all rows of a file without that column.")
  var location: String?
  @Option("NAME", help: "A name by which the input is known when it is sent again.")
  var source: String?
  @Option("FILE", help: "Where bad rows go; FILE.rejects.csv unless given.") var rejects: Path?
  @Flag(help: "Let the first row of a key set its units instead of adding to them.")
  var replace: Bool
  @Flag(help: "Apply nothing when a row is bad.") var strict: Bool
  @Flag(help: "Print the report as JSON, one line for each input.") var json: Bool
  var cluster = ClusterOptions()
  var settings = SettingsOptions()

  func validate() throws(ArgumentError) {
    if let location, (try? Location(location)) == nil {
      throw .invalidValue(
        option: "--location", value: location,
        expectation: "1 to \(Location.maximumBytes) bytes of UTF-8", nearest: nil)
    }
    if strict, input.isStandardStream {
      throw .contradiction(
        "--strict reads its input twice, and standard input can be read once; save it as a file")
    }
  }

  func run() throws -> ExitCode {
    let settings = try settings.resolve(of: "granary ingest")
    let inputs = try inputs()
    let interruption = try Interruption()
    let client = try cluster.client()
    let line = ProgressLine()
    let ingestor = Ingestor(
      client, settings: settings.ingest,
      stop: interruption.check(
        "interrupted; what was acknowledged is kept, and the same command goes on from there"),
      progress: { progress throws(ClientError) in line.show(Self.text(progress)) })
    defer { line.clear() }
    var reports: [IngestReport] = []
    try ingestor.ingest(inputs) { report throws(ClientError) in
      line.clear()
      reports.append(report)
      if json { try? Terminal.standardOutput.write(IngestReportText.json(report)) }
    }
    if !json { try Terminal.standardOutput.write(IngestReportText.table(reports)) }
    return .success
  }

  /// The inputs that the words name, in the order in which they are taken.
  func inputs() throws -> [IngestInput] {
    var isFolder = false
    let path = input.description
    guard !input.isStandardStream,
      FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder
    else { return [try input(path, table ?? InputTable(guessedFrom: path))] }
    let stem = path.hasSuffix("/") ? String(path.dropLast()) : path
    let found = InputTable.allCases.filter { kind in
      (table == nil || table == kind)
        && FileManager.default.fileExists(atPath: "\(stem)/\(kind.fileName)")
    }
    guard !found.isEmpty else {
      let names = InputTable.allCases.map(\.fileName).joined(separator: ", ")
      throw ClientError.inputRefused("\(path) holds none of \(names); name a file instead")
    }
    if found.count > 1, source != nil || rejects != nil {
      throw ArgumentError.contradiction(
        "--source and --rejects name one input, and \(path) holds \(found.count); name a file")
    }
    return try found.map { try input("\(stem)/\($0.fileName)", $0) }
  }

  private func input(_ path: String, _ table: InputTable) throws -> IngestInput {
    var input = IngestInput(path: path, table: table, rejectsPath: rejects?.description)
    input.columns = table == .sales ? columns : nil
    input.location = try location.map { try Location($0) }
    input.replaces = replace && table == .sales
    input.isStrict = strict
    input.sourceName = source
    return input
  }

  private static func text(_ progress: IngestProgress) -> String {
    let rate = progress.seconds > 0 ? Double(progress.rows) / progress.seconds : 0
    var text = "\(progress.table.rawValue): \(progress.isChecking ? "checked " : "")"
    text += "\(Readable.grouped(progress.rows)) rows, \(Readable.count(Int(rate)))/s"
    if let all = progress.bytesInAll, all > 0 {
      text += ", \(min(100, progress.bytesRead * 100 / all)) %"
    }
    if progress.rejected > 0 { text += ", \(Readable.grouped(progress.rejected)) bad" }
    return text
  }
}
