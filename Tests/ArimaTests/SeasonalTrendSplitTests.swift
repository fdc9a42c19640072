import TestSupport
import Testing

@testable import Arima

@Suite("The split into trend, season and remainder")
struct SeasonalTrendSplitTests {
  @Test("The references are there")
  func references() {
    #expect(PreparationReferences.decompositions.count == 3)
  }

  @Test("The components are R's", arguments: PreparationReferences.decompositions)
  func components(_ reference: DecompositionReference) throws {
    let split = try #require(SeasonalTrendSplit(reference.y, season: reference.season))
    for index in reference.y.indices {
      #expect(abs(split.trend[index] - reference.trend[index]) < 1e-9)
      #expect(abs(split.seasonal[index] - reference.seasonal[index]) < 1e-9)
      #expect(abs(split.remainder[index] - reference.remainder[index]) < 1e-9)
    }
  }

  @Test("The parts add up to the series")
  func sum() throws {
    var chance = SplitMix64(seed: 5)
    let values = (0..<1000).map { 20 + Double($0 % 30) + 10 * chance.uniform() }
    let split = try #require(SeasonalTrendSplit(values, season: 30))
    for index in values.indices {
      let sum = split.trend[index] + split.seasonal[index] + split.remainder[index]
      #expect(abs(sum - values[index]) < 1e-10)
    }
  }

  @Test("A line through a repeating season leaves no remainder away from the ends")
  func exact() throws {
    let season = [3.0, -1, 4, -1.5, 0, -2.5, -2]
    let values = (0..<420).map { 0.25 * Double($0) + season[$0 % 7] }
    let split = try #require(SeasonalTrendSplit(values, season: 7))
    for index in 150..<270 {
      #expect(abs(split.seasonal[index] - season[index % 7]) < 1e-10)
      #expect(abs(split.remainder[index]) < 1e-10)
    }
  }

  @Test("Two periods have no season, a point more has", arguments: [2, 4, 7, 12, 365])
  func shortest(_ season: Int) {
    let values = (0..<(2 * season + 1)).map { Double($0 % season) }
    #expect(SeasonalTrendSplit(Array(values.dropLast()), season: season) == nil)
    #expect(SeasonalTrendSplit(values, season: season) != nil)
    #expect(SeasonalTrendSplit(values, season: 1) == nil)
  }

  @Test(
    "A local line gives back a line, at every jump, window and position",
    arguments: [(50, 7, 1), (50, 21, 3), (9, 31, 4), (2, 5, 2), (13, 13, 2), (1, 3, 1)])
  func lines(_ shape: (count: Int, window: Int, jump: Int)) {
    let smoother = LocalRegression(
      count: shape.count, window: shape.window, degree: .line, jump: shape.jump, extended: true)
    let source = (1..<(shape.count + 1)).map { 3 - 0.5 * Double($0) }
    var target = [Double](repeating: .nan, count: shape.count + 2)
    smoother.smooth(source, into: &target)
    // One point has no slope.
    for position in shape.count > 1 ? Array(target.indices) : [1] {
      #expect(abs(target[position] - (3 - 0.5 * Double(position))) < 1e-12)
    }
  }

  @Test("A local constant gives back a constant")
  func constants() {
    let smoother = LocalRegression(count: 6, window: 11, degree: .constant, jump: 2, extended: true)
    var target = [Double](repeating: .nan, count: 8)
    smoother.smooth([Double](repeating: 4, count: 6), into: &target)
    #expect(target.allSatisfy { abs($0 - 4) < 1e-12 })
  }
}
