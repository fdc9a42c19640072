import Packing
import TestSupport
import Testing

@testable import TrainerNode

@Suite struct FrameTests {
  private static let samples: [Frame] = [
    .unit(kind: 3, settings: [1, 2, 3]), .unit(kind: 0, settings: []),
    .group(serial: .max, first: 65_535, count: 16),
    .item(TrainingItem(name: "SKU é", bytes: [0, 255])),
    .item(TrainingItem(name: "", bytes: [])), .hello(version: 1),
    .result(serial: 1, index: 0, bytes: [9]), .oversized(serial: 2, index: 7, bytes: 1 << 40),
  ]

  @Test(arguments: samples) func `a frame is read as it was written`(frame: Frame) throws {
    var bytes: [UInt8] = []
    frame.append(to: &bytes)
    #expect(try Frame(payload: Array(bytes.dropFirst(Frame.headerBytes))) == frame)
  }

  @Test(arguments: [1, 2, 3, 7, 64]) func `frames arrive in pieces of any size`(piece: Int) throws {
    var bytes: [UInt8] = []
    for frame in Self.samples { frame.append(to: &bytes) }
    var buffer = FrameBuffer()
    var frames: [Frame] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      let part = Array(bytes[start..<min(bytes.count, start + piece)])
      unsafe part.withUnsafeBytes { unsafe buffer.append($0) }
      while let frame = try buffer.next() { frames.append(frame) }
    }
    #expect(frames == Self.samples)
  }

  @Test func `a length beyond the limit is refused before its bytes arrive`() {
    var buffer = FrameBuffer()
    let limit = Frame.largestPayloadBytes
    unsafe withUnsafeBytes(of: Frame.header(length: limit + 1).littleEndian) {
      unsafe buffer.append($0)
    }
    let error = PackingError.tooLarge(what: "frame", value: UInt64(limit + 1), limit: limit)
    #expect(throws: error) { try buffer.next() }
  }

  @Test(arguments: 1..<8) func `a few foreign bytes before a frame are noticed`(count: Int) {
    var buffer = FrameBuffer()
    var bytes = [UInt8](repeating: 0, count: count)
    Frame.hello(version: 1).append(to: &bytes)
    unsafe bytes.withUnsafeBytes { unsafe buffer.append($0) }
    #expect(throws: PackingError.invalid(what: "frame header")) { try buffer.next() }
  }

  @Test(arguments: 0..<100) func `damage is an error and never a trap`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var bytes: [UInt8] = []
    for frame in Self.samples { frame.append(to: &bytes) }
    for _ in 0..<3 {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
        in: .min ... .max, using: &random)
    }
    var buffer = FrameBuffer()
    unsafe bytes.withUnsafeBytes { unsafe buffer.append($0) }
    while true { do { if try buffer.next() == nil { break } } catch { break } }
  }

  @Test func `the largest item fits into a frame`() {
    let name = "SKU"
    let count = TrainingUnit.largestItemBytes - name.utf8.count
    var bytes: [UInt8] = []
    Frame.item(TrainingItem(name: name, bytes: [UInt8](repeating: 0, count: count)))
      .append(to: &bytes)
    #expect(bytes.count - Frame.headerBytes <= Frame.largestPayloadBytes)
  }

  @Test func `a crew's arguments are read as they were written`() {
    for memory in [nil, 1, 1 << 40] {
      let arguments = TrainerArguments(parent: 77, memoryBytes: memory)
      #expect(TrainerArguments(arguments.words) == arguments)
    }
  }

  @Test(
    arguments: [[], ["--parent=x"], ["--parent=1", "--what"], ["--parent=1", "--memory-bytes=0"]])
  func `other arguments are refused`(words: [String]) {
    #expect(TrainerArguments(words) == nil)
  }
}
