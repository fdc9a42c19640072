import Coordination
import Demand
import Packing
import WireProtocol

/// What is known to be so, against which everything that happens is held.
struct Ledger {
  /// The placement that is durable, and the identity.
  var placement: Placement?
  var clusterID: UInt64?
  var document: Document?
  /// The networks that are durable, and the one that each run used: fixed by its first unit.
  var networks: [UInt64: [UInt8]] = [:]
  var networkOfRun: [UInt64: UInt64] = [:]
  /// The version of the document on which the pricing of each run rests.
  var documentOfRun: [UInt64: UInt64] = [:]
  /// The rows that were there when a shard was first counted for a run.
  var surveyed: [UInt64: [Int: [UInt64]]] = [:]
  /// The worker that wrote to a shard under an epoch: there may be one only.
  var writers: [Int: [UInt64: NodeName]] = [:]
  /// The day of each run, and into how many slices it cuts each shard: fixed when its first unit is
  /// done, whatever happens to the coordinator.
  var days: [UInt64: Day] = [:]
  var slices: [UInt64: [Int: Int]] = [:]
  /// The second in which messages are counted, and how many were sent in it.
  var second: Int64 = 0
  var messages = 0
}

/// The promises that are checked while things happen.
extension World {
  /// The most messages in a second of so small a world; more is a storm that feeds itself.
  private static let messagesPerSecond = 10_000

  /// What is asked again is asked at a pace: an answer to every answer would never end.
  func countMessage() {
    let second = now.milliseconds / 1_000
    if second != ledger.second { ledger.messages = 0 }
    ledger.second = second
    ledger.messages += 1
    if ledger.messages > Self.messagesPerSecond { violate("a storm of messages") }
  }

  // MARK: The coordinator

  /// Placements only go forward: no epoch falls, and a new primary has a new epoch.
  func checkStored(_ key: String, _ value: [UInt8]?) {
    guard let value, var reader = try? ByteReader(verifyingChecksum: value) else { return }
    if key == "cluster" { ledger.clusterID = try? reader.fixed() }
    if key == "document", let document = try? Document(from: &reader) {
      ledger.document = document
      checkLine(of: document.version, \.document, "document")
    }
    if let run = Self.run(of: key) { checkLine(of: run, \.run, "run") }
    if key.hasPrefix("network/"), let network = try? LearnedNetwork(from: &reader) {
      if let known = ledger.networks[network.run], known != network.bytes {
        violate("the network of run \(network.run) was stored twice, and not the same")
      }
      ledger.networks[network.run] = network.bytes
    }
    guard key == "placement", let next = try? Placement(from: &reader) else { return }
    if let last = ledger.placement {
      if next.version < last.version { violate("placement \(next.version) after \(last.version)") }
      for (shard, (old, new)) in zip(last.assignments, next.assignments).enumerated()
      where new.epoch < old.epoch || (new.epoch == old.epoch && new.primary != old.primary) {
        violate("shard \(shard) goes from \(old) to \(new)")
      }
    }
    ledger.placement = next
  }

  /// The run whose record a key names, its shards' records apart.
  private static func run(of key: String) -> UInt64? {
    let parts = key.split(separator: "/")
    return parts.count == 2 && parts[0] == "run" ? UInt64(parts[1], radix: 16) : nil
  }

  /// No change is stored whose line is not in the audit, or is said there not to have happened.
  private func checkLine(
    of number: UInt64, _ path: KeyPath<AuditEntry, UInt64?>, _ what: String
  ) {
    let last = coordinator.audit.last { $0[keyPath: path] == number }
    if last?.result != .accepted {
      violate("\(what) \(number) is stored, the audit has \(last.map { "\($0)" } ?? "no line")")
    }
  }

  /// Nothing is told that is not durable.
  func checkTold(_ frame: Frame, to endpoint: Endpoint) {
    switch (frame.message, endpoint) {
    case (.welcome(let welcome), _):
      if welcome.clusterID != ledger.clusterID { violate("a worker is told a cluster too early") }
    case (.map(let map), _):
      let isKnown = map.placement.version == 0 || map.placement == ledger.placement
      if !isKnown, map.placement.version >= ledger.placement?.version ?? 0 {
        violate("a client is told placement \(map.placement.version) before it is durable")
      }
    case (.orders(let orders), .worker(let name)):
      for owned in orders.owned {
        let place = ledger.placement?.assignments[owned.shard]
        let isDurable =
          place.map { owned.epoch < $0.epoch || owned.epoch == $0.epoch && $0.primary == name }
        if isDurable != true { violate("\(name) is told to own \(owned) before it is durable") }
      }
    case (.network(let network), _):
      if ledger.networks[network.run] != network.bytes {
        violate("a worker is told the network of run \(network.run) before it is durable")
      }
    case (.unitOrder(let order), _):
      if order.network > 0, ledger.networks[order.network] == nil {
        violate("a unit of run \(order.id.run) is given out before its network is durable")
      }
      checkPlanIsStored(order)
    default: break
    }
  }

  // MARK: Workers

  /// A worker takes writes only for shards that the durable placement gives to it under that very
  /// epoch, and only where its own disk knows of it.
  func checkGrants(of name: NodeName) {
    guard let process = workers[name], let machine = process.machine else { return }
    for (shard, epoch) in machine.writable {
      let place = ledger.placement?.assignments[shard]
      if place?.primary != name || place?.epoch != epoch {
        violate(
          "\(name) takes writes for shard \(shard) under epoch \(epoch), the placement has "
            + "\(place?.epoch ?? 0) at \(place?.primary?.text ?? "nobody")")
      }
      if process.shards[shard]?.epoch != epoch {
        violate("\(name) serves shard \(shard) under an epoch that it did not keep")
      }
    }
  }

  /// Whatever is written to a shard is written by its primary under its epoch.
  func checkWrite(to shard: Int, epoch: UInt64, on name: NodeName) {
    guard let place = ledger.placement?.assignments[shard] else {
      return violate("\(name) wrote to shard \(shard) before any placement")
    }
    if place.primary != name || place.epoch != epoch {
      violate(
        "\(name) wrote to shard \(shard) under epoch \(epoch), the placement has "
          + "\(place.epoch) at \(place.primary?.text ?? "nobody")")
    }
    if let other = ledger.writers[shard]?[epoch], other != name {
      violate("\(name) and \(other) wrote to shard \(shard) under epoch \(epoch)")
    }
    ledger.writers[shard, default: [:]][epoch] = name
  }

  func checkDrop(_ shard: Int, on name: NodeName) {
    if ledger.placement?.assignments[shard].primary == name {
      violate("\(name) drops shard \(shard), which the placement gives to it")
    }
  }

  /// A run has one day, and cuts a shard once.
  func checkCut(_ order: UnitOrder) {
    let run = order.id.run
    if let day = ledger.days[run], day != order.asOf {
      violate("run \(run) stands on \(day) and on \(order.asOf)")
    }
    if let slices = ledger.slices[run]?[order.id.shard], slices != order.sliceCount {
      violate("run \(run) cuts shard \(order.id.shard) by \(slices) and by \(order.sliceCount)")
    }
    ledger.days[run] = order.asOf
    ledger.slices[run, default: [:]][order.id.shard] = order.sliceCount
  }
}
