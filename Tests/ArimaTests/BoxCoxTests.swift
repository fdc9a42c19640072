import Glibc
import Testing

@testable import Arima

@Suite("The Box-Cox transform")
struct BoxCoxTests {
  @Test("The references are there")
  func references() {
    #expect(PreparationReferences.boxCox.lambdas.count == 7)
    #expect(PreparationReferences.boxCox.transforms.count == 7)
    #expect(PreparationReferences.boxCox.normals.count == 14)
  }

  @Test("Transforms are R's, and the inverse leads back")
  func transforms() throws {
    for reference in PreparationReferences.boxCox.transforms {
      let boxCox = try BoxCox(lambda: reference.lambda, for: reference.x)
      for (x, z) in zip(reference.x, reference.z) {
        #expect(abs(boxCox.transform(x) - z) <= 1e-12 * max(1, abs(z)))
        #expect(abs(boxCox.inverse(boxCox.transform(x)) - x) <= 1e-11 * x)
      }
    }
  }

  @Test("Near lambda 0 the transform is the logarithm")
  func logarithm() throws {
    let near = try BoxCox(lambda: 1e-12, for: [5])
    #expect(abs(near.transform(5) - log(5)) < 1e-11)
    #expect(abs(near.inverse(log(5)) - 5) < 1e-10)
  }

  @Test("Zero demand has a transform above lambda 0, and below it is no demand")
  func zeros() throws {
    let root = try BoxCox(lambda: 0.5, for: [0, 4, .nan])
    #expect(root.transform([0, 4]) == [-2, 2])
    #expect(root.transform(.nan).isNaN)
    #expect(root.inverse(-2) == 0)
    #expect(root.inverse(-7) == 0)
    #expect(try BoxCox(lambda: 1, for: [0, 4]).inverse(-3) == 0)
  }

  @Test("Lambda 1 takes negative values and gives them back")
  func negative() throws {
    let shift = try BoxCox(lambda: 1, for: [-3, 4])
    #expect(shift.inverse(shift.transform(-3)) == -3)
    #expect(shift.moments(mean: -3, deviation: 2) == (-2, 4))
  }

  @Test("A negative lambda has a largest transform")
  func ceiling() throws {
    let inverse = try BoxCox(lambda: -0.5, for: [1])
    #expect(inverse.inverse(2) == .infinity)
    #expect(inverse.inverse(1.5).isFinite)
  }

  @Test("A lambda that cannot take the data is refused with the value")
  func refusals() {
    #expect(throws: ArimaError.lambdaRefused(0, point: 2, value: 0)) {
      try BoxCox(lambda: 0, for: [1, .nan, 0])
    }
    #expect(throws: ArimaError.lambdaRefused(0.5, point: 0, value: -1)) {
      try BoxCox(lambda: 0.5, for: [-1])
    }
    #expect(throws: ArimaError.lambdaOutOfRange(2.5)) { try BoxCox(lambda: 2.5, for: [1]) }
    #expect(throws: ArimaError.self) { try BoxCox(lambda: .nan, for: [1]) }
    #expect(
      ArimaError.lambdaRefused(-0.3, point: 6, value: 0).description
        == "Box-Cox lambda -0.3: the value 0.0 of day 7 has no transform; "
        + "use a lambda above 0, which takes zeros")
  }

  @Test("The automatic lambda is R's", arguments: PreparationReferences.boxCox.lambdas)
  func automatic(_ reference: BoxCoxReference.Chosen) {
    let lambda = BoxCox.automaticLambda(reference.values, season: reference.season)
    // R stops within 1.2e-4 of the range.
    #expect(abs(lambda - reference.lambda) < 1e-3)
  }

  @Test("The automatic lambda takes any demand")
  func unusual() throws {
    let series: [[Double]] = [
      [], [0, 0, 0, 0, 0, 0], [3, 3, 3, 3, 3, 3], [0, 0, 0, 5, 0, 0, 0, 2, 0, 1],
      [.nan, .nan, .nan, .nan, .nan], [-1, 4, 2, 5, 1, 7], [1e200, 3e200, 2e200, 1e200, 5e200],
    ]
    for values in series {
      let lambda = BoxCox.automaticLambda(values, season: 1)
      let boxCox = try BoxCox(lambda: lambda, for: values)
      #expect(boxCox.transform(values).allSatisfy { $0.isFinite || $0.isNaN })
    }
  }

  @Test("Mean and variance of the way back are those of adaptive quadrature")
  func moments() throws {
    for reference in PreparationReferences.boxCox.normals {
      let boxCox = try BoxCox(lambda: reference.lambda, for: [])
      let found = boxCox.moments(mean: reference.mean, deviation: reference.sd)
      #expect(abs(found.mean / reference.backMean - 1) < 1e-9, "\(reference)")
      #expect(abs(found.variance / reference.backVariance - 1) < 1e-9, "\(reference)")
    }
  }

  @Test("The logarithm's moments are the log-normal's, and small lambdas come near")
  func logNormal() throws {
    let found = try BoxCox(lambda: 0, for: [1]).moments(mean: 1, deviation: 0.5)
    #expect(abs(found.mean - exp(1.125)) < 1e-12)
    #expect(abs(found.variance - (exp(0.25) - 1) * exp(2.25)) < 1e-12)
    let near = try BoxCox(lambda: 1e-5, for: [1]).moments(mean: 1, deviation: 0.5)
    #expect(abs(near.mean / found.mean - 1) < 1e-4)
  }

  @Test("A mean that no number holds is infinite")
  func overflow() throws {
    for (lambda, deviation) in [(1e-9, 1e5), (1e-4, 1e4), (0.001, 1e9)] {
      let found = try BoxCox(lambda: lambda, for: [1]).moments(mean: 1, deviation: deviation)
      #expect(found == (.infinity, .infinity))
    }
  }

  @Test("A sure forecast has its own value as its mean")
  func certain() throws {
    let found = try BoxCox(lambda: 0.3, for: [1]).moments(mean: 2, deviation: 0)
    #expect(found.variance == 0)
    #expect(abs(found.mean - pow(1.6, 1 / 0.3)) < 1e-12)
  }

  @Test("By a negative lambda the delta method comes near the mean below the ceiling")
  func delta() throws {
    let boxCox = try BoxCox(lambda: -0.5, for: [1])
    // The ceiling, 2, is 50 deviations away: what lies beyond it is out of sight.
    let (mean, deviation) = (1.0, 0.02)
    var first = 0.0
    var second = 0.0
    for step in -900..<901 {
      let u = Double(step) / 100
      let share = exp(-u * u / 2) / (2 * Double.pi).squareRoot() / 100
      let value = boxCox.inverse(mean + deviation * u)
      first += share * value
      second += share * value * value
    }
    let found = boxCox.moments(mean: mean, deviation: deviation)
    #expect(abs(found.mean / first - 1) < 1e-4)
    #expect(abs(found.variance / (second - first * first) - 1) < 0.05)
  }
}
