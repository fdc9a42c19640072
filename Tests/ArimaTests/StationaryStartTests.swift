import Testing

@testable import Arima

@Suite("What is known of an ARMA process before its first value")
struct StationaryStartTests {
  @Test("An autoregression near the unit root has the variance of its formula")
  func nearUnitRoot() throws {
    for weight in [0.999, -0.999, 0.999_999] {
      let found = try #require(StationaryStart.autocovariances(ar: [weight], last: 3))
      let variance = 1 / ((1 - weight) * (1 + weight))
      for lag in 0...3 {
        let expected = (0..<lag).reduce(variance) { value, _ in value * weight }
        #expect(abs(found[lag] / expected - 1) < 1e-13)
      }
    }
  }

  @Test("Two roots near one have the variance of their formula")
  func twoRoots() throws {
    // Of (1 - aB)(1 - bB): (1 + ab) / ((1 - ab)(1 - a^2)(1 - b^2)). Rounding the two coefficients
    // alone moves it by 1e-8.
    let (a, b) = (0.999, 0.998)
    let found = try #require(StationaryStart.autocovariances(ar: [a + b, -a * b], last: 0))
    let expected = (1 + a * b) / ((1 - a * b) * (1 - a * a) * (1 - b * b))
    #expect(abs(found[0] / expected - 1) < 1e-7)
  }

  @Test("What is not stationary has no start")
  func explosive() {
    #expect(StationaryStart.autocovariances(ar: [1], last: 0) == nil)
    #expect(StationaryStart.autocovariances(ar: [-1.2], last: 0) == nil)
    #expect(StationaryStart.autocovariances(ar: [0.5, 0.5], last: 0) == nil)
    #expect(StateSpace(ArimaOrder(1, 0, 0), ArmaCoefficients(ar: [1.001])) == nil)
    #expect(StateSpace(ArimaOrder(1, 0, 0), ArmaCoefficients(ar: [.nan])) == nil)
  }

  @Test(
    "The covariance of the state solves its equation",
    arguments: [
      ArmaCoefficients(ar: [0.7]), ArmaCoefficients(ar: [0.999]),
      ArmaCoefficients(ma: [0.4, -0.3]), ArmaCoefficients(ar: [0.5, 0.3], ma: [-0.4]),
      ArmaCoefficients(
        ar: [0.5, 0.2], ma: [0.9], seasonalAR: [0.95], seasonalMA: [-0.8], season: 7),
      ArmaCoefficients(ar: [0.99], seasonalAR: [0.5, 0.45], season: 4),
      ArmaCoefficients(
        ar: [0.6], ma: [0.2, 0.1], seasonalAR: [0.98], seasonalMA: [-0.6], season: 24),
    ])
  func equation(coefficients: ArmaCoefficients) throws {
    let order = ArimaOrder(
      coefficients.ar.count, 0, coefficients.ma.count,
      seasonal: (coefficients.seasonalAR.count, 0, coefficients.seasonalMA.count),
      season: coefficients.season)
    let space = try #require(StateSpace(order, coefficients))
    let expected = DenseOracle.excess(space)
    let scale = expected.indices.reduce(1) { max($0, expected[$1][$1]) }
    for row in expected.indices {
      for column in expected.indices {
        let found = space.startExcess[row * space.armaCount + column]
        #expect(abs(found - expected[row][column]) < 1e-9 * scale)
      }
    }
  }
}
