import Glibc
import Synchronization
import Threading

/// Where the records of a process go, and from which level on.
///
/// A record is one line, written whole under a lock: lines of several threads never mix. A sink
/// that cannot be written to loses records, counts them, and never fails its caller.
public final class LogSink: Sendable {
  /// The sink that `Logger` uses unless told: standard error, from `.info` on.
  public static let standardError = LogSink(descriptor: STDERR_FILENO)

  /// The longest line, in bytes; the rest of a record is cut.
  public static let maximumLineBytes = 8_192

  private let descriptor: Int32
  private let threshold: Atomic<UInt8>
  private let turn = Locked(())
  private let lost = Atomic<Int>(0)

  /// A sink that writes to a descriptor, which stays its owner's to close.
  public init(descriptor: Int32, level: LogLevel = .info) {
    self.descriptor = descriptor
    threshold = Atomic(level.rawValue)
  }

  /// Records below this level are not made. It may be set at any time from any thread.
  public var level: LogLevel {
    get { LogLevel(rawValue: threshold.load(ordering: .relaxed)) ?? .off }
    set { threshold.store(newValue.rawValue, ordering: .relaxed) }
  }

  /// How many records could not be written.
  public var lostRecords: Int { lost.load(ordering: .relaxed) }

  func wants(_ level: LogLevel) -> Bool { level.rawValue >= threshold.load(ordering: .relaxed) }

  func write(_ line: String) {
    var bytes = Array(line.utf8.prefix(Self.maximumLineBytes - 1))
    bytes.append(UInt8(ascii: "\n"))
    let written = turn.withLock { _ in writeAll(bytes) }
    if !written { lost.add(1, ordering: .relaxed) }
  }

  private func writeAll(_ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes { all in
      var rest = unsafe all[...]
      while let base = unsafe UnsafeRawBufferPointer(rebasing: rest).baseAddress {
        let count = unsafe Glibc.write(descriptor, base, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        unsafe rest = rest.dropFirst(count)
        if unsafe rest.isEmpty { return true }
      }
      return true
    }
  }
}
