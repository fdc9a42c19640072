import Testing

@testable import Arima

@Suite("An ARIMA model of a series")
struct ArimaModelTests {
  private func fit(_ reference: ModelReference) throws -> ArimaModel {
    try ArimaModel.fit(
      reference.y, regressors: reference.regressors,
      settings: .init(search: .order(reference.arimaOrder, hasConstant: reference.constant)))
  }

  @Test("The references are there")
  func references() { #expect(ModelReference.all.count == 16) }

  @Test("Its likelihood is R's or better, its criterion too", arguments: ModelReference.all)
  func likelihood(reference: ModelReference) throws {
    let share = try fit(reference).shares[0]
    #expect(share.logLikelihood > reference.loglik - 0.01)
    #expect(share.logLikelihood < reference.loglik + 0.5)
    #expect(share.criterion < reference.aicc + 0.02)
    #expect(share.weight == 1)
  }

  @Test("Forecasts and their variances are R's", arguments: ModelReference.all)
  func forecasts(reference: ModelReference) throws {
    let model = try fit(reference)
    // A better optimum than R's has forecasts of its own.
    guard model.shares[0].logLikelihood < reference.loglik + 0.01 else { return }
    let found = try model.forecast(
      horizon: reference.mean.count, regressors: reference.regressors)
    for day in reference.mean.indices {
      let deviation = reference.deviation[day]
      #expect(abs(found.mean[day] - reference.mean[day]) < 5e-3 * deviation)
      #expect(abs(found.variance[day].squareRoot() / deviation - 1) < 5e-3)
    }
    if let effect = reference.effect {
      let price = try #require(model.coefficients.first { $0.name == "price" })
      #expect(abs(price.value - effect) < 0.02 * price.standardError)
    }
  }

  @Test("A sum's variance is that of simulated sums, a day's that of simulated days")
  func simulated() throws {
    for kind in 0..<8 {
      let values = SimulatedProcess.usual(kind).series(200, seed: UInt64(kind)).map { $0 + 500 }
      let model = try ArimaModel.fit(values, settings: .init(seasons: [7]))
      let horizon = 10
      let paths = 4_000
      let foreseen = try model.forecast(horizon: horizon)
      let drawn = try model.simulate(horizon: horizon, paths: paths, seed: 4)
      #expect(drawn.count == paths * horizon)
      for day in [0, 3, 9] {
        let days = (0..<paths).map { drawn[$0 * horizon + day] }
        let sums = (0..<paths).map { path in (0...day).reduce(0) { $0 + drawn[path * horizon + $1] }
        }
        let (mean, variance) = moments(days)
        #expect(abs(mean - foreseen.mean[day]) < 0.08 * foreseen.variance[day].squareRoot())
        #expect(abs(variance / foreseen.variance[day] - 1) < 0.12, "kind \(kind), day \(day)")
        #expect(
          abs(moments(sums).variance / foreseen.cumulativeVariance[day] - 1) < 0.12,
          "kind \(kind), day \(day)")
      }
    }
  }

  private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares / Double(values.count - 1))
  }

  @Test("The average is what the shares say", arguments: 0..<8)
  func average(kind: Int) throws {
    let values = SimulatedProcess.usual(kind).series(140, seed: UInt64(kind + 20))
    let model = try ArimaModel.fit(values, settings: .init(seasons: [7]))
    let weights = model.shares.map(\.weight)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-6)
    #expect(weights.count <= 4)
    #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 >= $1 })
    for share in model.shares {
      // exp(-1/2 of what a criterion is worse by), relative to the best.
      let worse = share.criterion - model.shares[0].criterion
      #expect(abs(exponential(-0.5 * worse) - share.weight / weights[0]) < 1e-4)
    }
    let parts = try model.members.map { member in
      var one = model
      one.members = [member]
      one.members[0].weight = 1
      return try one.forecast(horizon: 14)
    }
    let whole = try model.forecast(horizon: 14)
    for day in 0..<14 {
      var (mean, square, sum, sumSquare) = (0.0, 0.0, 0.0, 0.0)
      for (weight, part) in zip(weights, parts) {
        let total = part.mean[0...day].reduce(0, +)
        mean += weight * part.mean[day]
        square += weight * (part.variance[day] + part.mean[day] * part.mean[day])
        sum += weight * total
        sumSquare += weight * (part.cumulativeVariance[day] + total * total)
      }
      let total = weights.reduce(0, +)
      #expect(abs(whole.mean[day] - mean) < 1e-9 * max(1, abs(mean)))
      #expect(abs(whole.variance[day] / (square / total - mean * mean) - 1) < 1e-2)
      #expect(abs(whole.cumulativeVariance[day] / (sumSquare / total - sum * sum) - 1) < 1e-2)
    }
    let best = try ArimaModel.fit(values, settings: .init(seasons: [7], averaged: 1))
    #expect(best.shares.count == 1 && best.title == model.title)
  }

  /// By its series: the tests of the room need no C library for one function.
  private func exponential(_ value: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for step in 1..<60 {
      term *= value / Double(step)
      sum += term
    }
    return sum
  }

  @Test("Days taken one by one or all at once leave the same bytes", arguments: 0..<8)
  func update(kind: Int) throws {
    var values = SimulatedProcess.usual(kind).series(180, seed: UInt64(kind + 30))
    for day in [151, 152, 160] { values[day] = .nan }
    let power: ArimaSettings.Power = kind == 1 ? .lambda(0.5) : .none
    let start = try ArimaModel.fit(
      values[..<150].map { max(0.5, $0) }, settings: .init(seasons: [7], power: power))
    let new = Array(values[150...])
    var whole = start
    try whole.update(with: new)
    var stepwise = start
    for value in new { try stepwise.update(with: [value]) }
    #expect(whole.days == 180 && stepwise.days == 180 && whole.fittedDays == 150)
    #expect(whole.packed() == stepwise.packed())
    #expect(try whole.forecast(horizon: 20) == stepwise.forecast(horizon: 20))
  }

  @Test("An updated model forecasts as a fresh pass over all days does", arguments: 0..<8)
  func fresh(kind: Int) throws {
    let values = SimulatedProcess.usual(kind).series(200, seed: UInt64(kind + 40))
    let start = try ArimaModel.fit(Array(values[..<150]), settings: .init(seasons: [7]))
    var updated = start
    try updated.update(with: Array(values[150...]))
    var again = start
    for index in again.members.indices {
      let member = again.members[index]
      let effects = member.effects(start.plan, [], days: 0..<200)
      let rest = zip(values, effects).map { $0 / start.scale - $1 }
      again.members[index].state = FilterState(FilterPass(member.space, rest).filter)
    }
    let ahead = 150..<164
    #expect(ahead.count == 14)
    again.days = 200
    let (one, other) = (try updated.forecast(horizon: 14), try again.forecast(horizon: 14))
    for day in 0..<14 {
      let deviation = other.variance[day].squareRoot()
      #expect(abs(one.mean[day] - other.mean[day]) < 1e-3 * deviation)
      #expect(abs(one.variance[day] / other.variance[day] - 1) < 1e-3)
    }
  }

  @Test("An updated model foresees what it had foreseen where the new days are as foreseen")
  func consistent() throws {
    for kind in 0..<8 {
      let values = SimulatedProcess.usual(kind).series(150, seed: UInt64(kind + 80))
      var model = try ArimaModel.fit(values, settings: .init(seasons: [7], averaged: 1))
      let before = try model.forecast(horizon: 20)
      try model.update(with: Array(before.mean[..<10]))
      let after = try model.forecast(horizon: 10)
      for day in 0..<10 {
        #expect(abs(after.mean[day] - before.mean[day + 10]) < 1e-6 * max(1, abs(after.mean[day])))
      }
      #expect(model.callForRefit == nil)
    }
  }

  @Test("A level that moves calls for another fit, in words")
  func refit() throws {
    let values = SimulatedProcess(0, 0, 0, mean: 20).series(150, seed: 90)
    var model = try ArimaModel.fit(values)
    #expect(model.callForRefit == nil)
    try model.update(with: SimulatedProcess(0, 0, 0, mean: 23).series(30, seed: 91))
    #expect(model.callForRefit?.contains("the level has moved") == true)
    #expect(model.callForRefit == model.driftVerdict)
  }
}
