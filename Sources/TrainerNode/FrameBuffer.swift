package import Packing

/// Bytes as they arrive, cut into frames.
package struct FrameBuffer {
  private var bytes: [UInt8] = []
  private var start = 0

  /// Read bytes are forgotten in steps of this size, so that no byte is moved often.
  private static let stepBytes = 1 << 20

  /// The room that is kept while nothing is waiting.
  private static let idleBytes = 4 << 20

  /// Starts with nothing.
  package init() {}

  package mutating func append(_ new: UnsafeRawBufferPointer) {
    unsafe bytes.append(contentsOf: new)
  }

  /// The next frame; nil when it has not arrived whole.
  package mutating func next() throws(PackingError) -> Frame? {
    let left = bytes.count - start
    guard left >= Frame.headerBytes else { return nil }
    var header: UInt64 = 0
    for index in 0..<Frame.headerBytes { header |= UInt64(bytes[start + index]) << (8 * index) }
    let length = Int(UInt32(truncatingIfNeeded: header))
    guard header == Frame.header(length: length) else { throw .invalid(what: "frame header") }
    guard length <= Frame.largestPayloadBytes else {
      throw .tooLarge(what: "frame", value: UInt64(length), limit: Frame.largestPayloadBytes)
    }
    let first = start + Frame.headerBytes
    guard bytes.count - first >= length else { return nil }
    let payload = Array(bytes[first..<(first + length)])
    start = first + length
    forgetRead()
    return try Frame(payload: payload)
  }

  private mutating func forgetRead() {
    if start == bytes.count {
      bytes.removeAll(keepingCapacity: bytes.capacity <= Self.idleBytes)
      start = 0
    } else if start >= Self.stepBytes, start * 2 >= bytes.count {
      bytes.removeFirst(start)
      start = 0
    }
  }
}
