import FoundationEssentials
import TestSupport

/// A file that lasts as long as this.
struct TestFile {
  private let folder: TemporaryFolder
  let path: String

  init(_ name: String, _ text: String) throws {
    folder = try TemporaryFolder()
    path = folder.file(name)
    try Data(text.utf8).write(to: URL(filePath: path))
  }
}
