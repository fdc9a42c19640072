import Testing

@testable import Arima

@Suite("The exact filter")
struct KalmanFilterTests {
  /// Where R's own wide start cannot be compared: its rule takes a value that only tells where the
  /// twice and seasonally differenced series starts for one that counts.
  static let comparable = StateReference.all.filter { $0.order[1] + $0.seasonal[1] < 3 }

  @Test("The references are there")
  func references() {
    #expect(StateReference.all.count >= 40)
    #expect(Self.comparable.count >= 40)
  }

  @Test("Without missing values the likelihood is R's to 1e-6", arguments: StateReference.all)
  func complete(reference: StateReference) throws {
    let pass = FilterPass(try #require(reference.space), reference.values)
    if let plain = reference.plain { #expect(abs(pass.logLikelihood - plain) < 1e-6) }
  }

  @Test("From a wide start the likelihood is R's to 1e-6", arguments: comparable)
  func wide(reference: StateReference) throws {
    let pass = FilterPass(
      try #require(reference.space), reference.values, startingWide: true)
    #expect(abs(pass.logLikelihood - reference.loglik) < 1e-6)
    #expect(abs(pass.errorVariance / reference.variance - 1) < 1e-8)
  }

  @Test(
    "With missing values the likelihood is R's to the width of its prior", arguments: comparable)
  func missing(reference: StateReference) throws {
    let pass = FilterPass(try #require(reference.space), reference.values)
    #expect(abs(pass.logLikelihood - reference.loglik) < 2e-4)
    #expect(abs(pass.errorVariance / reference.variance - 1) < 3e-6)
  }

  @Test(
    "With missing values the likelihood is that of the joint density",
    arguments: StateReference.all.filter { $0.gap != "none" && $0.gap != "start" && $0.season < 12 }
  )
  func joint(reference: StateReference) throws {
    let space = try #require(reference.space)
    let expected = DenseOracle.likelihood(space, reference.values)
    let pass = FilterPass(space, reference.values)
    #expect(abs(pass.logLikelihood - expected.log) < 1e-6)
    #expect(abs(pass.errorVariance / expected.variance - 1) < 1e-8)
  }

  @Test("Forecasts are R's, after gaps too", arguments: comparable)
  func forecasts(reference: StateReference) throws {
    let space = try #require(reference.space)
    let pass = FilterPass(space, reference.values)
    let path = StatePath(space, FilterState(pass.filter), horizon: reference.mean.count)
    for day in reference.mean.indices {
      let deviation = (path.variance[day] * pass.errorVariance).squareRoot()
      #expect(abs(path.mean[day] - reference.mean[day]) < 1e-5 * deviation)
      #expect(abs(deviation / reference.deviation[day] - 1) < 2e-6)
    }
  }

  @Test("A day of any condition leaves the same as the whole state's recursion")
  func conditions() throws {
    // From a wide start the whole state is carried until all lags are known; afterwards both
    // passes differ by the prior's width alone.
    let reference = try #require(StateReference.all.first { $0.season == 4 && $0.order[1] == 1 })
    let space = try #require(reference.space)
    let values = reference.values + reference.values.reversed()
    let exact = FilterPass(space, values, keepingErrors: true)
    let wide = FilterPass(space, values, keepingErrors: true, startingWide: true)
    #expect(exact.errors.count == values.count && wide.errors.count == values.count)
    for (one, other) in zip(exact.errors, wide.errors) {
      #expect(abs(one - other) < 1e-4 || one.isNaN && other.isNaN)
    }
    #expect(exact.count == wide.count)
  }

  @Test("A settled filter is steady, a missing value ends it, and days without gaps bring it back")
  func steady() throws {
    let space = try #require(
      StateSpace(
        ArimaOrder(0, 1, 1, seasonal: (0, 1, 1), season: 7),
        ArmaCoefficients(ma: [-0.5], seasonalMA: [-0.4], season: 7)))
    var deviates = NormalDeviates(seed: 5)
    var filter = FilterPass(space, (0..<200).map { _ in deviates.next() }).filter
    #expect(filter.isSteady)
    #expect(filter.step(.nan).variance == 1)
    #expect(!filter.isSteady)
    #expect(filter.step(1).variance > 1.2)
    for _ in 0..<200 { _ = filter.step(deviates.next()) }
    #expect(filter.isSteady)
  }

  @Test("A series that says nothing has a likelihood of no values")
  func empty() throws {
    let space = try #require(StateSpace(ArimaOrder(1, 1, 0), ArmaCoefficients(ar: [0.5])))
    for values in [[], [Double.nan], [.nan, .nan, .nan]] {
      #expect(FilterPass(space, values).count == 0)
      #expect(FilterPass(space, values).logLikelihood == -.infinity)
    }
  }
}
