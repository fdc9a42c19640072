import Glibc

/// Where a writer's bytes go: standard output, a device, or a file that appears when it is
/// complete.
package final class OutputTarget {
  /// The name that errors use.
  let name: String
  private let descriptor: Int32
  /// The file in its making and the name that it gets; nothing where bytes go straight to their
  /// place.
  private let renaming: (from: String, to: String)?
  private var isOpen = true
  private var isDurable = false
  private var isPublished = false

  /// Opens the place that `path` names; - is standard output.
  package init(path: String) throws(TableError) {
    guard path != "-" else {
      name = "standard output"
      descriptor = STDOUT_FILENO
      renaming = nil
      return
    }
    name = path
    // A pipe or a device cannot be replaced by a file, and a link should go on being one.
    if let kind = Self.kind(of: path), kind != S_IFREG {
      guard kind != S_IFDIR else {
        throw .unwritable(file: path, reason: "it is a folder; name a file in it")
      }
      descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
      renaming = nil
    } else {
      let final = Self.resolved(path)
      let temporary = "\(final).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).partial"
      descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      renaming = (temporary, final)
    }
    guard descriptor >= 0 else {
      isOpen = false
      throw .unwritable(
        file: path,
        reason: errno == ENOENT
          ? "its folder is not there; make it first" : SystemReason.opening(errno))
    }
  }

  deinit { discard() }

  /// Writes text.
  package func write(_ text: String) throws(TableError) { try write(Array(text.utf8)) }

  /// Writes bytes.
  package func write(_ bytes: [UInt8]) throws(TableError) {
    let failure = unsafe bytes.withUnsafeBytes { all -> TableError? in
      do throws(TableError) { unsafe try write(all) } catch { return error }
      return nil
    }
    if let failure { throw failure }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(TableError) {
    var done = 0
    while done < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw .unwritable(file: name, reason: SystemReason.text(errno))
      }
    }
  }

  /// Makes the file durable, still without its name: of several files that belong together none
  /// appears unless all are.
  package func settle() throws(TableError) {
    guard renaming != nil, isOpen else { return closeOnce() }
    // Some systems tell of a full disk only here.
    guard fdatasync(descriptor) == 0 else { throw failure() }
    closeOnce()
    isDurable = true
  }

  /// Makes the file durable and gives it its name.
  package func publish() throws(TableError) {
    try settle()
    guard let renaming, isDurable, !isPublished else { return }
    guard unsafe rename(renaming.from, renaming.to) == 0 else { throw failure() }
    isPublished = true
  }

  /// Removes what was written so far.
  func discard() {
    closeOnce()
    if let renaming, !isPublished { unsafe unlink(renaming.from) }
  }

  private func failure() -> TableError {
    .unwritable(file: name, reason: SystemReason.text(errno))
  }

  private func closeOnce() {
    guard isOpen, descriptor != STDOUT_FILENO else { return }
    isOpen = false
    close(descriptor)
  }

  private static func kind(of path: String) -> mode_t? {
    var information = stat()
    guard unsafe stat(path, &information) == 0 else { return nil }
    return information.st_mode & S_IFMT
  }

  private static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }
}
