import CommandLineArguments
import FoundationEssentials

/// A file of series as the M4 competition has them: rows `id,v1,v2,...` without a header, ragged.
struct SeriesTable {
  struct Row {
    let id: String
    let values: [Double]
  }

  let rows: [Row]

  init(_ path: Path) throws {
    rows = try Self.lines(path).map { line in
      let cells = line.split(separator: ",")
      return Row(
        id: cells.first.map(Self.text) ?? "",
        values: cells.dropFirst().map { Double(Self.text($0)) ?? .nan })
    }
  }

  static func lines(_ path: Path) throws -> [Substring] {
    try String(contentsOfFile: path.description, encoding: .utf8).split(whereSeparator: \.isNewline)
  }

  /// A cell without its quotes.
  private static func text(_ cell: Substring) -> String { cell.filter { $0 != "\"" } }
}
