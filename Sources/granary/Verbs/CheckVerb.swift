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

  @Argument("FILE|DIR", help: "A CSV file, - for standard input, or a folder.") var input: Path
  @Option("TABLE", help: "What a file holds, where its name does not say.") var table: InputTable?
  @Option("MAPPING", help: "Names of sales columns, as sku=unique_id,date=ds,units=y.")
  var columns: String?
  @Option("NAME", help: "The location of all rows of a file without that column.")
  var location: String?
  @Option("DATE", help: "The day on which sales end at the latest; today unless given.")
  var today: Day?
  @Flag(help: "Let doubts count as problems.") var strict: Bool
  @Flag(help: "Print JSON.") var json: Bool

  func validate() throws(ArgumentError) {
    if let location, (try? Location(location)) == nil {
      throw .invalidValue(
        option: "--location", value: location,
        expectation: "1 to \(Location.maximumBytes) bytes of UTF-8", nearest: nil)
    }
  }

  func run() throws -> ExitCode {
    let (inputs, others) = try inputs()
    let interruption = try Interruption()
    let line = ProgressLine()
    defer { line.clear() }
    let check = FolderCheck(
      today: today ?? Self.dateHere,
      stop: interruption.check("interrupted; nothing was changed by it"),
      progress: { line.show(Self.text($0)) })
    let report = try check.check(inputs, beside: others)
    line.clear()
    try Terminal.standardOutput.write(
      json ? CheckReportText.json(report) : CheckReportText.text(report, absent: absent(inputs)))
    return report.isClean && !(strict && !report.doubts.isEmpty) ? .success : .dataRefused
  }

  /// The inputs that the words name, in the order of an ingest, and the folder's other files.
  private func inputs() throws -> (inputs: [IngestInput], others: [String]) {
    var isFolder = false
    let path = input.description
    guard !input.isStandardStream,
      FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder
    else { return ([input(path, table ?? InputTable(guessedFrom: path))], []) }
    let stem = path.hasSuffix("/") ? String(path.dropLast()) : path
    let names = try FileManager.default.contentsOfDirectory(atPath: stem).sorted()
    let found = InputTable.allCases.filter { names.contains($0.fileName) }
    guard !found.isEmpty else {
      let files = InputTable.allCases.map(\.fileName).joined(separator: ", ")
      throw ClientError.inputRefused("\(path) holds none of \(files); name a file instead")
    }
    let others = names.filter { name in !found.contains { $0.fileName == name } }
    return (
      found.filter { table == nil || table == $0 }.map { input("\(stem)/\($0.fileName)", $0) },
      others.map { "\(stem)/\($0)" }
    )
  }

  /// The tables that a whole folder does not have.
  private func absent(_ inputs: [IngestInput]) -> [InputTable] {
    guard inputs.count > 1 else { return [] }
    return InputTable.allCases.filter { kind in !inputs.contains { $0.table == kind } }
  }

  private func input(_ path: String, _ table: InputTable) -> IngestInput {
    var input = IngestInput(path: path, table: table)
    input.columns = table == .sales ? columns : nil
    input.location = location.flatMap { try? Location($0) }
    return input
  }

  /// The date on the wall here.
  private static var dateHere: Day {
    let parts = Calendar.current.dateComponents([.year, .month, .day], from: Date())
    return Day(year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1)
  }

  private static func text(_ progress: IngestProgress) -> String {
    "\(progress.table.rawValue): \(Readable.grouped(progress.rows)) rows, "
      + "\(Readable.bytes(progress.bytesRead))"
  }
}
