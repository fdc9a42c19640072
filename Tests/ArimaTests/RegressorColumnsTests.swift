import TestSupport
import Testing

@testable import Arima

@Suite("The columns of regressors")
struct RegressorColumnsTests {
  typealias Named = Regressor

  private let demand = (0..<100).map { Double($0 % 7) }

  private func noise(_ seed: UInt64, count: Int = 100) -> [Double] {
    var chance = SplitMix64(seed: seed)
    return (0..<count).map { _ in chance.uniform() }
  }

  @Test(
    "Columns of any scale become centred ones of spread 1",
    arguments: [1e-300, 1e-9, 1, 1e12, 1e307])
  func scales(_ scale: Double) throws {
    let given = noise(1).map { (10 + $0) * scale }
    let columns = try RegressorColumns([Named(name: "price", values: given)], demand: demand)
    let values = try #require(columns.columns.first)
    let mean = values.reduce(0, +) / 100
    #expect(abs(mean) < 1e-12)
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 100 - 1) < 1e-12)
    #expect(columns.dropped.isEmpty)
  }

  @Test("Future values are carried over by the same transformation")
  func future() throws {
    let price = Named(name: "price", values: noise(2).map { 5 + 3 * $0 })
    let fixed = Named(name: "fixed", values: [Double](repeating: 3, count: 100))
    let columns = try RegressorColumns([fixed, price], demand: demand)
    let terms = RegressionTerms(regressors: columns.kept)
    #expect(try terms.columns(0..<4, given: [price]) == [Array(columns.columns[0].prefix(4))])
  }

  @Test("A coefficient is told in the given unit")
  func coefficients() throws {
    let given = noise(3).map { 1000 + 50 * $0 }
    let columns = try RegressorColumns([Named(name: "price", values: given)], demand: demand)
    let form = try #require(columns.kept.first)
    let step = form.transform(1021) - form.transform(1020)
    #expect(abs(form.perGivenUnit(2) - 2 * step) < 1e-12)
  }

  @Test("Constant columns are dropped, also where only the missing days differ")
  func constants() throws {
    var holed = demand
    for day in 40..<50 { holed[day] = .nan }
    let promotion = (0..<100).map { (40..<50).contains($0) ? 1.0 : 0 }
    let columns = try RegressorColumns(
      [
        Named(name: "zero", values: [Double](repeating: 0, count: 100)),
        Named(name: "third", values: [Double](repeating: 1.0 / 3, count: 100)),
        Named(name: "promotion", values: promotion),
        Named(name: "price", values: noise(4)),
      ], demand: holed)
    #expect(columns.kept.map(\.name) == ["price"])
    #expect(
      columns.dropped == [
        .init(name: "zero", reason: .constant), .init(name: "third", reason: .constant),
        .init(name: "promotion", reason: .constantWhereObserved),
      ])
    #expect(
      columns.dropped.last?.description == "promotion: is constant where the demand is known")
  }

  @Test("A column that follows from earlier ones is dropped and they are named")
  func dependent() throws {
    let (price, discount, wave) = (noise(5), noise(6), noise(7))
    let both = price.indices.map { 1e6 * (3 * price[$0] - discount[$0]) + 17 }
    let columns = try RegressorColumns(
      [
        Named(name: "price", values: price), Named(name: "wave", values: wave),
        Named(name: "discount", values: discount), Named(name: "both", values: both),
        Named(name: "wave again", values: wave.map { -$0 }),
      ], demand: demand)
    #expect(columns.kept.map(\.name) == ["price", "wave", "discount"])
    #expect(
      columns.dropped == [
        .init(name: "both", reason: .dependent(on: ["price", "discount"])),
        .init(name: "wave again", reason: .dependent(on: ["wave"])),
      ])
    #expect(columns.dropped.first?.description == "both: follows from price, discount")
  }

  @Test("Seven weekdays are one too many beside a constant")
  func weekdays() throws {
    let days = (0..<7).map { day in
      Named(name: "day \(day)", values: (0..<100).map { $0 % 7 == day ? 1 : 0 })
    }
    let columns = try RegressorColumns(days, demand: demand)
    #expect(columns.kept.count == 6)
    #expect(
      columns.dropped == [
        .init(name: "day 6", reason: .dependent(on: (0..<6).map { "day \($0)" }))
      ])
  }

  @Test("Nearly dependent columns are told from dependent ones, at any scale")
  func nearly() throws {
    let (price, other) = (noise(8), noise(9))
    for (share, isKept) in [(1e-5, true), (1e-9, false)] {
      let near = price.indices.map { 1e8 * (price[$0] + share * other[$0]) }
      let columns = try RegressorColumns(
        [Named(name: "price", values: price), Named(name: "near", values: near)], demand: demand)
      #expect(columns.kept.contains { $0.name == "near" } == isKept)
    }
  }

  @Test("There are never more columns than the known days teach")
  func many() throws {
    var holed = [Double](repeating: .nan, count: 100)
    for day in 0..<6 { holed[day * 9] = 1 }
    let named = (0..<9).map { Named(name: "\($0)", values: noise(UInt64(20 + $0))) }
    #expect(try RegressorColumns(named, demand: holed).kept.count == 5)
    let unknown = [Double](repeating: .nan, count: 100)
    #expect(try RegressorColumns(named, demand: unknown).kept.isEmpty)
    #expect(try RegressorColumns([], demand: demand).columns.isEmpty)
  }

  @Test("Errors name the column and the way out")
  func errors() throws {
    let price = Named(name: "price", values: noise(10))
    #expect(throws: ArimaError.regressorLength(column: "short", has: 3, needs: 100)) {
      try RegressorColumns([price, Named(name: "short", values: [1, 2, 3])], demand: demand)
    }
    var broken = price.values
    broken[4] = .infinity
    #expect(throws: ArimaError.regressorNotFinite(column: "price", point: 4)) {
      try RegressorColumns([Named(name: "price", values: broken)], demand: demand)
    }
    #expect(throws: ArimaError.regressorTwice(column: "price")) {
      try RegressorColumns([price, price], demand: demand)
    }
    let terms = RegressionTerms(regressors: try RegressorColumns([price], demand: demand).kept)
    #expect(throws: ArimaError.futureMissing(column: "price", has: 0, needs: 7)) {
      try terms.columns(100..<107, given: [price])
    }
    broken = price.values + [1, 2]
    #expect(throws: ArimaError.futureMissing(column: "price", has: 2, needs: 7)) {
      try terms.columns(100..<107, given: [Named(name: "price", values: broken)])
    }
    broken[101] = .nan
    #expect(throws: ArimaError.regressorNotFinite(column: "price", point: 101)) {
      try terms.columns(100..<102, given: [Named(name: "price", values: broken)])
    }
    #expect(
      ArimaError.futureMissing(column: "price", has: 2, needs: 7).description
        == "regressor \"price\": 2 future values for 7 days of forecast; "
        + "give one for each day, forecast fewer days, or fit without the regressor")
  }
}
