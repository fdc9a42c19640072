import WireProtocol

/// Who is in the cluster.
extension Coordinator {
  mutating func greet(_ hello: Hello, _ request: UInt64, from sender: Sender, at now: Instant) {
    let frame = Frame(request: request, .hello(hello))
    guard sender.name == hello.node.text else {
      return refuse(frame, from: sender, asNamesakeOf: hello.node)
    }
    guard hello.clusterID == 0 || hello.clusterID == clusterID else {
      let reason =
        "worker \(hello.node) holds data of cluster \(String(hello.clusterID, radix: 16)), this is "
        + "\(String(clusterID, radix: 16)); give it an empty folder or the other coordinator"
      return reply(.refusal(Refusal(.foreign, reason)), to: frame, from: sender)
    }
    guard members[hello.node] != nil || members.count < Limits.nodes || forgetLostWorker() else {
      let reason = "the cluster has \(Limits.nodes) workers, the most there can be"
      return reply(.refusal(Refusal(.failed, reason)), to: frame, from: sender)
    }
    let known = members[hello.node]
    if let known, hello.incarnation < known.incarnation {
      return reply(.refusal(superseded(hello.node)), to: frame, from: sender)
    }
    if known?.incarnation != hello.incarnation {
      let missing = missingShards(hello)
      guard missing.isEmpty else {
        let reason =
          "worker \(hello.node) had \(missing.count) shards whose data is not in its folder (the "
          + "first is \(missing[0])); give it back the folder that it had"
        log(.error, reason)
        return reply(.refusal(Refusal(.failed, reason)), to: frame, from: sender)
      }
      admit(hello, from: sender, at: now)
    }
    members[hello.node]?.address = sender.address
    members[hello.node]?.lastHeard = now
    let welcome = Welcome(clusterID: clusterID, shardCount: placement.shardCount)
    reply(.welcome(welcome), to: frame, from: sender)
    sendOrders(to: hello.node)
  }

  private mutating func admit(_ hello: Hello, from sender: Sender, at now: Instant) {
    let peer = PeerAddress(
      node: hello.node, endpoint: hello.endpoint, publicKey: hello.publicKey)
    members[hello.node] = Member(
      peer: peer, incarnation: hello.incarnation, address: sender.address,
      credits: hello.credits, lastHeard: now,
      held: Dictionary(
        hello.held.filter { $0.shard < placement.shardCount }.map { ($0.shard, $0.epoch) },
        uniquingKeysWith: max))
    log(.info, "worker \(hello.node) joined at \(hello.endpoint)")
    giveBackUnits(of: hello.node)
    cancelMoves(of: hello.node, because: "\(hello.node) was started again")
    refreshOrders()
  }

  /// The shards whose data a worker must have and does not: those that it was seen to hold, and
  /// those that were copied to it before the placement named it. To serve them empty would lose
  /// what is there.
  private func missingShards(_ hello: Hello) -> [Int] {
    let held = Set(hello.held.map(\.shard))
    let seen = members[hello.node]?.held ?? [:]
    return (shardsByNode[hello.node] ?? []).filter { shard in
      !held.contains(shard) && (placement.assignments[shard].epoch > 1 || seen[shard] != nil)
    }
  }

  /// Makes room for another worker: forgets a lost one that has no shard.
  private mutating func forgetLostWorker() -> Bool {
    let forgotten = inOrder(members).first { node, member in
      !member.isPresent && isUnburdened(node)
    }
    guard let forgotten else { return false }
    members[forgotten.key] = nil
    return true
  }

  /// Whether a worker has no shard, and none is on its way from it or to it.
  private func isUnburdened(_ node: NodeName) -> Bool {
    !moves.values.contains { $0.from == node || $0.to == node } && shardsByNode[node] == nil
      && !(placementInStore?.assignments.contains { $0.primary == node } ?? false)
  }

  /// Nobody was heard while the coordinator itself was held up: that is no silence.
  mutating func excuseSilence(at now: Instant) {
    for node in members.keys where members[node]?.isPresent ?? false {
      members[node]?.lastHeard = now
    }
  }

  private func superseded(_ node: NodeName) -> Refusal {
    Refusal(.foreign, "another worker named \(node) has joined since; give this one its own name")
  }

  mutating func hear(
    _ heartbeat: Heartbeat, _ request: UInt64, from sender: Sender, at now: Instant
  ) {
    let frame = Frame(request: request, .heartbeat(heartbeat))
    let node = heartbeat.node
    guard sender.name == node.text else {
      return refuse(frame, from: sender, asNamesakeOf: node)
    }
    guard var member = members[node] else {
      return reply(.refusal(Refusal(.notFound, "say hello first")), to: frame, from: sender)
    }
    guard member.incarnation == heartbeat.incarnation else {
      let stale = heartbeat.incarnation < member.incarnation
      let refusal = stale ? superseded(node) : Refusal(.notFound, "say hello first")
      return reply(.refusal(refusal), to: frame, from: sender)
    }
    let known = member
    if member.state == .lost {
      log(.info, "worker \(node) is back")
      member.state = .serving
      member.isRevoked = false
    }
    member.lastHeard = now
    member.address = sender.address
    member.unitsInHand = Set(heartbeat.unitsInHand)
    member.gauges = heartbeat.gauges
    member.adopted = Set(heartbeat.adopted)
    member.documentVersion = heartbeat.documentVersion
    member.networkVersion = heartbeat.networkVersion
    member.teaching = heartbeat.teaching
    if heartbeat.ordersVersion > member.appliedOrders, heartbeat.ordersVersion <= nextOrders {
      member.appliedOrders = heartbeat.ordersVersion
      noteCarriedOut(&member)
    }
    if heartbeat.isLeaving, member.state == .serving {
      log(.info, "worker \(node) is leaving: its shards are handed over first")
      member.state = .leaving
    }
    members[node] = member
    if member.state == .leaving { cancelMoves(to: node, because: "\(node) is leaving") }
    missUnits(of: node, reported: member.unitsInHand, at: now)
    reply(
      .pulse(Pulse(ordersVersion: member.orders.version, priced: pricedRun)), to: frame,
      from: sender)
    if member.appliedOrders < member.orders.version { sendOrders(to: node) }
    if member.documentVersion < document.version {
      tell(member, .document(document))
    }
    tellNetwork(to: member)
    // Most heartbeats change nothing, and there are many: what concerns all is left to the sweep.
    if member.state != known.state || member.adopted != known.adopted
      || member.appliedOrders != known.appliedOrders
    {
      advanceMoves(at: now)
      refreshOrders()
    }
    handOutUnits(to: node, at: now)
  }

  /// The worker did what it was told last: it holds what it owns and dropped what it released.
  private func noteCarriedOut(_ member: inout Member) {
    guard member.appliedOrders == member.orders.version else { return }
    for released in member.orders.released { member.held[released.shard] = nil }
    for owned in member.orders.owned { member.held[owned.shard] = owned.epoch }
  }

  mutating func findLostWorkers(at now: Instant) {
    for (node, member) in inOrder(members)
    where member.isPresent && now - member.lastHeard > settings.lostAfterMilliseconds {
      if member.state == .leaving, member.orders.mayLeave {
        log(.info, "worker \(node) has left")
        members[node] = nil
        giveBackUnits(of: node)
        cancelMoves(of: node, because: "\(node) has left")
        continue
      }
      let seconds = Double(now - member.lastHeard) / 1_000
      log(.warning, "worker \(node) is lost: not heard for \(seconds) s")
      members[node]?.state = .lost
      giveBackUnits(of: node)
      cancelMoves(of: node, because: "\(node) is lost")
    }
  }

  /// A worker whose key was taken off the list is none from this moment on: it is as if it were
  /// lost. It may come back with a key that is listed.
  mutating func revoke(_ sender: Sender, at now: Instant) {
    log(.warning, "the key of \(sender.role.rawValue) \(sender.name) was revoked")
    guard let node = NodeName(sender.name), let member = members[node], member.isPresent,
      member.address == sender.address
    else { return }
    members[node]?.state = .lost
    members[node]?.isRevoked = true
    giveBackUnits(of: node)
    cancelMoves(of: node, because: "the key of \(node) was revoked")
    refreshOrders()
  }

  // MARK: Orders

  /// What each worker should do, by the placement and the moves; sent where it changed.
  mutating func refreshOrders() {
    var owned: [NodeName: [OwnedShard]] = [:]
    for (shard, assignment) in placement.assignments.enumerated() {
      guard let primary = assignment.primary else { continue }
      owned[primary, default: []].append(
        OwnedShard(shard: shard, epoch: assignment.epoch, isFrozen: moves[shard] != nil))
    }
    for (node, member) in inOrder(members) {
      var orders = Orders(version: member.orders.version, owned: owned[node] ?? [])
      // A move that is being stored is not asked for again: a taker that restarts now would drop
      // the very copy that the placement is about to name.
      for (_, move) in inOrder(moves) where move.to == node && move.phase == .copying {
        guard let giver = members[move.from] else { continue }
        let epoch = placement.assignments[move.shard].epoch
        orders.adopting.append(
          Adoption(move: move.id, shard: move.shard, epoch: epoch, giver: giver.peer))
      }
      for (shard, epoch) in member.held.sorted(by: { $0.key < $1.key }) {
        let assignment = placement.assignments[shard]
        if assignment.primary != node, assignment.epoch > epoch {
          orders.released.append(HeldShard(shard: shard, epoch: assignment.epoch))
        }
      }
      orders.mayLeave = member.state == .leaving && mayLeave(node)
      guard orders != member.orders || member.orders.version == 0 else { continue }
      nextOrders += 1
      orders.version = nextOrders
      members[node]?.orders = orders
      sendOrders(to: node)
    }
    noteFreezes()
  }

  /// A leaving worker may go when nothing is with it any more, or when nobody stays who could take
  /// it; a coordinator that has just started does not know yet who stays.
  private func mayLeave(_ node: NodeName) -> Bool {
    if isUnburdened(node) { return true }
    let isLast = members.values.allSatisfy { $0.state == .leaving }
    let knowsAll =
      lastSweep - startedAt > settings.lostAfterMilliseconds
      && shardsByNode.keys.allSatisfy { members[$0] != nil }
    return isLast && knowsAll && moves.isEmpty && placementInStore == nil
  }

  mutating func sendOrders(to node: NodeName) {
    guard let member = members[node], member.isPresent, member.orders.version > 0 else { return }
    tell(member, .orders(member.orders))
  }
}
