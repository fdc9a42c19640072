/// From which value of a year's demand on a SKU is of a class.
public struct ClassBounds: Equatable, Sendable {
  /// The least of class A, and of class B.
  public var a: Double, b: Double

  /// Makes bounds.
  public init(a: Double, b: Double) {
    self.a = a
    self.b = b
  }
}
