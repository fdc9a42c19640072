import Demand
import Forecasting
import Packing
import Testing

@testable import WorkerNode

@Suite("What training came to")
struct TrainSummaryTests {
  private let start = Day(year: 2025, month: 1, day: 1)

  private func item(days: Int) throws -> [LocationDemand] {
    let units = (0..<days).map { (day: Int) -> Double in
      let noise = (day * 7_919) % 5
      return Double(3 + day % 7 + noise)
    }
    return [
      LocationDemand(
        location: try Location("north"), series: DemandSeries(start: start, units: units))
    ]
  }

  private func model(_ names: [ModelName], days: Int = 60) throws -> ItemModel {
    ItemModel.fit(
      try item(days: days), asOf: start + (days - 1), settings: FitSettings(candidates: names))
  }

  @Test("counts models by name, and SKUs that fell back to what was not asked for")
  func counts() throws {
    var sum = TrainSummary(try model([.seasonalNaive]), asked: [.seasonalNaive])
    sum.merge(TrainSummary(try model([.croston]), asked: [.croston]))
    sum.merge(TrainSummary(try model([.fallback]), asked: [.fallback]))
    #expect(sum.chosen == [.seasonalNaive: 1, .fallback: 2])
    #expect(sum.fellBack == 1)
    #expect(try TrainSummary(packed: sum.packed()) == sum)
  }

  @Test("counts what was kept and what was fitted again")
  func renewals() throws {
    let settings = FitSettings(
      candidates: [.arima], arima: ArimaOptions(order: .init(0, 0, 0, hasConstant: true)))
    let first = ItemModel.fit(try item(days: 60), asOf: start + 59, settings: settings)
    let kept = first.renewed(try item(days: 62), asOf: start + 61, settings: settings)
    var corrected = try item(days: 62)
    corrected[0].series.units[3] += 1
    let again = first.renewed(corrected, asOf: start + 61, settings: settings)
    var sum = TrainSummary(first, asked: [.arima])
    sum.merge(TrainSummary(kept, asked: [.arima]))
    sum.merge(TrainSummary(again, asked: [.arima]))
    #expect(sum.kept == 1 && sum.refitted == 1)
  }

  @Test("a summary that is cut short is refused")
  func cutShort() throws {
    let bytes = TrainSummary(try model([.seasonalNaive]), asked: [.seasonalNaive]).packed()
    // Twelve counts of 0 and a list of none: a summary from before days were counted lacks these.
    let counts = 13
    for length in 0..<bytes.count where length != bytes.count - counts {
      #expect(throws: PackingError.self) { try TrainSummary(packed: Array(bytes[..<length])) }
    }
    let old = try TrainSummary(packed: Array(bytes.dropLast(counts)))
    #expect(old == (try TrainSummary(packed: bytes)))
  }

  @Test("counts SKUs and days by what was done to them, and names the first with outliers")
  func cleaning() throws {
    var units = (0..<90).map { Double(2 + $0 % 3) }
    units[9] = -1
    units[10] = 0
    units[40] = 900
    let stockouts = units.indices.map { $0 >= 85 }
    let series = DemandSeries(start: start, units: units, stockouts: stockouts)
    let demand = try ["north", "south"].map {
      LocationDemand(location: try Location($0), series: series)
    }
    var sum = CleaningSum()
    for name in ["a", "b", "c", "d", "e", "f"] {
      sum.merge(CleaningSum(try SKU(name), demand, events: [], asOf: series.end + 3))
    }
    func isEqual(_ count: CleaningSum.Count, _ skus: Int, _ days: Int) -> Bool {
      count.skus == skus && count.days == days
    }
    #expect(isEqual(sum.idle, 6, 48) && isEqual(sum.trailing, 6, 36))
    #expect(isEqual(sum.stockouts, 6, 60) && isEqual(sum.keptStockouts, 0, 0))
    #expect(isEqual(sum.returns, 6, 12) && isEqual(sum.outliers, 6, 12))
    #expect(sum.outlierSKUs.map(\.description) == ["a", "b", "c", "d", "e"])
    let whole = TrainSummary(try model([.seasonalNaive]), asked: [.seasonalNaive], cleaning: sum)
    #expect(try TrainSummary(packed: whole.packed()) == whole)
  }

  @Test("a stored model comes back with its time, one without a time is read as well")
  func storedModel() throws {
    let model = try model([.seasonalNaive])
    let stored = try StoredModel(
      packed: StoredModel(model: model, microseconds: 1_234).packed())
    #expect(stored.microseconds == 1_234)
    #expect(stored.model.packed() == model.packed())
    let bare = try StoredModel(packed: model.packed())
    #expect(bare.microseconds == nil)
    #expect(bare.model.packed() == model.packed())
  }
}
