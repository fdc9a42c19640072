import Demand
import Packing
import TestSupport
import Testing

@Suite("Packed series")
struct DemandSeriesPackedTests {
  private static let start = Day(year: 2024, month: 1, day: 1)

  private static func isSame(_ left: DemandSeries, _ right: DemandSeries) -> Bool {
    left.start == right.start && left.promotions == right.promotions
      && left.stockouts == right.stockouts
      && left.units.map(\.bitPattern) == right.units.map(\.bitPattern)
      && left.prices.map(\.isNaN) == right.prices.map(\.isNaN)
      && zip(left.prices, right.prices).allSatisfy { $0 == $1 || $0.isNaN }
  }

  private static func randomUnits(_ days: Int, _ random: inout SplitMix64) -> [Double] {
    var units: [Double] = []
    while units.count < days {
      let count = min(days - units.count, Int.random(in: 1...50, using: &random))
      switch Int.random(in: 0..<7, using: &random) {
      case 0: units += Array(repeating: 0, count: count)
      case 1: units += Array(repeating: .nan, count: count)
      case 2: units += (0..<count).map { _ in Double.random(in: 0..<100, using: &random) }
      case 3: units += (0..<count).map { _ in Double(Int.random(in: 0...9, using: &random)) }
      case 4: units += Array(repeating: 0x1p53 - 1, count: min(count, 3))
      case 5:
        units += (0..<min(count, 4)).map { _ in -Double(Int.random(in: 1...9, using: &random)) }
      default: units += (0..<count).map { _ in Double(Int.random(in: 0...1, using: &random)) }
      }
    }
    return Array(units.prefix(days))
  }

  @Test("any series comes back as it was", arguments: 0..<60)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let days = Int.random(in: 0...400, using: &random)
    var series = DemandSeries(start: Self.start, units: Self.randomUnits(days, &random))
    switch seed % 4 {
    case 1: series.prices = series.units.map { $0 == 0 ? .nan : 9.99 }
    case 2: series.prices = series.units.map { $0 > 5 ? 8.5 : ($0 == 1 ? .nan : 0) }
    case 3: series.prices = series.units.indices.map { $0 < 9 ? 1 : 2 }
    default: break
    }
    if seed % 3 == 0 { series.promotions = series.units.indices.map { $0 % 30 > 26 } }
    if seed % 5 < 2 { series.stockouts = series.units.indices.map { $0 % 50 < 3 } }
    #expect(Self.isSame(try DemandSeries(packed: series.packed()), series), "seed \(seed)")
  }

  @Test("bytes that were stored before there were stock-outs are read as before")
  func oldForm() throws {
    var writer = ByteWriter()
    writer.raw([2, 0x80, 0xB5, 0x02, 3, 0x82, 3, 0b11_10_01, 2, 1])
    writer.seal()
    let series = try DemandSeries(packed: writer.bytes)
    #expect(series.units == [1, 2, 3])
    #expect(series.promotions == [false, false, true])
    #expect(series.stockouts.isEmpty)
    #expect(series.packed() == writer.bytes)
  }

  @Test("what is seen on a day is cut or filled alike in all columns")
  func seen() {
    let series = DemandSeries(
      start: Self.start, units: [1, 2], prices: [3, 4], promotions: [true, false],
      stockouts: [false, true])
    #expect(series.seen(asOf: Self.start).stockouts == [false])
    #expect(series.seen(asOf: Self.start + 2).stockouts == [false, true, false])
    #expect(series.seen(asOf: Self.start - 1).stockouts == [])
  }

  @Test("two years without a sale take a few bytes")
  func zerosAreSmall() {
    let series = DemandSeries(start: Self.start, units: Array(repeating: 0, count: 730))
    #expect(series.packed().count < 20)
  }

  @Test("two years of retail demand take 400 to 700 bytes")
  func typicalSize() {
    var random = SplitMix64(seed: 7)
    let units = (0..<730).map { day in
      (0..<(day % 7 > 4 ? 16 : 10)).reduce(0.0) { sum, _ in sum + (random.uniform() < 0.5 ? 1 : 0) }
    }
    let prices = (0..<730).map { Float($0 / 90) + 9.99 }
    let promotions = (0..<730).map { $0 % 60 > 55 }
    let series = DemandSeries(
      start: Self.start, units: units, prices: prices, promotions: promotions)
    #expect((400...700).contains(series.packed().count))
  }

  @Test("every flipped bit is found")
  func flipsAreFound() {
    let series = DemandSeries(start: Self.start, units: [1, 2, 0.5, .nan], prices: [1, 1, 2, 2])
    let packed = series.packed()
    for bit in 0..<(packed.count * 8) {
      var damaged = packed
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: PackingError.corrupt) { try DemandSeries(packed: damaged) }
    }
  }

  @Test("hostile bytes under a good checksum are refused or read within limits", arguments: 0..<300)
  func hostile(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var writer = ByteWriter()
    writer.fixed(UInt8.random(in: 0...7, using: &random))
    writer.zigzag(20_000)
    writer.count(Int.random(in: 0...200, using: &random))
    for _ in 0..<Int.random(in: 0...80, using: &random) {
      writer.fixed(UInt8.random(in: 0...255, using: &random))
    }
    writer.seal()
    if let series = try? DemandSeries(packed: writer.bytes) {
      #expect(series.units.count <= 200, "seed \(seed)")
    }
  }

  @Test("more days than a series may have are refused")
  func tooManyDays() {
    var writer = ByteWriter()
    writer.fixed(UInt8(0))
    writer.zigzag(0)
    writer.count(DemandSeries.maximumDays + 1)
    writer.seal()
    #expect(throws: PackingError.self) { try DemandSeries(packed: writer.bytes) }
  }

  @Test("a price holds until the next one")
  func carriedPrices() {
    let series = DemandSeries(
      start: Self.start, units: [0, 1, 0, 2], prices: [.nan, 5, .nan, 4])
    #expect(series.carryingPrices().prices == [0, 5, 5, 4])
  }
}
