import Demand
import Packing
import Replenishment
import ShardStore
import WireProtocol

/// What the SKUs of a shard add up to, some at a time, for a report.
enum DigestRows {
  /// SKUs of a digest. How a shard is cut depends on its SKUs alone, so that sums have the same
  /// bits whoever adds them.
  private static let skusPerDigest = 512

  static func chunk(
    asOf: Day?, _ request: RowsRequest, _ reader: ShardReader
  ) throws -> RowsChunk {
    let shard = request.shard
    guard let last = try asOf ?? reader.summary(of: shard).latestSalesDay ?? nil else {
      // Nothing ever sold: what there is is counted all the same, up to the first day of all.
      return try chunk(until: Day.supported.lowerBound, request, reader)
    }
    return try chunk(until: last, request, reader)
  }

  private static func chunk(
    until last: Day, _ request: RowsRequest, _ reader: ShardReader
  ) throws -> RowsChunk {
    let start = request.cursor.isEmpty ? nil : try SKU(bytes: request.cursor)
    var digest = ReportDigest()
    var items: [StoredItem] = []
    // Every hash is at or below the highest.
    let next = try reader.sample(shard: request.shard, threshold: .max, after: start) { item in
      items.append(item)
      return items.count < skusPerDigest
    }
    for item in items { digest.add(try known(item, reader), asOf: last) }
    return RowsChunk(shard: request.shard, rows: digest.packed(), next: next?.bytes)
  }

  /// What there is of a SKU. Results that cannot be read are as good as none.
  private static func known(
    _ item: StoredItem, _ reader: ShardReader
  ) throws -> ReportDigest.KnownSKU {
    var known = ReportDigest.KnownSKU(item: item)
    known.model = try reader.rows(.model, for: [item.sku]).first.flatMap {
      try? StoredModel(packed: $0.value).model
    }
    // The total of all locations is what they add up to.
    known.forecasts = try reader.forecasts(for: [item.sku]).compactMap { row in
      guard row.location != nil else { return nil }
      var bytes = ByteReader(row.value)
      return try? ForecastValue(from: &bytes)
    }
    known.plans = try reader.rows(.plan, for: [item.sku]).compactMap { row in
      guard let location = row.location, let plan = try? LocationPlan(packed: row.value) else {
        return nil
      }
      return (location, plan)
    }
    known.quarantine = try reader.rows(.quarantine, for: [item.sku]).first.map {
      QuarantineEntry.reason(in: $0.value)
    }
    return known
  }
}
