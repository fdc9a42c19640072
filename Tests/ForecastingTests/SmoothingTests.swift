import Glibc
import Testing

@testable import Forecasting

@Suite struct SmoothingTests {
  @Test func theReferencesAreThere() {
    #expect(References.smoothing.count == 14)
  }

  @Test("With R's parameters the filter has R's likelihood", arguments: References.smoothing)
  func likelihood(reference: SmoothingReference) {
    let history = reference.history
    var filter = SmoothingFilter(
      form: reference.form, weights: reference.weights, state: reference.state)
    var sum = 0.0
    for day in 0..<history.count {
      let error = filter.step(history.values[day], weight: 1) * history.scale
      sum += error * error
    }
    let expected = -2 * reference.loglik
    #expect(abs(Double(history.count) * log(sum) - expected) < 1e-6 * abs(expected))
  }

  @Test("With R's parameters the means are R's", arguments: References.smoothing)
  func means(reference: SmoothingReference) {
    let path = path(of: reference)
    for (ours, theirs) in zip(path.mean, reference.mean) {
      #expect(abs(ours * reference.history.scale - theirs) < 1e-7 * (1 + abs(theirs)))
    }
  }

  @Test(
    "With R's parameters an additive model's variance grows as R's",
    arguments: References.smoothing.filter { $0.form.season != .multiplicative })
  func variance(reference: SmoothingReference) {
    let path = path(of: reference)
    for (index, (ours, theirs)) in zip(path.variance, reference.sigma).enumerated() {
      // Without a trend R counts a season's error a day early: on its last day instead of the next.
      if reference.form.trend == .none, (index + 1) % reference.season == 0, index > 0,
        reference.season > 1
      {
        continue
      }
      let ratio = (theirs / reference.sigma[0]) * (theirs / reference.sigma[0])
      #expect(abs(ours / path.variance[0] - ratio) < 1e-6 * ratio)
    }
  }

  @Test(
    "The search finds a likelihood no worse than R's by half a unit",
    arguments: References.smoothing)
  func search(reference: SmoothingReference) {
    let history = reference.history
    var search = SmoothingSearch(history, form: reference.form)
    search.refine(cycles: SmoothingFamily.searchCycles)
    let squares = search.squares * history.scale * history.scale
    let ours = -0.5 * Double(history.count) * log(squares)
    #expect(ours > reference.loglik - 0.5, "\(ours) against \(reference.loglik)")
  }

  @Test("Eight lanes do what the filter does", arguments: References.smoothing)
  func lanes(reference: SmoothingReference) {
    var values = reference.y
    values[values.count / 2] = .nan
    let history = History(values, season: reference.season)
    var lanes = SmoothingLanes(form: reference.form, state: reference.state)
    var expected: [Double] = []
    for lane in 0..<8 {
      var weights = reference.weights
      weights.alpha *= 1 - 0.1 * Double(lane)
      weights.gamma *= 1 - 0.05 * Double(lane)
      lanes.set(weights, lane: lane)
      var filter = SmoothingFilter(
        form: reference.form, weights: weights, state: reference.state)
      expected.append(
        (0..<history.count).reduce(0) { sum, day in
          let error = filter.step(history.values[day], weight: history.weights[day])
          return sum + error * error
        })
    }
    let sums = lanes.run(history, multiplicative: reference.form.season == .multiplicative)
    for lane in 0..<8 {
      #expect(abs(sums[lane] - expected[lane]) <= 1e-9 * expected[lane])
    }
  }

  @Test("The sum of days varies as summed simulations do")
  func cumulativeVariance() {
    for form in [
      SmoothingForm(trend: .damped, season: .additive),
      SmoothingForm(trend: .none, season: .multiplicative),
    ] {
      let isRatio = form.season == .multiplicative
      let state = SmoothingState(
        level: 1, trend: form.trend == .none ? 0 : 0.01,
        season: isRatio ? [0.8, 1.3, 0.9] : [-0.2, 0.3, -0.1])
      let weights = SmoothingWeights(
        alpha: 0.3, beta: form.trend == .none ? 0 : 0.05, gamma: 0.2,
        phi: form.trend == .none ? 0 : 0.9)
      let start = SmoothingFilter(form: form, weights: weights, state: state)
      let path = start.path(horizon: 12, variance: 0.0025)
      var process = Simulated(seed: 5)
      var sums: [Double] = []
      for _ in 0..<4_000 {
        var filter = start
        var sum = 0.0
        for _ in 0..<12 {
          let value = filter.means(horizon: 1)[0] + 0.05 * process.normal()
          _ = filter.step(value, weight: 1)
          sum += value
        }
        sums.append(sum)
      }
      let mean = sums.reduce(0, +) / Double(sums.count)
      let variance =
        sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sums.count - 1)
      #expect(abs(path.cumulativeVariance[11] / variance - 1) < 0.1, "\(form.description)")
    }
  }

  @Test("A path after an origin depends on no day from it on")
  func originsSeeNoFuture() throws {
    var process = Simulated(seed: 9)
    let y = process.weekly(days: 200)
    let history = History(y, season: 7)
    let model = try SmoothingFamily().fit(
      history, settings: FitSettings(season: 7), start: nil)
    var changed = y
    for day in 150..<200 { changed[day] = 0 }
    let paths = model.paths(history, origins: [120, 150], horizon: 7)
    let others = model.paths(
      History(changed, season: 7, scale: history.scale), origins: [120, 150], horizon: 7)
    #expect(paths[1].mean == others[1].mean)
    #expect(paths[1].mean == model.paths(history, origins: [150], horizon: 7)[0].mean)
  }

  private func path(of reference: SmoothingReference) -> Path {
    let history = reference.history
    var filter = SmoothingFilter(
      form: reference.form, weights: reference.weights, state: reference.state)
    for day in 0..<history.count { _ = filter.step(history.values[day], weight: 1) }
    return filter.path(horizon: reference.mean.count, variance: 1)
  }
}
