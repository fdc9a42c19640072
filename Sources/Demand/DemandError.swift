/// Why something is not a word of the demand vocabulary.
public enum DemandError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A name without a byte.
  case emptyName(String)
  /// A name over its limit.
  case nameTooLong(String, bytes: Int, limit: Int)
  /// A name that is not UTF-8.
  case nameNotUTF8(String)
  /// Text that is no calendar date.
  case notADate(String)
  /// A date outside `Day.supported`.
  case dateOutOfRange(String)
  /// Text that is no scope of a rule.
  case notAScope(String, reason: String)

  /// The error in words.
  public var description: String {
    switch self {
    case .emptyName(let what): "\(what) is empty"
    case .nameTooLong(let what, let bytes, let limit):
      "\(what) has \(bytes) bytes, at most \(limit) allowed"
    case .nameNotUTF8(let what): "\(what) is not UTF-8"
    case .notAScope(let text, let reason): "scope \"\(text)\": \(reason)"
    case .notADate(let text): "\"\(text)\" is not a date; write it as 2026-11-20"
    case .dateOutOfRange(let text):
      "date \(text) is outside \(Day.supported.lowerBound) to \(Day.supported.upperBound)"
    }
  }
}
