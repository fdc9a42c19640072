/// Which values of a type are allowed, and how to say so.
public struct ValueLimits<Value: ArgumentValue>: Sendable {
  /// What a value must be, as the end of a sentence that starts with "wanted".
  public let expectation: String
  /// The same in the fewest words, for help: "1 to 1024"; empty when everything is allowed.
  public let summary: String
  private let check: @Sendable (Value) -> Bool

  /// A rule of one's own.
  public init(
    expectation: String, summary: String, check: @escaping @Sendable (Value) -> Bool
  ) {
    self.expectation = expectation
    self.summary = summary
    self.check = check
  }

  /// Every value of the type; a choice names its words.
  public static var any: ValueLimits {
    ValueLimits(
      expectation: Value.expectation, summary: Value.allowedWords.joined(separator: ", ")
    ) { _ in true }
  }

  /// Whether a value is allowed.
  public func contains(_ value: Value) -> Bool { check(value) }

  /// Reads a word, or nothing when it is no value or not allowed.
  public func read(_ word: String) -> Value? {
    Value(argument: word).flatMap { check($0) ? $0 : nil }
  }
}

extension ValueLimits where Value: Comparable {
  /// The values of a range.
  public static func within(_ range: ClosedRange<Value>) -> ValueLimits {
    let span = "\(range.lowerBound.argumentText) to \(range.upperBound.argumentText)"
    return ValueLimits(expectation: "\(Value.expectation) from \(span)", summary: span) {
      range.contains($0)
    }
  }

  /// The values from `least` on.
  public static func atLeast(_ least: Value) -> ValueLimits {
    let span = "at least \(least.argumentText)"
    return ValueLimits(expectation: "\(Value.expectation) of \(span)", summary: span) {
      $0 >= least
    }
  }
}
