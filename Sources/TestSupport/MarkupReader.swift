/// Reads XML as far as pictures need it, and refuses what is not well-formed: tags that do not
/// close, values without quotes, bare `<` and `&`, characters that XML does not take.
public struct MarkupReader {
  /// Where it is not well-formed.
  public struct Malformed: Error {
    /// The text there.
    public let place: String

    init(place: some StringProtocol) { self.place = String(place) }
  }

  /// The text of each `text` element.
  public private(set) var texts: [String] = []
  /// How often each element is there.
  public private(set) var elements: [String: Int] = [:]

  private static let entities = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'",
  ]

  /// Reads all of it.
  public init(_ markup: String) throws {
    var rest = markup[...]
    if rest.hasPrefix("<?xml ") { rest = rest.drop { $0 != ">" }.dropFirst() }
    var open: [String] = []
    while let next = rest.first {
      guard next == "<" else {
        let text = rest.prefix { $0 != "<" }
        let plain = try Self.plain(text)
        if open.last == "text", let last = texts.indices.last { texts[last] += plain }
        guard !open.isEmpty || plain.allSatisfy(\.isWhitespace) else {
          throw Malformed(place: rest.prefix(40))
        }
        rest = rest.dropFirst(text.count)
        continue
      }
      let tag = rest.dropFirst().prefix { $0 != ">" }
      guard rest.dropFirst(1 + tag.count).first == ">" else {
        throw Malformed(place: rest.prefix(40))
      }
      rest = rest.dropFirst(2 + tag.count)
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else { throw Malformed(place: tag) }
        continue
      }
      let isWhole = tag.hasSuffix("/")
      let name = try Self.name(isWhole ? tag.dropLast() : tag)
      elements[name, default: 0] += 1
      if name == "text" { texts.append("") }
      if !isWhole { open.append(name) }
    }
    guard open.isEmpty else { throw Malformed(place: "<\(open.joined(separator: "><"))>") }
  }

  /// The name of a tag, whose values must be in quotes.
  private static func name(_ tag: Substring) throws -> String {
    let name = tag.prefix { !$0.isWhitespace }
    var rest = tag.dropFirst(name.count).drop(while: \.isWhitespace)
    guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber }) else {
      throw Malformed(place: tag)
    }
    while !rest.isEmpty {
      let key = rest.prefix { $0 != "=" }
      let value = rest.dropFirst(key.count + 2).prefix { $0 != "\"" }
      guard !key.isEmpty, rest.dropFirst(key.count).hasPrefix("=\""),
        rest.dropFirst(key.count + 2 + value.count).first == "\""
      else { throw Malformed(place: rest) }
      _ = try plain(value)
      rest = rest.dropFirst(key.count + value.count + 3).drop(while: \.isWhitespace)
    }
    return String(name)
  }

  private static func plain(_ text: Substring) throws -> String {
    var plain = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar.value >= 0x20 || scalar == "\n", scalar != "<" else {
        throw Malformed(place: text)
      }
      guard scalar == "&" else {
        plain.unicodeScalars.append(scalar)
        continue
      }
      let entity = String(String.UnicodeScalarView(rest.prefix { $0 != ";" }))
      guard let meant = entities[entity] else { throw Malformed(place: text) }
      plain += meant
      rest = rest.dropFirst(entity.unicodeScalars.count + 1)
    }
    return plain
  }
}
