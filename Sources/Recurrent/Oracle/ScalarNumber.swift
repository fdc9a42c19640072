import Glibc

/// The two precisions in which the oracle computes.
protocol ScalarNumber: BinaryFloatingPoint, Sendable {
  static func exponential(_ x: Self) -> Self
  static func hyperbolicTangent(_ x: Self) -> Self
}

extension Double: ScalarNumber {
  static func exponential(_ x: Double) -> Double { exp(x) }
  static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
}

extension Float: ScalarNumber {
  static func exponential(_ x: Float) -> Float { expf(x) }
  static func hyperbolicTangent(_ x: Float) -> Float { tanhf(x) }
}

extension ScalarNumber {
  static func sigmoid(_ x: Self) -> Self { 1 / (1 + exponential(-x)) }
}
