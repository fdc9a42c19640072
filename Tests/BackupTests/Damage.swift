import FoundationEssentials

/// What befalls files.
enum Damage {
  /// Flips a bit of a byte.
  static func flip(_ path: String, at offset: Int) throws {
    var data = try Data(contentsOf: URL(filePath: path))
    data[offset % data.count] ^= 0x10
    try data.write(to: URL(filePath: path))
  }

  /// Cuts a file's end off.
  static func truncate(_ path: String, by count: Int) throws {
    let data = try Data(contentsOf: URL(filePath: path))
    try data.dropLast(count).write(to: URL(filePath: path))
  }

  /// Removes a file.
  static func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }
}
