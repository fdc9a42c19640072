import Coordination
import Demand
import Packing
import WireProtocol

/// Workers that join, come back, leave, and what operators want of them.
extension World {
  func addWorker(_ name: NodeName, host: String) {
    workers[name] = WorkerProcess(host: host, index: workers.count)
    startWorker(name)
  }

  /// A worker joins, comes back or is asked to leave; the first two stay, as a cluster must have
  /// them.
  func changeMembership() {
    let gone = workers.keys.sorted().filter { workers[$0]?.hasLeft ?? false }
    let present = leavers
    switch upTo(3, .membership) {
    case 0:
      guard workers.count < 7, let name = NodeName("late-\(workers.count)"), spend() else { return }
      coverage.note(.join)
      record("\(name) joins")
      addWorker(name, host: "host-\(upTo(2, .membership))")
    case 1:
      guard !gone.isEmpty, spend() else { return }
      comeBack(gone[upTo(gone.count - 1, .membership)])
    default:
      guard !present.isEmpty, spend() else { return }
      askToLeave(present[upTo(present.count - 1, .membership)])
    }
  }

  /// The workers that may be asked to leave.
  var leavers: [NodeName] {
    workers.keys.sorted().filter {
      workers[$0]?.hasLeft == false && $0.text != "worker-0" && $0.text != "worker-1"
    }
  }

  func askToLeave(_ name: NodeName) {
    coverage.note(.leave)
    record("\(name) is asked to leave")
    guard held[.worker(name)] == nil else { return }
    workers[name]?.isLeaving = true
    step(name, .leaveRequested)
  }

  func comeBack(_ name: NodeName) {
    guard workers[name]?.isDestroyed == false else { return }
    coverage.note(.comeBack)
    record("\(name) comes back")
    workers[name]?.hasLeft = false
    startWorker(name)
  }

  /// An operator wants something of a worker.
  func askOperator() {
    let name = anyWorker(.drain)
    let isDrained = ledger.drained.contains(name)
    let action: NodeChange.Action
    switch upTo(5, .drain) {
    case 0: action = .rebalance
    case 1: action = .decommission
    default: action = isDrained ? .recommission : .drain
    }
    guard spend() else { return }
    let node = action == .rebalance ? nil : name
    let isDryRun = action == .rebalance || upTo(5, .drain) == 0
    if action == .decommission, !isDryRun { ledger.forgotten.insert(name) }
    record("an operator asks for \(action) of \(node?.text ?? "nobody")")
    addClient(.nodeChange(NodeChange(action, of: node, isDryRun: isDryRun)))
  }

  /// An operator who sees that nobody is left who takes shards lets one take them, and starts again
  /// whoever left with shards because nobody else was there just then.
  func keepPlaces() {
    let healed = season
    plan(.client(0), at: now + 4_000) { [self] in
      guard season == healed else { return }
      keepPlaces()
      fetchBack()
      let alive = workers.keys.sorted().filter { workers[$0]?.machine != nil }
      guard servingWorkers.isEmpty, coordinator.machine != nil, let first = alive.first else {
        return
      }
      if let name = alive.first(where: ledger.drained.contains) {
        record("nobody takes shards: \(name) is recommissioned")
        return addClient(.nodeChange(NodeChange(.recommission, of: name)))
      }
      // It was asked to leave, and there is nobody to whom it could hand over.
      record("nobody takes shards: \(first) is started again")
      kill(.worker(first))
      startWorker(first)
    }
  }

  private func fetchBack() {
    let shards = ledger.placement?.assignments ?? []
    for name in workers.keys.sorted() where workers[name]?.hasLeft == true {
      guard workers[name]?.machine == nil,
        shards.contains(where: { $0.primary == name && $0.replicas.isEmpty })
      else { continue }
      comeBack(name)
    }
  }

  /// The workers that are there and take shards, as the coordinator knows.
  var servingWorkers: Set<NodeName> {
    let names = coordinator.machine?.servingNodes ?? []
    return names.filter { workers[$0]?.machine != nil }
  }

  /// A worker that is taken for gone for good is none whose copy of a shard is the last one.
  func checkRetired(_ record: [UInt8]) {
    guard var reader = try? ByteReader(verifyingChecksum: record), (try? reader.byte()) != nil,
      (try? reader.varint()) != nil, let drained = try? Self.names(&reader),
      let retired = try? Self.names(&reader)
    else { return violate("the record of workers cannot be read") }
    ledger.drained = Set(drained)
    for name in Set(retired).subtracting(ledger.retired) {
      for (shard, place) in (ledger.placement?.assignments ?? []).enumerated()
      where place.copies.contains(name) {
        if !place.copies.contains(where: { $0 != name && lacks($0, shard) == nil }) {
          violate("\(name) is forgotten, and nobody else has all of shard \(shard)")
        }
      }
    }
    ledger.retired = Set(retired)
  }

  private static func names(_ reader: inout ByteReader) throws(PackingError) -> [NodeName] {
    var names: [NodeName] = []
    for _ in 0..<(try reader.count("workers", limit: 1_000)) {
      names.append(try NodeName(from: &reader))
    }
    return names
  }

  func addClient(_ task: SimulatedClient.Task) {
    let index = clients.count
    if case .ingest(let rows, let source) = task, inputs[source] == nil {
      for (identity, payload) in SimulatedClient.cut(
        rows, source: source, shardCount: shardCount)
      {
        inputs[source, default: [:]][identity.shard, default: []].append(
          SimulatedShard.rows(in: payload))
      }
    }
    clients.append(SimulatedClient(index: index, task, shardCount: shardCount))
    keepTicking(.client(index), after: 1)
  }
}
