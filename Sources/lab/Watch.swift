import ClientNode
import Demand
import Packing
import Threading
import WireProtocol

/// The threads that look at a cluster all the time as its clients would: one asks how it is, the
/// others read a SKU of every shard again and again.
struct Watch {
  /// How many read.
  private static let readers = 3
  private static let statusTurnMilliseconds = 50
  private static let readTurnMilliseconds = 5

  private let stopping: Stopping
  private let threads: [Thread]

  /// Starts looking at the cluster of a folder. Reads may give the values that are `allowed`, where
  /// it is known which those are.
  init(
    _ folder: String, skus: [SKU], allowed: Set<UInt64>?, _ observations: Observations,
    with above: Stopping
  ) throws {
    let stopping = Stopping(with: above)
    self.stopping = stopping
    var threads = [
      try Thread(name: "status") { Self.watchStatus(folder, observations, stopping) }
    ]
    for reader in 0..<Self.readers {
      let own = skus.indices.filter { $0 % Self.readers == reader }.map { skus[$0] }
      threads.append(
        try Thread(name: "reader-\(reader)") {
          Self.read(own, reader, folder, allowed, observations, stopping)
        })
    }
    self.threads = threads
  }

  /// Stops looking.
  func stop() {
    stopping.request()
    for thread in threads { thread.join() }
  }

  private static func watchStatus(
    _ folder: String, _ observations: Observations, _ stopping: Stopping
  ) {
    var patience = Patience()
    (patience.contact, patience.answer, patience.resend) = (500, 1_000, 300)
    var client: ClusterClient?
    let clock = MonotonicClock()
    while !stopping.isRequested {
      let askedAt = clock.now
      do {
        let open = try client ?? ClusterClient(ClusterAccess(folder: folder), patience: patience)
        client = open
        observations.take(SeenStatus(try open.statusText()), askedAt: askedAt)
      } catch {
        client = nil
        if !stopping.isRequested { observations.take(nil, askedAt: askedAt) }
      }
      try? stopping.sleep(milliseconds: statusTurnMilliseconds)
    }
  }

  private static func read(
    _ skus: [SKU], _ reader: Int, _ folder: String, _ allowed: Set<UInt64>?,
    _ observations: Observations, _ stopping: Stopping
  ) {
    var patience = Patience()
    // So that it ends with the lab, also where something is never served again.
    patience.workers = 15_000
    var client: ClusterClient?
    var isOpen = false
    while !stopping.isRequested {
      for sku in skus {
        // What was not answered stays open: it is the same read, asked again.
        if !isOpen { observations.beginRead(reader, of: "\(sku)") }
        isOpen = true
        do {
          let open = try client ?? ClusterClient(ClusterAccess(folder: folder), patience: patience)
          client = open
          let values = try hashes(of: sku, open)
          observations.endRead(reader, values: values)
          isOpen = false
          if let allowed, !allowed.isSuperset(of: values) {
            observations.complain(of: "\(sku)")
          }
        } catch {
          observations.failRead("\(error)")
          client = nil
        }
        guard (try? stopping.sleep(milliseconds: readTurnMilliseconds)) != nil else { return }
      }
    }
  }

  /// What a read gives, in hashes: one for each series of the SKU.
  private static func hashes(
    of sku: SKU, _ client: ClusterClient
  ) throws(ClientError) -> [UInt64] {
    var values: [UInt64] = []
    try ForecastReader(client).read([sku]) { _, record throws(ClientError) in
      for (place, series) in record.series.enumerated() {
        values.append(XXH64.hash(series.value, seed: sku.digest &+ UInt64(place)))
      }
    }
    return values
  }
}
