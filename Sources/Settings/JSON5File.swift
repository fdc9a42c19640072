import FoundationEssentials

/// A JSON5 file, read whole, with the lines of what it names.
package struct JSON5File {
  /// A larger file is none that a person wrote.
  static let maximumBytes = 1 << 20

  let outline: JSON5Outline
  /// The paths of the names that it gives values to, in the order in which they stand.
  package var names: [[String]] { outline.leaves.map(\.path) }
  /// What it holds.
  package let root: JSON5Node

  /// Reads a file.
  package init(path: String) throws(SettingsError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      let reason =
        FileManager.default.fileExists(atPath: path)
        ? "it is no file, or this user may not read it" : "there is no such file"
      throw .unreadable(path: path, reason: reason)
    }
    guard data.count <= Self.maximumBytes else {
      throw .unreadable(
        path: path, reason: "\(data.count) bytes, at most \(Self.maximumBytes) allowed")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw .unreadable(path: path, reason: "not UTF-8")
    }
    try self.init(path: path, text: text)
  }

  /// Reads a text; `path` is for complaints.
  package init(path: String, text: String) throws(SettingsError) {
    do {
      outline = try JSON5Outline(text)
    } catch {
      throw .malformed(path: path, line: error.line, reason: error.reason)
    }
    do {
      let decoder = JSONDecoder()
      decoder.allowsJSON5 = true
      root = try decoder.decode(JSON5Node.self, from: Data(text.utf8))
    } catch {
      throw .malformed(
        path: path, line: nil, reason: "not valid JSON5: a number or a text is misspelt")
    }
  }
}
