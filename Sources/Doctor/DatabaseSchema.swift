/// The version of a database's schema, read without opening the database: nothing is locked, made
/// or changed, whoever has it open.
///
/// The first page holds it (SQLite's file format, 1.3: user_version at offset 60, big-endian; the
/// size of a page at offset 16). A later one may be in the log beside the database (4.1: 32 bytes
/// of header, then frames of 24 bytes and a page; a frame counts when its salts are the header's).
struct DatabaseSchema {
  private static let magic = Array("SQLite format 3\0".utf8)
  private static let headerBytes = 100, versionOffset = 60, pageSizeOffset = 16
  private static let logHeaderBytes = 32, frameHeaderBytes = 24, saltOffset = 16
  /// A log that is longer than the worker ever lets it grow is read this far.
  private static let maximumLogBytes = 256 << 20

  let version: Int

  /// Reads that of a database; nothing where the file is none.
  init?(of path: String) {
    guard let head = SystemFiles.bytes(path, limit: Self.headerBytes),
      head.count == Self.headerBytes, head.starts(with: Self.magic)
    else { return nil }
    let size = Self.number(head[Self.pageSizeOffset...].prefix(2))
    let log = SystemFiles.bytes("\(path)-wal", limit: Self.maximumLogBytes) ?? []
    version =
      Self.latest(in: log, pageBytes: size == 1 ? 65_536 : size)
      ?? Self.number(head[Self.versionOffset...].prefix(4))
  }

  /// The version in the last frame of the first page.
  private static func latest(in log: [UInt8], pageBytes: Int) -> Int? {
    guard log.count >= logHeaderBytes, pageBytes >= 512 else { return nil }
    let salts = log[saltOffset..<saltOffset + 8]
    var found: Int?
    var frame = logHeaderBytes
    while frame + frameHeaderBytes + pageBytes <= log.count {
      // What an earlier round left behind the end of this one has other salts.
      guard log[frame + 8..<frame + 16] == salts else { break }
      if number(log[frame..<frame + 4]) == 1 {
        let version = frame + frameHeaderBytes + versionOffset
        found = number(log[version..<version + 4])
      }
      frame += frameHeaderBytes + pageBytes
    }
    return found
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }
}
