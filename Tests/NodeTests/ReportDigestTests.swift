import Demand
import Forecasting
import Packing
import ShardStore
import Testing
import WireProtocol

@testable import WorkerNode

@Suite("What many SKUs add up to")
struct ReportDigestTests {
  private let start = Day(year: 2025, month: 1, day: 1)
  private let days = 200
  private var asOf: Day { start + (days - 1) }

  private func known(_ name: String, every interval: Int, units: Double) throws
    -> ReportDigest.KnownSKU
  {
    var item = StoredItem(sku: try SKU(name))
    item.item = Item(category: name.hasPrefix("A") ? "tea" : "", price: 2)
    let sold = (0..<days).map { (day: Int) -> Double in
      day % interval == 0 ? units + Double((day * 31) % 11) : 0
    }
    let series = DemandSeries(start: start, units: sold)
    item.series = [Located(try Location("north"), series)]
    var known = ReportDigest.KnownSKU(item: item)
    known.model = ItemModel.fit(
      item.demand, asOf: asOf, settings: FitSettings(candidates: [.seasonalNaive, .tsb]))
    let forecast = Forecast.nothing(days: 7)
    known.forecasts = [ForecastValue(asOf: asOf, forecast: forecast.packed())]
    return known
  }

  private func digest() throws -> ReportDigest {
    var digest = ReportDigest()
    for number in 0..<30 {
      var known = try known("A-\(number)", every: 1 + number % 5, units: Double(number))
      if number == 7 { known.quarantine = "it \u{1F9E6} trapped" }
      digest.add(known, asOf: asOf)
    }
    return digest
  }

  @Test("counts each SKU once in every table")
  func counts() throws {
    let digest = try digest()
    #expect(digest.skus == 30 && digest.modelled == 30 && digest.forecast == 30)
    #expect(digest.byPattern.values.reduce(0) { $0 + $1.skus } == 30)
    #expect(digest.byValue.values.reduce(0) { $0 + $1.skus } == 30)
    #expect(digest.byCategory.map(\.key) == ["tea"])
    #expect(digest.errors.reduce(0, +) + digest.untested == 30)
    #expect(digest.reasons == ["it \u{1F9E6} trapped": 1] && digest.quarantined == 1)
    #expect(digest.history.count == ReportDigest.historyDays && digest.expected.count == 7)
    #expect(digest.worst.count == ReportDigest.mostNamed)
    #expect(digest.worst.map(\.valuePerDay) == digest.worst.map(\.valuePerDay).sorted(by: >))
  }

  @Test("is read back as it was, and damaged bytes are refused or read, never a trap")
  func packing() throws {
    let digest = try digest()
    let bytes = digest.packed()
    #expect(try ReportDigest(packed: bytes) == digest)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: PackingError.self) {
        _ = try ReportDigest(packed: Array(bytes.prefix(length)))
      }
    }
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0xFF
      _ = try? ReportDigest(packed: damaged)
    }
  }

  @Test("has few bytes, however many SKUs there are")
  func size() throws {
    let known = try known("A-1", every: 1, units: 3)
    var digest = ReportDigest()
    for number in 0..<512 {
      var known = known
      known.item.sku = try SKU("\(number)")
      known.item.item?.category = String(repeating: "\(number % 500) ", count: 60)
      known.quarantine = String(repeating: "\u{1F9E6}", count: 400) + "\(number)"
      digest.add(known, asOf: asOf)
    }
    #expect(digest.packed().count < Limits.payloadBytes)
    #expect(try ReportDigest(packed: digest.packed()) == digest)
  }

  @Test("merges into the same whatever was added before")
  func merging() throws {
    let one = try digest()
    var empty = ReportDigest()
    empty.merge(one)
    #expect(empty == one)
    var two = one
    two.merge(one)
    #expect(two.skus == 60 && two.worst.count == ReportDigest.mostNamed)
    #expect(two.byCategory["tea"]?.value == 2 * (one.byCategory["tea"]?.value ?? 0))
  }

  @Test(
    "tells patterns of demand apart",
    arguments: [
      ([5, 6, 5, 4, 5, 6, 5], DemandPattern.smooth), ([1, 30, 2, 1, 40, 1, 2], .erratic),
      ([0, 0, 5, 0, 0, 5, 0, 0, 6, 0, 5], .intermittent),
      ([1, 0, 0, 30, 0, 0, 1, 0, 0, 45], .lumpy), ([0, 0, 3, 0, 1], .rare), ([], .rare),
    ])
  func patterns(units: [Double], pattern: DemandPattern) {
    #expect(DemandPattern(units) == pattern)
    #expect(DemandPattern([0, 0] + units + [.nan]) == pattern)
  }
}
