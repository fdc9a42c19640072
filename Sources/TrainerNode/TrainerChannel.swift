internal import Glibc

/// The trainer's end of the channel. It blocks: a trainer has nothing else to do.
struct TrainerChannel {
  private static let incomingBytes = 256 << 10

  private let descriptor: Int32
  private var incoming = FrameBuffer()
  private var scratch = [UInt8](repeating: 0, count: incomingBytes)
  private var outgoing: [UInt8] = []

  /// Whether the crew has closed its end.
  private(set) var hasEnded = false

  init(descriptor: Int32) {
    self.descriptor = descriptor
    // What the work may start must not keep the channel open.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  /// The next frame; nil when there is none, or none that makes sense.
  mutating func next() -> Frame? {
    while true {
      do {
        if let frame = try incoming.next() { return frame }
      } catch {
        return nil
      }
      let count = unsafe scratch.withUnsafeMutableBytes { bytes in
        unsafe recv(descriptor, bytes.baseAddress, bytes.count, 0)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        hasEnded = true
        return nil
      }
      unsafe scratch.withUnsafeBytes { bytes in
        unsafe incoming.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      }
    }
  }

  /// The items of a group.
  mutating func items(_ count: Int) -> [TrainingItem]? {
    var items: [TrainingItem] = []
    for _ in 0..<count {
      guard case .item(let item)? = next() else { return nil }
      items.append(item)
    }
    return items
  }

  /// Puts a frame behind those that wait to be sent.
  mutating func queue(_ frame: Frame) { frame.append(to: &outgoing) }

  /// Sends a group's results. Says whether the crew still listens.
  mutating func answer(serial: UInt64, first: Int, _ results: [[UInt8]]) -> Bool {
    for (offset, bytes) in results.enumerated() {
      if bytes.count <= TrainingUnit.largestItemBytes {
        queue(.result(serial: serial, index: first + offset, bytes: bytes))
      } else {
        queue(.oversized(serial: serial, index: first + offset, bytes: bytes.count))
      }
      // One large result at a time, so that a group of them is not held twice.
      if outgoing.count >= Self.incomingBytes, !flush() { return false }
    }
    return flush()
  }

  /// Sends what waits. Says whether the crew still listens.
  mutating func flush() -> Bool {
    var sent = 0
    while sent < outgoing.count {
      let count = unsafe outgoing.withUnsafeBytes { bytes in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
        return unsafe send(
          descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    outgoing.removeAll(keepingCapacity: outgoing.capacity <= 2 * Self.incomingBytes)
    return true
  }
}
