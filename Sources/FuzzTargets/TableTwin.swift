import Tables

/// The same rows as delimited text and as JSON objects, of which the same must be read.
enum TableTwin {
  /// What is wrong with a line of delimited text before anybody looks at its fields.
  private static let ofLines: Set<RejectedRow.Reason> = [
    .lineTooLong, .tooManyFields, .tooFewFields, .unclosedQuote, .textAfterQuote, .nulByte,
    .loneCarriageReturn,
  ]
  /// A longer line of JSON is refused, whatever it was before.
  private static let mostLineBytes = 65_536

  /// Compares what was read of delimited text with what is read of the same as JSON.
  static func check(
    _ bytes: [UInt8], _ whole: TableReading, _ name: String, _ read: TableReading.Read
  ) throws(Finding) {
    guard whole.failure == nil, !whole.isJSON, let text = json(of: bytes) else { return }
    let twin = TableReading(text, read)
    guard twin.failure == nil, twin.isJSON else {
      throw Finding("\(name): as JSON it is refused: \(twin.failure ?? "it is taken for text")")
    }
    if let flaw = twin.flaw { throw Finding("\(name): as JSON: \(flaw)") }
    guard twin.taken == whole.taken else { throw Finding("\(name): as JSON it has other values") }
    let refused = whole.rejected.map(\.reason).filter { !ofLines.contains($0) }
    guard twin.rejected.map(\.reason) == refused else {
      throw Finding("\(name): as JSON rows are refused for other reasons")
    }
  }

  /// The rows of delimited text as JSON objects, a line each, written in all ways that mean the
  /// same; nothing where they cannot be, or where JSON means something else: two columns of one
  /// name, and rows without a location, which is the usual one in JSON.
  static func json(of bytes: [UInt8]) -> [UInt8]? {
    var reader = DelimitedReader(ByteSource(bytes: bytes, name: "table"), separator: nil)
    guard let header = record(&reader) else { return nil }
    let names = header.map { field in
      let blanks: Set<UInt8> = [0x20, 0x09]
      let end = field.lastIndex { !blanks.contains($0) }.map { $0 + 1 } ?? 0
      return String(decoding: field[..<end].drop { blanks.contains($0) }, as: UTF8.self)
    }
    let spelt = names.map { $0.lowercased() }
    guard Set(spelt).count == names.count else { return nil }
    let location = spelt.firstIndex(of: "location")
    var text: [UInt8] = []
    var row = 0
    while let fields = record(&reader) {
      guard fields.count == names.count else { continue }
      if let location, fields[location].isEmpty { return nil }
      let line = object(Array(zip(names.map { Array($0.utf8) }, fields)), row)
      guard line.count <= mostLineBytes else { return nil }
      text += line + [0x0A]
      row += 1
    }
    return row > 0 ? text : nil
  }

  /// The next record that is one.
  private static func record(_ reader: inout DelimitedReader) -> [[UInt8]]? {
    while true {
      switch try? reader.next() {
      case .rejected: continue
      case .record: return (0..<reader.fieldCount).map { unsafe Array(reader.field($0)) }
      case .end, nil: return nil
      }
    }
  }

  // MARK: Objects

  /// An object; the first one has all keys, in their order.
  private static func object(_ members: [(key: [UInt8], value: [UInt8])], _ row: Int) -> [UInt8] {
    var text = Array("{".utf8)
    let turn = row % members.count
    for (index, member) in (members[turn...] + members[..<turn]).enumerated() {
      if member.value.isEmpty, row > 0, (row + index) % 3 == 0 { continue }
      if text.count > 1 { text += Array((row % 2 == 0 ? "," : " ,\t").utf8) }
      text += string(member.key, row)
      text += Array((row % 2 == 0 ? ":" : "\r: ").utf8)
      text += value(member.value, row + index)
    }
    return text + Array("}".utf8)
  }

  /// A value: as a number or a word where it reads as one, and every other time as a string.
  private static func value(_ bytes: [UInt8], _ turn: Int) -> [UInt8] {
    let isPlain = isNumber(bytes) || bytes == Array("true".utf8) || bytes == Array("false".utf8)
    if isPlain, turn % 2 == 0 { return bytes }
    if bytes.isEmpty, turn % 2 == 0 { return Array("null".utf8) }
    return string(bytes, turn)
  }

  /// Whether the bytes are a number by the grammar of JSON (RFC 8259, section 6).
  private static func isNumber(_ bytes: [UInt8]) -> Bool {
    var left = bytes[...]
    func digits(_ left: inout ArraySlice<UInt8>) -> Int {
      let count = left.prefix { (0x30...0x39).contains($0) }.count
      left = left.dropFirst(count)
      return count
    }
    if left.first == UInt8(ascii: "-") { left = left.dropFirst() }
    let isZero = left.first == 0x30
    let whole = digits(&left)
    guard whole > 0, whole == 1 || !isZero else { return false }
    if left.first == UInt8(ascii: ".") {
      left = left.dropFirst()
      guard digits(&left) > 0 else { return false }
    }
    if let letter = left.first, letter | 0x20 == UInt8(ascii: "e") {
      left = left.dropFirst()
      if let sign = left.first, sign == 0x2B || sign == 0x2D { left = left.dropFirst() }
      guard digits(&left) > 0 else { return false }
    }
    return left.isEmpty
  }

  /// A string: what must be escaped is, and every third time all that can be.
  private static func string(_ bytes: [UInt8], _ turn: Int) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    if turn % 3 == 2, let text = String(validating: bytes, as: UTF8.self) {
      return [quote] + text.utf16.flatMap(escape) + [quote]
    }
    return [quote]
      + bytes.flatMap { byte in
        byte < 0x20 || byte == quote || byte == UInt8(ascii: "\\") ? escape(UInt16(byte)) : [byte]
      } + [quote]
  }

  private static func escape(_ unit: UInt16) -> [UInt8] {
    let digits = String(unit, radix: 16, uppercase: unit % 2 == 0)
    return Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
  }
}
