import Glibc
import Testing

@testable import Arima

@Suite("The likelihood in lanes")
struct LaneLikelihoodTests {
  /// Writes parameter sets into the lanes, from lane 0 on; what is left over repeats the first.
  private func place(_ sets: [[Double]], in likelihood: LaneLikelihood) {
    for lane in 0..<Lanes.scalarCount {
      let set = lane < sets.count ? sets[lane] : sets[0]
      for (index, value) in set.enumerated() { likelihood.coefficients[index][lane] = value }
    }
  }

  private func load(_ values: [Double], in likelihood: LaneLikelihood) {
    for (day, value) in values.enumerated() { likelihood.input[day] = Lanes(repeating: value) }
  }

  /// Log-likelihoods of eight sets.
  private func evaluate(_ likelihood: LaneLikelihood) -> [Double] {
    let deviance = likelihood.evaluate()
    let n = Double(likelihood.count)
    return (0..<Lanes.scalarCount).map { -0.5 * (deviance[$0] + n * (1 + log(2 * Double.pi))) }
  }

  /// How far the exact likelihood itself moves with the last digit of the coefficients: several
  /// roots near the unit circle at once leave it few digits.
  private func blur(
    _ order: ArimaOrder, _ set: [Double], _ values: [Double], _ expected: Double
  ) -> Double {
    var largest = 0.0
    for index in set.indices {
      for moved in [set[index].nextUp, set[index].nextDown] {
        var near = set
        near[index] = moved
        guard let space = StateSpace(order, order.named(near)) else { return .infinity }
        largest = max(largest, abs(FilterPass(space, values).logLikelihood - expected))
      }
    }
    return largest
  }

  @Test(
    "It is the exact filter's to 1e-7, for any order, length and season",
    arguments: [1, 4, 7, 12, 24])
  func oracle(season: Int) throws {
    var models = RandomModels(seed: UInt64(100 + season))
    for round in 0..<60 {
      let order = models.order(season: season)
      let memory = max(order.autoregressiveDegree, order.movingAverageDegree)
      // A third is as short as the memory, or shorter.
      let count =
        round % 3 == 0 ? models.within(2...max(2, memory + 3)) : models.within(20...220)
      let values = models.noise(count).map { 5 * $0 + 2 }
      let likelihood = LaneLikelihood(order, count: count)
      load(values, in: likelihood)
      // Twice over: what a first evaluation leaves behind must not show in a second.
      for _ in 0..<2 {
        let sets = (0..<Lanes.scalarCount).map { _ in models.coefficients(order) }
        place(sets, in: likelihood)
        let found = evaluate(likelihood)
        for (lane, set) in sets.enumerated() {
          let space = try #require(StateSpace(order, order.named(set)))
          let expected = FilterPass(space, values).logLikelihood
          let blur = blur(order, set, values, expected)
          #expect(
            abs(found[lane] - expected) < 1e-7 * max(1, abs(expected)) + 100 * blur,
            "\(order), \(count) points, \(set) blur \(blur)")
        }
      }
    }
  }

  @Test("It is the exact filter's up to a hair's breadth of the unit circle")
  func nearUnitRoots() throws {
    let values = SimulatedProcess(0, 0, 1, ma: [0.4]).series(150, seed: 3)
    for size in [0.99, 0.999, 0.9999, 0.999_99] {
      for (order, sets) in [
        (ArimaOrder(1, 0, 1), [[size, 0.3], [-size, 0.3], [0.3, size], [0.3, -size]]),
        (
          ArimaOrder(0, 0, 1, seasonal: (1, 0, 1), season: 7),
          [[size, 0.3, -0.4], [0.5, 0.2, -size], [size, -size, -0.5], [0.5, -size, size]]
        ),
      ] {
        let likelihood = LaneLikelihood(order, count: values.count)
        load(values, in: likelihood)
        place(sets, in: likelihood)
        let found = evaluate(likelihood)
        for (lane, set) in sets.enumerated() {
          let space = try #require(StateSpace(order, order.named(set)))
          let expected = FilterPass(space, values).logLikelihood
          #expect(abs(found[lane] - expected) < 1e-7 * max(1, abs(expected)), "\(order) \(set)")
        }
      }
    }
  }

  @Test("A set gives the same bits in whichever lane it stands")
  func lanes() {
    var models = RandomModels(seed: 7)
    for season in [1, 7, 12] {
      for _ in 0..<15 {
        let order = models.order(season: season)
        let values = models.noise(models.within(5...150))
        let likelihood = LaneLikelihood(order, count: values.count)
        load(values, in: likelihood)
        let sets = (0..<Lanes.scalarCount).map { _ in models.coefficients(order) }
        place(sets, in: likelihood)
        let found = evaluate(likelihood).map(\.bitPattern)
        place(sets.reversed(), in: likelihood)
        #expect(evaluate(likelihood).map(\.bitPattern) == found.reversed(), "\(order)")
      }
    }
  }

  @Test("What stands in the other lanes does not show")
  func neighbours() {
    var models = RandomModels(seed: 8)
    for season in [1, 4, 7, 24] {
      for _ in 0..<15 {
        let order = models.order(season: season)
        let values = models.noise(models.within(5...150))
        let likelihood = LaneLikelihood(order, count: values.count)
        load(values, in: likelihood)
        let sets = (0..<Lanes.scalarCount).map { _ in models.coefficients(order) }
        place(sets, in: likelihood)
        let together = evaluate(likelihood)
        for (lane, set) in sets.enumerated() {
          place([set], in: likelihood)
          let alone = evaluate(likelihood)
          // The sums end where the slowest lane's response does: what is beyond is below 1e-10.
          #expect(abs(alone[0] - together[lane]) < 1e-9 * max(1, abs(alone[0])), "\(order)")
        }
      }
    }
  }

  @Test("A lane that diverges does not touch the others")
  func divergence() {
    var models = RandomModels(seed: 9)
    let broken = [Double.nan, .infinity, 1e200, -1e200]
    for season in [1, 7, 12] {
      for _ in 0..<15 {
        var order = models.order(season: season)
        if order.coefficientCount == 0 { order.q = 1 }
        let values = models.noise(models.within(5...150))
        let likelihood = LaneLikelihood(order, count: values.count)
        load(values, in: likelihood)
        let sets = (0..<Lanes.scalarCount).map { _ in models.coefficients(order) }
        place(sets, in: likelihood)
        let before = evaluate(likelihood)
        var harmed = sets
        for (lane, value) in broken.enumerated() {
          harmed[2 * lane] = sets[2 * lane].map { _ in value }
        }
        place(harmed, in: likelihood)
        let after = evaluate(likelihood)
        for lane in [1, 3, 5, 7] {
          #expect(
            abs(after[lane] - before[lane]) < 1e-9 * max(1, abs(before[lane])), "\(order)")
        }
        // And nothing of it is left in the next evaluation.
        place(sets, in: likelihood)
        #expect(evaluate(likelihood).map(\.bitPattern) == before.map(\.bitPattern), "\(order)")
      }
    }
  }
}
