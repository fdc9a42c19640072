import Testing

@testable import Arima

@Suite("The coefficients of a seasonal ARMA process")
struct CoefficientTests {
  @Test("The product of short and long polynomials has the cross terms")
  func products() {
    let airline = ArmaCoefficients(ma: [-0.4], seasonalMA: [-0.6], season: 4)
    #expect(airline.wholeMA == [-0.4, 0, 0, -0.6, 0.24])
    #expect(airline.wholeAR.isEmpty)
    let both = ArmaCoefficients(ar: [0.5], seasonalAR: [0.25], season: 2)
    #expect(both.wholeAR == [0.5, 0.25, -0.125])
  }

  @Test("An order says what it is")
  func words() {
    let order = ArimaOrder(2, 1, 1, seasonal: (0, 1, 1), season: 7)
    #expect(order.description == "ARIMA(2,1,1)(0,1,1)[7]")
    #expect(order.coefficientCount == 4)
    #expect(order.lostPoints == 8)
    #expect(ArimaOrder(0, 1, 1).description == "ARIMA(0,1,1)")
  }
}
