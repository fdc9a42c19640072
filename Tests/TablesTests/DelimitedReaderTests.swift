import Glibc
import Tables
import TestSupport
import Testing

/// What a reader made of a text: `12: a|b` for a record, `12: reason` for a rejection.
func records(_ source: ByteSource) throws -> [String] {
  var reader = DelimitedReader(source)
  var found: [String] = []
  while true {
    switch try reader.next() {
    case .end: return found
    case .rejected(let reason): found.append("\(reader.line): \(reason)")
    case .record:
      let fields = (0..<reader.fieldCount).map { index in
        unsafe String(decoding: reader.field(index), as: UTF8.self)
      }
      found.append("\(reader.line): " + fields.joined(separator: "|"))
    }
  }
}

func records(_ text: String) throws -> [String] {
  try records(ByteSource(bytes: Array(text.utf8), name: "test"))
}

@Suite("Delimited records")
struct DelimitedReaderTests {
  @Test("plain lines become records, whatever their line ends")
  func lineEnds() throws {
    #expect(try records("a,b\nc,d\r\ne,f") == ["1: a|b", "2: c|d", "3: e|f"])
  }

  @Test("empty fields stay and empty lines go")
  func emptiness() throws {
    #expect(try records(",\n\n\r\n,,x\n") == ["1: |", "4: ||x"])
    #expect(try records("").isEmpty)
    #expect(try records("\n\n").isEmpty)
    #expect(try records("\"\"\n") == ["1: "])
  }

  @Test("a byte-order mark is no part of the first field")
  func byteOrderMark() throws {
    #expect(try records("\u{FEFF}a,b\n") == ["1: a|b"])
    #expect(try records("\u{FEFF}\"a\",b\n") == ["1: a|b"])
    #expect(try records("\u{FEFF}").isEmpty)
  }

  @Test("quotes hold commas, doubled quotes and line ends")
  func quotes() throws {
    #expect(try records("\"a,b\",\"c\"\"d\"\n") == ["1: a,b|c\"d"])
    #expect(try records("x,\"\"\"\",\"\"\"y\"\"\"\r\n") == ["1: x|\"|\"y\""])
    #expect(try records("\"a\r\nb\",c\nd,e\n") == ["1: a\r\nb|c", "3: d|e"])
    #expect(try records("a,\"b\"") == ["1: a|b"])
    #expect(try records("\"a\",\"b\"\r") == ["1: a|b"])
  }

  @Test("a quote inside an unquoted field is an ordinary byte")
  func quoteInside() throws {
    #expect(try records("19\" screen,x\n") == ["1: 19\" screen|x"])
  }

  @Test("an unclosed quote costs its own line only")
  func unclosedQuote() throws {
    #expect(try records("a,\"b\nc,d\ne,f\n") == ["1: unclosedQuote", "2: c|d", "3: e|f"])
    let filler = String(repeating: "x,y\n", count: 50_000)
    let found = try records("a,b\n\"c,d\n" + filler)
    #expect(found[1] == "2: unclosedQuote")
    #expect(found[2] == "3: x|y")
    #expect(found.count == 50_002)
  }

  @Test("text behind a closing quote rejects the line, and a stray quote does not swallow the next")
  func textAfterQuote() throws {
    #expect(try records("\"a\"b,c\nd,e\n") == ["1: textAfterQuote", "2: d|e"])
    #expect(
      try records("\"a,b\nc,d\n\"e\",f\n") == ["1: textAfterQuote", "2: c|d", "3: e|f"])
  }

  @Test("a byte 0 rejects its record, quoted or not")
  func nulByte() throws {
    #expect(try records("a\0,b\nc,d\n") == ["1: nulByte", "2: c|d"])
    #expect(try records("\"a\n\0\",b\nc,d\n") == ["1: nulByte", "3: c|d"])
    #expect(try records("\0\n") == ["1: nulByte"])
  }

  @Test("the longest line is taken and one byte more is not")
  func lineLimit() throws {
    let longest = String(repeating: "x", count: DelimitedReader.maximumRecordBytes)
    #expect(try records(longest + "\na\n").count == 2)
    #expect(try records(longest + "\na\n")[0] == "1: " + longest)
    #expect(try records(longest + "x\na\n") == ["1: lineTooLong", "2: a"])
    #expect(try records("\"q\"," + longest + "\na\n") == ["1: lineTooLong", "2: a"])
  }

  @Test("a line without an end, larger than the buffer, is one rejected record")
  func endlessLine() throws {
    let endless = String(repeating: "x,", count: 1_500_000)
    #expect(try records("a\n" + endless) == ["1: a", "2: lineTooLong"])
    #expect(try records("a\n" + endless + "\nb\n") == ["1: a", "2: lineTooLong", "3: b"])
  }

  @Test("as many fields as allowed are taken and one more is not")
  func fieldLimit() throws {
    let most = Array(repeating: "f", count: DelimitedReader.maximumFields)
    #expect(try records(most.joined(separator: ",")) == ["1: " + most.joined(separator: "|")])
    #expect(
      try records((most + ["f"]).joined(separator: ",") + "\na") == ["1: tooManyFields", "2: a"])
    let quoted = (most + ["f"]).map { "\"\($0)\"" }.joined(separator: ",")
    #expect(try records(quoted + "\na") == ["1: tooManyFields", "2: a"])
  }

  @Test("records that straddle the buffer's end come whole")
  func straddling() throws {
    var text: [UInt8] = []
    var expected = 0
    while text.count < 3 << 20 {
      let number = String(expected)
      text += Array("\(number),\"\(number)\"\"\n\",\(number)\r\n".utf8)
      expected += 1
    }
    var reader = DelimitedReader(ByteSource(bytes: text, name: "test"))
    var count = 0
    while try reader.next() == .record {
      let same = unsafe reader.field(0).elementsEqual(reader.field(2))
      let middle = unsafe String(decoding: reader.field(1), as: UTF8.self)
      guard same, middle == "\(count)\"\n", reader.line == 2 * count + 1 else { break }
      count += 1
    }
    #expect(count == expected)
  }

  @Test("bytes that are not UTF-8 pass through")
  func anyBytes() throws {
    var reader = DelimitedReader(ByteSource(bytes: [0xFF, 0x2C, 0xFE, 0x0A], name: "test"))
    #expect(try reader.next() == .record)
    #expect(unsafe Array(reader.field(0)) == [0xFF])
    #expect(unsafe Array(reader.field(1)) == [0xFE])
  }

  @Test("an excerpt is bounded and cut between characters")
  func excerpt() throws {
    let text = Array((String(repeating: "ä", count: 500) + "\n").utf8)
    var reader = DelimitedReader(ByteSource(bytes: text, name: "test"))
    #expect(try reader.next() == .record)
    #expect(reader.excerpt == String(repeating: "ä", count: 60) + "…")
  }

  @Test("a pipe says that it cannot be read twice")
  func pipes() throws {
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let source = try ByteSource(path: "/dev/fd/\(ends[0])")
    #expect(!source.isRewindable)
    #expect(throws: TableError.notRewindable(file: source.name)) { try source.rewind() }
    #expect(throws: TableError.self) { try ByteSource.contentID(path: "/dev/fd/\(ends[0])") }
  }

  @Test("a file is read again after a rewind")
  func rewinding() throws {
    let folder = try TemporaryFolder()
    var writer = try DelimitedWriter(path: folder.file("a.csv"))
    try writer.row(["a", "b"])
    try writer.finish()
    let source = try ByteSource(path: folder.file("a.csv"))
    for _ in 0..<2 {
      var reader = DelimitedReader(source)
      #expect(try reader.next() == .record)
      #expect(try reader.next() == .end)
      #expect(source.bytesRead == 4)
      try source.rewind()
    }
  }

  @Test("a missing file and a folder are errors with a way out")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    #expect(throws: TableError.self) { try ByteSource(path: folder.file("none.csv")) }
    #expect(throws: TableError.self) { try ByteSource(path: folder.path) }
  }
}
