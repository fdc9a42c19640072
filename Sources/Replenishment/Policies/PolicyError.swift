/// Why settings cannot be planned with.
public enum PolicyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A setting outside its range.
  case outOfRange(setting: String, value: Double, lowest: Double, highest: Double)

  /// The error in words.
  public var description: String {
    switch self {
    case .outOfRange(let setting, let value, let lowest, let highest):
      "policy.\(setting) is \(value); give a number from \(Figure.text(lowest, decimals: 3)) to "
        + Figure.text(highest, decimals: 3)
    }
  }
}
