/// The text of a scope: `*`, or `sku=A-1 location=north`. A value that holds a space or a quote, or
/// begins with one, stands in quotes, a quote within it twice: `category="home ""and"" garden"`.
extension PolicyScope: CustomStringConvertible {
  /// The words that may stand left of `=`, in the order in which a scope is written.
  public static let keys = [
    "sku", "category", "location", "supplier", "class", "lifecycle",
  ]

  /// Reads a scope, or says why the text is none.
  public init(text: String) throws(DemandError) {
    self.init()
    let words = try Self.words(of: text)
    guard words != ["*"] else { return }
    guard !words.isEmpty else {
      throw .notAScope(text, reason: "it is empty; write * for everything")
    }
    var seen: Set<String> = []
    for word in words {
      guard let equals = word.firstIndex(of: "=") else {
        throw .notAScope(
          text, reason: "\"\(word)\" has no \"=\"; write it as category=toys location=north")
      }
      let key = String(word[..<equals])
      let value = String(word[word.index(after: equals)...])
      guard seen.insert(key).inserted else {
        throw .notAScope(text, reason: "\"\(key)\" is there twice")
      }
      guard !value.isEmpty else { throw .notAScope(text, reason: "\"\(key)=\" names nothing") }
      do { try set(key, value) } catch { throw .notAScope(text, reason: error.reason) }
    }
  }

  /// The scope as `init(text:)` reads it.
  public var description: String {
    var words: [String] = []
    func add(_ key: String, _ value: String?) {
      if let value { words.append("\(key)=\(Self.quoted(value))") }
    }
    add("sku", sku?.description)
    add("category", category)
    add("location", location?.description)
    add("supplier", supplier)
    let letters = (valueClass?.letter ?? "") + (variabilityClass?.letter ?? "")
    add("class", letters.isEmpty ? nil : letters)
    add("lifecycle", lifecycle?.name)
    return words.isEmpty ? "*" : words.joined(separator: " ")
  }

  private struct Complaint: Error {
    var reason: String
  }

  private mutating func set(_ key: String, _ value: String) throws(Complaint) {
    switch key {
    case "sku":
      do { sku = try SKU(value) } catch { throw Complaint(reason: error.description) }
    case "location":
      do { location = try Location(value) } catch { throw Complaint(reason: error.description) }
    case "category": category = try Self.name(key, value, limit: Item.maximumCategoryBytes)
    case "supplier": supplier = try Self.name(key, value, limit: SupplyOption.maximumSupplierBytes)
    case "class": try setClasses(value)
    case "lifecycle":
      guard let stage = Lifecycle(name: value) else {
        let names = Lifecycle.allCases.map(\.name).joined(separator: ", ")
        throw Complaint(reason: "lifecycle \"\(value)\" is none of \(names)")
      }
      lifecycle = stage
    default:
      throw Complaint(
        reason: "\"\(key)\" is none of \(Self.keys.joined(separator: ", "))")
    }
  }

  private static func name(
    _ key: String, _ value: String, limit: Int
  ) throws(Complaint) -> String {
    guard value.utf8.count <= limit else {
      throw Complaint(reason: "\(key) has \(value.utf8.count) bytes, at most \(limit) are taken")
    }
    return value
  }

  /// `AX`, `A` or `X`.
  private mutating func setClasses(_ value: String) throws(Complaint) {
    for letter in value.map({ String($0) }) {
      if let found = ValueClass.allCases.first(where: { $0.letter == letter }), valueClass == nil,
        variabilityClass == nil
      {
        valueClass = found
      } else if let found = VariabilityClass.allCases.first(where: { $0.letter == letter }),
        variabilityClass == nil
      {
        variabilityClass = found
      } else {
        throw Complaint(
          reason: "class \"\(value)\" is none: write A, B or C, then X, Y or Z, as in AX, A or X")
      }
    }
  }

  private static func quoted(_ value: String) -> String {
    guard value == "*" || value.contains(where: { $0 == " " || $0 == "\"" }) else { return value }
    return "\""
      + value.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }

  /// The words between spaces; quotes keep spaces together and are taken off.
  private static func words(of text: String) throws(DemandError) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var isWord = false
    var isQuoted = false
    var rest = Substring(text).unicodeScalars
    while let next = rest.popFirst() {
      if next == "\"", isQuoted, rest.first == "\"" {
        word.append(next)
        rest.removeFirst()
      } else if next == "\"" {
        isQuoted.toggle()
        isWord = true
      } else if next == " ", !isQuoted {
        if isWord { words.append(String(word)) }
        word = String.UnicodeScalarView()
        isWord = false
      } else {
        word.append(next)
        isWord = true
      }
    }
    guard !isQuoted else { throw .notAScope(text, reason: "a quote opens and does not close") }
    if isWord { words.append(String(word)) }
    return words
  }
}
