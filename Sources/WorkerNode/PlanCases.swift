import Demand
import Packing
import Replenishment
import ShardStore
import WireProtocol

/// Puts together what SKUs are planned by, from the rows of a shard.
struct PlanCases {
  let reader: ShardReader
  let shard: Int
  let horizonDays: Int

  /// What a slice holds.
  struct Read {
    /// What can be planned, in order.
    var cases: [ItemCase] = []
    /// What sold and has no forecast: it came after the forecast run, and to plan it as if nothing
    /// sold would be a lie.
    var unforecast: [SKU] = []

    var count: Int { cases.count + unforecast.count }
  }

  /// The SKUs of a slice.
  func read(_ slice: Slice) throws -> Read {
    let stored = try reader.items(shard: shard, slice: slice, withDemand: false)
    let forecasts = try forecasts(slice)
    let plans = try plansBefore(slice)
    var read = Read()
    for item in stored {
      let known = forecasts[item.sku] ?? [:]
      if known.isEmpty, try reader.item(item.sku)?.series.isEmpty == false {
        read.unforecast.append(item.sku)
      } else {
        read.cases.append(planned(item, known, plans[item.sku] ?? [:]))
      }
    }
    return read
  }

  /// Shows what can be planned of the whole shard, in order.
  func forEach(_ body: (ItemCase) throws -> Void) throws {
    let count = Slice.count(forSKUs: try reader.summary(of: shard).skuCount)
    for index in 0..<count {
      for known in try read(Slice(index: index, of: count)).cases { try body(known) }
    }
  }

  private func forecasts(_ slice: Slice) throws -> [SKU: [Location: Forecast]] {
    var forecasts: [SKU: [Location: Forecast]] = [:]
    for row in try reader.rows(.forecast, shard: shard, slice: slice) {
      guard let location = row.location else { continue }
      var bytes = ByteReader(row.value)
      let value = try ForecastValue(from: &bytes)
      forecasts[row.sku, default: [:]][location] = try Forecast(packed: value.forecast)
    }
    return forecasts
  }

  /// What was planned last. A plan that cannot be read is as good as none: it only keeps what
  /// changes little as it was.
  private func plansBefore(_ slice: Slice) throws -> [SKU: [Location: LocationPlan]] {
    var plans: [SKU: [Location: LocationPlan]] = [:]
    for row in try reader.rows(.plan, shard: shard, slice: slice) {
      guard let location = row.location, let plan = try? LocationPlan(packed: row.value) else {
        continue
      }
      plans[row.sku, default: [:]][location] = plan
    }
    return plans
  }

  /// A SKU at every location that has a forecast or stock.
  private func planned(
    _ item: StoredItem, _ forecasts: [Location: Forecast], _ plans: [Location: LocationPlan]
  ) -> ItemCase {
    let stock = Dictionary(item.stock.map { ($0.location, $0.value) }, uniquingKeysWith: { $1 })
    let locations = Set(forecasts.keys).union(stock.keys).sorted()
    return ItemCase(
      sku: item.sku, item: item.item,
      locations: locations.map { location in
        LocationCase(
          location: location,
          forecast: forecasts[location] ?? .nothing(days: horizonDays),
          stock: stock[location], options: item.options(at: location),
          previous: plans[location])
      })
  }
}
