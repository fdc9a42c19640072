import Demand
import Packing
import ShardStore
import Storage

extension FuzzTarget {
  /// What the store keeps and batches carry, and the coordinator's records.
  static let values = FuzzTarget(
    name: "values",
    about: "series, forecasts, batches, documents, seals, a coordinator's records, backups",
    readers: [
      series, forecast, document, salesBatch, itemBatch, supplyBatch, inventoryBatch, supplyList,
      item, stock, cursor, seal, RecordReaders.coordinator, BackupReaders.cut, BackupReaders.block,
      BackupReaders.records, BackupReaders.recordList,
    ])

  private static let day = Day(number: 20_777)

  private static let series = FuzzReader.sealed(
    "series",
    {
      let units: [Double] =
        [1, 2, 3, .nan, .nan, 0.5, 1e9] + Array(repeating: 0, count: 40)
        + (0..<64).map { Double($0 * $0) }
      let prices = units.indices.map { $0 % 9 == 0 ? Float.nan : Float($0 / 30) + 0.5 }
      return [
        DemandSeries(start: day, units: units),
        DemandSeries(
          start: day, units: units, prices: prices, promotions: units.indices.map { $0 % 7 == 3 }),
        DemandSeries(
          start: day, units: units.map { -$0 }, stockouts: units.indices.map { $0 % 5 < 2 }),
        DemandSeries(start: day, units: []),
      ]
    },
    pack: { $0.packed() }, read: { bytes throws(PackingError) in try DemandSeries(packed: bytes) },
    use: { series throws(Finding) in
      let isWhole =
        series.units.count <= DemandSeries.maximumDays
        && series.units.allSatisfy { $0.isNaN || $0.isFinite }
        && series.carryingPrices().prices.allSatisfy(\.isFinite)
      guard isWhole else { throw Finding("series: holds what is no demand") }
    })

  private static let forecast = FuzzReader.sealed(
    "forecast",
    {
      let levels = Quantiles.levels.count
      return [0, 1, 9, 28, 91].flatMap { horizon in
        [1, 7, 1_000].map { period in
          let mean = (0..<horizon).map { Double($0 % period) + 0.25 }
          return Forecast(
            mean: mean,
            quantiles: mean.flatMap { mean in (0..<levels).map { mean * Double($0) } },
            cumulative: Quantiles.spans(within: horizon).flatMap { span in
              (0..<levels).map { Double(span * $0) }
            })
        }
      }
    },
    pack: { $0.packed() }, read: { bytes throws(PackingError) in try Forecast(packed: bytes) },
    use: { forecast throws(Finding) in
      let numbers = forecast.mean + forecast.quantiles + forecast.cumulative
      guard numbers.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
        throw Finding("forecast: holds what is no demand")
      }
    })

  private static let document = FuzzReader.packed(
    "document",
    {
      var eventless = try FuzzMarket.document()
      eventless.events = []
      return [try FuzzMarket.document(), eventless]
    }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try PlanningDocument(packed: bytes) },
    use: { document throws(Finding) in
      let calendar = EventCalendar(document.events)
      let own = calendar.events(of: FuzzMarket.sku, category: "toys")
      let any = calendar.events(ofAny: [(sku: FuzzMarket.sku, category: "toys")])
      guard own == any, own.count <= document.events.count else {
        throw Finding("document: an item has other events alone than among others")
      }
    })

  private static let supplyList = FuzzReader.packed(
    "supply", { [SupplyList(), try FuzzMarket.supply()] }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try SupplyList(packed: bytes) })

  private static let item = FuzzReader.packed(
    "item", { FuzzMarket.items }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try Item(packed: bytes) })

  private static let stock = FuzzReader.packed(
    "stock", { [FuzzMarket.stock, Stock(onHand: -3)] }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try Stock(packed: bytes) })

  private static let cursor = FuzzReader.packed(
    "cursor",
    {
      [
        RowCursor(sku: try SKU("A"), location: nil),
        RowCursor(sku: try SKU("größe"), location: try Location("north")),
      ]
    }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try RowCursor(packed: bytes) })

  /// A seal opens what it closed under the same key, and no other bytes.
  private static let seal = FuzzReader(
    "seal", seeds: { [[1, 2, 3], Seal(table: 20).key(1).key([2]).close([4, 5])] },
    check: { bytes throws(Finding) in
      let seal = Seal(table: 20).key(1).key([2])
      guard seal.open(seal.close(bytes)) == bytes else {
        throw Finding("seal: does not open what it closed")
      }
      guard let value = seal.open(bytes) else { return .refused }
      guard seal.close(value) == bytes else { throw Finding("seal: opens what it never closed") }
      return .taken
    })

  // MARK: Batches

  /// The rows as another reader that must agree sees them, where there is one.
  private static let salesBatch = FuzzReader.packed(
    "batch of sales",
    {
      let rows = [
        SalesRow(sku: try SKU("A"), location: try Location("n"), day: day, units: 3, price: 9.5),
        SalesRow(sku: try SKU("A"), location: try Location("n"), day: day + 1, units: 0.25),
        SalesRow(
          sku: try SKU("größe"), location: try Location("south"), day: day, units: 1e9,
          promotion: true),
        SalesRow(
          sku: try SKU("größe"), location: try Location("south"), day: day, units: -2.5,
          outOfStock: true),
      ]
      return [rows, []]
    },
    pack: { rows in
      var writer = SalesBatchWriter()
      for row in rows { writer.append(row) }
      return writer.bytes
    },
    read: { bytes throws(PackingError) in
      var reader = SalesBatchReader(bytes)
      var rows: [SalesRow] = []
      while let row = try reader.next() { rows.append(row) }
      return rows
    },
    use: { rows throws(Finding) in
      var writer = SalesBatchWriter()
      for row in rows { writer.append(row) }
      var cursor = SalesBatchCursor(writer.bytes)
      var count = 0
      while (try? cursor.next()) == true { count += 1 }
      guard count == rows.count else {
        throw Finding("batch of sales: \(rows.count) rows, the cursor sees \(count)")
      }
    })

  private static let itemBatch = FuzzReader.packed(
    "batch of items", { [FuzzMarket.items.map { (FuzzMarket.sku, $0) }] },
    pack: { rows in
      var writer = ItemBatchWriter()
      for row in rows { writer.append(row.0, row.1) }
      return writer.bytes
    },
    read: { bytes throws(PackingError) in
      var reader = ItemBatchReader(bytes)
      var rows: [(SKU, Item)] = []
      while let row = try reader.next() { rows.append((row.sku, row.item)) }
      return rows
    })

  private static let supplyBatch = FuzzReader.packed(
    "batch of supply",
    { [try FuzzMarket.supply().options.map { (FuzzMarket.sku, FuzzMarket.place, $0) }] },
    pack: { (rows: [(SKU, Location?, SupplyOption)]) in
      var writer = SupplyBatchWriter()
      for row in rows { writer.append(row.0, row.1, row.2) }
      return writer.bytes
    },
    read: { bytes throws(PackingError) in
      var reader = SupplyBatchReader(bytes)
      var rows: [(SKU, Location?, SupplyOption)] = []
      while let row = try reader.next() { rows.append((row.sku, row.location, row.option)) }
      return rows
    })

  private static let inventoryBatch = FuzzReader.packed(
    "batch of stock", { [[(FuzzMarket.sku, FuzzMarket.place, FuzzMarket.stock)]] },
    pack: { (rows: [(SKU, Location, Stock)]) in
      var writer = InventoryBatchWriter()
      for row in rows { writer.append(row.0, row.1, row.2) }
      return writer.bytes
    },
    read: { bytes throws(PackingError) in
      var reader = InventoryBatchReader(bytes)
      var rows: [(SKU, Location, Stock)] = []
      while let row = try reader.next() { rows.append((row.sku, row.location, row.stock)) }
      return rows
    })
}
