import FoundationEssentials
import TestSupport

@testable import Doctor

/// A folder that stands for `/`, with the files that a test puts there.
struct PreparedSystem {
  let folder: TemporaryFolder
  let files: SystemFiles

  init(_ contents: [String: String]) throws {
    folder = try TemporaryFolder()
    for (path, text) in contents { try write(text, folder.path + path) }
    files = SystemFiles(root: folder.path)
  }
}

/// Writes a file, and makes the folders above it.
func write(_ text: String, _ path: String) throws {
  let file = URL(filePath: path)
  try FileManager.default.createDirectory(
    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(text.utf8).write(to: file)
}

func setMode(_ mode: Int, _ path: String) throws {
  try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
}
