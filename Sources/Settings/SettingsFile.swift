/// A JSON5 file of settings, read whole: its values in the order in which they stand.
struct SettingsFile {
  /// A value, the dotted name that it is for, and its line.
  struct Entry {
    var name: String
    var node: JSON5Node
    var line: Int
  }

  let path: String
  let entries: [Entry]

  init(path: String) throws(SettingsError) {
    self.init(path: path, try JSON5File(path: path))
  }

  init(path: String, text: String) throws(SettingsError) {
    self.init(path: path, try JSON5File(path: path, text: text))
  }

  private init(path: String, _ file: JSON5File) {
    self.path = path
    entries = file.outline.leaves.map { leaf in
      // A name with escapes is not found; null is no setting's value, and so refused by its name.
      Entry(
        name: leaf.path.joined(separator: "."), node: file.root[leaf.path] ?? .null,
        line: leaf.line)
    }
  }
}
