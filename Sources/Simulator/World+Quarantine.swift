import Coordination
import Demand
import WireProtocol

/// What people want of the quarantine of shards, and what is promised of it.
extension World {
  func change(quarantine wanted: QuarantineChange, _ ticket: Worker.Ticket, on name: NodeName) {
    let shard = wanted.shard
    let failure = Worker.Event.quarantineDecided(
      .refusal(Refusal(.failed, "the disk is full")), shard: shard, for: ticket)
    write(name, orElse: { failure }) { [self] in
      // All of it is read before anything is changed.
      guard !findDamage(of: shard, on: name),
        let (count, missing, entry) = workers[name]?.disk.shards[shard]?.take(wanted.update),
        let position = workers[name]?.shards[shard]?.position
      else { return [failure] }
      if let entry {
        coverage.note(wanted.update.action == .retry ? .retried : .released)
        noteWrite(to: shard, epoch: wanted.epoch, entry, on: name)
      }
      // The first answer to a request that was doubled rests on less than the second.
      let request = Ledger.Request(from: ticket.address, number: ticket.request)
      if ledger.changes[request] == nil { ledger.changes[request] = position.number }
      let answer = QuarantineAnswer(shard: shard, count: count, missing: missing)
      return (entry.map { [.logged(shard: shard, [$0])] } ?? [])
        + [
          .quarantineDecided(
            .quarantineAnswer(answer), shard: shard, for: ticket, at: position.number)
        ]
    }
  }

  /// What a worker says it did is on all copies.
  func watch(_ answer: QuarantineAnswer, _ request: UInt64, from name: NodeName, to: Endpoint) {
    let shard = answer.shard
    let asked = Ledger.Request(from: address(to), number: request)
    guard let number = ledger.changes[asked] else {
      return violate("\(name) says that it changed the quarantine of shard \(shard), unasked")
    }
    let known = ledger.acknowledged[shard]?.changed ?? 0
    ledger.acknowledged[shard, default: .init()].changed = max(known, number)
    checkCopies(of: shard, "\(name) answers for the quarantine of shard \(shard)")
  }

  /// Whoever is named by the placement, and goes by its epoch, has all that was acknowledged
  /// before it answers.
  func checkRead(_ request: RowsRequest, on name: NodeName) {
    guard let place = ledger.placement?.assignments[request.shard], place.epoch >= request.epoch,
      workers[name]?.machine?.readableShards[request.shard] == place.epoch,
      place.copies.contains(name), wound?.node != name
    else { return }
    coverage.note(place.primary == name ? .primaryRead : .replicaRead)
    if let lack = lacks(name, request.shard) {
      violate("\(name) is read from for shard \(request.shard) and \(lack)")
    }
  }
}

extension Scenario {
  /// Only what no model could take is in quarantine.
  func checkQuarantine() throws(Violation) {
    for shard in 0..<world.shardCount {
      guard let state = primary(of: shard) else { continue }
      let stranger = state.quarantine.keys.sorted().first { row in
        !SimulatedShard.isQuarantined(row) || state.rows[row] == nil
      }
      if let stranger { try broken("SKU \(stranger) is in the quarantine of shard \(shard)") }
    }
  }
}
