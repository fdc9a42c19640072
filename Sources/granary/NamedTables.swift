import ClientNode
import CommandLineArguments
import FoundationEssentials

/// The tables that a word of the command line names: a file, standard input, or those of a folder
/// in the order in which they are taken in.
struct NamedTables {
  /// Each table with its file.
  let found: [(table: InputTable, path: String)]
  /// The other files of the folder.
  let others: [String]
  /// Whether a folder was named.
  let isFolder: Bool

  /// Looks for what `path` names; `table` says what a file holds, or which of a folder are wanted.
  init(_ path: Path, _ table: InputTable?) throws {
    let name = path.description
    var isDirectory = false
    guard !path.isStandardStream,
      FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory), isDirectory
    else {
      found = [(table ?? InputTable(guessedFrom: name), name)]
      (others, isFolder) = ([], false)
      return
    }
    let folder = name.hasSuffix("/") && name != "/" ? String(name.dropLast()) : name
    var found: [(table: InputTable, path: String)] = []
    for kind in InputTable.allCases {
      if let path = try kind.path(in: folder) { found.append((kind, path)) }
    }
    let tables = Set(found.map(\.path))
    others = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .map { "\(folder)/\($0)" }.filter { !tables.contains($0) }
    self.found = found.filter { table == nil || table == $0.table }
    isFolder = true
    guard self.found.isEmpty else { return }
    let wanted = InputTable.allCases.filter { table == nil || table == $0 }
    throw ClientError.inputRefused(
      "\(name) holds none of \(wanted.map(\.fileName).joined(separator: ", ")), nor one of them as "
        + ".ndjson or .jsonl; name a file instead")
  }
}
