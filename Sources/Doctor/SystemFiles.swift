import Glibc

/// The files in which Linux tells about itself, below a folder that stands for `/`: a test prepares
/// one.
public struct SystemFiles: Sendable {
  /// More than any of these files has that is read here.
  private static let maximumBytes = 1 << 20

  private let root: String

  /// Those of this machine, or those below another root.
  public init(root: String = "") { self.root = root }

  /// The text of a file; nothing where it cannot be read.
  func text(_ path: String) -> String? {
    Self.bytes(root + path, limit: Self.maximumBytes).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The first word of a file as a number; nothing where there is none, as in `max`.
  func number(_ path: String) -> Int? {
    text(path)?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
  }

  /// The number behind a name, as in /proc/meminfo: `MemTotal:  24 kB`.
  func number(_ name: String, in path: String) -> Int? {
    let line = text(path)?.split(separator: "\n").first { $0.hasPrefix("\(name):") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }

  /// The word in brackets of a file that lists what there is to choose from: `always [madvise]`.
  func choice(_ path: String) -> String? {
    let words = text(path)?.split(whereSeparator: \.isWhitespace) ?? []
    return words.first { $0.hasPrefix("[") && $0.hasSuffix("]") }
      .map { String($0.dropFirst().dropLast()) }
  }

  /// What is in a folder.
  func names(in path: String) -> [String] { Self.names(in: root + path) }

  /// Where a symbolic link leads.
  func target(of path: String) -> String? {
    var room = [UInt8](repeating: 0, count: 4_096)
    let count = unsafe room.withUnsafeMutableBytes { bytes in
      unsafe bytes.baseAddress.map { unsafe readlink(root + path, $0, bytes.count) } ?? -1
    }
    return count > 0 ? String(decoding: room[..<count], as: UTF8.self) : nil
  }

  /// The beginning of any file; nothing where it cannot be read.
  static func bytes(_ path: String, limit: Int) -> [UInt8]? {
    // Not to hang on a pipe that somebody put there.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < limit {
      let count = unsafe read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }

  /// What is in any folder, in order.
  static func names(in path: String) -> [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// What the system says about its last refusal.
  static func reason(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }
}
