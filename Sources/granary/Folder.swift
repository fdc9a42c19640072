import Glibc

/// Makes folders.
enum Folder {
  /// Makes a folder and those above it that are missing; one that is there keeps its mode.
  static func make(_ path: String, mode: mode_t = 0o777) throws(GranaryError) {
    if unsafe mkdir(path, mode) == 0 { return }
    let code = errno
    if code == ENOENT, let parent = parent(of: path) {
      try make(parent)
      if unsafe mkdir(path, mode) == 0 { return }
    } else if code == EEXIST, isFolder(path) {
      return
    }
    throw .folder(path: path, reason: reason(code == ENOENT ? errno : code))
  }

  private static func parent(of path: String) -> String? {
    var parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard parts.count > 1 else { return nil }
    parts.removeLast()
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// What the system says, in words.
  static func reason(_ code: Int32) -> String {
    if code == EEXIST { return "something else has that name" }
    return unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }
}
