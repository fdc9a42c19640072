import WireProtocol

/// What each worker should do, by the placement and the copies that are being made.
extension Coordinator {
  /// The orders of all workers while they are made: by the place of a worker in the order of names,
  /// as that of a shard's copies is asked for again and again.
  private struct Draft {
    let nodes: [NodeName]
    private let places: [NodeName: Int]
    private let addresses: [PeerAddress]
    /// The workers that lack a shard.
    private let lacking: [NodeName: Set<Int>]
    var orders: [Orders]
    /// The places of peers in each worker's list of them.
    private var peers: [[NodeName: Int]]

    init(_ members: [NodeName: Member]) {
      nodes = members.keys.sorted()
      addresses = nodes.map { node in
        members.index(forKey: node).map { members.values[$0].peer } ?? Self.nowhere(node)
      }
      places = Dictionary(uniqueKeysWithValues: zip(nodes, 0...))
      var lacking: [NodeName: Set<Int>] = [:]
      for index in members.indices where !members.values[index].lacking.isEmpty {
        lacking[members.keys[index]] = members.values[index].lacking
      }
      self.lacking = lacking
      orders = nodes.map { _ in Orders(version: 0) }
      peers = nodes.map { _ in [:] }
    }

    /// The place of a worker that is known and has what a shard needs of it.
    func place(of node: NodeName, for shard: Int) -> Int? {
      if let missing = lacking[node], missing.contains(shard) { return nil }
      return places[node]
    }

    /// The place of a worker among the peers of another one's orders.
    mutating func peer(_ node: NodeName, of place: Int) -> Int {
      if let known = peers[place][node] { return known }
      peers[place][node] = orders[place].peers.count
      // Whoever is not here yet is waited for all the same.
      orders[place].peers.append(places[node].map { addresses[$0] } ?? Self.nowhere(node))
      return orders[place].peers.count - 1
    }

    private static func nowhere(_ node: NodeName) -> PeerAddress {
      PeerAddress(node: node, endpoint: "", publicKey: "")
    }
  }

  /// Sends each worker its orders where they changed.
  mutating func refreshOrders() {
    var draft = Draft(members)
    for (shard, assignment) in placement.assignments.enumerated() {
      guard let primary = assignment.primary else { continue }
      // Orders wait for all that the placement names and for all that the one being stored will: a
      // primary that is started again meanwhile must not go on without them.
      var followers = assignment.replicas
      if let next = placementInStore?.assignments[shard], next != assignment {
        for node in next.copies where node != primary && !followers.contains(node) {
          followers.append(node)
        }
      }
      let learner = builds[shard].flatMap { build in
        build.to == primary || followers.contains(build.to) ? nil : build.to
      }
      if let place = draft.place(of: primary, for: shard) {
        var owned = OwnedShard(shard: shard, epoch: assignment.epoch)
        for node in followers { owned.followers.append(draft.peer(node, of: place)) }
        if let learner { owned.learners.append(draft.peer(learner, of: place)) }
        draft.orders[place].owned.append(owned)
      }
      for node in followers + (learner.map { [$0] } ?? []) {
        guard let place = draft.place(of: node, for: shard) else { continue }
        let peer = draft.peer(primary, of: place)
        draft.orders[place].following.append(
          FollowedShard(
            shard: shard, epoch: assignment.epoch, primary: peer, isLearner: node == learner))
      }
    }
    for (node, orders) in zip(draft.nodes, draft.orders) { finish(orders, of: node) }
    noteFirstOrders()
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
    // Mostly all that it holds is wanted of it.
    let wanted =
      orders.owned.count { member.held[$0.shard] != nil }
      + orders.following.count { member.held[$0.shard] != nil }
    guard wanted < member.held.count else { return [] }
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
