import WireProtocol

/// The colour of the cluster, and why.
extension Coordinator {
  func judgement() -> (ClusterStatus.Colour, [String]) {
    var red: [String] = []
    var yellow: [String] = []
    if !storeTrouble.isEmpty { red.append(storeTrouble) }
    if !auditTrouble.isEmpty { red.append("nothing can be changed: \(auditTrouble)") }
    if !isEstablished { yellow.append("the coordinator is starting") }
    judgeSeat(&yellow)
    judgeVersions(&yellow)
    if placement.version == 0 {
      yellow.append(
        "no shard is placed yet: \(members.count) of \(settings.minimumWorkers) workers are here")
    } else {
      judgeService(&red)
      judgeDamage(&red, &yellow)
      judgeCopies(&yellow)
    }
    for (_, member) in inOrder(members) { judge(member, &red, &yellow) }
    if let last = runs.last(where: { !$0.isActive }) {
      if last.phase == .failed {
        yellow.append("run \(last.id) (\(last.request.kind.name)) failed: \(last.trouble)")
      } else if last.outcome.quarantined > 0 {
        yellow.append("run \(last.id) has \(last.outcome.quarantined) SKUs in quarantine")
      }
    }
    if let active = activeRun, !runs[active].trouble.isEmpty {
      yellow.append("run \(runs[active].id) \(runs[active].trouble)")
    }
    return (!red.isEmpty ? .red : !yellow.isEmpty ? .yellow : .green, red + yellow)
  }

  /// Whether another coordinator could take over, and whether this one leads still.
  private func judgeSeat(_ yellow: inout [String]) {
    guard let seat else { return }
    if !seat.trouble.isEmpty {
      yellow.append("it is not sure that this coordinator leads still: \(seat.trouble)")
    } else if seat.coordinators.count < 2 {
      yellow.append("no coordinator stands by")
    }
  }

  /// Upgrades that are under way.
  private func judgeVersions(_ yellow: inout [String]) {
    let newest = Frame.versions.upperBound
    guard nodeRecord.finalised < newest else { return }
    let behind = inOrder(members).filter { $0.1.isPresent && !$0.1.program.speaks(newest) }
      .map(\.0)
    yellow.append(
      behind.isEmpty
        ? "an upgrade waits for its end: `granary finalise` makes protocol \(newest) the least"
        : "an upgrade is under way: \(Self.list(behind)) \(behind.count == 1 ? "does" : "do") not "
          + "speak protocol \(newest) yet")
  }

  /// Shards that nobody serves: which, and whose they are.
  private func judgeService(_ red: inout [String]) {
    for (node, shards) in inOrder(shardsByNode) where !isHere(node) {
      red.append(
        "\(shards.count) of \(placement.shardCount) shards are not served (\(Self.list(shards))): "
          + "worker \(node), which has them, is not here")
    }
    let lacking = inOrder(shardsByNode).flatMap { node, shards in
      shards.filter { members[node]?.lacking.contains($0) ?? false }
    }
    if !lacking.isEmpty {
      red.append("\(lacking.count) shards are about to be served by their replicas")
    }
  }

  private func judgeDamage(_ red: inout [String], _ yellow: inout [String]) {
    for (node, member) in inOrder(members) where !member.damaged.isEmpty {
      let damaged = member.damaged.sorted()
      let last = damaged.filter { shard in
        let copies = placement.assignments[shard].copies
        return copies.contains(node) && !copies.contains { $0 != node && isFit($0, for: shard) }
      }
      if !last.isEmpty {
        let reason = member.gauges.trouble.isEmpty ? "" : " (\(member.gauges.trouble))"
        red.append(
          "\(last.count) shards of \(node) are damaged (\(Self.list(last))) and nobody here has "
            + "another copy\(reason)")
      }
      if damaged.count > last.count {
        yellow.append("\(damaged.count - last.count) damaged shards of \(node) are made anew")
      }
    }
  }

  /// Shards with fewer copies than wanted, and copies that may be lost together.
  private func judgeCopies(_ yellow: inout [String]) {
    if !builds.isEmpty { yellow.append("\(builds.count) shards are being copied") }
    guard settings.replication > 1 else { return }
    let nodes = takers(drained: nodeRecord.drained)
    let wanted = Balance.copiesWanted(settings.replication, nodes)
    let few = placement.assignments.indices.filter { shard in
      placement.assignments[shard].copies.count < settings.replication
    }
    if !few.isEmpty {
      let built = few.count { builds[$0] != nil }
      yellow.append(
        "\(few.count) shards have fewer than \(settings.replication) copies, \(built) are being "
          + "made")
    }
    if wanted < settings.replication {
      let hosts = Set(nodes.map(\.host)).count
      yellow.append(
        "\(settings.replication) copies of each shard are wanted, \(nodes.count) workers on "
          + "\(hosts) hosts can have \(wanted)")
    }
    let together = placement.assignments.count { assignment in
      let hosts = assignment.copies.compactMap { members[$0]?.host }
      return Set(hosts).count < hosts.count
    }
    if together > 0 { yellow.append("\(together) shards have copies that share a host") }
    for (shard, slow) in inOrder(stalled) {
      for node in slow.sorted() {
        yellow.append("\(node) does not keep up with shard \(shard): it is taken out")
      }
    }
  }

  private func judge(_ member: Member, _ red: inout [String], _ yellow: inout [String]) {
    let node = member.peer.node
    if member.state == .lost {
      let wayBack = "`granary keys add \(node) --role worker` and a start let it back in"
      let why = member.isRevoked ? ": its key was revoked; \(wayBack)" : ""
      yellow.append("worker \(node) is lost\(why)")
    }
    if member.state == .leaving { yellow.append("worker \(node) is leaving") }
    if member.isServing, nodeRecord.drained.contains(node), !isUnburdened(node) {
      yellow.append("worker \(node) is being drained")
    }
    if !member.gauges.trouble.isEmpty {
      red.append("worker \(node): \(member.gauges.trouble)")
    } else if member.gauges.diskFreeBytes > 0, member.gauges.diskFreeBytes < 1 << 30 {
      yellow.append("worker \(node) has less than 1 GiB of disk left")
    }
  }
}
