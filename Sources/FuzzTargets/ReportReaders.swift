import Demand
import Forecasting
import Packing
import Replenishment
import ShardStore
import WireProtocol
import WorkerNode

/// What clients make plots and reports of, as workers send it.
enum ReportReaders {
  /// What SKUs add up to.
  static let digest = FuzzReader.packed(
    "digest", { [try sums(), ReportDigest()] }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try ReportDigest(packed: bytes) },
    use: { digest throws(Finding) in
      var twice = digest
      twice.merge(digest)
      _ = twice.packed()
      // Merging puts the worst first, whatever came; nothing else changes, and no more after that.
      var (once, again) = (ReportDigest(), ReportDigest())
      once.merge(digest)
      again.merge(once)
      guard again == once, (try? ReportDigest(packed: once.packed())) == once else {
        throw Finding("digest: what it adds up to cannot be sent, or adds up to something else")
      }
    })

  /// The rows of a chunk.
  static let rows = FuzzReader.packed(
    "exported rows",
    {
      let (sku, place) = (FuzzMarket.sku, FuzzMarket.place)
      return [
        [
          ExportedRow(sku: sku, location: nil, run: 1 << 40, value: [1, 2, 3]),
          ExportedRow(sku: sku, location: place, run: 0, value: []),
        ], [],
      ]
    },
    pack: { ExportedRow.pack($0) },
    read: { bytes throws(PackingError) in try ExportedRow.unpack(bytes) })

  static let forecastValue = FuzzReader.packable("value of a forecast") {
    [ForecastValue(asOf: FuzzMarket.asOf, forecast: Forecast.nothing(days: 7).packed())]
  }

  /// A dozen SKUs with all that there is of one.
  private static func sums() throws -> ReportDigest {
    let made = try FuzzTarget.Made.shared.get()
    let plans = try PricingTalk.shared.get().plans
    var digest = ReportDigest()
    for (number, known) in try FuzzMarket.cases().enumerated() {
      var item = StoredItem(sku: known.sku)
      item.item = known.item
      item.series = try FuzzMarket.demand().map { Located($0.location, $0.series) }
      var sku = ReportDigest.KnownSKU(item: item)
      sku.model = number % 3 == 0 ? nil : made.item
      sku.forecasts = known.locations.map {
        ForecastValue(asOf: FuzzMarket.asOf, forecast: $0.forecast.packed())
      }
      sku.plans = plans.dropFirst(number).prefix(2).map { (FuzzMarket.place, $0) }
      sku.quarantine = number % 5 == 4 ? "größe" : nil
      digest.add(sku, asOf: FuzzMarket.asOf)
    }
    return digest
  }
}
