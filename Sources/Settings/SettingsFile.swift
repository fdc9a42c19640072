import FoundationEssentials

/// A JSON5 file of settings, read whole: its values in the order in which they stand.
struct SettingsFile {
  /// A larger file is no file of settings.
  static let maximumBytes = 1 << 20

  /// A value, the dotted name that it is for, and its line.
  struct Entry {
    var name: String
    var node: JSON5Node
    var line: Int
  }

  let path: String
  let entries: [Entry]

  init(path: String) throws(SettingsError) {
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

  init(path: String, text: String) throws(SettingsError) {
    self.path = path
    let outline: JSON5Outline
    do {
      outline = try JSON5Outline(text)
    } catch {
      throw .malformed(path: path, line: error.line, reason: error.reason)
    }
    let root: JSON5Node
    do {
      let decoder = JSONDecoder()
      decoder.allowsJSON5 = true
      root = try decoder.decode(JSON5Node.self, from: Data(text.utf8))
    } catch {
      throw .malformed(
        path: path, line: nil, reason: "not valid JSON5: a number or a text is misspelt")
    }
    entries = outline.leaves.map { leaf in
      // A name with escapes is not found; null is no setting's value, and so refused by its name.
      Entry(
        name: leaf.path.joined(separator: "."), node: root[leaf.path] ?? .null, line: leaf.line)
    }
  }
}
