import FoundationEssentials

/// Small files, whole.
enum TextFile {
  /// What a file holds; nothing where it is not there.
  static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  /// What a file holds that must be there.
  static func existing(_ path: String) throws(LabError) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .file(path: path, reason: "cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// The last lines of a file.
  static func tail(_ path: String, lines: Int) -> [String] {
    text(path).split(separator: "\n").suffix(lines).map(String.init)
  }

  /// Writes a file anew.
  static func write(_ text: String, to path: String) throws(LabError) {
    do {
      try Data(text.utf8).write(to: URL(filePath: path))
    } catch {
      throw .file(path: path, reason: "cannot be written: \(error)")
    }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(LabError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .file(path: path, reason: "cannot be made: \(error)")
    }
  }

  /// Removes a file or a folder, if it is there.
  static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
