import Coordination
import Packing
import WireProtocol

/// Learning networks in the simulated world, and what is promised of it.
extension World {
  /// Learns from the sample that was gathered, which takes its time.
  func teach(_ order: TeachOrder, on name: NodeName) {
    checkSample(order, on: name)
    let lesson = workers[name]?.lessons
    // A life has few lessons: they fail more often than writes, or hardly a life would meet it.
    let isFailure = strikes(.work, times: 5)
    if isFailure { coverage.note(.failedLesson) }
    plan(.worker(name), at: now + Int64(1 + upTo(3_000, .trainer))) { [self] in
      // A sample that was forgotten teaches nothing.
      guard let process = workers[name], process.lessons == lesson else { return }
      let digest = XXH64.hash(SimulatedShard.payload(process.sample), seed: order.run)
      step(
        name,
        isFailure
          ? .teachingFailed(run: order.run, reason: "the trainer was killed", mayPass: true)
          : .taught(run: order.run, network: SimulatedClient.bytes(digest)))
    }
  }

  /// Remembers what a run must find at the least.
  func noteSurveyed(_ shard: Int, of run: UInt64) {
    guard ledger.surveyed[run]?[shard] == nil else { return }
    // What was not acknowledged may be lost with the primary.
    var rows: [UInt64] = []
    for (source, sequence) in ledger.acknowledged[shard]?.batches ?? [:] {
      for batch in (inputs[source]?[shard] ?? []).prefix(Int(sequence)) { rows += batch }
    }
    ledger.surveyed[run, default: [:]][shard] = rows.sorted()
  }

  /// However often shards moved and messages were lost meanwhile, the sample has every SKU that
  /// was counted and belongs to it, and none twice.
  private func checkSample(_ order: TeachOrder, on name: NodeName) {
    let sample = workers[name]?.sample ?? []
    let known = Set(sample)
    if known.count != sample.count { violate("the sample of run \(order.run) has SKUs twice") }
    for (shard, rows) in ledger.surveyed[order.run] ?? [:] {
      let expected = rows.filter { SimulatedShard.isSampled($0, order.threshold) }
      if !known.isSuperset(of: expected) {
        violate("the sample of run \(order.run) lacks SKUs of shard \(shard)")
      }
    }
  }

  /// All units of a run use one network, and whoever does one has it.
  func checkNetwork(_ order: UnitOrder, on name: NodeName) {
    let run = order.id.run
    if let known = ledger.networkOfRun[run], known != order.network {
      violate("run \(run) uses the networks of the runs \(known) and \(order.network)")
    }
    ledger.networkOfRun[run] = order.network
    guard order.network > 0, let network = workers[name]?.network else { return }
    if network.run != order.network || network.bytes != ledger.networks[order.network] {
      violate("\(name) does a unit of run \(run) without its network")
    }
  }
}

extension Scenario {
  /// A run that needs a network has used one, which is kept with every shard; another has none.
  func checkNetwork(of run: UInt64) throws(Violation) {
    let client = world.clients.first { $0.runStatus?.run == run }
    guard let need = client?.network else { return try broken("nobody asked for run \(run)") }
    let used = world.ledger.networkOfRun[run] ?? 0
    guard need != .none else {
      if used != 0 { try broken("run \(run) needs no network and used that of run \(used)") }
      return
    }
    guard let bytes = world.ledger.networks[used] else {
      return try broken("run \(run) needs a network and used none")
    }
    if need == .fresh, used != run { try broken("run \(run) used an old network") }
    for shard in 0..<world.shardCount where primary(of: shard)?.networks[used] != bytes {
      try broken("shard \(shard) lacks the network that run \(run) used")
    }
  }
}
