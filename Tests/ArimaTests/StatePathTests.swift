import Glibc
import Testing

@testable import Arima

@Suite("What a state says of the next days")
struct StatePathTests {
  private static func weekly() throws -> StateSpace {
    try #require(
      StateSpace(
        ArimaOrder(1, 0, 1, seasonal: (0, 1, 1), season: 7),
        ArmaCoefficients(ar: [0.6], ma: [0.2], seasonalMA: [-0.5], season: 7)))
  }

  private static func state(_ space: StateSpace, missing: [Int]) -> FilterState {
    var deviates = NormalDeviates(seed: 1)
    var values = (0..<200).map { 5 + Double($0 % 7) + deviates.next() }
    for day in missing { values[day] = .nan }
    return FilterState(FilterPass(space, values).filter)
  }

  @Test("A random walk varies by the day and its sums by squares")
  func randomWalk() throws {
    let space = try #require(StateSpace(ArimaOrder(0, 1, 0), ArmaCoefficients()))
    let path = StatePath(space, FilterState(FilterPass(space, [1, 4, 3]).filter), horizon: 4)
    #expect(path.mean == [3, 3, 3, 3])
    #expect(path.variance == [1, 2, 3, 4])
    #expect(path.cumulativeVariance == [1, 5, 14, 30])
  }

  @Test("A random walk after missing days varies by those too")
  func gap() throws {
    let space = try #require(StateSpace(ArimaOrder(0, 1, 0), ArmaCoefficients()))
    let filter = FilterPass(space, [1, 4, 3, .nan, .nan]).filter
    let path = StatePath(space, FilterState(filter), horizon: 3)
    #expect(path.mean == [3, 3, 3])
    #expect(path.variance == [3, 4, 5])
    #expect(path.cumulativeVariance == [3, 13, 32])
  }

  @Test("Simulated paths have the moments that are foreseen", arguments: [[], [195, 199], [198]])
  func moments(missing: [Int]) throws {
    let space = try Self.weekly()
    let state = Self.state(space, missing: missing)
    let (horizon, count) = (16, 40_000)
    let path = StatePath(space, state, horizon: horizon)
    let drawn = space.simulate(from: state, horizon: horizon, paths: count, seed: 11)
    #expect(drawn.count == horizon * count)
    var means = [Double](repeating: 0, count: horizon)
    var squares = means
    var totals = means
    for start in stride(from: 0, to: drawn.count, by: horizon) {
      var total = 0.0
      for day in 0..<horizon {
        let error = drawn[start + day] - path.mean[day]
        total += error
        means[day] += error / Double(count)
        squares[day] += error * error / Double(count)
        totals[day] += total * total / Double(count)
      }
    }
    for day in 0..<horizon {
      // Four deviations of the mean and of the variance of so many normal values.
      #expect(abs(means[day]) < 4 * (path.variance[day] / Double(count)).squareRoot())
      #expect(abs(squares[day] / path.variance[day] - 1) < 4 * (2 / Double(count)).squareRoot())
      let ratio = totals[day] / path.cumulativeVariance[day]
      #expect(abs(ratio - 1) < 4 * (2 / Double(count)).squareRoot())
    }
  }

  @Test("The same seed draws the same paths, another seed others")
  func seeds() throws {
    let space = try Self.weekly()
    let state = Self.state(space, missing: [199])
    let draw = { (seed: UInt64) in space.simulate(from: state, horizon: 5, paths: 3, seed: seed) }
    #expect(draw(1) == draw(1))
    #expect(draw(1) != draw(2))
  }

  @Test("The deviates' logarithm is the C library's to rounding")
  func logarithm() {
    var value = 1e-300
    while value < 1e3 {
      let expected = log(value)
      #expect(abs(NormalDeviates.logarithm(value) - expected) <= 4e-16 * max(1, abs(expected)))
      value *= 1.37
    }
  }

  @Test("The deviates are the same bits everywhere, and normal")
  func deviates() {
    var deviates = NormalDeviates(seed: 42)
    #expect(deviates.next().bitPattern == 4_602_551_829_477_310_604)
    #expect(deviates.next().bitPattern == 13_827_798_303_728_586_361)
    var moments = [0.0, 0, 0, 0]
    let count = 200_000
    for _ in 0..<count {
      let value = deviates.next()
      var power = 1.0
      for index in moments.indices {
        power *= value
        moments[index] += power / Double(count)
      }
    }
    #expect(abs(moments[0]) < 0.01)
    #expect(abs(moments[1] - 1) < 0.015)
    #expect(abs(moments[2]) < 0.04)
    #expect(abs(moments[3] - 3) < 0.1)
  }
}
