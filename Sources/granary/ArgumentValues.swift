public import CommandLineArguments
public import Demand
public import Messaging
public import Tables

// Words of the command line that are words of other rooms.

extension Day: ArgumentValue {
  /// A date.
  public static var expectation: String { "a date such as 2026-11-20" }
  /// Reads `2026-11-20`.
  public init?(argument: String) {
    guard let day = try? Day(argument) else { return nil }
    self = day
  }
}

extension Location: ArgumentValue {
  /// A name.
  public static var expectation: String { "1 to \(maximumBytes) bytes of UTF-8" }
  /// Reads a name.
  public init?(argument: String) {
    guard let location = try? Location(argument) else { return nil }
    self = location
  }
}

extension Messaging.Role: ArgumentValue {}
extension ReturnsRule: ArgumentValue {}
extension TextFormat.Choice: ArgumentValue {}

extension PublicKey: ArgumentValue {
  /// A key as text.
  public static var expectation: String { "a public key, 40 characters of Z85" }
  /// Reads a key.
  public init?(argument: String) {
    guard let key = try? PublicKey(argument) else { return nil }
    self = key
  }
}
