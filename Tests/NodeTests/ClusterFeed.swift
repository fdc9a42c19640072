import Glibc

/// The standard input of a verb, written as the test goes on.
final class Feed {
  /// Settings under which an ingest holds few rows: what it has read beyond them is committed,
  /// however long the rest of the input takes.
  static let fewInFlight = ["--set", "ingest.batchKiB=4", "--set", "ingest.creditsPerWorker=2"]

  /// How long a reader may let a write wait before that fails.
  private static let patienceSeconds = 60

  private(set) var reader: Int32 = -1
  private var writer: Int32 = -1

  init() throws {
    var ends: [Int32] = [-1, -1]
    // A pair of sockets, because writing into a pipe that nobody reads kills the writer.
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw ClusterFailure(description: "no sockets: \(errno)")
    }
    (reader, writer) = (ends[0], ends[1])
    var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe setsockopt(writer, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
  }

  /// The child has the reading end now; the test's own would keep it from noticing the child's end.
  func wasHandedOver() {
    close(reader)
    reader = -1
  }

  /// Writes everything, however long the reader takes.
  func write(_ text: String) throws {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes {
        unsafe send(writer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw ClusterFailure(description: "nobody reads any more: \(errno)") }
      sent += count
    }
  }

  /// Ends the input.
  func end() {
    if writer >= 0 { close(writer) }
    writer = -1
  }

  deinit {
    if reader >= 0 { close(reader) }
    end()
  }
}
