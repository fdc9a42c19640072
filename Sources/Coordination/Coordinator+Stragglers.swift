import WireProtocol

/// Units that are out for too long: given out again, or worked out by a replica as well.
extension Coordinator {
  /// How long a unit is out at least before a replica is asked as well.
  static let straggleMilliseconds: Int64 = 10_000
  /// How many times as long as the others.
  static let straggleFactor: Int64 = 4

  func hasOutstandingUnits(_ shard: Int) -> Bool {
    activeRun.map { runs[$0].outstanding.keys.contains { $0.shard == shard } } ?? false
  }

  mutating func giveBackUnits(of node: NodeName) {
    guard let index = activeRun else { return }
    for (unit, loan) in runs[index].outstanding {
      if loan.helper == node { runs[index].endHelp(unit, inVain: false) }
      if loan.node == node { runs[index].giveBack(unit) }
    }
  }

  /// The primary of a shard has changed: what the one before does of it is not taken any more.
  mutating func giveBackUnits(of shard: Int) {
    guard let index = activeRun else { return }
    for unit in runs[index].outstanding.keys.sorted() where unit.shard == shard {
      runs[index].giveBack(unit)
    }
  }

  /// An order or its report was lost on the way if the worker does not know of a unit long after.
  mutating func missUnits(of node: NodeName, reported: Set<UnitID>, at now: Instant) {
    guard let index = activeRun else { return }
    let patience = 2 * settings.heartbeatMilliseconds
    for (unit, loan) in runs[index].outstanding where !reported.contains(unit) {
      if loan.node == node, now - loan.since > patience { runs[index].giveBack(unit) }
      if loan.helper == node, let since = loan.helpedAt, now - since > patience {
        // The primary may have what it worked out; if not, somebody else helps.
        runs[index].endHelp(unit, inVain: true)
      }
    }
  }

  /// Asks replicas for the units that are far behind the others. They work them out and give the
  /// results to the primary, which takes the first that come: its own or theirs.
  mutating func helpStragglers(_ index: Int, at now: Instant) {
    let patience = max(
      Self.straggleMilliseconds, Self.straggleFactor * (runs[index].durations.median ?? 0))
    let late = runs[index].outstanding.filter { _, loan in
      loan.helper == nil && now - loan.since > patience
    }
    for (unit, loan) in inOrder(late) {
      let assignment = placement.assignments[unit.shard]
      guard assignment.primary == loan.node, let primary = members[loan.node], primary.isPresent,
        flips[unit.shard] == nil
      else { continue }
      let run = runs[index]
      let helper = assignment.replicas.first { node in
        guard let member = members[node], isFit(node, for: unit.shard),
          !loan.failedHelpers.contains(node)
        else { return false }
        return isEquipped(member, run) && run.unitsOut(with: node) < member.credits
      }
      guard let helper, let member = members[helper], var order = order(for: unit, run) else {
        continue
      }
      order.giveTo = primary.peer
      runs[index].help(unit, by: helper, at: now)
      log(.info, "\(helper) helps \(loan.node) with unit \(unit.run)/\(unit.shard)/\(unit.slice)")
      tell(member, .unitOrder(order))
    }
  }
}
