/// An option with a value: `--name value` or `--name=value`.
///
/// The property's type decides: a value with a default, a value without one (required), an
/// optional, or an array, whose option may be repeated.
@propertyWrapper
public struct Option<Value: Sendable>: Sendable {
  var parameter: Parameter<Value>

  /// What was given, or the default.
  public var wrappedValue: Value {
    get { parameter.value }
    set { parameter.value = newValue }
  }

  /// An option with a default.
  public init(
    wrappedValue: Value, _ placeholder: String, _ limits: ValueLimits<Value> = .any,
    name: String? = nil, short: Character? = nil, help: String
  ) where Value: ArgumentValue {
    parameter = Parameter(
      Self.shape(placeholder, name, short, help), limits, initial: wrappedValue)
  }

  /// An option that must be given.
  public init(
    _ placeholder: String, _ limits: ValueLimits<Value> = .any, name: String? = nil,
    short: Character? = nil, help: String
  ) where Value: ArgumentValue {
    parameter = Parameter(Self.shape(placeholder, name, short, help), limits, initial: nil)
  }

  /// An option that may be left out.
  public init<Element: ArgumentValue>(
    _ placeholder: String, _ limits: ValueLimits<Element> = .any, name: String? = nil,
    short: Character? = nil, help: String
  ) where Value == Element? {
    parameter = Parameter(Self.shape(placeholder, name, short, help), limits)
  }

  /// An option that may be repeated; with a `separator`, one word may hold several values.
  public init<Element: ArgumentValue>(
    wrappedValue: Value = [], _ placeholder: String, _ limits: ValueLimits<Element> = .any,
    name: String? = nil, short: Character? = nil, separator: Character? = nil, help: String
  ) where Value == [Element] {
    parameter = Parameter(
      Self.shape(placeholder, name, short, help), limits, separator: separator,
      initial: wrappedValue)
  }

  private static func shape(
    _ placeholder: String, _ name: String?, _ short: Character?, _ help: String
  ) -> ArgumentShape {
    ArgumentShape(kind: .option, name: name, short: short, placeholder: placeholder, help: help)
  }
}

extension Option: DeclaredArgument {
  var shape: ArgumentShape { parameter.shape }
  func take(_ words: [String]) throws(Refusal) { try parameter.take(words) }
}
