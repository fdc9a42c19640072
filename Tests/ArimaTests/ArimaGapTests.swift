import Glibc
import TestSupport
import Testing

@testable import Arima

@Suite("ARIMA models of series with missing days")
struct ArimaGapTests {
  enum Pattern: String, CaseIterable, Sendable {
    case tenth, twoFifths, leading, trailing, season, everySecond
  }

  static func gapped(_ values: [Double], _ pattern: Pattern, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    var result = values
    for day in values.indices {
      let isGone =
        switch pattern {
        case .tenth: random.uniform() < 0.1
        case .twoFifths: random.uniform() < 0.4
        case .leading: day < 12 || day == 20
        case .trailing: day >= values.count - 12
        case .season: (70..<77).contains(day)
        case .everySecond: day % 2 == 1
        }
      if isGone { result[day] = .nan }
    }
    return result
  }

  /// The likelihood of a member by the exact filter over the observed days, in units of demand.
  static func exact(
    _ member: ArimaMember, of model: ArimaModel, _ values: [Double]
  ) throws -> Double {
    let last = try #require(values.lastIndex { !$0.isNaN })
    let first = try #require(values.firstIndex { !$0.isNaN })
    let days = first..<(last + 1)
    let effects = member.effects(model.plan, [], days: days)
    let rest = zip(days, effects).map { values[$0] / model.scale - $1 }
    let pass = FilterPass(member.space, rest)
    #expect(pass.count == member.count)
    return pass.logLikelihood - Double(pass.count) * log(model.scale)
  }

  @Test(
    "The likelihood is that of the observed days by the exact filter",
    arguments: Pattern.allCases, 0..<7)
  func likelihood(pattern: Pattern, kind: Int) throws {
    let values = Self.gapped(
      SimulatedProcess.usual(kind).series(150, seed: UInt64(kind)), pattern, seed: UInt64(kind))
    let model = try ArimaModel.fit(values, settings: .init(seasons: [7]))
    for member in model.members {
      let expected = try Self.exact(member, of: model, values)
      #expect(abs(member.logLikelihood - expected) < 1e-3 * max(1, abs(expected)) * 0.01 + 1e-3)
    }
    let forecast = try model.forecast(horizon: 14)
    #expect(forecast.mean.allSatisfy { $0.isFinite })
    #expect(forecast.variance.allSatisfy { $0 > 0 && $0.isFinite })
    #expect(model.days == 150)
  }

  @Test(
    "An order that was asked for is fitted to the observed days alone",
    arguments: Pattern.allCases)
  func fixed(pattern: Pattern) throws {
    for (order, process, constant) in [
      (ArimaOrder(1, 0, 0), SimulatedProcess(1, 0, 0, ar: [0.7], mean: 20), true),
      (ArimaOrder(0, 1, 1), SimulatedProcess(0, 1, 1, ma: [-0.5]), false),
    ] {
      let values = Self.gapped(process.series(200, seed: 4), pattern, seed: 5)
      let model = try ArimaModel.fit(
        values, settings: .init(search: .order(order, hasConstant: constant)))
      let member = model.members[0]
      let expected = try Self.exact(member, of: model, values)
      #expect(abs(member.logLikelihood - expected) < 1e-2, "\(order)")
      // No other coefficient makes the observed days much more likely.
      var best = -Double.infinity
      for step in -18...18 {
        let coefficient = Double(step) / 20
        let other = ArmaCoefficients(
          ar: order.p == 1 ? [coefficient] : [], ma: order.q == 1 ? [coefficient] : [])
        let space = try #require(StateSpace(order, other))
        let first = try #require(values.firstIndex { !$0.isNaN })
        let days = first..<values.count
        let effects = member.effects(model.plan, [], days: days)
        let rest = zip(days, effects).map { values[$0] / model.scale - $1 }
        let pass = FilterPass(space, rest)
        let found = pass.logLikelihood - Double(pass.count) * log(model.scale)
        best = max(best, found)
      }
      #expect(best < member.logLikelihood + 0.02, "\(order): \(best)")
    }
  }

  @Test("Forecasts hardly change for a few missing days far back")
  func robust() throws {
    for kind in 0..<4 {
      let values = SimulatedProcess.usual(kind).series(300, seed: UInt64(kind + 5))
      var gapped = values
      for day in [30, 31, 90, 120] { gapped[day] = .nan }
      let settings = ArimaSettings(seasons: [7], averaged: 1)
      let whole = try ArimaModel.fit(values, settings: settings).forecast(horizon: 7)
      let other = try ArimaModel.fit(gapped, settings: settings).forecast(horizon: 7)
      for day in 0..<7 {
        #expect(abs(whole.mean[day] - other.mean[day]) < 0.7 * whole.variance[day].squareRoot())
        #expect((0.8...1.25).contains(whole.variance[day] / other.variance[day]))
      }
    }
  }

  @Test("Days without a value at the end widen the forecast as days ahead do")
  func trailing() throws {
    let values = SimulatedProcess(0, 1, 1, ma: [-0.5], mean: 50).series(150, seed: 8)
    let settings = ArimaSettings(search: .order(ArimaOrder(0, 1, 1), hasConstant: false))
    let short = try ArimaModel.fit(values, settings: settings)
    let long = try ArimaModel.fit(
      values + [Double](repeating: .nan, count: 6), settings: settings)
    #expect(long.days == 156)
    let (whole, rest) = (try short.forecast(horizon: 12), try long.forecast(horizon: 6))
    for day in 0..<6 {
      #expect(abs(whole.mean[day + 6] / rest.mean[day] - 1) < 1e-6)
      #expect(abs(whole.variance[day + 6] / rest.variance[day] - 1) < 1e-4)
    }
  }
}
