import Demand
import FoundationEssentials
import Packing
import Tables
import TestSupport
import Testing

@Suite("Written tables")
struct DelimitedWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  private func content(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: folder.file(name))), as: UTF8.self)
  }

  private func number(_ value: Double, _ decimals: Int) throws -> String {
    var writer = try DelimitedWriter(path: folder.file("n.csv"))
    try writer.field("x")
    try writer.field(value, decimals: decimals)
    try writer.endRow()
    try writer.finish()
    return String(try content("n.csv").dropFirst(2).dropLast())
  }

  @Test("fields are quoted only where they need it")
  func quoting() throws {
    var writer = try DelimitedWriter(path: folder.file("q.csv"))
    try writer.row(["a b", "a,b", "a\"b", "a\nb", "a\rb", "", "é"])
    try writer.finish()
    #expect(try content("q.csv") == "a b,\"a,b\",\"a\"\"b\",\"a\nb\",\"a\rb\",,é\n")
  }

  @Test("what would vanish on reading is quoted")
  func vanishing() throws {
    var writer = try DelimitedWriter(path: folder.file("v.csv"))
    try writer.row(["\u{FEFF}a"])
    try writer.row([""])
    try writer.finish()
    var reader = DelimitedReader(try ByteSource(path: folder.file("v.csv")))
    #expect(try reader.next() == .record)
    #expect(unsafe Array(reader.field(0)) == Array("\u{FEFF}a".utf8))
    #expect(try reader.next() == .record)
    #expect(reader.fieldCount == 1)
    #expect(try reader.next() == .end)
  }

  @Test("numbers are short, rounded, and never minus zero")
  func numbers() throws {
    #expect(try number(17, 3) == "17")
    #expect(try number(0.1 + 0.2, 9) == "0.3")
    #expect(try number(-2.5, 2) == "-2.5")
    #expect(try number(1234.5678, 2) == "1234.57")
    #expect(try number(0.05, 2) == "0.05")
    #expect(try number(2.999, 2) == "3")
    #expect(try number(-0.0, 2) == "0")
    #expect(try number(-0.001, 2) == "0")
    #expect(try number(.nan, 2) == "")
    #expect(try number(.infinity, 2) == "")
    #expect(try number(1e15, 9) == "1000000000000000")
    #expect(try number(-1e300, 9) == "-1e+300")
    #expect(try number(9_007_199_254_740_991, 0) == "9007199254740991")
  }

  @Test("whole numbers are written to their limits", arguments: [0, 9, 10, -1, .max, .min])
  func integers(value: Int) throws {
    var writer = try DelimitedWriter(path: folder.file("i.csv"))
    try writer.field(value)
    try writer.endRow()
    try writer.finish()
    #expect(try content("i.csv") == "\(value)\n")
  }

  @Test("a file is there only when it is finished, and nothing is left beside it")
  func atomicity() throws {
    do {
      var writer = try DelimitedWriter(path: folder.file("a.csv"))
      try writer.row(["half"])
      #expect(try !files.contains("a.csv"))
    }
    #expect(try files.isEmpty)
    var writer = try DelimitedWriter(path: folder.file("a.csv"))
    try writer.row(["whole"])
    try writer.finish()
    #expect(try files == ["a.csv"])
  }

  @Test("a link stays a link and its file is replaced")
  func links() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link.csv"), withDestinationPath: "real.csv")
    for text in ["one", "two"] {
      if text == "one" { try Data().write(to: URL(filePath: folder.file("real.csv"))) }
      var writer = try DelimitedWriter(path: folder.file("link.csv"))
      try writer.row([text])
      try writer.finish()
      #expect(try content("real.csv") == text + "\n")
    }
    #expect(try files == ["link.csv", "real.csv"])
  }

  @Test("a full disk and a folder that is not there are errors with a way out")
  func unwritable() throws {
    var writer = try DelimitedWriter(path: "/dev/full")
    try writer.row(["a"])
    do {
      try writer.finish()
      Issue.record("a full device took a row")
    } catch {
      #expect(error.description.hasPrefix("/dev/full: cannot be written: the disk is full; free"))
    }
    let missing = folder.file("none/a.csv")
    do {
      _ = try DelimitedWriter(path: missing)
      Issue.record("a missing folder took a file")
    } catch {
      #expect(error.description.contains("make it first"))
    }
  }

  @Test("rows past the buffer and fields larger than it arrive whole")
  func large() throws {
    let field = String(repeating: "0123456789", count: 60_000)
    var writer = try DelimitedWriter(path: folder.file("l.csv"))
    for index in 0..<3 {
      try writer.field(index)
      try writer.field(field)
      try writer.endRow()
    }
    #expect(writer.rowCount == 3)
    try writer.finish()
    #expect(try content("l.csv") == (0..<3).map { "\($0),\(field)\n" }.joined())
  }

  @Test("parts of a file put together are the file that is written at once")
  func parts() throws {
    let rows = [["a,b", "é"], ["\u{FEFF}x", ""], [""], ["last", "1"]]
    var writer = try DelimitedWriter(path: folder.file("p.csv"))
    var text = DelimitedText(isFileStart: true)
    var parts: [UInt8] = []
    for row in rows {
      try writer.row(row)
      for field in row { text.field(field) }
      text.endRow()
      parts += text.bytes
      // What is no file's start has no byte-order mark to fear.
      text = DelimitedText()
    }
    try writer.finish()
    #expect(try content("p.csv") == String(decoding: parts, as: UTF8.self))
  }

  @Test("the identity of a file is that of its content")
  func contentID() throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    for name in ["a", "b"] { try Data(bytes).write(to: URL(filePath: folder.file(name))) }
    let id = try ByteSource.contentID(path: folder.file("a"))
    #expect(id.high == XXH64.hash(bytes, seed: 0))
    #expect(id.low == XXH64.hash(bytes, seed: 1))
    #expect(try ByteSource.contentID(path: folder.file("b")) == id)
    #expect(throws: TableError.self) { try ByteSource.contentID(path: folder.file("c")) }
  }
}
