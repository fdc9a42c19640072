import Glibc

/// A data folder's lock: one process at a time, and it ends with the process, however that ends.
///
/// The file holds the owner's process id, for the message to whoever comes second. `flock` goes
/// with the open file, so a second opener in the same process is refused as well.
public struct FileLock: ~Copyable {
  private let file: FileDescriptor

  /// Takes the lock on the file at `path`, which is made when it is not there.
  public init(_ path: String) throws(StorageError) {
    let file = try FileDescriptor(path)
    guard flock(file.raw, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      guard code == EWOULDBLOCK else { throw StorageError(path: path, errno: code) }
      let text = String(decoding: try file.read(limit: 16), as: UTF8.self)
      throw StorageError(path: path, kind: .heldByProcess(Int32(text.prefix { $0 != "\n" })))
    }
    let owner = Array("\(getpid())\n".utf8)
    try file.resize(to: owner.count)
    try file.write(owner)
    self.file = file
  }
}
