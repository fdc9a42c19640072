/// A word without dashes, taken by its place in the order of declaration.
///
/// The property's type decides as with `Option`; an array takes all words that are left.
@propertyWrapper
public struct Argument<Value: Sendable>: Sendable {
  var parameter: Parameter<Value>

  /// What was given, or the default.
  public var wrappedValue: Value {
    get { parameter.value }
    set { parameter.value = newValue }
  }

  /// An argument with a default.
  public init(
    wrappedValue: Value, _ placeholder: String, _ limits: ValueLimits<Value> = .any, help: String
  ) where Value: ArgumentValue {
    parameter = Parameter(Self.shape(placeholder, help), limits, initial: wrappedValue)
  }

  /// An argument that must be given.
  public init(_ placeholder: String, _ limits: ValueLimits<Value> = .any, help: String)
  where Value: ArgumentValue {
    parameter = Parameter(Self.shape(placeholder, help), limits, initial: nil)
  }

  /// An argument that may be left out.
  public init<Element: ArgumentValue>(
    _ placeholder: String, _ limits: ValueLimits<Element> = .any, help: String
  ) where Value == Element? {
    parameter = Parameter(Self.shape(placeholder, help), limits)
  }

  /// All words that are left.
  public init<Element: ArgumentValue>(
    wrappedValue: Value = [], _ placeholder: String, _ limits: ValueLimits<Element> = .any,
    help: String
  ) where Value == [Element] {
    parameter = Parameter(
      Self.shape(placeholder, help), limits, separator: nil, initial: wrappedValue)
  }

  private static func shape(_ placeholder: String, _ help: String) -> ArgumentShape {
    ArgumentShape(kind: .argument, placeholder: placeholder, help: help)
  }
}

extension Argument: DeclaredArgument {
  var shape: ArgumentShape { parameter.shape }
  func take(_ words: [String]) throws(Refusal) { try parameter.take(words) }
}
