import Packing
import Testing

@testable import Forecasting

@Suite struct CalibrationTests {
  @Test func whatABacktestTeachesIsReadBackHoweverWrongTheModelWas() throws {
    for squared in [0.0, 1, 1e12, 1e30, 1e300, .infinity] {
      let learned = Calibration(
        ratios: [1, squared], sums: Array(repeating: (squared, 1, 7), count: 20))
      var writer = ByteWriter()
      learned.pack(into: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try Calibration(from: &reader) == learned)
    }
  }
}
