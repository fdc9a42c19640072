import Glibc

/// Small files that are read whole within a limit and written whole or not at all.
enum SafeFile {
  /// What tells a file from its successor: editors and deployments replace files as often as they
  /// write into them.
  struct Stamp: Sendable, Hashable {
    let inode: UInt64
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    init(_ status: stat) {
      inode = UInt64(status.st_ino)
      size = Int(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }
  }

  /// The stamp of the file that is there now.
  static func stamp(of path: String) throws(MessagingError) -> Stamp {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw failure(path) }
    return Stamp(status)
  }

  /// Reads a file after `check` has looked at its owner and mode: of the open file, so that nothing
  /// can be put in its place in between.
  static func read(
    _ path: String, limit: Int, check: (stat) throws(MessagingError) -> Void = { _ in }
  ) throws(MessagingError) -> (bytes: [UInt8], stamp: Stamp) {
    // Not to hang on a pipe that somebody put there.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .file(path: path, reason: "is not a regular file")
    }
    try check(status)
    guard Int(status.st_size) <= limit else {
      throw .file(path: path, reason: "has \(status.st_size) bytes, at most \(limit) allowed")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path) }
      if count == 0 { return (bytes, Stamp(status)) }
      bytes += chunk[..<count]
      guard bytes.count <= limit else {
        throw .file(path: path, reason: "grew over \(limit) bytes while it was read")
      }
    }
  }

  /// Writes a file that must not exist yet: under another name, down to the disk, and then linked
  /// to its own, which fails where something already is.
  static func create(
    _ path: String, mode: mode_t, _ bytes: [UInt8]
  ) throws(MessagingError) {
    try write(path, mode: mode, bytes) { draft throws(MessagingError) in
      guard unsafe link(draft, path) == 0 else {
        throw errno == EEXIST ? .fileExists(path: path) : failure(path)
      }
    }
  }

  /// Puts a file in the place of the one that is there, if any: readers see the one or the other.
  static func replace(
    _ path: String, mode: mode_t, _ bytes: [UInt8]
  ) throws(MessagingError) {
    try write(path, mode: mode, bytes) { draft throws(MessagingError) in
      guard unsafe rename(draft, path) == 0 else { throw failure(path) }
    }
  }

  /// Gives a file that is on the disk the name of another one, down to the disk.
  static func move(_ path: String, to name: String) throws(MessagingError) {
    guard unsafe rename(path, name) == 0 else { throw failure(path) }
    try syncFolder(of: name)
  }

  /// Removes a file, down to the disk.
  static func remove(_ path: String) throws(MessagingError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure(path) }
    try syncFolder(of: path)
  }

  /// Writes a draft down to the disk, which `publish` gives its name.
  private static func write(
    _ path: String, mode: mode_t, _ bytes: [UInt8],
    publish: (String) throws(MessagingError) -> Void
  ) throws(MessagingError) {
    let draft = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max)).new"
    let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure(path) }
    defer { unsafe _ = unlink(draft) }
    do {
      defer { close(descriptor) }
      // The process's mask must not take rights that were asked for.
      guard fchmod(descriptor, mode) == 0 else { throw failure(path) }
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes {
          unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw failure(path) }
        rest = rest.dropFirst(count)
      }
      guard fsync(descriptor) == 0 else { throw failure(path) }
    }
    try publish(draft)
    try syncFolder(of: path)
  }

  /// A new name is on the disk once its folder is.
  private static func syncFolder(of path: String) throws(MessagingError) {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { path[...$0] }.map(String.init) ?? "."
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(folder) }
  }

  private static func failure(_ path: String) -> MessagingError {
    let code = errno
    guard let words = unsafe strerror(code) else {
      return .file(path: path, reason: "error \(code)")
    }
    return .file(path: path, reason: unsafe String(cString: words))
  }
}
