import Packing
import Testing

@testable import Arima

@Suite("Whether a model still fits")
struct DriftTestTests {
  /// The share of `count` series of errors that alarm within `days`, errors made by `error` from a
  /// normal deviate and the day.
  private static func alarms(
    _ count: Int, days: Int, seed: UInt64, warmUp: Int = 0,
    _ error: (Double, Int) -> Double
  ) -> Double {
    var deviates = NormalDeviates(seed: seed)
    var alarms = 0
    for _ in 0..<count {
      var test = DriftTest()
      for _ in 0..<warmUp { test.add([deviates.next()]) }
      var alarmed = false
      for day in 0..<days {
        test.add([error(deviates.next(), day)])
        alarmed = alarmed || test.verdict != .fits
      }
      if alarmed { alarms += 1 }
    }
    return Double(alarms) / Double(count)
  }

  @Test("Under the model about 1 % of spans of four weeks alarm")
  func falseAlarms() {
    let share = Self.alarms(10_000, days: 28, seed: 1, warmUp: 84) { error, _ in error }
    #expect(share > 0.005 && share < 0.018)
  }

  @Test("Changes of the errors are found within four weeks as often as stated")
  func power() {
    let moved = Self.alarms(2_000, days: 28, seed: 2) { error, _ in error + 1 }
    #expect(moved > 0.92)
    let doubledDeviation = Self.alarms(2_000, days: 28, seed: 3) { error, _ in 2 * error }
    #expect(doubledDeviation > 0.96)
    let tripled = Self.alarms(2_000, days: 28, seed: 4) { error, _ in 3.0.squareRoot() * error }
    #expect(tripled > 0.86)
    let doubled = Self.alarms(2_000, days: 28, seed: 5) { error, _ in 2.0.squareRoot() * error }
    #expect(doubled > 0.42)
    let doubledLonger = Self.alarms(2_000, days: 56, seed: 6) { error, _ in
      2.0.squareRoot() * error
    }
    #expect(doubledLonger > 0.77)
  }

  @Test("No single error alarms, however wide")
  func outlier() {
    var test = DriftTest()
    test.add([1e300])
    #expect(test.verdict == .fits)
    test.add([0, 0, 0, 0, 0, 0, 0, -1e300, .infinity])
    #expect(test.verdict == .fits)
  }

  @Test("Missing days change nothing")
  func missing() {
    var test = DriftTest()
    test.add([1, 2])
    let before = test
    test.add([.nan, .nan])
    #expect(test == before)
  }

  /// The errors of `space` on `values`, from the state after `fitted` of them.
  private static func errors(_ space: StateSpace, _ values: [Double], after fitted: Int) -> [Double]
  {
    var state = FilterState(FilterPass(space, Array(values.prefix(fitted))).filter)
    return space.advance(Array(values[fitted...]), from: &state).standardised(errorVariance: 1)
  }

  @Test("A level shift that the model absorbs does not alarm for long")
  func absorbed() throws {
    let space = try #require(StateSpace(ArimaOrder(0, 1, 1), ArmaCoefficients(ma: [-0.6])))
    let start = FilterState(FilterPass(space, [Double](repeating: 10, count: 100)).filter)
    var everAlarmed = 0
    var alarmedLater = 0
    for seed in 0..<500 {
      var values = space.simulate(from: start, horizon: 60, paths: 1, seed: UInt64(seed))
      for day in 10..<60 { values[day] += 2 }
      var state = start
      let errors = space.advance(values, from: &state).standardised(errorVariance: 1)
      var test = DriftTest()
      var alarmedDays: [Int] = []
      for (day, error) in errors.enumerated() {
        test.add([error])
        if test.verdict != .fits { alarmedDays.append(day) }
      }
      if alarmedDays.contains(where: { $0 >= 10 && $0 < 30 }) { everAlarmed += 1 }
      if (alarmedDays.last ?? 0) >= 45 { alarmedLater += 1 }
    }
    #expect(everAlarmed < 50)
    #expect(alarmedLater < 10)
  }

  @Test("A weekly season that vanishes alarms within four weeks")
  func vanishedSeason() throws {
    let space = try #require(
      StateSpace(
        ArimaOrder(0, 1, 1, seasonal: (0, 1, 1), season: 7),
        ArmaCoefficients(ma: [-0.7], seasonalMA: [-0.85], season: 7)))
    // Each day's mean in deviations of the errors: a week end that sells more.
    let week = [-2.0, -2, -2, -1, 0, 4, 3]
    var alarmed = 0
    for seed in 0..<100 {
      var deviates = NormalDeviates(seed: UInt64(seed))
      let values = (0..<392).map { day in
        50 + (day < 364 ? week[day % 7] : 0) + deviates.next()
      }
      var test = DriftTest()
      var found = false
      for error in Self.errors(space, values, after: 364) {
        test.add([error])
        found = found || test.verdict != .fits
      }
      if found { alarmed += 1 }
    }
    #expect(alarmed >= 98)
  }

  @Test("The verdict says in words what was found")
  func words() {
    #expect(DriftTest.Verdict.fits.description == "errors are as foreseen")
    var test = DriftTest()
    test.add([Double](repeating: 1.9, count: 21))
    #expect(
      test.verdict.description
        == "errors of the last 21 days average +1.9 deviations: the level has moved")
    test = DriftTest()
    test.add([Double](repeating: -1, count: 30))
    #expect(
      test.verdict.description
        == "errors of the last 30 days average -1.0 deviations: the level has moved")
    test = DriftTest()
    for _ in 0..<10 { test.add([2, -2]) }
    #expect(
      test.verdict.description
        == "errors of the last 20 days are 2.0 times as wide as foreseen: "
        + "the days vary more, or the season has changed")
  }

  @Test("Packed and unpacked the sums are the same, and damaged ones are refused")
  func packing() throws {
    var test = DriftTest()
    test.add([1, -0.5, 2.5, 0.1])
    var writer = ByteWriter()
    test.pack(into: &writer)
    #expect(writer.count <= 30)
    var reader = ByteReader(writer.bytes)
    #expect(try DriftTest(from: &reader) == test)
    try reader.finish()
    for value in [Float.nan, -1, 100, .infinity] {
      var hostile = ByteWriter()
      hostile.float(value)
      hostile.raw(Array(writer.bytes.dropFirst(4)))
      #expect(throws: PackingError.self) {
        var reader = ByteReader(hostile.bytes)
        _ = try DriftTest(from: &reader)
      }
    }
  }
}
