import Demand
import WireProtocol

@testable import Coordination

/// Decides on the placement of one shard by the rules that the workers count on. It hears late, and
/// what it stores takes a while.
struct PlacementJudge {
  private let names: [NodeName]
  private(set) var placement: Placement.Assignment
  /// The placement that is being stored, and when it is.
  private var storing: (next: Placement.Assignment, at: Instant)?
  /// The start of each node that is known, and the nodes that are away since when.
  private var incarnations: [NodeName: UInt64] = [:]
  private var away: [NodeName: Instant] = [:]
  /// Learners that are left out until then.
  private var resting: [NodeName: Instant] = [:]
  private var version: UInt64 = 0
  private var last: [NodeName: Orders] = [:]
  /// The version of the primary's orders that named a learner first, this time.
  private var since: [NodeName: UInt64] = [:]
  private(set) var failovers = 0
  private(set) var additions = 0

  init(_ names: [NodeName]) {
    self.names = names
    placement = Placement.Assignment(primary: names[0], epoch: 1)
  }

  mutating func lost(_ name: NodeName, at now: Instant) {
    incarnations[name] = nil
    away[name] = now
  }

  mutating func hear(_ frame: Frame, from name: NodeName, at now: Instant) {
    switch frame.message {
    case .hello(let hello):
      guard hello.incarnation >= incarnations[name] ?? 0 else { return }
      incarnations[name] = hello.incarnation
      away[name] = nil
    case .heartbeat(let heartbeat):
      guard heartbeat.incarnation == incarnations[name], name == placement.primary else { return }
      for word in heartbeat.stalled where word.epoch == placement.epoch {
        take(out: word.node, at: now)
      }
      for word in heartbeat.ready where word.epoch == placement.epoch {
        guard storing == nil, !placement.copies.contains(word.node), resting[word.node] == nil,
          let version = since[word.node], heartbeat.ordersVersion >= version
        else { continue }
        var next = placement
        next.replicas = (next.replicas + [word.node]).sorted()
        storing = (next, now + 150)
        additions += 1
      }
    default: break
    }
  }

  private mutating func take(out node: NodeName, at now: Instant) {
    resting[node] = now + 700
    guard storing == nil, placement.replicas.contains(node) else { return }
    var next = placement
    next.replicas.removeAll { $0 == node }
    storing = (next, now + 150)
  }

  mutating func tick(at now: Instant) {
    if let done = storing, now >= done.at {
      placement = done.next
      storing = nil
    }
    resting = resting.filter { now < $0.value }
    guard storing == nil else { return }
    if let primary = placement.primary, let since = away[primary], now - since > 1_000,
      let next = placement.replicas.first(where: { incarnations[$0] != nil })
    {
      let others = placement.replicas.filter { $0 != next }
      storing = (
        Placement.Assignment(primary: next, replicas: others, epoch: placement.epoch + 1),
        now + 150
      )
      failovers += 1
    } else if let gone = placement.replicas.first(where: { name in
      away[name].map { now - $0 > 1_000 } ?? false
    }) {
      take(out: gone, at: now)
    }
  }

  /// What a node is to be told: that it is welcome, and its orders.
  mutating func frames(for name: NodeName) -> [Frame] {
    guard let incarnation = incarnations[name] else { return [] }
    var orders = Orders(version: 0)
    orders.peers = names.map { PeerAddress(node: $0, endpoint: "tcp://\($0)", publicKey: "") }
    let place = Dictionary(uniqueKeysWithValues: zip(names, 0...))
    let firm = Set(placement.replicas).union(
      storing.map { $0.next.epoch == placement.epoch ? $0.next.replicas : [] } ?? [])
    let learners = names.filter { name in
      name != placement.primary && !firm.contains(name) && resting[name] == nil
        && incarnations[name] != nil
    }
    if name == placement.primary {
      orders.owned = [
        OwnedShard(
          shard: 0, epoch: placement.epoch, followers: firm.sorted().compactMap { place[$0] },
          learners: learners.compactMap { place[$0] })
      ]
    } else if firm.contains(name) || learners.contains(name) {
      orders.following = [
        FollowedShard(
          shard: 0, epoch: placement.epoch, primary: place[placement.primary ?? name] ?? 0,
          isLearner: !placement.replicas.contains(name))
      ]
    }
    orders.version = last[name]?.version ?? 0
    if orders != last[name] {
      version += 1
      orders.version = version
      last[name] = orders
      if name == placement.primary {
        since = Dictionary(uniqueKeysWithValues: learners.map { ($0, since[$0] ?? version) })
      }
    }
    let welcome = Welcome(clusterID: 0xC1, shardCount: 8)
    return [
      Frame(request: incarnation, .welcome(welcome)), Frame(request: incarnation, .orders(orders)),
    ]
  }
}
