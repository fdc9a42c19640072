/// Which names a JSON5 document gives values to, and in which line.
///
/// The toolchain's decoder knows neither lines nor repeated names (it silently keeps the first), so
/// the names are walked once before it. The walk judges structure; values are the decoder's.
struct JSON5Outline {
  /// A member whose value is not an object with members.
  struct Leaf: Equatable {
    var path: [String]
    var line: Int
  }

  /// Where the structure breaks.
  struct Break: Error, Equatable {
    var line: Int
    var reason: String
  }

  /// Deeper nesting is a mistake, and must not exhaust the stack.
  private static let maximumDepth = 16

  private(set) var leaves: [Leaf] = []
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  init(_ text: String) throws(Break) {
    bytes = Array(text.utf8)
    try skipBlanks()
    guard peek == UInt8(ascii: "{") else {
      throw fail("what it says is written in braces, { ... }")
    }
    _ = try object(at: [], depth: 0)
    try skipBlanks()
    if peek != nil { throw fail("nothing may follow the last }") }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func fail(_ reason: String) -> Break { Break(line: line, reason: reason) }

  private mutating func advance() {
    if peek == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  /// Takes a byte if it comes next.
  private mutating func found(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    advance()
    return true
  }

  /// Skips whitespace and comments.
  private mutating func skipBlanks() throws(Break) {
    while let byte = peek {
      switch byte {
      case 0x09...0x0D, 0x20: advance()
      case UInt8(ascii: "/"): try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(Break) {
    let start = line
    advance()
    if found(UInt8(ascii: "/")) {
      // The decoder ends it at a carriage return too: what follows must not be passed over here.
      while let byte = peek, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { advance() }
    } else if found(UInt8(ascii: "*")) {
      while peek != nil {
        if found(UInt8(ascii: "*")) {
          if found(UInt8(ascii: "/")) { return }
        } else {
          advance()
        }
      }
      throw Break(line: start, reason: "this comment has no end")
    } else {
      throw fail("a comment starts with // or /*")
    }
  }

  /// Walks an object and says whether it had members. Without a path, it only skips.
  private mutating func object(at path: [String]?, depth: Int) throws(Break) -> Bool {
    let start = line
    advance()
    var lines: [String: Int] = [:]
    try skipBlanks()
    while !found(UInt8(ascii: "}")) {
      if peek == nil { throw Break(line: start, reason: "this { has no }") }
      let nameLine = line
      let name = try memberName()
      if let first = lines.updateValue(nameLine, forKey: name) {
        throw Break(
          line: nameLine, reason: "\(name) is named a second time, first in line \(first); keep one"
        )
      }
      try skipBlanks()
      guard found(UInt8(ascii: ":")) else { throw fail("a colon is missing behind \(name)") }
      try skipBlanks()
      let inner = path.map { $0 + [name] }
      let hasMembers = try value(at: inner, depth: depth + 1)
      if let inner, !hasMembers { leaves.append(Leaf(path: inner, line: nameLine)) }
      try endOfItem(closing: UInt8(ascii: "}"))
    }
    return !lines.isEmpty
  }

  private mutating func array(depth: Int) throws(Break) {
    let start = line
    advance()
    try skipBlanks()
    while !found(UInt8(ascii: "]")) {
      if peek == nil { throw Break(line: start, reason: "this [ has no ]") }
      _ = try value(at: nil, depth: depth + 1)
      try endOfItem(closing: UInt8(ascii: "]"))
    }
  }

  /// A comma, or what closes the container, which stays for its own loop to take.
  private mutating func endOfItem(closing: UInt8) throws(Break) {
    let end = line
    try skipBlanks()
    if found(UInt8(ascii: ",")) {
      try skipBlanks()
    } else if let byte = peek, byte != closing {
      throw Break(line: end, reason: "a comma is missing at the end of this line's value")
    }
  }

  /// Skips a value and says whether it was an object with members.
  private mutating func value(at path: [String]?, depth: Int) throws(Break) -> Bool {
    guard depth <= Self.maximumDepth else { throw fail("settings do not nest this deep") }
    switch peek {
    case UInt8(ascii: "{"): return try object(at: path, depth: depth)
    case UInt8(ascii: "["): try array(depth: depth)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = try quoted()
    default:
      let word = bareWord()
      if word.isEmpty { throw fail("a value is missing") }
      guard Self.isNumberOrLiteral(word) else {
        throw fail("\(word) is no value; a text stands in quotes: \"\(word)\"")
      }
    }
    return false
  }

  private mutating func memberName() throws(Break) -> String {
    if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") { return try quoted() }
    let name = bareWord()
    if name.isEmpty { throw fail("a name is missing") }
    return name
  }

  /// The bytes between quotes, escapes as they stand: no setting's name needs any.
  private mutating func quoted() throws(Break) -> String {
    let quote = bytes[position]
    let start = line
    advance()
    let first = position
    while let byte = peek, byte != quote {
      if byte == UInt8(ascii: "\\") { advance() }
      advance()
    }
    guard position < bytes.count else { throw Break(line: start, reason: "this text has no end") }
    defer { advance() }
    return String(decoding: bytes[first..<position], as: UTF8.self)
  }

  private mutating func bareWord() -> String {
    let first = position
    while let byte = peek, !Self.delimiters.contains(byte), byte > 0x20 { advance() }
    return String(decoding: bytes[first..<position], as: UTF8.self)
  }

  /// Whether a word without quotes is a value, but for zeros in front, which the decoder refuses.
  /// It does not refuse all that is none: of `0x0x40` it dies.
  private static func isNumberOrLiteral(_ word: String) -> Bool {
    if ["true", "false", "null"].contains(word) { return true }
    var rest = Array(word.utf8)[...]
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      rest.removeFirst()
    }
    if rest.elementsEqual("Infinity".utf8) || rest.elementsEqual("NaN".utf8) { return true }
    if rest.starts(with: "0x".utf8) || rest.starts(with: "0X".utf8) {
      let digits = rest.dropFirst(2)
      return !digits.isEmpty
        && digits.allSatisfy { isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
    }
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    var fraction = rest[rest.startIndex..<rest.startIndex]
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix(while: isDigit)
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return false }
    guard let letter = rest.first else { return true }
    rest = rest.dropFirst()
    if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      rest.removeFirst()
    }
    return letter | 0x20 == UInt8(ascii: "e") && !rest.isEmpty && rest.allSatisfy(isDigit)
  }

  private static let delimiters = Set("{}[],:\"'/".utf8)
}
