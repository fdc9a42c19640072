/// The keys that may talk to us, and who holds them. A file has one line a key:
///
///     # public key                              role    node
///     7zVtj.HYn:xY(<qJ0$JkH0[QFj*:Qe!)y]mF5wYy   worker  barcelona-1
///
/// A node may have several keys, so that they can be changed without a pause.
public struct AllowList: Sendable, Hashable {
  /// The largest file.
  public static let maximumBytes = 1_048_576

  /// Who holds each key.
  public let identities: [PublicKey: Identity]

  /// A list of these keys.
  public init(_ identities: [PublicKey: Identity]) { self.identities = identities }

  /// Reads the text of a list; `path` names it in errors.
  public init(parsing text: String, path: String) throws(MessagingError) {
    var identities: [PublicKey: Identity] = [:]
    var lines: [PublicKey: Int] = [:]
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      // A # inside a key is part of it: comments are lines of their own.
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let first = words.first, !(first.hasPrefix("#") && !Z85.isKey(first)) else { continue }
      let number = index + 1
      func bad(_ reason: String) -> MessagingError {
        .badAllowList(path: path, line: number, reason: reason)
      }
      guard words.count == 3 else {
        throw bad("\(words.count) words; a line is: KEY ROLE NODE")
      }
      guard let key = try? PublicKey(first) else {
        throw bad("\"\(first.prefix(64))\" is not a key; keys are 40 characters of Z85")
      }
      guard let role = Role(rawValue: words[1]) else {
        let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
        throw bad("role \"\(words[1].prefix(64))\" is none of \(roles)")
      }
      guard let identity = Identity(role: role, node: words[2]) else {
        throw bad(
          "node \"\(words[2].prefix(80))\" is no name; "
            + "use 1 to \(Identity.maximumNodeBytes) letters, digits, . - _")
      }
      if let earlier = lines[key] { throw bad("the key of line \(earlier) again; remove one") }
      lines[key] = number
      identities[key] = identity
    }
    self.init(identities)
  }

  /// Reads a list from its file.
  public init(contentsOf path: String) throws(MessagingError) {
    self = try Self.read(path).list
  }

  static func read(_ path: String) throws(MessagingError) -> (
    list: AllowList, stamp: SafeFile.Stamp
  ) {
    let (bytes, stamp) = try SafeFile.read(path, limit: maximumBytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .file(path: path, reason: "is not UTF-8")
    }
    return (try AllowList(parsing: text, path: path), stamp)
  }

  /// Puts a list in the place of the one at a path, whole and down to the disk: nodes that read it
  /// meanwhile see the list before or the list after.
  public static func write(_ text: String, to path: String) throws(MessagingError) {
    try SafeFile.replace(path, mode: 0o644, Array(text.utf8))
  }

  /// The text of a list without the lines of a node; everything else stays as it is.
  public static func text(_ text: String, without node: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.filter { line in
      let words = line.split(whereSeparator: \.isWhitespace)
      return words.count != 3 || words[2] != node || !Z85.isKey(String(words[0]))
    }.joined(separator: "\n")
  }

  /// The text of a list without the lines of some keys; everything else stays as it is.
  public static func text(_ text: String, withoutKeys keys: Set<PublicKey>) -> String {
    let texts = Set(keys.map(\.text))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.filter { line in
      let words = line.split(whereSeparator: \.isWhitespace)
      return words.count != 3 || !texts.contains(String(words[0]))
    }.joined(separator: "\n")
  }

  /// The line that adds a key to a list.
  public static func line(_ key: PublicKey, _ identity: Identity) -> String {
    "\(key) \(identity.role) \(identity.node)\n"
  }

  /// Whether some key of this identity is listed still.
  public func contains(_ identity: Identity) -> Bool { identities.values.contains(identity) }
}
