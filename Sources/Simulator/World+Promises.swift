import Coordination
import Packing
import WireProtocol

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
    if key == "nodes" { checkRetired(value) }
    if let run = Self.run(of: key) { checkLine(of: run, \.run, "run") }
    if key.hasPrefix("network/"), let network = try? LearnedNetwork(from: &reader) {
      if let known = ledger.networks[network.run], known != network.bytes {
        violate("the network of run \(network.run) was stored twice, and not the same")
      }
      ledger.networks[network.run] = network.bytes
    }
    guard key == "placement", let next = Self.placement(value) else { return }
    coordinator.placementsInStore.removeAll { $0.version <= next.version }
    let last = ledger.placement
    if let last, next.version < last.version {
      violate("placement \(next.version) after \(last.version)")
    }
    ledger.placement = next
    for (shard, new) in next.assignments.enumerated() {
      let old = last?.assignments[shard] ?? Placement.Assignment()
      guard old != new else { continue }
      checkChange(of: shard, from: old, to: new)
    }
  }

  /// A new primary has a new epoch, the copies are different, and all of them are whole.
  private func checkChange(
    of shard: Int, from old: Placement.Assignment, to new: Placement.Assignment
  ) {
    let isRise = new.epoch > old.epoch
    if new.epoch < old.epoch || isRise != (new.primary != old.primary)
      || Set(new.copies).count != new.copies.count
    {
      violate("shard \(shard) goes from \(old) to \(new)")
    }
    if !new.copies.isEmpty, new.copies.allSatisfy(ledger.retired.contains) {
      violate("shard \(shard) is left to \(new.copies), which are forgotten")
    }
    tell(.log) { "shard \(shard) goes from \(old.copies) to \(new.copies), epoch \(new.epoch)" }
    noteChange(from: old, to: new)
    checkCopies(of: shard, "a placement is stored")
  }

  private func noteChange(from old: Placement.Assignment, to new: Placement.Assignment) {
    guard let primary = new.primary, let before = old.primary else { return }
    if primary != before {
      let isThere = new.replicas.contains(before)
      coverage.note(
        old.replicas.contains(primary) ? (isThere ? .promotion : .failover) : .handOver)
    }
    let gone = Set(old.replicas).subtracting(new.copies)
    let come = Set(new.replicas).subtracting(old.copies)
    if !gone.isEmpty { coverage.note(.replicaGone) }
    if !come.isEmpty { coverage.note(.replicaMade) }
    if new.replicas.isEmpty, !old.replicas.isEmpty { coverage.note(.alone) }
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

  /// A worker serves only what its own disk knows of under that very epoch, which no other than it
  /// was ever given as the primary.
  func checkGrants(_ served: [Int: UInt64], of name: NodeName) {
    guard let process = workers[name] else { return }
    for (shard, epoch) in served {
      let place = ledger.placement?.assignments[shard]
      if let place, epoch > place.epoch || epoch == place.epoch && place.primary != name {
        violate(
          "\(name) serves shard \(shard) under epoch \(epoch), the placement has "
            + "\(place.epoch) at \(place.primary?.text ?? "nobody")")
      }
      if process.shards[shard]?.epoch != epoch {
        violate("\(name) serves shard \(shard) under an epoch that it did not keep")
      }
    }
  }

  /// Orders say nothing that is not durable, and name everyone without whom nothing may be
  /// acknowledged.
  func checkOrders(_ orders: Orders, to name: NodeName) {
    for owned in orders.owned {
      guard let place = ledger.placement?.assignments[owned.shard], owned.epoch <= place.epoch,
        owned.epoch < place.epoch || place.primary == name
      else { return violate("\(name) is told to own \(owned) before it is durable") }
      let followers = Set(owned.followers.map { orders.peers[$0].node })
      if owned.epoch == place.epoch, !followers.isSuperset(of: place.replicas) {
        violate("\(name) is not told to wait for all of \(place) by \(owned)")
      }
    }
    for followed in orders.following where !followed.isLearner {
      let tables =
        [ledger.placement, coordinator.known].compactMap { $0 } + coordinator.placementsInStore
      let isNamed = tables.contains {
        let place = $0.assignments[followed.shard]
        return followed.epoch < place.epoch || place.copies.contains(name)
      }
      if !isNamed { violate("\(name) is told to be in step by \(followed), which it is not") }
    }
    for released in orders.released
    where ledger.placement?.assignments[released.shard].copies.contains(name) == true
      && wound?.node != name
    {
      violate("\(name) is to drop shard \(released.shard), which the placement gives to it")
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
