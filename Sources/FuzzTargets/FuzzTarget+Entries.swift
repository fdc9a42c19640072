import Demand
import Packing
import ShardStore
import Storage
import Synchronization
import TestSupport

extension FuzzTarget {
  /// What a primary sends to those that follow the log of a shard.
  static let entries = FuzzTarget(
    name: "entries", about: "entries of logs, as they are read and as a follower applies them",
    // The follower seldom: each input is a commit on the disk.
    readers: Array(repeating: entry, count: 15) + [EntryStore.follower])

  private static let entry = FuzzReader.packed(
    "log entry", { try LogSamples.entries() }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try LogEntryContent(packed: bytes) },
    use: { entry throws(Finding) in
      guard case .unit(let unit) = entry else { return }
      guard unit.slice.digests.contains(unit.slice.digests.upperBound) else {
        throw Finding("log entry: a slice of nothing")
      }
    })
}

/// Entries of every kind that a primary would make.
private enum LogSamples {
  static func entries() throws -> [LogEntryContent] {
    let sku = FuzzMarket.sku
    let place = FuzzMarket.place
    func row(_ value: [UInt8], at location: Location? = nil) -> StoredRow {
      StoredRow(sku: sku, location: location, run: 3, value: value)
    }
    var sales = SalesBatchWriter()
    var supply = SupplyBatchWriter()
    for day in 0..<3 {
      sales.append(
        SalesRow(sku: sku, location: place, day: FuzzMarket.asOf + day, units: 3))
    }
    for option in try FuzzMarket.supply().options { supply.append(sku, place, option) }
    var items = ItemBatchWriter()
    for item in FuzzMarket.items { items.append(sku, item) }
    var inventory = InventoryBatchWriter()
    inventory.append(sku, place, FuzzMarket.stock)
    let payloads: [(BatchTable, [UInt8])] = [
      (.salesAdding, sales.bytes), (.salesReplacing, sales.bytes), (.items, items.bytes),
      (.stock, inventory.bytes), (.supply, supply.bytes),
    ]
    let batches = payloads.map { table, payload in
      LogEntryContent.batch(
        BatchIdentity(
          source: SourceID(name: "a"), shard: 0, sequence: 1,
          chain: XXH64.hash(payload, seed: 0), isLast: true), table, payload: payload)
    }
    let unit = CompletedUnit(
      run: 3, shard: 0, slice: Slice(index: 0, of: 1), models: [row([1, 2])],
      forecasts: [row([3]), row([4], at: place)], plans: [row([5], at: place)], plansBefore: [],
      plansScenario: nil, quarantine: [row([6])], network: StoredNetwork(run: 3, bytes: [7]),
      summary: [8])
    return batches + [
      .unit(unit),
      .unit(CompletedUnit(run: 1, shard: 0, slice: Slice(index: 0, of: 1), summary: [])),
      .quarantine(QuarantineUpdate(.retry), shard: 0),
      .quarantine(QuarantineUpdate(.release, [sku]), shard: 0),
    ]
  }
}

/// A follower that has nothing yet of the one shard there is, whatever it took before.
private final class EntryStore {
  /// An entry is applied whole or not at all: what is stored afterwards is sound to the last sum,
  /// and the log is where the entry leads, or where it was.
  static let follower = FuzzReader(
    "log entry at a follower", seeds: { try LogSamples.entries().map { $0.packed() } }
  ) { bytes throws(Finding) in
    let result = shared.withLock { store -> Result<FuzzReader.Verdict, Finding> in
      do {
        let made = try store ?? EntryStore()
        store = made
        return .success(try made.check(bytes))
      } catch let finding as Finding {
        return .failure(finding)
      } catch {
        return .failure(Finding("log entry at a follower: \(error)"))
      }
    }
    return try result.get()
  }

  private static let shared = Mutex<EntryStore?>(nil)

  private let folder: TemporaryFolder
  private let writer: ShardWriter

  private init() throws {
    folder = try TemporaryFolder()
    writer = try ShardWriter(folder: folder.path, shardCount: 1)
  }

  private func check(_ bytes: [UInt8]) throws -> FuzzReader.Verdict {
    let start = LogPosition.start
    let outcome = writer.commit([
      .dropShard(0), .epoch(shard: 0, to: 1), .follow(shard: 0, after: start, entry: bytes),
    ]).last
    let position = try writer.position(of: 0)
    switch outcome {
    case .followed(let reached):
      guard reached == start.after(bytes), position == reached else {
        throw Finding("log entry at a follower: it leads to another position than is kept")
      }
      try checkWhole()
      return .taken
    case .some(let other) where Self.isRefusal(other):
      guard position == start else {
        throw Finding("log entry at a follower: it is refused, and moves the log")
      }
      try checkWhole()
      return .refused
    default: throw Finding("log entry at a follower: \(String(describing: outcome))")
    }
  }

  /// What cannot be applied here, though the primary did, makes this copy a damaged one.
  private static func isRefusal(_ outcome: WriteOutcome) -> Bool {
    switch outcome {
    case .refused(let reason): return !reason.isEmpty
    case .failed(let error):
      guard case .damagedRow(let table, _) = error.kind else { return false }
      return table == "log"
    default: return false
    }
  }

  private func checkWhole() throws {
    let scrub = try ShardScrub(folder: folder.path)
    while true {
      let step = try scrub.step(maximumBytes: 1 << 30, at: .now)
      if let first = step.findings.first {
        throw Finding("log entry at a follower: what it leaves is damaged: \(first)")
      }
      if step.endsRound { return }
    }
  }
}
