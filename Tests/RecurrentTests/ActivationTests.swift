import Glibc
import Testing

@testable import Recurrent

@Suite struct ActivationTests {
  /// One float of 997, by their bits, from 2^-40 to a limit, and their opposites.
  private static func numbers(to limit: Float) -> [Float] {
    let (first, last) = (Float(0x1p-40).bitPattern, limit.bitPattern)
    return [0, limit, -limit]
      + stride(from: first, through: last, by: 997).flatMap {
        [Float(bitPattern: $0), -Float(bitPattern: $0)]
      }
  }

  private static func worst(
    _ function: Activations.Function, to limit: Float, beside: Float = 0,
    _ distance: (_ found: Double, _ x: Double) -> Double
  ) -> Double {
    let numbers = numbers(to: limit)
    let found = Activations.values(function, numbers, beside: beside)
    return zip(found, numbers).reduce(0) { worst, pair in
      let distance = distance(Double(pair.0), Double(pair.1))
      return distance.isNaN ? .infinity : max(worst, distance)
    }
  }

  private static func fromSigmoid(_ found: Double, _ x: Double) -> Double {
    abs(found - 1 / (1 + exp(-x)))
  }

  private static func fromTanh(_ found: Double, _ x: Double) -> Double { abs(found - tanh(x)) }

  @Test func `exp is within 2e-7 of its value, up to 87`() {
    #expect(Self.worst(.exp, to: 87) { abs($0 / exp($1) - 1) } < 2e-7)
  }

  @Test func `Beyond 87 exp is what it is at 87`() {
    for x: Float in [87.1, 100, 1e30, .infinity] {
      let found = Activations.values(.exp, [x, 87, -x, -87])
      #expect(found[0] == found[1] && found[2] == found[3])
    }
  }

  @Test func `sigmoid and tanh are within 2e-7 of theirs`() {
    #expect(Self.worst(.sigmoid, to: 100, Self.fromSigmoid) < 2e-7)
    #expect(Self.worst(.tanh, to: 100, Self.fromTanh) < 2e-7)
  }

  @Test(arguments: [0, -3, 100, -100, 1e30, -1e30] as [Float])
  func `Two for one division are within 3e-7, whatever the other is`(beside: Float) {
    for function in [Activations.Function.sigmoidBesideTanh, .firstSigmoid, .secondSigmoid] {
      #expect(Self.worst(function, to: 100, beside: beside, Self.fromSigmoid) < 3e-7)
    }
    #expect(Self.worst(.tanhBesideSigmoid, to: 100, beside: beside, Self.fromTanh) < 3e-7)
  }

  @Test(arguments: Activations.Function.allCases)
  func `What is no number stays so, in its own lane`(function: Activations.Function) {
    let found = Activations.values(function, [0, .nan, 1, .infinity])
    #expect(found.map(\.isNaN) == [false, true, false, false])
    #expect(found[3].isFinite)
  }
}
