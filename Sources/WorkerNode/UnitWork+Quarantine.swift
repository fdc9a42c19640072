import Demand
import Forecasting
import Packing
import ShardStore
import Storage
import TrainerNode
import WireProtocol

/// The SKUs of a unit that no model could take.
struct Quarantine {
  /// How much longer the past must be than that on which a SKU took its trainer down for it to be
  /// tried again: a quarter, and at least four weeks.
  private static let growthShare = 4, leastGrowthDays = 28

  private(set) var entries: [(sku: SKU, entry: QuarantineEntry)] = []
  /// The run whose unit it is.
  let run: UInt64

  mutating func add(_ sku: SKU, _ entry: QuarantineEntry) {
    var entry = entry
    entry.reason = String(entry.reason.prefix(200))
    entries.append((sku, entry))
  }

  mutating func add(_ sku: SKU, _ reason: String) {
    add(sku, QuarantineEntry(reason: reason, run: run))
  }

  /// Takes a SKU that has no result, and why. One that took its trainer down is noted with what it
  /// did that on.
  mutating func add(
    _ item: ModelJobs.Item, _ error: any Error, _ settings: ModelJobs.Settings
  ) {
    var entry = QuarantineEntry(reason: "\(error)", run: run)
    if let error = error as? UnitWork.NoResult, error.costsTrainer {
      entry.ground = Self.ground(of: item, until: settings.asOf, settings)
    }
    add(item.sku, entry)
  }

  func outcome(skus count: Int, summary: [UInt8]) -> UnitOutcome {
    let named = entries.prefix(Limits.namedQuarantine).map {
      QuarantinedSKU(sku: $0.sku, reason: $0.entry.reason)
    }
    return UnitOutcome(
      skus: UInt64(count), quarantined: UInt64(entries.count), named: named, summary: summary)
  }

  // MARK: Held SKUs

  /// Whether a training leaves a SKU out: it took its trainer down, and what it did that on is as
  /// it was.
  static func isHeld(
    _ entry: QuarantineEntry, _ item: ModelJobs.Item, _ settings: ModelJobs.Settings
  ) -> Bool {
    guard entry.isHeld, let ground = entry.ground else { return false }
    let growth = settings.asOf - ground.day
    // An earlier day shows a part of what it failed on.
    guard growth >= 0 else { return true }
    let most = max(Self.leastGrowthDays, ground.days / Self.growthShare)
    return growth < most && self.ground(of: item, until: ground.day, settings) == ground
  }

  /// What a SKU is tried on: its demand until a day, and how it is tried.
  private static func ground(
    of item: ModelJobs.Item, until day: Day, _ settings: ModelJobs.Settings
  ) -> QuarantineEntry.Ground {
    var hash = XXH64()
    var writer = ByteWriter(capacity: 4_096)
    writer.count(settings.run.season)
    for model in settings.run.models.sorted() { writer.string(model) }
    var days = 0
    for part in item.demand.sorted(by: { $0.location < $1.location }) {
      let series = part.series
      let count = day - series.start + 1
      guard count > 0 else { continue }
      days = max(days, count)
      writer.blob(part.location.bytes)
      writer.zigzag(Int64(series.start.number))
      for index in 0..<count {
        // As all that is seen of a series: what was not heard of did not sell, prices stay.
        func value<Value>(_ values: [Value], _ other: Value) -> Value {
          index < values.count ? values[index] : other
        }
        writer.fixed(value(series.units, 0).bitPattern)
        writer.fixed(value(series.prices, series.prices.last ?? 0).bitPattern)
        writer.bool(value(series.promotions, false))
        writer.bool(value(series.stockouts, false))
      }
      hash.update(writer.bytes)
      writer = ByteWriter(capacity: 4_096)
    }
    hash.update(writer.bytes)
    return QuarantineEntry.Ground(day: day, days: days, hash: hash.digest())
  }
}

extension UnitWork {
  /// Why a SKU has no result.
  struct NoResult: Error, CustomStringConvertible {
    var description: String
    /// Whether a trainer was lost over it.
    var costsTrainer = false
  }

  func result(of outcome: ItemOutcome) throws(NoResult) -> [UInt8] {
    switch outcome {
    case .result(let bytes) where !bytes.isEmpty: return bytes
    case .result: throw NoResult(description: "the trainer could not read its data")
    case .failed(let reason):
      var costsTrainer = true
      if case .oversized = reason { costsTrainer = false }
      throw NoResult(description: "it \(reason)", costsTrainer: costsTrainer)
    }
  }

  /// The entries of the slice as they are stored. One that cannot be read holds nothing up.
  func knownQuarantine() throws(StorageError) -> [SKU: QuarantineEntry] {
    var known: [SKU: QuarantineEntry] = [:]
    for row in try reader.quarantine(shard: order.id.shard, slice: slice) {
      known[row.sku] =
        (try? QuarantineEntry(packed: row.value))
        ?? QuarantineEntry(reason: QuarantineEntry.reason(in: row.value), run: row.run)
    }
    return known
  }

  /// The SKUs that a training leaves out, because they took a trainer down before and would again.
  func heldBack(
    _ items: [ModelJobs.Item], _ settings: ModelJobs.Settings
  ) throws(StorageError) -> [SKU: QuarantineEntry] {
    let known = try knownQuarantine()
    guard !known.isEmpty else { return [:] }
    var held: [SKU: QuarantineEntry] = [:]
    for item in items {
      guard let entry = known[item.sku], Quarantine.isHeld(entry, item, settings) else { continue }
      held[item.sku] = entry
    }
    return held
  }

  func quarantineRows(_ quarantine: Quarantine) -> [StoredRow] {
    quarantine.entries.map { row($0.sku, nil, $0.entry.packed()) }
  }
}
