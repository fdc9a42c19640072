import Packing
import TestSupport
import Testing

@testable import Arima

@Suite("An ARIMA model as bytes")
struct ArimaPackingTests {
  /// Models of all kinds, with the regressors that they need for ten days more.
  private func models() throws -> [(model: ArimaModel, regressors: [Regressor])] {
    var result: [(model: ArimaModel, regressors: [Regressor])] = []
    for kind in 0..<8 {
      var values = SimulatedProcess.usual(kind).series(120, seed: UInt64(kind)).map { $0 + 50 }
      if kind % 2 == 1 { for day in [40, 41, 117, 119] { values[day] = .nan } }
      result.append((try ArimaModel.fit(values, settings: .init(seasons: [7])), []))
    }
    let positive = SimulatedProcess.usual(2).series(120, seed: 9).map { max(1, $0) }
    for lambda in [-0.5, 0, 0.4, 1] {
      result.append(
        (try ArimaModel.fit(positive, settings: .init(seasons: [7], power: .lambda(lambda))), []))
    }
    let price = Regressor(name: "price", values: SimulatedProcess.usual(0).series(160, seed: 77))
    let demand = (0..<140).map { 3 * price.values[$0] + (positive[$0 % 120] - 90) }
    result.append((try ArimaModel.fit(demand, regressors: [price]), [price]))
    let weekly = SimulatedProcess.usual(0).series(160, seed: 5).enumerated().map { day, value in
      value + Double((day % 52 - 26) * (day % 52 - 26)) / 50
    }
    result.append((try ArimaModel.fit(weekly, settings: .init(seasons: [52])), []))
    result.append((try ArimaModel.fit([Double](repeating: 3, count: 20)), []))
    return result
  }

  @Test("A model that was read goes on in the same bits")
  func roundTrip() throws {
    for (model, regressors) in try models() {
      var one = model
      var other = try ArimaModel(packed: model.packed())
      #expect(other.packed() == model.packed())
      #expect(other.title == model.title && other.effort == model.effort)
      #expect(other.coefficients.map(\.value) == model.coefficients.map(\.value))
      #expect(other.shares == model.shares && other.errorDeviation == model.errorDeviation)
      for _ in 0..<2 {
        #expect(
          try one.forecast(horizon: 5, regressors: regressors)
            == other.forecast(horizon: 5, regressors: regressors), "\(model.title)")
        #expect(
          try one.simulate(horizon: 4, paths: 9, seed: 1, regressors: regressors)
            == other.simulate(horizon: 4, paths: 9, seed: 1, regressors: regressors))
        try one.update(with: [12, .nan, 14], regressors: regressors)
        try other.update(with: [12, .nan, 14], regressors: regressors)
        #expect(one.packed() == other.packed(), "\(model.title)")
      }
    }
  }

  @Test("Bytes cut off anywhere, or with more behind them, are refused")
  func truncated() throws {
    for (model, _) in try models() {
      let bytes = model.packed()
      for count in bytes.indices {
        #expect(throws: PackingError.self) { try ArimaModel(packed: Array(bytes[..<count])) }
      }
      #expect(throws: PackingError.self) { try ArimaModel(packed: bytes + [0]) }
    }
  }

  @Test("Damaged bytes are refused or are a model that works", arguments: 0..<4)
  func damaged(part: Int) throws {
    var random = SplitMix64(seed: UInt64(1_000 + part))
    var taken = 0
    for (model, regressors) in try models() {
      let bytes = model.packed()
      for _ in 0..<250 {
        var harmed = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let place = Int.random(in: 0..<harmed.count, using: &random)
          harmed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        guard var read = try? ArimaModel(packed: harmed) else { continue }
        taken += 1
        exercise(&read, regressors)
      }
    }
    #expect(taken > 300)
  }

  @Test("Bytes of chance are refused", arguments: 0..<4)
  func chance(part: Int) throws {
    var random = SplitMix64(seed: UInt64(2_000 + part))
    for _ in 0..<3_000 {
      var bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      if !bytes.isEmpty { bytes[0] = 1 }
      if bytes.count > 3 {
        bytes[1] = UInt8.random(in: 0...25, using: &random)
        bytes[2] = UInt8.random(in: 0...3, using: &random)
        bytes[3] = UInt8.random(in: 0...2, using: &random)
      }
      if var read = try? ArimaModel(packed: bytes) { exercise(&read, []) }
    }
  }

  /// Does with a model what a cluster does: nothing may trap, and it stays a model.
  private func exercise(_ model: inout ArimaModel, _ regressors: [Regressor]) {
    for horizon in [0, 1, 5] {
      let forecast = try? model.forecast(horizon: horizon, regressors: regressors)
      if let forecast { #expect(forecast.mean.count == horizon) }
    }
    _ = try? model.simulate(horizon: 3, paths: 4, seed: 1, regressors: regressors)
    _ = (model.title, model.shares, model.coefficients, model.lambda, model.errorDeviation)
    for values in [[], [1.0], [Double.nan, 3, 1e90]] {
      guard (try? model.update(with: values, regressors: regressors)) != nil else { continue }
      _ = (model.callForRefit, model.driftVerdict)
      _ = try? model.forecast(horizon: 2, regressors: regressors)
    }
    let bytes = model.packed()
    if let again = try? ArimaModel(packed: bytes) { #expect(again.packed() == bytes) }
  }

  @Test("A steady model of a weekly series takes at most 1,024 bytes, any other 2,048")
  func sizes() throws {
    var largest = (steady: 0, other: 0)
    for number in 0..<240 {
      let count = 30 + (number * 37) % 400
      var values = SimulatedProcess.usual(number).series(count, seed: UInt64(number))
      if number % 3 == 1 { for day in stride(from: 5, to: count, by: 11) { values[day] = .nan } }
      if number % 3 == 2 { for day in (count - 9)..<count { values[day] = .nan } }
      let model = try ArimaModel.fit(values, settings: .init(seasons: [7], averaged: 4))
      let size = model.packed().count
      if model.isSteady {
        largest.steady = max(largest.steady, size)
      } else {
        largest.other = max(largest.other, size)
      }
      #expect(size <= (model.isSteady ? 1_024 : 2_048), "\(number): \(model.title), \(size)")
    }
    #expect(largest.steady > 100 && largest.other > 100, "\(largest)")
  }

  @Test("The largest orders take no more")
  func largest() throws {
    let order = ArimaOrder(5, 2, 5, seasonal: (2, 1, 2), season: 7)
    for gap in [0, 1, 10, 40] {
      var values = SimulatedProcess.usual(2).series(400, seed: UInt64(gap))
      for day in (400 - gap)..<400 { values[day] = .nan }
      let model = try ArimaModel.fit(
        values, settings: .init(search: .order(order, hasConstant: false)))
      let size = model.packed().count
      #expect(size <= (model.isSteady ? 1_024 : 2_048), "\(gap): \(size)")
      #expect(try ArimaModel(packed: model.packed()).packed() == model.packed())
      #expect(gap == 0 || !model.isSteady)
    }
  }

  @Test("Missing days after the fit take no more, one by one or all at once")
  func sizesAfterGaps() throws {
    var shrunk = 0
    for number in 0..<24 {
      let values = SimulatedProcess.usual(number).series(200, seed: UInt64(number))
      var together = try ArimaModel.fit(values, settings: .init(seasons: [7]))
      var alone = together
      let averaged = together.shares.count
      let new: [Double] = [values[3], .nan, .nan, .nan, values[5], .nan, .nan, .nan, .nan]
      try together.update(with: new)
      for value in new { try alone.update(with: [value]) }
      #expect(together.packed() == alone.packed())
      #expect(together.packed().count <= 2_048, "\(together.title)")
      #expect(abs(together.shares.reduce(0) { $0 + $1.weight } - 1) < 1e-6)
      if together.shares.count < averaged { shrunk += 1 }
    }
    #expect(shrunk > 0)
  }

  @Test("An order that the likelihood does not reach is refused, for it could not be fitted again")
  func orderBeyondReach() throws {
    let values = SimulatedProcess.usual(0).series(60, seed: 1)
    for count in [5, 6] {
      var model = try ArimaModel.fit(
        values, settings: .init(search: .order(ArimaOrder(1, 0, 0), hasConstant: false)))
      let order = ArimaOrder(count, 0, 0)
      let coefficients = ArmaCoefficients(ar: [Double](repeating: 0.125, count: count))
      let space = try #require(StateSpace(order, coefficients))
      let known = model.members[0]
      model.members = [
        ArimaMember(
          candidate: Candidate(order: order, hasConstant: false), coefficients: coefficients,
          regression: [], variance: known.variance, weight: 1,
          logLikelihood: known.logLikelihood, count: known.count,
          standardErrors: [Float](repeating: 1, count: count), space: space,
          state: FilterState(FilterPass(space, values).filter))
      ]
      let bytes = model.packed()
      if count == 5 {
        #expect(try ArimaModel(packed: bytes).order == order)
      } else {
        #expect(throws: PackingError.invalid(what: "ARIMA(6,0,0)")) {
          try ArimaModel(packed: bytes)
        }
      }
    }
  }
}
