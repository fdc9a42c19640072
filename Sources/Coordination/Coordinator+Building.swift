import WireProtocol

/// Copies that are being made: which, and what primaries say of them.
extension Coordinator {
  /// What it depends on where shards should be.
  struct Situation: Equatable, Sendable {
    var version: UInt64
    var nodes: [Balance.Node]
    var fixed: Set<Int>
    var unfit: [NodeName: Set<Int>]
  }

  /// The workers that take shards, ascending.
  func takers(drained: Set<NodeName>) -> [Balance.Node] {
    var takers: [Balance.Node] = []
    // By the way of indices nothing is copied but what is asked for.
    for index in members.indices where members.values[index].isServing {
      let name = members.keys[index]
      if drained.contains(name) { continue }
      takers.append(Balance.Node(name: name, host: members.values[index].host))
    }
    return takers.sorted { $0.name < $1.name }
  }

  /// How many copies of each shard there can be now.
  var copiesWanted: Int {
    Balance.copiesWanted(settings.replication, situation?.nodes ?? [])
  }

  /// What decides where shards should be, if these workers take them.
  func situation(with nodes: [Balance.Node]) -> Situation {
    let fixed = placement.assignments.indices.filter { shard in
      placement.assignments[shard].primary.map { !isFit($0, for: shard) } ?? false
    }
    var unfit: [NodeName: Set<Int>] = [:]
    for index in members.indices {
      let shards = members.values[index].lacking.union(members.values[index].damaged)
      if !shards.isEmpty { unfit[members.keys[index]] = shards }
    }
    for route in resting.keys { unfit[route.to, default: []].insert(route.shard) }
    return Situation(
      version: placement.version, nodes: nodes, fixed: Set(fixed), unfit: unfit)
  }

  func question(in situation: Situation) -> Balance.Question {
    Balance.Question(
      placement: placement, nodes: situation.nodes, replication: settings.replication,
      fixed: situation.fixed, builds: builds, held: members.mapValues { Set($0.held.keys) },
      unfit: situation.unfit)
  }

  /// Decides where shards should be whenever that may have changed, and begins the copies for it.
  mutating func balance(at now: Instant) {
    forgetLacking()
    resting = resting.filter { $0.value > now }
    guard placementInStore == nil, storeTrouble.isEmpty else { return }
    // A coordinator that has just started does not know yet who is here.
    guard copiesByNode.keys.allSatisfy({ members[$0] != nil || isLost($0) }) else { return }
    let nodes = takers(drained: nodeRecord.drained)
    // Workers that are wanted before the first placement are also those that shall take nothing:
    // otherwise one drained too early would keep all others waiting.
    let areEnough = takers(drained: []).count >= settings.minimumWorkers && !nodes.isEmpty
    guard placement.version > 0 || areEnough else { return }
    let new = situation(with: nodes)
    if new != situation {
      situation = new
      target = Balance.places(question(in: new)).filter { shard, place in
        let assignment = placement.assignments[shard]
        return assignment.primary != place.primary || assignment.copies.sorted() != place.copies
      }
      for (shard, build) in inOrder(builds) where !isWanted(build) {
        cancel(shard, because: "it is not wanted any more")
      }
    }
    beginBuilds(at: now)
  }

  /// Whether a copy is still on the way to where the shard should be. One that a lost primary waits
  /// for is all the more.
  private func isWanted(_ build: ShardBuild) -> Bool {
    if build.isReady, isLost(build.primary) { return true }
    return target[build.shard]?.copies.contains(build.to) ?? false
  }

  private mutating func beginBuilds(at now: Instant) {
    guard !target.isEmpty else { return }
    var room: [NodeName: Int] = [:]
    for build in builds.values { room[build.to, default: settings.maximumMoves] -= 1 }
    // The shards with the fewest copies first.
    let order = target.keys.filter { builds[$0] == nil }
      .map { (placement.assignments[$0].copies.count, $0) }.sorted { $0 < $1 }
    for (_, shard) in order {
      guard let place = target[shard] else { continue }
      let assignment = placement.assignments[shard]
      guard let primary = assignment.primary, let giver = members[primary], giver.isPresent,
        // The primary has forgotten earlier learners: what it says of them is about this build.
        giver.orders.version > 0, giver.appliedOrders == giver.orders.version
      else { continue }
      let coming = place.copies.filter { node in
        !assignment.copies.contains(node) && isSettled(node, shard)
          && room[node, default: settings.maximumMoves] > 0
      }
      guard let to = coming.first(where: { !giver.orders.names($0, of: shard) }) else { continue }
      let going = assignment.copies.filter { !place.copies.contains($0) }
      builds[shard] = ShardBuild(
        shard: shard, from: assignment.copies.count < copiesWanted ? nil : going.first, to: to,
        primary: primary, epoch: assignment.epoch, startedAt: now)
      room[to, default: settings.maximumMoves] -= 1
      log(.debug, "shard \(shard) is copied from \(primary) to \(to)")
    }
  }

  /// Whether a worker is here and will not drop a shard any more by orders that it was given
  /// earlier, by this coordinator or by one before it.
  private func isSettled(_ node: NodeName, _ shard: Int) -> Bool {
    guard let member = members[node], member.isPresent else { return false }
    return member.releasing[shard] == nil
      && (member.appliedOrders > 0 || member.held[shard] == nil)
  }

  // MARK: What workers say

  /// Takes what a worker says of the copies of its shards; whether anything follows from it.
  mutating func note(_ heartbeat: Heartbeat, at now: Instant) -> Bool {
    var isNews = false
    for follower in heartbeat.ready {
      guard let build = builds[follower.shard], build.to == follower.node, !build.isReady,
        build.primary == heartbeat.node, build.epoch == follower.epoch,
        let since = build.since, heartbeat.ordersVersion >= since
      else { continue }
      builds[follower.shard]?.isReady = true
      members[follower.node]?.seen[follower.shard] = follower.epoch
      isNews = true
    }
    for follower in heartbeat.stalled {
      guard placement.assignments.indices.contains(follower.shard) else { continue }
      let (shard, node) = (follower.shard, follower.node)
      let assignment = placement.assignments[shard]
      guard assignment.primary == heartbeat.node, assignment.epoch == follower.epoch,
        node != heartbeat.node
      else { continue }
      if isNamed(node, shard) {
        isNews = stalled[shard, default: []].insert(node).inserted || isNews
      } else if builds[shard]?.to == node {
        cancel(shard, because: "\(node) does not keep up", restAt: now)
        isNews = true
      }
    }
    return isNews
  }

  /// Whether the placement, or the one being stored, takes a worker to have all of a shard.
  func isNamed(_ node: NodeName, _ shard: Int) -> Bool {
    placement.assignments[shard].copies.contains(node)
      || placementInStore?.assignments[shard].copies.contains(node) ?? false
  }

  /// A worker was started again: as a primary it waits for no learner any more. As a learner it
  /// goes on with what it has; without that everything begins anew.
  mutating func noteRestart(of node: NodeName) {
    let held = members[node]?.held ?? [:]
    for (shard, build) in inOrder(builds) {
      if build.primary == node {
        builds[shard]?.isReady = false
        builds[shard]?.since = nil
      }
      if build.to == node, held[shard] == nil {
        members[node]?.lacking.insert(shard)
        cancel(shard, because: "\(node) has lost it")
      }
    }
  }

  // MARK: Ends

  /// Ends the copies that come to nothing as things are.
  mutating func cancelHopelessBuilds(at now: Instant) {
    for (shard, build) in inOrder(builds) where !isNamed(build.to, shard) {
      if isLost(build.to) {
        cancel(shard, because: "\(build.to) is lost")
      } else if isLost(build.primary), !build.isReady {
        cancel(shard, because: "\(build.primary) is lost")
      } else if members[build.to]?.damaged.contains(shard) ?? false {
        // It drops what it has, and may begin anew when nobody goes by it any more.
        members[build.to]?.lacking.insert(shard)
        cancel(shard, because: "what \(build.to) has of it is damaged")
      } else if !build.isReady, now - build.startedAt > deadlineMilliseconds(of: build) {
        cancel(shard, because: "it takes too long", restAt: now)
      }
    }
  }

  /// What a copy may take: its bytes at the rate that is allowed, eight times over since others
  /// are on their way as well.
  private func deadlineMilliseconds(of build: ShardBuild) -> Int64 {
    let bytes = Double(bytesOfShard(on: build.primary))
    let seconds = bytes / Double(settings.copyMiBPerSecond << 20)
    return settings.moveDeadlineMilliseconds + Int64(min(8_000 * seconds, 1e12))
  }

  /// What a shard of a worker takes on its disk, about.
  func bytesOfShard(on node: NodeName) -> UInt64 {
    (members[node]?.gauges.databaseBytes ?? 0) / UInt64(max(1, copiesByNode[node]?.count ?? 0))
  }

  mutating func cancel(_ shard: Int, because reason: String, restAt now: Instant? = nil) {
    guard let build = builds.removeValue(forKey: shard) else { return }
    if let now {
      resting[build.route] = now + Self.restInDeadlines * settings.moveDeadlineMilliseconds
    }
    log(.info, "the copy of shard \(shard) from \(build.primary) to \(build.to) is off: \(reason)")
  }

  /// A copy that was not what it was taken for may be made anew once nobody goes by it any more:
  /// the worker has dropped it, and the primary has carried out orders without it.
  private mutating func forgetLacking() {
    guard members.indices.contains(where: { !members.values[$0].lacking.isEmpty }) else { return }
    for (node, member) in inOrder(members) where !member.lacking.isEmpty {
      for shard in member.lacking.sorted() {
        guard !isNamed(node, shard), builds[shard]?.to != node, member.held[shard] == nil,
          !member.damaged.contains(shard), let primary = placement.assignments[shard].primary,
          let giver = members[primary], giver.orders.version > 0,
          giver.appliedOrders == giver.orders.version
        else { continue }
        members[node]?.lacking.remove(shard)
      }
    }
  }
}

extension Orders {
  /// Whether a primary is told of a follower or learner of a shard.
  fileprivate func names(_ node: NodeName, of shard: Int) -> Bool {
    guard let owned = owned.first(where: { $0.shard == shard }) else { return false }
    return (owned.followers + owned.learners).contains { peers[$0].node == node }
  }
}
