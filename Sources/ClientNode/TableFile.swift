import Glibc

/// The file of a table in a folder.
enum TableFile {
  /// The endings that its name may have.
  static let endings = ["csv", "ndjson", "jsonl"]

  /// Its path, or nothing where there is none; several are refused, since nobody can know which is
  /// meant.
  static func path(of name: String, in folder: String) throws(ClientError) -> String? {
    let found = endings.map { "\(folder)/\(name).\($0)" }
      .filter { (path: String) in unsafe access(path, F_OK) == 0 }
    guard found.count <= 1 else {
      throw .inputRefused(
        "\(found.joined(separator: " and ")) are both there, and only one can be taken; move one "
          + "away, or name a file instead of the folder")
    }
    return found.first
  }
}
