import ClientNode
import CommandLineArguments
import Demand
import Messaging
import Settings
import Tables

/// `granary ingest`: rows of a file, of standard input or of a folder into the cluster.
struct IngestVerb: Command {
  static let name = "ingest"
  static let abstract = "Take sales, stock and what plans are made by in."
  static let discussion = """
    Rows go straight to the workers that own them, and what is reported was committed. Sales rows \
    for one SKU, location and day add up; with --replace the first row of the input for a key sets \
    it and its later ones add. An input is known by its content, or by --source NAME: sent again \
    it changes nothing, and one that was interrupted goes on where it stopped.

    Units below 0 are returns: bad rows, unless --returns net takes them off what was sold that \
    day or --returns ignore leaves them out. A day with in_stock 0 keeps what was sold, and models \
    take it as missing.

    Bad rows are left out, counted, and written to FILE.rejects.csv with line and reason; send \
    them corrected as a file of their own. With --strict nothing is applied when a row is bad.

    A file is delimited text whose first line names the columns, or NDJSON (NAME.ndjson, \
    NAME.jsonl): a JSON object a line with these names as keys.

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

  @Argument("FILE|DIR", help: "A file, - for standard input, or a folder.") var input: Path
  @Option("TABLE", help: "What a file holds, where its name does not say.") var table: InputTable?
  @Option("MAPPING", help: "Names of sales columns, as sku=unique_id,date=ds,units=y.")
  var columns: String?
  @Option("FORMAT", help: "csv or ndjson; its name says it, else whether it begins with {.")
  var format: TextFormat.Choice?
  @Option("NAME", help: "The location of all rows of a file without that column.")
  var location: Location?
  @Option("NAME", help: "A name by which the input is known when it is sent again.")
  var source: String?
  @Option("FILE", help: "Where bad rows go; FILE.rejects.csv unless given.") var rejects: Path?
  @Flag(help: "Let the first row of a key set its units instead of adding to them.")
  var replace: Bool
  @Option("RULE", help: "Negative units: net takes them off the day's sales, ignore, refuse.")
  var returns = ReturnsRule.refuse
  @Flag(help: "Apply nothing when a row is bad.") var strict: Bool
  @Flag(help: "Print the report as JSON, one line for each input.") var json: Bool
  var cluster = ClusterOptions()
  var settings = SettingsOptions()

  func validate() throws(ArgumentError) {
    if strict, input.isStandardStream {
      throw .contradiction(
        "--strict reads its input twice, and standard input can be read once; save it as a file")
    }
  }

  func run() throws -> ExitCode {
    let settings = try settings.resolve(of: "granary ingest")
    let inputs = try inputs()
    let interruption = try Interruption()
    let client = try cluster.client(as: Self.role(for: inputs))
    let line = Progress(isForPrograms: json)
    let ingestor = Ingestor(
      client, settings: settings.ingest,
      stop: interruption.check(
        "interrupted; what was acknowledged is kept, and the same command goes on from there"),
      progress: { progress throws(ClientError) in line.show(progress.reading) })
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

  /// What all workers hold whole is the operators'; rows are anybody's who may send them. Lanes are
  /// either, which only their file says.
  private static func role(for inputs: [IngestInput]) -> Messaging.Role {
    inputs.contains { $0.table.isDocument || $0.table == .distribution } ? .operator : .client
  }

  /// The inputs that the words name, in the order in which they are taken.
  func inputs() throws -> [IngestInput] {
    let named = try NamedTables(input, table)
    if named.found.count > 1, source != nil || rejects != nil {
      throw ArgumentError.contradiction(
        "--source and --rejects name one input, and \(input) holds \(named.found.count); "
          + "name a file")
    }
    return named.found.map { input($0.path, $0.table) }
  }

  private func input(_ path: String, _ table: InputTable) -> IngestInput {
    var input = IngestInput(path: path, table: table, rejectsPath: rejects?.description)
    input.columns = table == .sales ? columns : nil
    input.location = location
    input.replaces = replace && table == .sales
    input.format = format
    input.returns = table == .sales ? returns : .refuse
    input.isStrict = strict
    input.sourceName = source
    return input
  }
}

extension IngestProgress {
  /// As the bar shows it.
  var reading: ProgressReading {
    let share = bytesInAll.flatMap { all in all > 0 ? Double(bytesRead) / Double(all) : nil }
    return ProgressReading(
      "\(isChecking ? "checking" : "ingesting") \(table.rawValue)", count: rows, .rows,
      share: share,
      notes: (rejected > 0 ? ["\(Readable.grouped(rejected)) bad"] : [])
        + (silence.isEmpty ? [] : [silence]))
  }
}
