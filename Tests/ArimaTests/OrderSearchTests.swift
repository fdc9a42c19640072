import Glibc
import Testing

@testable import Arima

@Suite("The search for the parameters of an order")
struct OrderSearchTests {
  /// The fit of an order that was asked for, without a constant.
  static func fit(_ reference: OrderReference, bounds: RootBounds = .open) -> OrderFit {
    let order = reference.arimaOrder
    let series = DifferencedSeries(reference.y, columns: [], order: order)
    return OrderSearch(order, series, bounds: bounds).fit(
      starts: CandidateList.usualStarts(Coordinates(order, bounds: bounds)), moves: 100,
      tolerance: 1e-7)
  }

  /// -2 log L at a point by the exact filter.
  private func deviance(_ reference: OrderReference, _ point: [Double]) throws -> Double {
    let order = reference.arimaOrder
    let coordinates = Coordinates(order, bounds: .open)
    var coefficients = point
    coordinates.coefficients(point, into: &coefficients)
    let space = try #require(StateSpace(order, coordinates.named(coefficients)))
    return -2 * FilterPass(space, reference.y).logLikelihood
  }

  @Test("The references are there")
  func references() { #expect(OrderReference.all.count >= 38) }

  @Test("The optimum is at least as good as R's", arguments: OrderReference.all)
  func optimum(reference: OrderReference) {
    let fit = Self.fit(reference)
    #expect(fit.logLikelihood >= reference.loglik - 2e-3)
  }

  @Test("The likelihood of the optimum is the exact filter's", arguments: OrderReference.all)
  func likelihood(reference: OrderReference) throws {
    let fit = Self.fit(reference)
    let expected = -0.5 * (try deviance(reference, fit.point))
    #expect(abs(fit.logLikelihood - expected) < 1e-6 * abs(expected))
  }

  @Test(
    "At the optimum the exact filter's likelihood has no slope that the bounds do not cause",
    arguments: OrderReference.all)
  func slope(reference: OrderReference) throws {
    let fit = Self.fit(reference)
    for index in fit.point.indices where abs(fit.point[index]) < 20 {
      let width = 1e-3 * max(1, abs(fit.point[index]))
      var (below, above) = (fit.point, fit.point)
      below[index] -= width
      above[index] += width
      let (low, middle, high) = (
        try deviance(reference, below), try deviance(reference, fit.point),
        try deviance(reference, above)
      )
      let slope = (high - low) / (2 * width)
      let bend = (high - 2 * middle + low) / (width * width)
      // What a step along this coordinate alone would still gain.
      guard bend > 1e-2 else { continue }
      #expect(slope * slope / (2 * bend) < 1e-3, "coordinate \(index) of \(fit.point)")
    }
  }

  @Test("Where the likelihoods agree, coefficients and forecasts do", arguments: OrderReference.all)
  func forecasts(reference: OrderReference) throws {
    let model = try ArimaModel.fit(
      reference.y,
      settings: ArimaSettings(search: .order(reference.arimaOrder, hasConstant: false)))
    guard abs(model.shares[0].logLikelihood - reference.loglik) < 1e-4 else { return }
    let found = try model.forecast(horizon: reference.mean.count)
    for day in reference.mean.indices {
      // A tenth of a percent of what the days differ by: a forecast of 0 has no percent.
      let size = max(abs(reference.mean[day]), reference.deviation[day])
      #expect(abs(found.mean[day] - reference.mean[day]) < 1e-2 * size)
    }
  }

  @Test("Most optima are R's, with its forecasts to a tenth of a percent")
  func agreement() throws {
    var agreeing = 0
    var close = 0
    for reference in OrderReference.all {
      let model = try ArimaModel.fit(
        reference.y,
        settings: ArimaSettings(search: .order(reference.arimaOrder, hasConstant: false)))
      guard abs(model.shares[0].logLikelihood - reference.loglik) < 1e-4 else { continue }
      agreeing += 1
      let found = try model.forecast(horizon: reference.mean.count)
      let isClose = reference.mean.indices.allSatisfy { day in
        let size = max(abs(reference.mean[day]), reference.deviation[day])
        return abs(found.mean[day] - reference.mean[day]) < 1e-3 * size
      }
      if isClose { close += 1 } else { print("not close: \(reference)") }
    }
    #expect(agreeing >= 32, "\(agreeing) of \(OrderReference.all.count)")
    #expect(close >= agreeing - 2, "\(close) of \(agreeing)")
  }

  @Test("Standard errors are those of the exact likelihood's curvature to 5 % in a long series")
  func longStandardErrors() throws {
    let processes = [
      SimulatedProcess(1, 0, 0, ar: [0.6]), SimulatedProcess(0, 0, 1, ma: [-0.5]),
      SimulatedProcess(2, 0, 1, ar: [0.5, 0.2], ma: [0.8]),
      SimulatedProcess(
        1, 0, 0, seasonal: (0, 0, 1), season: 7, ar: [0.4], sma: [-0.6]),
      SimulatedProcess(
        0, 0, 1, seasonal: (1, 0, 0), season: 7, ma: [0.4], sar: [0.5]),
    ]
    for (kind, process) in processes.enumerated() {
      let values = process.series(2_500, seed: UInt64(kind + 900))
      let order = process.order
      let fit = OrderSearch(
        order, DifferencedSeries(values, columns: [], order: order), bounds: .open
      ).fit(
        starts: CandidateList.usualStarts(Coordinates(order, bounds: .open)), moves: 100,
        tolerance: 1e-7)
      let k = order.coefficientCount
      func deviance(_ moves: [(Int, Double)]) throws -> Double {
        var coefficients = fit.coefficients
        for (index, by) in moves { coefficients[index] += by }
        let space = try #require(StateSpace(order, order.named(coefficients)))
        return -2 * FilterPass(space, values).logLikelihood
      }
      let width = 2e-3
      var curvature = [Double](repeating: 0, count: k * k)
      for row in 0..<k {
        for column in 0..<k {
          let corners = try [(1.0, 1.0), (1, -1), (-1, 1), (-1, -1)].map { right, up in
            right * up * (try deviance([(row, right * width), (column, up * width)]))
          }
          // Half of the curvature of -2 log L is the information.
          curvature[row * k + column] = corners.reduce(0, +) / (8 * width * width)
        }
      }
      let expected = SmallSystem.inverseDiagonal(curvature, size: k).map { $0.squareRoot() }
      for (found, right) in zip(fit.standardErrors, expected) {
        #expect(abs(found / right - 1) < 0.05, "\(order): \(found) for \(right)")
      }
    }
  }

  @Test("Standard errors are near R's in short series, whose curvature is not the large sample's")
  func standardErrors() {
    var ratios: [Double] = []
    for reference in OrderReference.all where reference.y.count >= 120 {
      let fit = Self.fit(reference)
      let partials = fit.point.map { abs(Coordinates.partial($0)) }
      guard abs(fit.logLikelihood - reference.loglik) < 1e-4, partials.allSatisfy({ $0 < 0.9 })
      else { continue }
      for (error, expected) in zip(fit.standardErrors, reference.errors) {
        // A coefficient with an error this wide is hardly told from the others.
        guard let expected, expected < 0.2 else { continue }
        ratios.append(error / expected)
        #expect((0.6...1.6).contains(error / expected), "\(reference): \(error), \(expected)")
      }
    }
    #expect(ratios.count >= 20)
    let middle = ratios.map { abs($0 - 1) }.sorted()[ratios.count / 2]
    #expect(middle < 0.08, "half are off by \(middle)")
    let mean = ratios.reduce(0, +) / Double(max(1, ratios.count))
    #expect(abs(mean - 1) < 0.05, "\(mean)")
  }

  @Test("More moves never end higher, and moves are counted")
  func moves() {
    for reference in OrderReference.all.prefix(12) {
      let order = reference.arimaOrder
      let series = DifferencedSeries(reference.y, columns: [], order: order)
      var before = Double.infinity
      for limit in [0, 1, 3, 10, 40] {
        let fit = OrderSearch(order, series, bounds: .open).fit(
          starts: CandidateList.usualStarts(Coordinates(order, bounds: .open)), moves: limit,
          tolerance: 1e-7)
        #expect(fit.moves <= limit)
        #expect(fit.deviance <= before)
        before = fit.deviance
      }
    }
  }

  @Test("A fit within bounds keeps its roots beyond them", arguments: OrderReference.all)
  func bounds(reference: OrderReference) {
    let order = reference.arimaOrder
    let bounds = RootBounds.search(order)
    let fit = Self.fit(reference, bounds: bounds)
    for (index, group) in Coordinates(order, bounds: .open).groups.enumerated() {
      let part = fit.coefficients[group.range].map { $0 * group.sign }
      #expect(PartialCorrelations.rootsLieBeyond(bounds.radii[index] * (1 - 1e-9), part))
    }
  }
}
