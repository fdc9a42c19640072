/// A value that can be written as one word on a command line.
///
/// A type of another room joins by saying what it expects and how it reads a word:
///
///     extension Day: ArgumentValue {
///       public static let expectation = "a date such as 2026-11-20"
///       public init?(argument: String) { try? self.init(argument) }
///     }
public protocol ArgumentValue: Sendable {
  /// What a word must be, as the end of a sentence that starts with "wanted": "a whole number".
  static var expectation: String { get }
  /// The words that are allowed, when there are only a few; errors propose the nearest.
  static var allowedWords: [String] { get }
  /// The words that a shell proposes: the allowed ones, or the usual ones among many others.
  static var suggestedWords: [String] { get }
  /// Reads one word, or nothing when it is no such value.
  init?(argument: String)
  /// The word that reads back as this value; help prints defaults with it.
  var argumentText: String { get }
}

extension ArgumentValue {
  /// Nothing to choose from.
  public static var allowedWords: [String] { [] }
  /// The allowed ones.
  public static var suggestedWords: [String] { allowedWords }
  /// The value's description.
  public var argumentText: String { "\(self)" }
}

extension ArgumentValue where Self: CaseIterable & RawRepresentable, RawValue == String {
  /// Every case.
  public static var allowedWords: [String] { allCases.map(\.rawValue) }
  /// "one of a, b, c".
  public static var expectation: String { "one of " + allowedWords.joined(separator: ", ") }
  /// The case of this name.
  public init?(argument: String) { self.init(rawValue: argument) }
  /// The case's name.
  public var argumentText: String { rawValue }
}

extension String: ArgumentValue {
  /// Any text.
  public static var expectation: String { "a text" }
  /// Takes the word as it is.
  public init?(argument: String) { self = argument }
}

extension Int: ArgumentValue {
  /// A whole number.
  public static var expectation: String { "a whole number" }
  /// Reads decimal digits with an optional sign.
  public init?(argument: String) { self.init(argument) }
}

extension Double: ArgumentValue {
  /// A number.
  public static var expectation: String { "a number" }
  /// Reads a number and refuses NaN and infinity.
  public init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  /// The shortest decimal form, without ".0".
  public var argumentText: String { Readable.shortest(self) }
}

/// A path as the user wrote it; `-` stands for standard input or output.
public struct Path: ArgumentValue, Hashable, CustomStringConvertible {
  /// A path.
  public static let expectation = "a path"
  /// The path as written.
  public let description: String

  /// Takes a path; an empty word is none.
  public init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    description = argument
  }

  /// Whether the path is `-`.
  public var isStandardStream: Bool { description == "-" }
}

/// `NAME=VALUE` in one word, as `--set cluster.shards=16` takes it.
public struct Assignment: ArgumentValue, Hashable, CustomStringConvertible {
  /// A name, an equals sign and a value.
  public static let expectation = "NAME=VALUE"
  /// What stands before the first equals sign.
  public let name: String
  /// What stands behind it; it may be empty.
  public let value: String

  /// Splits a word at its first equals sign.
  public init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
    name = String(argument[..<sign])
    value = String(argument[argument.index(after: sign)...])
  }

  /// The word.
  public var description: String { "\(name)=\(value)" }
}
