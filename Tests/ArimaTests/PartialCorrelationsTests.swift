import Glibc
import Testing

@testable import Arima

@Suite("Polynomials and their partial autocorrelations")
struct PartialCorrelationsTests {
  @Test("Partial autocorrelations come back from their polynomial")
  func roundTrip() throws {
    var models = RandomModels(seed: 11)
    for count in 0...6 {
      for _ in 0..<50 {
        let partials = models.partials(count)
        let back = try #require(
          PartialCorrelations.partials(PartialCorrelations.coefficients(partials)))
        for (one, other) in zip(partials, back) { #expect(abs(one - other) < 1e-6) }
      }
    }
  }

  @Test("A point comes back from its coefficients, within any bounds")
  func coordinates() {
    var models = RandomModels(seed: 12)
    for season in [1, 4, 7, 12] {
      for _ in 0..<40 {
        let order = models.order(season: season)
        for bounds in [RootBounds.open, .search(order)] {
          let coordinates = Coordinates(order, bounds: bounds)
          let point = models.noise(order.coefficientCount)
          var coefficients = point
          coordinates.coefficients(point, into: &coefficients)
          for (one, other) in zip(coordinates.point(coefficients), point) {
            #expect(abs(one - other) < 1e-7 * max(1, abs(other) * abs(other) * abs(other)))
          }
        }
      }
    }
  }

  @Test("The slopes of the coefficients are their differences")
  func slopes() {
    var models = RandomModels(seed: 13)
    let order = ArimaOrder(3, 0, 2, seasonal: (2, 0, 2), season: 7)
    let coordinates = Coordinates(order, bounds: .search(order))
    let count = order.coefficientCount
    for _ in 0..<20 {
      let point = models.noise(count)
      let slopes = coordinates.slopes(at: point)
      for column in 0..<count {
        var (below, above, moved) = (point, point, point)
        moved[column] = point[column] - 1e-5
        coordinates.coefficients(moved, into: &below)
        moved[column] = point[column] + 1e-5
        coordinates.coefficients(moved, into: &above)
        for row in 0..<count {
          let difference = (above[row] - below[row]) / 2e-5
          #expect(abs(slopes[row * count + column] - difference) < 1e-8)
        }
      }
    }
  }

  @Test("Roots of real polynomials lie where they lie")
  func roots() {
    // 1 - c1 z - c2 z^2 from roots r: for 1 / r1 + 1 / r2 and -1 / (r1 r2).
    for (first, second) in [(1.5, 2.0), (-1.2, 1.3), (1.05, 1.05), (-3.0, -1.02)] {
      let coefficients = [1 / first + 1 / second, -1 / (first * second)]
      let smallest = min(abs(first), abs(second))
      #expect(PartialCorrelations.rootsLieBeyond(smallest - 1e-6, coefficients))
      #expect(!PartialCorrelations.rootsLieBeyond(smallest + 1e-6, coefficients))
    }
    // A pair of modulus r at an angle: 1 - 2 cos(a) z / r + z^2 / r^2.
    for radius in [1.005, 1.01, 1.3] {
      for angle in [0.1, 0.9, 2.5] {
        let coefficients = [2 * cos(angle) / radius, -1 / (radius * radius)]
        #expect(PartialCorrelations.rootsLieBeyond(radius - 1e-6, coefficients))
        #expect(!PartialCorrelations.rootsLieBeyond(radius + 1e-6, coefficients))
      }
    }
    #expect(PartialCorrelations.rootsLieBeyond(1.01, []))
    #expect(!PartialCorrelations.rootsLieBeyond(1.01, [.nan]))
  }

  @Test("Roots lie where R finds them", arguments: OrderReference.all)
  func fixture(reference: OrderReference) {
    for (root, coefficients) in [
      (reference.arRoot, reference.ar), (reference.maRoot, reference.ma.map { -$0 }),
    ] {
      guard let root else { continue }
      // R may leave a moving average that is not invertible: its roots lie where they lie too.
      #expect(PartialCorrelations.rootsLieBeyond(root * (1 - 1e-5), coefficients))
      #expect(!PartialCorrelations.rootsLieBeyond(root * (1 + 1e-5), coefficients))
    }
  }
}
