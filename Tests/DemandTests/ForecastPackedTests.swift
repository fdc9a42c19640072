import Demand
import Packing
import TestSupport
import Testing

@Suite("Packed forecasts")
struct ForecastPackedTests {
  private static func forecast(
    days: Int, _ random: inout SplitMix64, scale: Double = 1
  ) -> Forecast {
    let levels = Quantiles.levels.count
    func row() -> [Double] {
      (0..<levels).map { _ in scale * random.uniform() }.sorted()
    }
    return Forecast(
      mean: (0..<days).map { _ in scale * random.uniform() },
      quantiles: (0..<days).flatMap { _ in row() },
      cumulative: Quantiles.spans(within: days).flatMap { _ in row() })
  }

  private static func flat(days: Int, period: Int) -> Forecast {
    let levels = Quantiles.levels.count
    return Forecast(
      mean: (0..<days).map { Double($0 % period) },
      quantiles: (0..<days).flatMap { day in (0..<levels).map { Double($0 * (day % period)) } },
      cumulative: Quantiles.spans(within: days).flatMap { span in
        (0..<levels).map { Double($0 * span) }
      })
  }

  private static func isNear(_ left: [Double], _ right: [Double], within error: Double) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= error * $1 }
  }

  @Test("values come back to a thousandth", arguments: [0.01, 1, 70_000, 1e9])
  func roundTrip(scale: Double) throws {
    var random = SplitMix64(seed: 3)
    let forecast = Self.forecast(days: 112, &random, scale: scale)
    let back = try Forecast(packed: forecast.packed())
    #expect(Self.isNear(back.mean, forecast.mean, within: 1e-7))
    #expect(Self.isNear(back.quantiles, forecast.quantiles, within: 1e-3))
    #expect(Self.isNear(back.cumulative, forecast.cumulative, within: 1e-3))
  }

  @Test("packing again what was read changes nothing")
  func stable() throws {
    var random = SplitMix64(seed: 4)
    let packed = Self.forecast(days: 30, &random, scale: 50).packed()
    #expect(try Forecast(packed: packed).packed() == packed)
  }

  @Test("quantiles stay in order")
  func order() throws {
    var random = SplitMix64(seed: 5)
    let back = try Forecast(packed: Self.forecast(days: 60, &random, scale: 9).packed())
    let levels = Quantiles.levels.count
    for day in 0..<60 {
      let row = back.quantiles[(day * levels)..<((day + 1) * levels)]
      #expect(zip(row, row.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }

  @Test("112 days take at most 2.8 KB, flat ones under 300 bytes")
  func sizes() {
    var random = SplitMix64(seed: 6)
    #expect(Self.forecast(days: 112, &random).packed().count <= 2_800)
    #expect(Self.flat(days: 112, period: 1).packed().count < 300)
    #expect(Self.flat(days: 112, period: 7).packed().count < 450)
  }

  @Test("repeating rows come back", arguments: [1, 7])
  func repeats(period: Int) throws {
    let forecast = Self.flat(days: 100, period: period)
    let back = try Forecast(packed: forecast.packed())
    #expect(back.mean == forecast.mean)
    #expect(back.quantiles == forecast.quantiles)
  }

  @Test("an empty forecast comes back")
  func empty() throws {
    let forecast = Forecast(mean: [], quantiles: [], cumulative: [])
    #expect(try Forecast(packed: forecast.packed()) == forecast)
  }

  @Test("every flipped byte is found")
  func flipsAreFound() {
    let packed = Self.flat(days: 20, period: 7).packed()
    for index in packed.indices {
      var damaged = packed
      damaged[index] ^= 0x10
      #expect(throws: PackingError.corrupt) { try Forecast(packed: damaged) }
    }
  }

  @Test("more days than a forecast may have are refused")
  func tooLong() {
    var writer = ByteWriter()
    writer.count(Forecast.maximumHorizon + 1)
    writer.seal()
    #expect(throws: PackingError.self) { try Forecast(packed: writer.bytes) }
  }
}
