import Glibc

/// What is done to files and folders as a whole.
public enum Folder {
  /// Whether something has this path.
  public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Makes a folder that only its owner may use.
  public static func make(_ path: String) throws(StorageError) {
    guard unsafe mkdir(path, 0o700) == 0 else { throw StorageError(path: path, errno: errno) }
  }

  /// Gives a file or folder another path on the same disk.
  public static func rename(_ path: String, to target: String) throws(StorageError) {
    guard unsafe Glibc.rename(path, target) == 0 else {
      throw StorageError(path: path, errno: errno)
    }
  }

  /// Makes what was made, renamed or removed in a folder durable.
  public static func sync(_ path: String) throws(StorageError) {
    let opened = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw StorageError(path: path, errno: errno) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw StorageError(path: path, errno: errno) }
  }

  /// Makes the files in a folder durable, and then their names.
  public static func syncFiles(in path: String) throws(StorageError) {
    guard let directory = unsafe opendir(path) else {
      throw StorageError(path: path, errno: errno)
    }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let opened = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe openat(dirfd(directory), $0, O_RDONLY | O_CLOEXEC)
        }
      }
      guard opened >= 0 else { throw StorageError(path: path, errno: errno) }
      defer { close(opened) }
      guard fsync(opened) == 0 else { throw StorageError(path: path, errno: errno) }
    }
    try sync(path)
  }

  /// Makes a file of a text, durably.
  public static func write(_ text: String, to path: String) throws(StorageError) {
    let file = try FileDescriptor(path)
    let bytes = Array(text.utf8)
    try file.resize(to: bytes.count)
    try file.write(bytes)
    guard fsync(file.raw) == 0 else { throw StorageError(path: path, errno: errno) }
  }

  /// What is in a folder, by name, in order.
  public static func names(in path: String) throws(StorageError) -> [String] {
    guard let folder = unsafe opendir(path) else { throw StorageError(path: path, errno: errno) }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// When a file was written last, or a folder got or lost something, in seconds since 1970.
  public static func changed(_ path: String) throws(StorageError) -> Int {
    var found = stat()
    guard unsafe stat(path, &found) == 0 else { throw StorageError(path: path, errno: errno) }
    return found.st_mtim.tv_sec
  }
}
