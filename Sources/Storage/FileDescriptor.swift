import Glibc

/// A small file that is read and written in place; closed at the end of its life and on exec, so
/// that child processes do not inherit it.
struct FileDescriptor: ~Copyable {
  let raw: Int32
  private let path: String

  /// Opens a file that only its owner may use, and makes it when it is not there.
  init(_ path: String) throws(StorageError) {
    let opened = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw StorageError(path: path, errno: errno) }
    raw = opened
    self.path = path
  }

  deinit { close(raw) }

  /// The first `limit` bytes, or as many as there are.
  func read(limit: Int) throws(StorageError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = unsafe bytes.withUnsafeMutableBytes { all in
      unsafe pread(raw, all.baseAddress, all.count, 0)
    }
    guard count >= 0 else { throw StorageError(path: path, errno: errno) }
    return Array(bytes.prefix(count))
  }

  /// Writes `bytes` from the start on.
  func write(_ bytes: [UInt8]) throws(StorageError) {
    let written = unsafe bytes.withUnsafeBytes { all in
      unsafe pwrite(raw, all.baseAddress, all.count, 0)
    }
    guard written == bytes.count else {
      throw StorageError(path: path, errno: written < 0 ? errno : ENOSPC)
    }
  }

  /// Cuts or stretches the file.
  func resize(to count: Int) throws(StorageError) {
    guard ftruncate(raw, off_t(count)) == 0 else { throw StorageError(path: path, errno: errno) }
  }
}

extension StorageError {
  /// The error of a system call on a file.
  init(path: String, errno code: Int32) {
    let kind: Kind =
      switch code {
      case ENOSPC, EDQUOT: .diskFull
      case EROFS, EACCES, EPERM: .readOnly
      default: .unreadable
      }
    self.init(path: path, kind: kind, code: code, message: unsafe String(cString: strerror(code)))
  }
}
