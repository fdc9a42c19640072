import ClientNode
import CommandLineArguments
import Demand
import FoundationEssentials
import Tables
import Threading

/// `granary check`: what an ingest would say, without a cluster.
struct CheckVerb: Command {
  static let name = "check"
  static let abstract = "Check a folder or a file before it is ingested, without a cluster."
  static let discussion = """
    Reads all tables of a folder, or one file, as an ingest would, and explains every problem \
    with file, line and way out: rows and files that would not be taken. Then come doubts: what \
    would be taken as it is and may not be meant, such as rows that are there twice, SKUs without \
    an item, days without a sale, locations that fell silent, rules about categories that no item \
    has.

    The exit status is 0 when everything would be taken, 3 when something would not; with --strict \
    doubts count as well. Locations are held against warehouses.csv where the folder has one.
    """
  static let examples = [
    Example("granary check sample/", "Everything that a folder holds."),
    Example(
      "granary check m5.csv --columns sku=unique_id,date=ds,units=y --location all",
      "Columns of other names, one location."),
    Example("granary check sample/ --json", "For programs."),
  ]

  @Argument("FILE|DIR", help: "A file, - for standard input, or a folder.") var input: Path
  @Option("TABLE", help: "What a file holds, where its name does not say.") var table: InputTable?
  @Option("MAPPING", help: "Names of sales columns, as sku=unique_id,date=ds,units=y.")
  var columns: String?
  @Option("NAME", help: "The location of all rows of a file without that column.")
  var location: Location?
  @Option("FORMAT", help: "csv or ndjson; its name says it, else whether it begins with {.")
  var format: TextFormat.Choice?
  @Option("RULE", help: "Negative units: net takes them off the day's sales, ignore, refuse.")
  var returns = ReturnsRule.refuse
  @Option("DATE", help: "The day on which sales end at the latest; today unless given.")
  var today: Day?
  @Flag(help: "Let doubts count as problems.") var strict: Bool
  @Flag(help: "Print JSON.") var json: Bool

  func run() throws -> ExitCode {
    let named = try NamedTables(input, table)
    let inputs = named.found.map { input($0.path, $0.table) }
    let interruption = try Interruption()
    let line = Progress(isForPrograms: json)
    defer { line.clear() }
    let check = FolderCheck(
      today: today ?? Self.dateHere,
      stop: interruption.check("interrupted; nothing was changed by it"),
      progress: { line.show($0.reading) })
    let report = try check.check(inputs, beside: named.others)
    line.clear()
    try Terminal.standardOutput.write(
      json ? CheckReportText.json(report) : CheckReportText.text(report, absent: absent(named)))
    return report.isClean && !(strict && !report.doubts.isEmpty) ? .success : .dataRefused
  }

  /// The tables that a whole folder does not have.
  private func absent(_ named: NamedTables) -> [InputTable] {
    guard named.isFolder, table == nil else { return [] }
    return InputTable.allCases.filter { kind in !named.found.contains { $0.table == kind } }
  }

  private func input(_ path: String, _ table: InputTable) -> IngestInput {
    var input = IngestInput(path: path, table: table)
    input.columns = table == .sales ? columns : nil
    input.format = format
    input.returns = returns
    input.location = location
    return input
  }

  /// The date on the wall here.
  private static var dateHere: Day {
    let parts = Calendar.current.dateComponents([.year, .month, .day], from: Date())
    return Day(year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1)
  }
}
