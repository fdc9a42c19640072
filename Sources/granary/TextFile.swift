import FoundationEssentials
import Glibc

/// Small files of text.
enum TextFile {
  /// Of a log only the end is read, of a table only the beginning.
  private static let tailBytes = 4_096

  /// The whole text.
  static func read(_ path: String) throws -> String {
    try String(contentsOf: URL(filePath: path), encoding: .utf8)
  }

  /// The beginning of a file that may be long; nothing where there is none.
  static func head(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: tailBytes)
    let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// The last line of a file that may be long; nothing where there is none.
  static func lastLine(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let end = lseek(descriptor, 0, SEEK_END)
    guard end > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: min(Int(end), tailBytes))
    let count = unsafe pread(descriptor, &bytes, bytes.count, end - bytes.count)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    return text.split(separator: "\n").last.map(String.init)
  }
}

/// What tells a file from its successor.
struct FileStamp: Equatable {
  private let inode: UInt
  private let seconds: Int
  private let nanoseconds: Int

  /// The stamp of the file that is there now; nothing where there is none.
  init?(of path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    inode = UInt(status.st_ino)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }
}
