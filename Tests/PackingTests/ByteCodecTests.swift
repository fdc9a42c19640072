import Packing
import TestSupport
import Testing

@Suite("Bytes written and read")
struct ByteCodecTests {
  private static func varint(_ value: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(value)
    return writer.bytes
  }

  @Test(
    "an unsigned number comes back, in as many bytes as its bits need",
    arguments: [
      (0, 1), (1, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (1 << 35, 6),
      (1 << 63, 10), (UInt64.max, 10),
    ] as [(UInt64, Int)])
  func varints(value: UInt64, length: Int) throws {
    let bytes = Self.varint(value)
    #expect(bytes.count == length)
    var reader = ByteReader(bytes)
    #expect(try reader.varint() == value)
    try reader.finish()
  }

  @Test(
    "a signed number comes back, small magnitudes in one byte",
    arguments: [0, -1, 1, -64, 63, 64, Int64.min, Int64.max])
  func zigzags(value: Int64) throws {
    var writer = ByteWriter()
    writer.zigzag(value)
    var reader = ByteReader(writer.bytes)
    #expect(try reader.zigzag() == value)
    #expect((-64...63).contains(value) == (writer.count == 1))
  }

  @Test("a number of more than 64 bits is refused")
  func overlongNumbers() {
    let tooMany = Array(repeating: UInt8(0x80), count: 10) + [1]
    let tooLarge = Array(repeating: UInt8(0xFF), count: 9) + [2]
    for bytes in [tooMany, tooLarge] {
      var reader = ByteReader(bytes)
      #expect(throws: PackingError.invalid(what: "variable-length integer")) {
        try reader.varint()
      }
    }
  }

  @Test("fixed numbers are little-endian")
  func fixed() throws {
    var writer = ByteWriter()
    writer.fixed(UInt32(0x0102_0304))
    writer.fixed(Int16(-2))
    #expect(writer.bytes == [4, 3, 2, 1, 0xFE, 0xFF])
    var reader = ByteReader(writer.bytes)
    #expect(try reader.fixed(UInt32.self) == 0x0102_0304)
    #expect(try reader.fixed(Int16.self) == -2)
  }

  @Test("floating numbers come back bit for bit")
  func floats() throws {
    var writer = ByteWriter()
    writer.double(-0.0)
    writer.double(.nan)
    writer.float(.infinity)
    var reader = ByteReader(writer.bytes)
    #expect(try reader.double().bitPattern == (-0.0).bitPattern)
    #expect(try reader.double().bitPattern == Double.nan.bitPattern)
    #expect(try reader.float() == .infinity)
  }

  @Test("NaN and infinity are refused where a finite number is wanted")
  func finite() {
    for value in [Double.nan, .infinity, -.infinity, .signalingNaN] {
      var writer = ByteWriter()
      writer.double(value)
      var reader = ByteReader(writer.bytes)
      #expect(throws: PackingError.invalid(what: "cost: not a finite number")) {
        try reader.finiteDouble("cost")
      }
    }
  }

  @Test("whatever ends early is refused")
  func truncated() {
    var writer = ByteWriter()
    writer.fixed(UInt64(1))
    writer.string("house")
    for count in 0..<writer.count {
      var reader = ByteReader(Array(writer.bytes.prefix(count)))
      #expect(throws: PackingError.self) {
        _ = try reader.fixed(UInt64.self)
        _ = try reader.string("word", limit: 16)
      }
    }
  }

  @Test("bytes that follow are refused")
  func trailing() throws {
    var reader = ByteReader([1, 2, 3])
    _ = try reader.byte()
    #expect(throws: PackingError.trailing(2)) { try reader.finish() }
  }

  @Test("a count over its limit is refused, and the error names it")
  func countLimit() {
    var reader = ByteReader(Self.varint(11))
    #expect(throws: PackingError.tooLarge(what: "pages", value: 11, limit: 10)) {
      try reader.count("pages", limit: 10)
    }
  }

  @Test("a count that the bytes left cannot hold is refused before anything is made for it")
  func countOfNothing() {
    var reader = ByteReader(Self.varint(1_000) + [0, 0])
    #expect(throws: PackingError.truncated(wanted: 4_000, left: 2)) {
      try reader.count("shards", limit: 16_384, minimumBytes: 4)
    }
  }

  @Test("a negative number of bytes is refused")
  func negative() {
    var reader = ByteReader([1, 2])
    #expect(throws: PackingError.self) { try reader.raw(-1) }
  }

  @Test("text that is not UTF-8 is refused")
  func text() {
    var reader = ByteReader([2, 0xC3, 0x28])
    #expect(throws: PackingError.invalid(what: "name: not UTF-8")) {
      try reader.string("name", limit: 8)
    }
  }

  @Test("a flag is 0 or 1")
  func flags() {
    var reader = ByteReader([2])
    #expect(throws: PackingError.invalid(what: "flag")) { try reader.bool() }
  }

  @Test("sealed bytes are read, and any flipped bit in them is found")
  func seals() throws {
    var writer = ByteWriter()
    writer.string("what was stored")
    writer.seal()
    var reader = try ByteReader(verifyingChecksum: writer.bytes)
    #expect(try reader.string("text", limit: 64) == "what was stored")
    try reader.finish()
    for bit in 0..<(writer.count * 8) {
      var damaged = writer.bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: PackingError.corrupt) { _ = try ByteReader(verifyingChecksum: damaged) }
    }
  }

  @Test("sealed bytes that are shorter than a seal are refused")
  func shortSeal() {
    #expect(throws: PackingError.truncated(wanted: 8, left: 7)) {
      _ = try ByteReader(verifyingChecksum: Array(repeating: 0, count: 7))
    }
  }

  @Test("no bytes whatever make a reader trap", arguments: 0..<300 as Range<UInt64>)
  func hostile(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
      Bool.random(using: &random) ? UInt8.random(in: 0...255, using: &random) : 0xFF
    }
    var reader = ByteReader(bytes)
    for _ in 0..<8 {
      let before = reader.left
      switch Int.random(in: 0..<6, using: &random) {
      case 0: _ = try? reader.varint()
      case 1: _ = try? reader.zigzag()
      case 2: _ = try? reader.blob("blob", limit: Int.max)
      case 3: _ = try? reader.string("text", limit: 1 << 40)
      case 4: _ = try? reader.fixed(UInt64.self)
      default: _ = try? reader.count("things", limit: Int(UInt32.max), minimumBytes: 9)
      }
      #expect((0...before).contains(reader.left), "seed \(seed)")
    }
  }
}
