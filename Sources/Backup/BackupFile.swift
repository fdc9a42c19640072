import Glibc

/// Files as a backup reads and writes them: whole, and none half under its name.
enum BackupFile {
  /// What a file is called until all of it is there.
  static let partEnd = ".part"

  /// All bytes of a file of at most `limit`, or nothing where it is not there; one that is longer
  /// is cut, so that whoever reads finds it damaged.
  static func read(_ path: String, limit: Int) throws(BackupError) -> [UInt8]? {
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      if errno == ENOENT { return nil }
      throw .file(path: path, code: errno)
    }
    defer { close(opened) }
    var status = stat()
    guard unsafe fstat(opened, &status) == 0 else { throw .file(path: path, code: errno) }
    let wanted = min(Int(status.st_size), limit + 1)
    var done = 0
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      while done < wanted {
        let got = unsafe Glibc.read(
          opened, buffer.baseAddress.map { unsafe $0 + done }, wanted - done)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        guard got > 0 else { break }
        done += got
      }
      count = done
    }
    guard failure == 0 else { throw .file(path: path, code: failure) }
    return bytes
  }

  /// Puts a file there, whole or not at all; `sync` makes it durable.
  static func write(_ bytes: [UInt8], to path: String) throws(BackupError) {
    let part = path + partEnd
    let opened = unsafe open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .file(path: path, code: errno) }
    let failure = write(bytes, opened)
    guard close(opened) == 0, failure == 0 else {
      let code = failure == 0 ? errno : failure
      unsafe unlink(part)
      throw .file(path: path, code: code)
    }
    guard unsafe rename(part, path) == 0 else {
      let code = errno
      unsafe unlink(part)
      throw .file(path: path, code: code)
    }
  }

  private static func write(_ bytes: [UInt8], _ file: Int32) -> Int32 {
    var done = 0
    while done < bytes.count {
      let written = unsafe bytes.withUnsafeBytes { all in
        unsafe Glibc.write(file, all.baseAddress.map { unsafe $0 + done }, all.count - done)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return written < 0 ? errno : ENOSPC }
      done += written
    }
    return 0
  }

  /// Makes the bytes of a file, or the names in a folder, durable.
  static func sync(_ path: String) throws(BackupError) {
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw .file(path: path, code: errno) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw .file(path: path, code: errno) }
  }

  /// The size of a file, or nothing where it is not there.
  static func size(_ path: String) -> Int? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return Int(status.st_size)
  }

  /// The names in a folder, ascending; none where it is not there.
  static func names(in folder: String) throws(BackupError) -> [String] {
    guard let directory = unsafe opendir(folder) else {
      if errno == ENOENT { return [] }
      throw .file(path: folder, code: errno)
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes a folder that only its owner may use, unless it is there.
  static func makeFolder(_ path: String) throws(BackupError) {
    guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw .file(path: path, code: errno)
    }
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) throws(BackupError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .file(path: path, code: errno) }
  }
}
