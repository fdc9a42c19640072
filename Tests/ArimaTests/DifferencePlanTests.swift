import TestSupport
import Testing

@testable import Arima

@Suite("The differences that a series needs")
struct DifferencePlanTests {
  @Test("The references are there, of each kind")
  func references() {
    let all = PreparationReferences.differences
    #expect(all.count >= 60)
    #expect(Set(all.map(\.daily)) == [0, 1, 2])
    #expect(Set(all.map(\.seasonal)) == [0, 1])
  }

  @Test("The differences are R's", arguments: PreparationReferences.differences)
  func plans(_ reference: DifferenceReference) {
    let plan = DifferencePlan(reference.values, season: reference.season)
    #expect(plan.seasonal == reference.seasonal)
    #expect(plan.daily == reference.daily)
  }

  @Test("The strength of the season is R's", arguments: PreparationReferences.differences)
  func strengths(_ reference: DifferenceReference) {
    let strength = SeasonalStrength(reference.values, season: reference.season)?.value
    if let expected = reference.strength {
      #expect(abs((strength ?? .nan) - expected) < 1e-9)
    } else if !reference.values.contains(where: \.isNaN) {
      #expect(strength == nil)
    }
  }

  @Test("The test of the level gives R's statistic", arguments: PreparationReferences.differences)
  func statistics(_ reference: DifferenceReference) {
    guard let expected = reference.kpss else { return }
    let observed = reference.values.filter { !$0.isNaN }
    #expect(abs(UnitRootTest.statistic(observed) - expected) < 1e-9 * max(1, expected))
  }

  @Test("The long-run variance by windows is the weighted sum of autocovariances")
  func windows() {
    var chance = SplitMix64(seed: 11)
    let values = (0..<300).map { _ in chance.uniform() }
    let mean = values.reduce(0, +) / 300
    let residuals = values.map { $0 - mean }
    let lag = UnitRootTest.lag(count: 300)
    #expect(lag == 3)
    var variance = 0.0
    for distance in 0..<(lag + 1) {
      let weight = distance == 0 ? 1 : 2 * (1 - Double(distance) / Double(lag + 1))
      variance +=
        weight * zip(residuals.dropFirst(distance), residuals).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var partial = 0.0
    let squares = residuals.reduce(0.0) { sum, residual in
      partial += residual
      return sum + partial * partial
    }
    #expect(abs(UnitRootTest.statistic(values) - squares / 300 / variance) < 1e-12)
  }

  @Test("Nothing, or too little, is never differenced")
  func tiny() {
    for values in [[], [.nan], [3], [.nan, 3, .nan], [1, 2], [2, .nan, .nan, 7]] as [[Double]] {
      #expect(DifferencePlan(values, season: 7).seasonal == 0)
      #expect(DifferencePlan(values, season: 1).seasonal == 0)
    }
    #expect(DifferencePlan([], season: 7).daily == 0)
    #expect(DifferencePlan([3], season: 7).daily == 0)
  }

  @Test("What is missing at the ends changes nothing")
  func ends() {
    let season = [9.0, 3, 1, 1, 2, 7, 12]
    var chance = SplitMix64(seed: 2)
    let values = (0..<15).map { season[$0 % 7] + chance.uniform() }
    let missing = [Double](repeating: .nan, count: 30)
    #expect(DifferencePlan(values, season: 7).seasonal == 1)
    #expect(
      DifferencePlan(missing + values + missing, season: 7) == DifferencePlan(values, season: 7))
    #expect(DifferencePlan(missing + values.dropLast() + missing, season: 7).seasonal == 0)
  }

  @Test("Differences stay the same in any unit", arguments: [1e-6, 1e6])
  func units(_ unit: Double) {
    for reference in PreparationReferences.differences {
      let plan = DifferencePlan(reference.values.map { $0 * unit }, season: reference.season)
      #expect(plan == DifferencePlan(reference.values, season: reference.season))
    }
  }

  @Test("Gaps are bridged by straight lines, the ends by the nearest value")
  func bridges() {
    let filled = SeasonalStrength.interpolated([.nan, 2, .nan, .nan, 8, .nan])
    #expect(filled == [2, 2, 4, 6, 8, 8])
    #expect(SeasonalStrength.interpolated([1, 2, 3]) == [1, 2, 3])
  }

  @Test("Gaps do not hide a season")
  func gaps() throws {
    var chance = SplitMix64(seed: 8)
    let season = [9.0, 3, 1, 1, 2, 7, 12]
    let whole = (0..<210).map { season[$0 % 7] + 2 * chance.uniform() }
    let known = try #require(SeasonalStrength(whole, season: 7)).value
    let holed = whole.map { chance.uniform() < 0.3 ? .nan : $0 }
    let found = try #require(SeasonalStrength(holed, season: 7)).value
    #expect(abs(found - known) < 0.05)
  }
}
