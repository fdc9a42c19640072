import Coordination
import Demand
import WireProtocol

/// What is acknowledged is kept by everyone whom the placement names.
extension World {
  /// Why the copy of a shard on a worker is not whole, or nothing where it is: everything that was
  /// acknowledged is there and can be read.
  func lacks(_ name: NodeName, _ shard: Int) -> String? {
    let known = ledger.acknowledged[shard] ?? Ledger.Acknowledged()
    guard let state = workers[name]?.shards[shard] else {
      let isEmpty = known.batches.isEmpty && known.units.isEmpty && known.changed == 0
      return isEmpty ? nil : "has nothing of it"
    }
    if state.isDamaged { return "has a damaged row" }
    if state.position.number < known.changed {
      return "lacks the change of its quarantine by entry \(known.changed)"
    }
    for (source, sequence) in known.batches
    where state.sources[source]?.sequence ?? 0 < sequence {
      return "lacks batch \(sequence) of \(source)"
    }
    for (run, slices) in known.units {
      let mine = state.units[run] ?? [:]
      for (slice, outcome) in slices where mine[slice] != outcome {
        return
          "\(mine[slice] == nil ? "lacks" : "has another result of") slice \(slice) of run \(run)"
      }
    }
    return nil
  }

  /// Notes what a worker tells others that rests on its disk, and holds it against all disks.
  func watch(_ frame: Frame, from: Endpoint, to: Endpoint) {
    switch (frame.message, from, to) {
    case (.batchAnswer(let answer), .worker(let name), _):
      // Whoever sent it takes all before the progress for acknowledged.
      var sequence = answer.progress
      switch answer.outcome {
      case .applied, .duplicate: sequence = max(sequence, answer.sequence)
      case .gap: break
      default: return
      }
      guard sequence > 0 else { return }
      var known = ledger.acknowledged[answer.shard] ?? Ledger.Acknowledged()
      known.batches[answer.source] = max(known.batches[answer.source] ?? 0, sequence)
      ledger.acknowledged[answer.shard] = known
      checkCopies(of: answer.shard, "\(name) acknowledges batch \(sequence)")
    case (.unitReport(let report), .worker(let name), .coordinator):
      let (id, shard) = (report.id, report.id.shard)
      if let other = ledger.acknowledged[shard]?.units[id.run]?[id.slice], other != report.outcome {
        violate("\(name) reports unit \(id) with another outcome than was reported before")
      }
      ledger.acknowledged[shard, default: .init()].units[id.run, default: [:]][id.slice] =
        report.outcome
      checkCopies(of: shard, "\(name) reports slice \(id.slice) of run \(id.run)")
    case (.quarantineAnswer(let answer), .worker(let name), _):
      watch(answer, frame.request, from: name, to: to)
    case (.heartbeat(let heartbeat), .worker, .coordinator): watch(heartbeat)
    case (.append(let append), .worker, .worker(let name)): watch(append, to: name)
    case (.appended(let answer), _, _):
      if answer.outcome == .notFollowing { coverage.note(.notFollowing) }
    case (.orders(let orders), .coordinator, .worker(let name)): checkOrders(orders, to: name)
    case (.nodeChange(let change), .client, _):
      if change.action == .drain || change.action == .decommission, !change.isDryRun {
        change.node.map { ledger.askedAway[$0] = now }
      }
    case (.nodeAnswer, _, _): coverage.note(.operatorAnswered)
    default: break
    }
  }

  /// Everyone whom the durable placement names has all that was acknowledged, but for a copy that
  /// was hurt: there must be another then.
  func checkCopies(of shard: Int, _ what: String) {
    guard let assignment = ledger.placement?.assignments[shard] else { return }
    var isAnywhere = false
    for name in assignment.copies {
      guard let lack = lacks(name, shard) else {
        isAnywhere = true
        continue
      }
      if wound?.node != name {
        violate(
          "\(what): \(name) is in the placement of shard \(shard) under epoch "
            + "\(assignment.epoch) and \(lack)")
      }
    }
    if !isAnywhere, assignment.primary != nil {
      violate("\(what): no copy of shard \(shard) in the placement is whole any more")
    }
  }

  private func watch(_ heartbeat: Heartbeat) {
    for stalled in heartbeat.stalled {
      ledger.stalledSaid[stalled.shard, default: [:]][stalled.node] = now
      coverage.note(.stalledFollower)
    }
    if !heartbeat.damaged.isEmpty { coverage.note(.damageReported) }
  }

  private func watch(_ append: LogAppend, to name: NodeName) {
    let shard = append.shard
    if append.mustCopy {
      coverage.note(.mustCopy)
      ledger.copying[shard, default: []].insert(name)
    } else if !append.pieces.isEmpty,
      ledger.placement?.assignments[shard].copies.contains(name) == false,
      ledger.copying[shard]?.contains(name) != true
    {
      coverage.note(.tailStreamed)
    }
  }

  // MARK: Writes

  /// Whatever is numbered is numbered by one primary under an epoch.
  func noteWrite(to shard: Int, epoch: UInt64, _ entry: LogEntry, on name: NodeName) {
    guard ledger.placement?.assignments[shard].primary != nil else {
      return violate("\(name) wrote to shard \(shard) before any placement")
    }
    if let other = ledger.writers[shard]?[epoch], other != name {
      violate("\(name) and \(other) wrote to shard \(shard) under epoch \(epoch)")
    }
    ledger.writers[shard, default: [:]][epoch] = name
  }

  func checkDrop(_ shard: Int, on name: NodeName) {
    if ledger.placement?.assignments[shard].copies.contains(name) == true, wound?.node != name {
      violate("\(name) drops shard \(shard), which the placement gives to it")
    }
    if coordinator.placementsInStore.contains(where: {
      $0.assignments[shard].copies.contains(name)
    }) {
      violate("\(name) drops shard \(shard), which a placement that is being stored gives to it")
    }
    ledger.copying[shard]?.remove(name)
  }
}
