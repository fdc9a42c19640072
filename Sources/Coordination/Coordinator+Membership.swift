import WireProtocol

/// Who is in the cluster.
extension Coordinator {
  mutating func greet(_ hello: Hello, _ frame: Frame, from sender: Sender, at now: Instant) {
    guard sender.name == hello.node.text else {
      return refuse(frame, from: sender, asNamesakeOf: hello.node)
    }
    guard hello.clusterID == 0 || hello.clusterID == clusterID else {
      let reason =
        "worker \(hello.node) holds data of cluster \(String(hello.clusterID, radix: 16)), this is "
        + "\(String(clusterID, radix: 16)); give it an empty folder or the other coordinator"
      return reply(.refusal(Refusal(.foreign, reason)), to: frame, from: sender)
    }
    guard hello.program.speaks(nodeRecord.finalised) else {
      let reason =
        "\(hello.program.words(of: hello.node)), and this cluster is finalised at protocol "
        + "\(nodeRecord.finalised): install the program of the other nodes there"
      return reply(.refusal(Refusal(.foreign, reason)), to: frame, from: sender)
    }
    guard members[hello.node] != nil || members.count < Limits.nodes || forgetLostWorker() else {
      let reason = "the cluster has \(Limits.nodes) workers, the most there can be"
      return reply(.refusal(Refusal(.failed, reason)), to: frame, from: sender)
    }
    // Its data is not wanted any more; a worker of its name that has none is another one.
    guard !nodeRecord.retired.contains(hello.node) || hello.clusterID == 0 else {
      let reason =
        "worker \(hello.node) was decommissioned; `granary recommission \(hello.node)` lets it "
        + "back, or give it an empty folder"
      return reply(.refusal(Refusal(.foreign, reason)), to: frame, from: sender)
    }
    let known = members[hello.node]
    if let known, hello.incarnation < known.incarnation {
      return reply(.refusal(superseded(hello.node)), to: frame, from: sender)
    }
    if known?.incarnation != hello.incarnation {
      let held = Set(hello.held.map(\.shard))
      if emptyHanded[hello.node] != nil || emptyHanded.count < Limits.nodes {
        emptyHanded[hello.node] = Set(named(hello.node).filter { !held.contains($0) })
      }
      let missing = missingShards(hello)
      if let obstacle = obstacle(to: hello, without: missing) {
        log(.error, obstacle.reason)
        return reply(.refusal(obstacle), to: frame, from: sender)
      }
      welcomeBack(hello.node)
      admit(hello, without: missing, from: sender, at: now)
    } else {
      move(hello)
    }
    for held in hello.held where held.shard < placement.shardCount {
      // It may have taken orders of an earlier coordinator since it greeted first.
      let known = members[hello.node]?.held[held.shard] ?? 0
      members[hello.node]?.held[held.shard] = max(known, held.epoch)
    }
    members[hello.node]?.address = sender.address
    members[hello.node]?.lastHeard = now
    members[hello.node]?.saidAt = now
    if members[hello.node]?.takeBack() == true {
      // It may obey another one, who lost the seat and does not know it: orders bring it over.
      log(.info, "worker \(hello.node) is back")
      refreshOrders()
    }
    reply(.welcome(welcome), to: frame, from: sender)
    sendOrders(to: hello.node)
  }

  /// A worker that was not started again may have another key.
  private mutating func move(_ hello: Hello) {
    let peer = PeerAddress(hello)
    guard members[hello.node]?.peer != peer else { return }
    members[hello.node]?.peer = peer
    log(.info, "worker \(hello.node) has another key")
    refreshOrders()
  }

  private mutating func admit(
    _ hello: Hello, without missing: [Int], from sender: Sender, at now: Instant
  ) {
    let node = hello.node
    let peer = PeerAddress(hello)
    let durable = hello.held.filter { $0.epoch > 0 }
    let lacking = Set(missing).union(members[node]?.lacking ?? [])
    members[node] = Member(
      peer: peer, incarnation: hello.incarnation, address: sender.address,
      credits: hello.credits, lastHeard: now, saidAt: now,
      host: hello.host.isEmpty ? node.text : hello.host, program: hello.program,
      held: Dictionary(
        hello.held.filter { $0.shard < placement.shardCount }.map { ($0.shard, $0.epoch) },
        uniquingKeysWith: max),
      returnedAt: hello.held.isEmpty ? nil : now,
      seen: Dictionary(
        durable.map { ($0.shard, $0.epoch) }, uniquingKeysWith: max),
      lacking: lacking)
    if !durable.isEmpty { settle(node) }
    log(.info, "worker \(node) joined at \(hello.endpoint)")
    if !missing.isEmpty {
      log(.warning, "worker \(node) comes without \(missing.count) shards that others have")
    }
    giveBackUnits(of: node)
    noteRestart(of: node)
    advancePlacement(at: now)
    refreshOrders()
  }

  /// The shards whose data a worker must have and does not: the placement names it, and it has
  /// carried out orders since, or another of those that it names has data; one of them that is yet
  /// to come may. To serve them empty would lose what is there.
  private func missingShards(_ hello: Hello) -> [Int] {
    let held = Dictionary(hello.held.map { ($0.shard, $0.epoch) }, uniquingKeysWith: max)
    let isSettled = nodeRecord.settled.contains(hello.node)
    return named(hello.node).filter { shard in
      if let epoch = held[shard] {
        // A disk that forgot an epoch which it called durable has forgotten more.
        let isOld = epoch < members[hello.node]?.seen[shard] ?? 0
        return isOld && hasOther(than: hello.node, shard)
      }
      if isSettled { return true }
      if placement.assignments[shard].epoch > 1 { return !isNowhere(shard) }
      return placement.assignments[shard].copies.contains { other in
        guard other != hello.node else { return false }
        return members[other].map { $0.seen[shard] != nil } ?? !isLost(other)
      }
    }
  }

  /// Whether nobody ever had a shard: all that the placement names came without it, and none of
  /// them is known to have carried out orders. The primary changed before anybody had heard of it.
  private func isNowhere(_ shard: Int) -> Bool {
    placement.assignments[shard].copies.allSatisfy { node in
      !nodeRecord.settled.contains(node) && emptyHanded[node]?.contains(shard) ?? false
    }
  }

  /// The shards of which a worker has all there is, says the placement or the one being stored.
  private func named(_ node: NodeName) -> [Int] {
    let now = copiesByNode[node] ?? []
    guard let next = placementInStore else { return now }
    let entering = next.assignments.indices.filter { next.assignments[$0].copies.contains(node) }
    return Set(now + entering).sorted()
  }

  /// Whether somebody else is here with all of a shard.
  private func hasOther(than node: NodeName, _ shard: Int) -> Bool {
    placement.assignments[shard].copies.contains { $0 != node && isFit($0, for: shard) }
  }

  /// Why a worker is not taken in without these shards: nobody else who is here has them.
  private func obstacle(to hello: Hello, without missing: [Int]) -> Refusal? {
    let last = missing.filter { shard in
      !hasOther(than: hello.node, shard)
    }
    guard !last.isEmpty else { return nil }
    let others = Set(last.flatMap { placement.assignments[$0].copies }).subtracting([hello.node])
    let wayOut =
      others.isEmpty
      ? "give it back the folder that it had"
      : "give it back the folder that it had, or start \(Self.list(others.sorted()))"
    return Refusal(
      .failed,
      "worker \(hello.node) had \(missing.count) shards whose data is not in its folder, and "
        + "nobody here has \(last.count) of them (\(Self.list(last))); \(wayOut)")
  }

  /// The first few of many.
  static func list(_ things: [some CustomStringConvertible]) -> String {
    let first = things.prefix(8).map(\.description).joined(separator: ", ")
    return things.count > 8 ? "\(first) and \(things.count - 8) more" : first
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

  /// Whether the placement takes a worker for nothing, and will not when it is stored.
  func isUnburdened(_ node: NodeName) -> Bool {
    copiesByNode[node] == nil
      && !(placementInStore?.assignments.contains { $0.copies.contains(node) } ?? false)
  }

  /// Whether a worker is there.
  func isHere(_ node: NodeName) -> Bool {
    members.index(forKey: node).map { members.values[$0].isPresent } ?? false
  }

  /// Whether a worker was heard just now. Nobody takes a copy out of the table for the sake of one
  /// that may be lost itself: of two that end at about the same time, one is found first, and if
  /// the other never comes back, that one had the last copy.
  func isHeard(_ node: NodeName, at now: Instant) -> Bool {
    guard isHere(node), let saidAt = members.index(forKey: node).map({ members.values[$0].saidAt }),
      saidAt >= believesFrom
    else { return false }
    return now - saidAt <= 2 * settings.heartbeatMilliseconds
  }

  /// Whether a worker is lost: whoever is not known yet may only be slow to come.
  func isLost(_ node: NodeName) -> Bool {
    if nodeRecord.retired.contains(node) { return true }
    if let index = members.index(forKey: node) { return !members.values[index].isPresent }
    return lastSweep - (greetedAt[node] ?? listeningSince) > settings.lostAfterMilliseconds
  }

  /// Nobody was heard while the coordinator itself was held up: that is no silence.
  mutating func excuseSilence(at now: Instant) {
    listeningSince = now
    greetedAt = [:]
    // What is heard now was said before.
    believesFrom = now + 2 * settings.heartbeatMilliseconds
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
    if member.takeBack() { log(.info, "worker \(node) is back") }
    member.lastHeard = now
    member.saidAt = now
    member.address = sender.address
    member.unitsInHand = Set(heartbeat.unitsInHand)
    member.gauges = heartbeat.gauges
    member.damaged = Set(heartbeat.damaged.map(\.shard).filter { $0 < placement.shardCount })
    member.documentVersion = heartbeat.documentVersion
    member.networkVersion = heartbeat.networkVersion
    member.teaching = heartbeat.teaching
    if heartbeat.ordersVersion > member.appliedOrders, heartbeat.ordersVersion <= nextOrders {
      member.appliedOrders = heartbeat.ordersVersion
      member.releasing = member.releasing.filter { $0.value > member.appliedOrders }
      noteCarriedOut(&member)
    }
    if heartbeat.isLeaving, member.state == .serving {
      log(.info, "worker \(node) is leaving: its shards are handed over first")
      member.state = .leaving
    }
    members[node] = member
    let isNews = note(heartbeat, at: now)
    missUnits(of: node, reported: member.unitsInHand, at: now)
    reply(
      .pulse(Pulse(ordersVersion: member.orders.version, priced: pricedRun)), to: frame,
      from: sender)
    if member.appliedOrders < member.toldBy { tell(member, .welcome(welcome)) }
    if member.appliedOrders < member.orders.version { sendOrders(to: node) }
    if member.documentVersion < document.version {
      tell(member, .document(document))
    }
    tellNetwork(to: member)
    // Most heartbeats change nothing, and there are many: what concerns all is left to the sweep.
    if isNews || member.state != known.state || member.damaged != known.damaged
      || member.appliedOrders != known.appliedOrders
    {
      balance(at: now)
      advancePlacement(at: now)
      refreshOrders()
    }
    handOutUnits(to: node, at: now)
  }

  /// The worker did what it was told last: it holds what it owns and dropped what it released.
  private mutating func noteCarriedOut(_ member: inout Member) {
    guard member.appliedOrders == member.orders.version else { return }
    for released in member.orders.released {
      member.held[released.shard] = nil
      member.seen[released.shard] = nil
    }
    for owned in member.orders.owned { member.held[owned.shard] = owned.epoch }
    for followed in member.orders.following { member.held[followed.shard] = followed.epoch }
    for owned in member.orders.owned { member.seen[owned.shard] = owned.epoch }
    for followed in member.orders.following where !followed.isLearner {
      member.seen[followed.shard] = followed.epoch
    }
    guard !member.orders.owned.isEmpty || !member.orders.following.isEmpty else { return }
    settle(member.peer.node)
  }

  mutating func findLostWorkers(at now: Instant) {
    let isAnySilent = members.indices.contains { index in
      members.values[index].isPresent
        && now - members.values[index].lastHeard > settings.lostAfterMilliseconds
    }
    guard isAnySilent else { return }
    for (node, member) in inOrder(members)
    where member.isPresent && now - member.lastHeard > settings.lostAfterMilliseconds {
      if member.state == .leaving, member.orders.mayLeave {
        log(.info, "worker \(node) has left")
        members[node] = nil
        giveBackUnits(of: node)
        continue
      }
      let seconds = Double(now - member.lastHeard) / 1_000
      log(.warning, "worker \(node) is lost: not heard for \(seconds) s")
      members[node]?.state = .lost
      giveBackUnits(of: node)
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
    advancePlacement(at: now)
    refreshOrders()
  }
}

extension PeerAddress {
  /// Where a worker says that it is.
  fileprivate init(_ hello: Hello) {
    self.init(node: hello.node, endpoint: hello.endpoint, publicKey: hello.publicKey)
  }
}
