public import Coordination
import FoundationEssentials
import Glibc

/// Why the audit could not be written or read.
public struct AuditError: Error, Sendable, CustomStringConvertible {
  /// The sentence: the file, what is wrong, and the way out.
  public let description: String

  init(_ path: String, _ reason: String) {
    description =
      "the audit log \(path) cannot be written: \(reason); make room, or mend the folder"
  }

  init(_ path: String, code: Int32) {
    self.init(path, unsafe String(cString: strerror(code)))
  }
}

/// The audit's file: lines of JSON that are only ever added, by the coordinator and by the verbs
/// that change keys, which wait for each other.
///
/// A line is on the disk when `append` returns, or it is not in the file. A file that grew large is
/// put aside as `audit-TIME.log`; none is ever removed, because what is removed proves nothing.
public struct AuditLog: Sendable {
  /// A file that is larger is put aside before the next line.
  public static let rotateBytes = 8 << 20
  /// Room that must be left on the disk: a change of which the line fits and the record does not
  /// would be refused too late.
  public static let spareBytes: UInt64 = 1 << 20
  /// More than the longest line: where a torn one is looked for.
  static let tailBytes = 64 << 10

  /// The file.
  public let path: String
  private let rotateBytes: Int
  private let spareBytes: UInt64

  /// The log in a cluster's folder.
  public init(
    folder: String, rotateBytes: Int = AuditLog.rotateBytes,
    spareBytes: UInt64 = AuditLog.spareBytes
  ) {
    path = "\(folder)/audit.log"
    self.rotateBytes = rotateBytes
    self.spareBytes = spareBytes
  }

  /// Adds lines, which are durable when this returns. All or none are in the file.
  public func append(_ entries: [AuditEntry]) throws(AuditError) {
    var bytes: [UInt8] = []
    let time = AuditTime.now()
    for entry in entries {
      var entry = entry
      entry.time = time
      bytes += try Self.line(entry, path)
    }
    try write(bytes, at: time)
  }

  private static func line(_ entry: AuditEntry, _ path: String) throws(AuditError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return Array(try encoder.encode(entry)) + [0x0A] } catch {
      throw AuditError(path, "\(error)")
    }
  }

  private func write(_ bytes: [UInt8], at time: String) throws(AuditError) {
    var file = try openLocked()
    defer { close(file) }
    var size = try mend(file)
    if size > 0, size + bytes.count > rotateBytes {
      try putAside(at: time)
      close(file)
      file = -1
      file = try openLocked()
      size = try mend(file)
    }
    var room = statvfs()
    if unsafe fstatvfs(file, &room) == 0 {
      let free = UInt64(room.f_bavail) * UInt64(room.f_frsize)
      guard free >= spareBytes else {
        throw AuditError(path, "the disk has \(free >> 10) KiB left, \(spareBytes >> 10) are kept")
      }
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw undo(file, size, errno) }
      rest = rest.dropFirst(count)
    }
    guard fsync(file) == 0 else { throw undo(file, size, errno) }
    if size == 0 { try syncFolder() }
  }

  /// Takes out what was written of lines that are not whole on the disk.
  private func undo(_ file: Int32, _ size: Int, _ code: Int32) -> AuditError {
    guard ftruncate(file, off_t(size)) == 0, fsync(file) == 0 else {
      return AuditError(path, "it cannot be cut to what it was either (error \(code))")
    }
    return AuditError(path, code: code)
  }

  /// Opens the file that has the name once the lock is held: another writer may have put it aside.
  private func openLocked() throws(AuditError) -> Int32 {
    while true {
      let file = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw AuditError(path, code: errno) }
      var (opened, named) = (stat(), stat())
      guard flock(file, LOCK_EX) == 0, unsafe fstat(file, &opened) == 0 else {
        let code = errno
        close(file)
        if code == EINTR { continue }
        throw AuditError(path, code: code)
      }
      if unsafe stat(path, &named) == 0, named.st_ino == opened.st_ino { return file }
      close(file)
    }
  }

  /// Cuts off a line that a crash tore, which nobody was told of; gives the size.
  private func mend(_ file: Int32) throws(AuditError) -> Int {
    let end = Int(lseek(file, 0, SEEK_END))
    guard end > 0 else { return 0 }
    let start = max(0, end - Self.tailBytes)
    var tail = [UInt8](repeating: 0, count: end - start)
    let count = unsafe pread(file, &tail, tail.count, off_t(start))
    guard count == tail.count else { throw AuditError(path, code: errno) }
    guard tail.last != 0x0A else { return end }
    let whole = start + (tail.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
    guard ftruncate(file, off_t(whole)) == 0 else { throw AuditError(path, code: errno) }
    return whole
  }

  private func putAside(at time: String) throws(AuditError) {
    let stem = path.dropLast(".log".count)
    let stamp = String(time.map { $0 == ":" ? "-" : $0 })
    var name = "\(stem)-\(stamp).log"
    var number = 1
    while unsafe access(name, F_OK) == 0 {
      number += 1
      // Names are in the order of time: an underscore comes after the dot of the first.
      let digits = String(number)
      name =
        "\(stem)-\(stamp)_\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits).log"
    }
    guard unsafe rename(path, name) == 0 else { throw AuditError(path, code: errno) }
    try syncFolder()
  }

  /// A new name is on the disk once its folder is.
  private func syncFolder() throws(AuditError) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[..<$0]) } ?? "."
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw AuditError(path, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw AuditError(path, code: errno) }
  }
}

/// The wall clock as ISO 8601 in UTC with milliseconds.
enum AuditTime {
  static func now() -> String {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    var parts = unsafe tm()
    unsafe gmtime_r(&time.tv_sec, &parts)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let day = unsafe [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    let clock = unsafe [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
    return day.map { padded($0, 2) }.joined(separator: "-") + "T"
      + clock.map { padded($0, 2) }.joined(separator: ":") + "."
      + padded(time.tv_nsec / 1_000_000, 3) + "Z"
  }
}
