import Testing

@testable import Forecasting

@Suite struct IntermittentTests {
  @Test func theReferencesAreThere() {
    #expect(References.intermittent.count == 8)
  }

  @Test func forecastsAreTheReferences() {
    for reference in References.intermittent {
      let ours = [
        mean(reference.y, .croston, 0.1, 0.1), mean(reference.y, .sba, 0.1, 0.1),
        mean(reference.y, .tsb, 0.1, 0.05),
      ]
      for (own, other) in zip(ours, [reference.croston, reference.sba, reference.tsb]) {
        #expect(abs(own - other) < 1e-6 * other, "\(reference.y.count) days")
      }
    }
  }

  @Test(arguments: [IntermittentModel.Kind.croston, .sba, .tsb])
  func eightLanesDoWhatTheFilterDoes(kind: IntermittentModel.Kind) {
    let alpha = SIMD8<Double>(0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.9)
    let beta = SIMD8<Double>(0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.4, 0.8)
    for reference in References.intermittent {
      var y = [0, 0, Double.nan] + reference.y
      y[y.count / 2] = .nan
      let history = History(y, season: 1)
      let sums = IntermittentLanes.squares(history, kind: kind, alpha: alpha, beta: beta)
      for lane in 0..<8 {
        var filter = IntermittentFilter(kind: kind, alpha: alpha[lane], beta: beta[lane])
        var sum = 0.0
        var isStarted = false
        for day in 0..<history.count {
          let error = history.values[day] - filter.mean
          if isStarted { sum += history.weights[day] * error * error }
          isStarted = isStarted || history.values[day] > 0
          filter.step(history.values[day], weight: history.weights[day])
        }
        #expect(abs(sums[lane] - sum) <= 1e-9 * sum)
      }
    }
  }

  @Test func demandThatDiedFadesInTSBAlone() throws {
    var process = Simulated(seed: 3)
    let history = History(
      process.sparse(days: 200, probability: 0.5) + [Double](repeating: 0, count: 150), season: 1)
    func last(_ kind: IntermittentModel.Kind) -> Double {
      let model = IntermittentModel(kind: kind, alpha: 0.1, beta: 0.1, variance: 0)
      return model.paths(history, origins: [history.count], horizon: 1)[0].mean[0]
    }
    #expect(last(.tsb) < 1e-3 * last(.sba))
  }

  private func mean(
    _ y: [Double], _ kind: IntermittentModel.Kind, _ alpha: Double, _ beta: Double
  ) -> Double {
    let history = History(y, season: 1)
    let model = IntermittentModel(kind: kind, alpha: alpha, beta: beta, variance: 0)
    return model.paths(history, origins: [y.count], horizon: 1)[0].mean[0] * history.scale
  }
}
