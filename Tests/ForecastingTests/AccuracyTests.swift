import Packing
import Testing

@testable import Forecasting

@Suite struct AccuracyTests {
  private func sum(_ actual: [Double], _ mean: [Double], naiveError: Double) -> AccuracySum {
    let bands = mean.flatMap { [$0 - 4, $0 - 2, $0 + 2, $0 + 4] }
    return AccuracySum(actual: actual, mean: mean, bands: bands, naiveError: naiveError)
  }

  @Test func theMeasuresAreTheirDefinitions() throws {
    let sum = sum([10, 0, 4, .nan], [7, 1, 4, 9], naiveError: 2)
    let accuracy = try #require(sum.accuracy)
    #expect(accuracy.count == 3)
    #expect(abs(accuracy.mae - 4.0 / 3) < 1e-12)
    #expect(abs(accuracy.rmse - (10.0 / 3).squareRoot()) < 1e-12)
    #expect(abs((accuracy.mape ?? 0) - 15) < 1e-12)
    #expect(abs(accuracy.smape - (600.0 / 17 + 200) / 3) < 1e-12)
    #expect(abs((accuracy.mase ?? 0) - 2.0 / 3) < 1e-12)
    #expect(abs((accuracy.r2 ?? 0) - (1 - 10 / (152.0 / 3))) < 1e-12)
    #expect(abs(accuracy.coverage80 - 2.0 / 3) < 1e-12)
    #expect(accuracy.coverage95 == 1)
  }

  @Test func whatIsUndefinedIsNil() throws {
    let accuracy = try #require(sum([0, 0], [1, 1], naiveError: 0).accuracy)
    #expect(accuracy.mape == nil)
    #expect(accuracy.mase == nil)
    #expect(accuracy.r2 == nil)
    #expect(AccuracySum().accuracy == nil)
  }

  @Test func mergedSumsPoolTheirDays() throws {
    var merged = sum([10, 0], [7, 1], naiveError: 2)
    merged.merge(sum([4], [4], naiveError: 1))
    let accuracy = try #require(merged.accuracy)
    #expect(merged.seriesCount == 2)
    #expect(abs(accuracy.mae - 4.0 / 3) < 1e-12)
    #expect(abs((accuracy.mase ?? 0) - 2.0 / 3) < 1e-12)
  }

  @Test func packedSumsAreTheSame() throws {
    let sum = sum([10, 0, 4], [7, 1, 4], naiveError: 2)
    #expect(try AccuracySum(packed: sum.packed()) == sum)
    let bytes = sum.packed()
    for length in 0..<bytes.count {
      #expect(throws: PackingError.self) { try AccuracySum(packed: Array(bytes[..<length])) }
    }
  }
}
