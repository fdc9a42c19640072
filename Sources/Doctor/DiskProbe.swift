import CLinux
import Glibc

/// What a folder's disk is like, measured by writing into it.
struct DiskProbe: Equatable {
  /// How many commits are tried, and how large each is: a page, as the smallest ones are.
  private static let commits = 40, commitBytes = 4_096
  /// A disk that is so slow is slow enough known.
  private static let patienceSeconds = 3.0

  /// The magic number of its file system, as statfs(2) lists them.
  var kind: UInt
  /// Room for this user, the room in all, and how many files there is room for.
  var freeBytes: Int, totalBytes: Int, freeFiles: Int?
  /// Whether nothing may be written.
  var isReadOnly: Bool
  /// Seconds that a commit takes: the one in the middle, and the slowest.
  var medianSeconds: Double?, slowestSeconds: Double?
  /// Why nothing could be written.
  var failure: String?

  /// Writes a small file into a folder, again and again down to the disk, and removes it.
  init?(of folder: String) {
    var status = statvfs()
    guard unsafe statvfs(folder, &status) == 0 else { return nil }
    kind = unsafe UInt(granary_filesystem(folder))
    freeBytes = Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    totalBytes = Int(clamping: UInt64(status.f_blocks) * UInt64(status.f_frsize))
    freeFiles = status.f_files > 0 ? Int(clamping: status.f_favail) : nil
    isReadOnly = status.f_flag & 1 != 0
    guard !isReadOnly else { return }
    let path = "\(folder)/granary-doctor.\(getpid()).probe"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      failure = SystemFiles.reason(errno)
      return
    }
    defer {
      close(descriptor)
      unsafe unlink(path)
    }
    measure(descriptor)
  }

  /// One that was not measured, for what judges them.
  init(kind: UInt, freeBytes: Int, totalBytes: Int) {
    self.kind = kind
    (self.freeBytes, self.totalBytes) = (freeBytes, totalBytes)
    isReadOnly = false
  }

  private mutating func measure(_ descriptor: Int32) {
    let bytes = [UInt8](repeating: 0x47, count: Self.commitBytes)
    var taken: [Double] = []
    let start = Self.seconds
    for number in 0..<Self.commits where Self.seconds - start < Self.patienceSeconds {
      let began = Self.seconds
      let offset = off_t(number * Self.commitBytes)
      guard unsafe pwrite(descriptor, bytes, bytes.count, offset) == bytes.count,
        fdatasync(descriptor) == 0
      else {
        failure = SystemFiles.reason(errno)
        return
      }
      taken.append(Self.seconds - began)
    }
    taken.sort()
    (medianSeconds, slowestSeconds) = (taken[taken.count / 2], taken[taken.count - 1])
  }

  private static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
