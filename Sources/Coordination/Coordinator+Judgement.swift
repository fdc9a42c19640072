import WireProtocol

/// The colour of the cluster, and why.
extension Coordinator {
  func judgement() -> (ClusterStatus.Colour, [StatusReason]) {
    var red: [StatusReason] = []
    var yellow: [StatusReason] = []
    judgeRecords(&red, &yellow)
    if !auditTrouble.isEmpty {
      red.append(StatusReason(.audit, "nothing can be changed: \(auditTrouble)"))
    }
    if !isEstablished { yellow.append(StatusReason(.starting, "the coordinator is starting")) }
    judgeSeat(&yellow)
    judgeVersions(&yellow)
    if placement.version == 0 {
      yellow.append(
        StatusReason(
          .notPlaced,
          "no shard is placed yet: \(members.count) of \(settings.minimumWorkers) workers are here")
      )
    } else {
      judgeService(&red)
      judgeDamage(&red, &yellow)
      judgeCopies(&yellow)
    }
    for (_, member) in inOrder(members) { judge(member, &red, &yellow) }
    if let last = runs.last(where: { !$0.isActive }) {
      if last.phase == .failed {
        yellow.append(
          StatusReason(
            .runFailed, "run \(last.id) (\(last.request.kind.name)) failed: \(last.trouble)"))
      } else if last.outcome.quarantined > 0 {
        yellow.append(
          StatusReason(
            .quarantine, "run \(last.id) has \(last.outcome.quarantined) SKUs in quarantine"))
      }
    }
    if let active = activeRun, !runs[active].trouble.isEmpty {
      yellow.append(StatusReason(.runWaits, "run \(runs[active].id) \(runs[active].trouble)"))
    }
    return (!red.isEmpty ? .red : !yellow.isEmpty ? .yellow : .green, red + yellow)
  }

  /// Whether the records can be written. Where it is known already that those who keep them do not
  /// answer, that is what it comes from, and what is assigned goes on.
  private func judgeRecords(_ red: inout [StatusReason], _ yellow: inout [StatusReason]) {
    guard !storeTrouble.isEmpty else { return }
    let isUnsure = !(seat?.trouble.isEmpty ?? true)
    let reason = StatusReason(.records, storeTrouble)
    if isUnsure { yellow.append(reason) } else { red.append(reason) }
  }

  /// Whether another coordinator could take over, and whether this one leads still.
  private func judgeSeat(_ yellow: inout [StatusReason]) {
    guard let seat, !seat.isOnly else { return }
    if !seat.trouble.isEmpty {
      yellow.append(
        StatusReason(
          .unsureLeader, "it is not sure that this coordinator leads still: \(seat.trouble)"))
    } else if seat.nodes.count < 2 {
      yellow.append(StatusReason(.noStandby, "no coordinator stands by"))
    }
  }

  /// Upgrades that are under way.
  private func judgeVersions(_ yellow: inout [StatusReason]) {
    let newest = Frame.versions.upperBound
    guard nodeRecord.finalised < newest else { return }
    let behind = inOrder(members).filter { $0.1.isPresent && !$0.1.program.speaks(newest) }
      .map(\.0)
    yellow.append(
      StatusReason(
        .upgrade,
        behind.isEmpty
          ? "an upgrade waits for its end: `granary finalise` makes protocol \(newest) the least"
          : "an upgrade is under way: \(Self.list(behind)) \(behind.count == 1 ? "does" : "do") "
            + "not speak protocol \(newest) yet"))
  }

  /// Shards that nobody serves: which, and whose they are.
  private func judgeService(_ red: inout [StatusReason]) {
    for (node, shards) in inOrder(shardsByNode) where !isHere(node) {
      red.append(
        StatusReason(
          .notServed,
          "\(shards.count) of \(placement.shardCount) shards are not served "
            + "(\(Self.list(shards))): worker \(node), which has them, is not here"))
    }
    let lacking = inOrder(shardsByNode).flatMap { node, shards in
      shards.filter { members[node]?.lacking.contains($0) ?? false }
    }
    if !lacking.isEmpty {
      red.append(
        StatusReason(.takeover, "\(lacking.count) shards are about to be served by their replicas"))
    }
  }

  private func judgeDamage(_ red: inout [StatusReason], _ yellow: inout [StatusReason]) {
    for (node, member) in inOrder(members) where !member.damaged.isEmpty {
      let damaged = member.damaged.sorted()
      let last = damaged.filter { shard in
        let copies = placement.assignments[shard].copies
        return copies.contains(node) && !copies.contains { $0 != node && isFit($0, for: shard) }
      }
      if !last.isEmpty {
        let reason = member.gauges.trouble.isEmpty ? "" : " (\(member.gauges.trouble))"
        red.append(
          StatusReason(
            .damage,
            "\(last.count) shards of \(node) are damaged (\(Self.list(last))) and nobody here has "
              + "another copy\(reason)"))
      }
      if damaged.count > last.count {
        yellow.append(
          StatusReason(
            .repair, "\(damaged.count - last.count) damaged shards of \(node) are made anew"))
      }
    }
  }

  /// Shards with fewer copies than wanted, and copies that may be lost together.
  private func judgeCopies(_ yellow: inout [StatusReason]) {
    if !builds.isEmpty {
      yellow.append(StatusReason(.copying, "\(builds.count) shards are being copied"))
    }
    guard settings.replication > 1 else { return }
    let nodes = takers(drained: nodeRecord.drained)
    let wanted = Balance.copiesWanted(settings.replication, nodes)
    let few = placement.assignments.indices.filter { shard in
      placement.assignments[shard].copies.count < settings.replication
    }
    if !few.isEmpty {
      let built = few.count { builds[$0] != nil }
      yellow.append(
        StatusReason(
          .fewCopies,
          "\(few.count) shards have fewer than \(settings.replication) copies, \(built) are being "
            + "made"))
    }
    if wanted < settings.replication {
      let hosts = Set(nodes.map(\.host)).count
      yellow.append(
        StatusReason(
          .fewHosts,
          "\(settings.replication) copies of each shard are wanted, \(nodes.count) workers on "
            + "\(hosts) hosts can have \(wanted)"))
    }
    let together = placement.assignments.count { assignment in
      let hosts = assignment.copies.compactMap { members[$0]?.host }
      return Set(hosts).count < hosts.count
    }
    if together > 0 {
      yellow.append(StatusReason(.sharedHost, "\(together) shards have copies that share a host"))
    }
    for (shard, slow) in inOrder(stalled) {
      for node in slow.sorted() {
        yellow.append(
          StatusReason(.slowCopy, "\(node) does not keep up with shard \(shard): it is taken out"))
      }
    }
  }

  private func judge(_ member: Member, _ red: inout [StatusReason], _ yellow: inout [StatusReason])
  {
    let node = member.peer.node
    if member.state == .lost {
      let wayBack = "`granary keys add \(node) --role worker` and a start let it back in"
      let why = member.isRevoked ? ": its key was revoked; \(wayBack)" : ""
      yellow.append(
        StatusReason(member.isRevoked ? .revoked : .lost, "worker \(node) is lost\(why)"))
    }
    if member.state == .leaving {
      yellow.append(StatusReason(.leaving, "worker \(node) is leaving"))
    }
    if member.isServing, nodeRecord.drained.contains(node), !isUnburdened(node) {
      yellow.append(StatusReason(.draining, "worker \(node) is being drained"))
    }
    if !member.gauges.trouble.isEmpty {
      red.append(StatusReason(.workerTrouble, "worker \(node): \(member.gauges.trouble)"))
    } else if member.gauges.diskFreeBytes > 0, member.gauges.diskFreeBytes < 1 << 30 {
      yellow.append(StatusReason(.disk, "worker \(node) has less than 1 GiB of disk left"))
    }
  }
}
