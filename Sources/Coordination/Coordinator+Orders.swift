import WireProtocol

/// What each worker should do, by the placement and the copies that are being made.
extension Coordinator {
  /// The peers that orders speak of, by their places in a list.
  private struct PeerList {
    private(set) var peers: [PeerAddress] = []
    private var places: [NodeName: Int] = [:]

    mutating func place(of node: NodeName, _ members: [NodeName: Member]) -> Int {
      if let place = places[node] { return place }
      // Whoever is not here yet is waited for all the same.
      let peer = members[node]?.peer ?? PeerAddress(node: node, endpoint: "", publicKey: "")
      places[node] = peers.count
      peers.append(peer)
      return peers.count - 1
    }
  }

  /// Sends each worker its orders where they changed.
  mutating func refreshOrders() {
    var all: [NodeName: (orders: Orders, peers: PeerList)] = [:]
    for node in members.keys { all[node] = (Orders(version: 0), PeerList()) }
    for (shard, assignment) in placement.assignments.enumerated() {
      guard let primary = assignment.primary else { continue }
      // Orders wait for all that the placement names and for all that the one being stored will: a
      // primary that is started again meanwhile must not go on without them.
      var named = assignment.copies
      for node in placementInStore?.assignments[shard].copies ?? [] where !named.contains(node) {
        named.append(node)
      }
      let learner = builds[shard].flatMap { named.contains($0.to) ? nil : $0.to }
      if all[primary] != nil, !isLacking(primary, shard) {
        var owned = OwnedShard(shard: shard, epoch: assignment.epoch)
        for node in named.dropFirst() {
          owned.followers.append(all[primary]?.peers.place(of: node, members) ?? 0)
        }
        if let learner {
          owned.learners.append(all[primary]?.peers.place(of: learner, members) ?? 0)
        }
        all[primary]?.orders.owned.append(owned)
      }
      for node in named.dropFirst() + (learner.map { [$0] } ?? []) {
        guard all[node] != nil, !isLacking(node, shard) else { continue }
        let place = all[node]?.peers.place(of: primary, members) ?? 0
        all[node]?.orders.following.append(
          FollowedShard(
            shard: shard, epoch: assignment.epoch, primary: place, isLearner: node == learner))
      }
    }
    for (node, made) in inOrder(all) {
      var orders = made.orders
      orders.peers = made.peers.peers
      finish(orders, of: node)
    }
    noteFirstOrders()
  }

  private func isLacking(_ node: NodeName, _ shard: Int) -> Bool {
    members[node]?.lacking.contains(shard) ?? false
  }

  private mutating func finish(_ unfinished: Orders, of node: NodeName) {
    guard let member = members[node] else { return }
    var orders = unfinished
    orders.version = member.orders.version
    orders.released = released(of: member, orders)
    orders.mayLeave = member.state == .leaving && mayLeave(node)
    guard orders != member.orders || orders.version == 0 else { return }
    nextOrders += 1
    orders.version = nextOrders
    members[node]?.orders = orders
    for held in orders.released { members[node]?.releasing[held.shard] = nextOrders }
    // From now on it may have data of these.
    for owned in orders.owned where member.held[owned.shard] == nil {
      members[node]?.held[owned.shard] = owned.epoch
    }
    for followed in orders.following where member.held[followed.shard] == nil {
      members[node]?.held[followed.shard] = followed.epoch
    }
    sendOrders(to: node)
  }

  /// What a worker holds and nobody wants: once enough others who are here have all of it, or where
  /// what it holds is damaged.
  private func released(of member: Member, _ orders: Orders) -> [HeldShard] {
    let node = member.peer.node
    // Before it is known who is here and where shards should be, nothing is thrown away.
    guard !member.held.isEmpty, situation != nil else { return [] }
    let used = Set(orders.owned.map(\.shard) + orders.following.map(\.shard))
    var released: [HeldShard] = []
    for (shard, _) in inOrder(member.held) where !used.contains(shard) {
      guard !isNamed(node, shard) else { continue }
      let assignment = placement.assignments[shard]
      let isDamaged = member.damaged.contains(shard) || member.lacking.contains(shard)
      let isWanted = target[shard]?.copies.contains(node) ?? false
      let others = assignment.copies.count { $0 != node && isFit($0, for: shard) }
      guard others > 0, isDamaged || (!isWanted && others >= copiesWanted) else { continue }
      released.append(HeldShard(shard: shard, epoch: assignment.epoch))
    }
    return released
  }

  /// Notes which orders first told a primary of a learner.
  private mutating func noteFirstOrders() {
    for (shard, build) in builds where build.since == nil {
      builds[shard]?.since = members[build.primary]?.orders.version
    }
  }

  /// A leaving worker may go when nothing is with it any more, or when nobody stays who could take
  /// it; a coordinator that has just started does not know yet who stays.
  private func mayLeave(_ node: NodeName) -> Bool {
    if isUnburdened(node) { return true }
    let isLast = members.values.allSatisfy { $0.state == .leaving }
    let knowsAll =
      lastSweep - listeningSince > settings.lostAfterMilliseconds
      && copiesByNode.keys.allSatisfy { members[$0] != nil }
    return isLast && knowsAll && placementInStore == nil
  }

  mutating func sendOrders(to node: NodeName) {
    guard let member = members[node], member.isPresent, member.orders.version > 0 else { return }
    tell(member, .orders(member.orders))
  }
}
