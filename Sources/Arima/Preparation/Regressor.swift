/// Something beside the demand itself that is known by day: a price, a promotion, an event.
public struct Regressor: Equatable, Sendable {
  /// What it is called in explanations and errors.
  public var name: String
  /// Its value on each day.
  public var values: [Double]

  /// Joins both.
  public init(name: String, values: [Double]) {
    self.name = name
    self.values = values
  }
}
