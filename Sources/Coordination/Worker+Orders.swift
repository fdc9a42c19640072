import Demand
import WireProtocol

/// Carrying out the coordinator's orders: which shards to serve, to follow and to drop.
///
/// A shard comes into the state that is wanted by itself: first what was under way before has to
/// land, then what is no data has to be gone, then the epoch has to be durable. Until then it is
/// *unsettled*.
extension Worker {
  /// What the orders want of a shard.
  enum Wish: Sendable {
    case owned(OwnedShard)
    case followed(FollowedShard)
    case released(epoch: UInt64)
  }

  mutating func take(_ new: Orders) {
    guard new.version > orders.version, new.term >= keptTerm else { return }
    // What one coordinator was told of, the next one was not.
    if new.term > orders.term { unnamedShards = [] }
    orders = new
    peers = Dictionary(new.peers.map { ($0.node, $0) }, uniquingKeysWith: { $1 })
    wishes = [:]
    for held in new.released { wishes[held.shard] = .released(epoch: held.epoch) }
    for followed in new.following { wishes[followed.shard] = .followed(followed) }
    for owned in new.owned { wishes[owned.shard] = .owned(owned) }
    leaveWhatIsNotWanted()
    unsettled = dirty
    for (shard, wish) in inOrder(wishes) {
      switch wish {
      case .owned(let order):
        if isAcceptable(shard, order.epoch) { take(order) }
      case .followed(let order):
        if isAcceptable(shard, order.epoch) { take(order) }
      case .released(let epoch):
        if isReleased(shard, epoch) || !isStill(shard) { unsettled.insert(shard) }
      }
    }
    mustSettle = true
    if new.mayLeave, isLeaving { output.append(.exit("left the cluster", wished: true)) }
  }

  /// An epoch never falls: data that has seen a higher one belongs to a later placement.
  private mutating func isAcceptable(_ shard: Int, _ epoch: UInt64) -> Bool {
    if kept[shard, default: 0] <= epoch { return true }
    log(.error, "shard \(shard) is not served under epoch \(epoch): its data is newer")
    return false
  }

  private func isReleased(_ shard: Int, _ epoch: UInt64) -> Bool {
    kept[shard].map { $0 <= epoch } ?? false
  }

  /// Ends what is served and followed otherwise than the orders say.
  private mutating func leaveWhatIsNotWanted() {
    for (shard, grant) in inOrder(grants) {
      if case .owned(let order)? = wishes[shard], order.epoch == grant.epoch { continue }
      revoke(shard)
    }
    for (shard, log) in inOrder(followed) {
      if case .followed(let order)? = wishes[shard], order.epoch == log.epoch,
        peer(at: order.primary)?.node == log.primary.node
      {
        continue
      }
      unfollow(shard)
    }
    for shard in readable.keys.sorted() {
      switch wishes[shard] {
      case .owned: continue
      case .followed(let order) where !order.isLearner: continue
      default: readable[shard] = nil
      }
    }
    forgetOffers()
  }

  /// A peer by its place in the orders.
  private func peer(at place: Int) -> PeerAddress? {
    orders.peers.indices.contains(place) ? orders.peers[place] : nil
  }

  private mutating func take(_ order: OwnedShard) {
    guard grants[order.shard] != nil else {
      unsettled.insert(order.shard)
      return
    }
    setFollowers(order)
  }

  private mutating func take(_ order: FollowedShard) {
    guard let primary = peer(at: order.primary) else { return }
    if var known = followed[order.shard] {
      known.primary = primary
      // The placement names only whom the primary found to have everything.
      if known.isLearner, !order.isLearner { known.isWhole = true }
      known.isLearner = order.isLearner
      followed[order.shard] = known
      if known.phase == .following { noteReadable(order.shard) }
      if known.phase == .waiting { unsettled.insert(order.shard) }
      return
    }
    followed[order.shard] = FollowedLog(
      epoch: order.epoch, primary: primary, isLearner: order.isLearner)
    unsettled.insert(order.shard)
    // What there may be of a shard that is not held is half a copy of an earlier start.
    if order.isLearner, kept[order.shard] == nil, !startedEmpty { dirty.insert(order.shard) }
  }

  // MARK: Settling

  /// Whether nothing of before is on its way to the disk.
  private func isStill(_ shard: Int) -> Bool {
    writes[shard] == nil && !dropping.contains(shard)
      && !keeping.values.contains { $0.contains { $0.shard == shard } }
  }

  /// Brings shards further towards what is wanted of them.
  mutating func settle() {
    guard mustSettle else { return }
    mustSettle = false
    var epochs: [HeldShard] = []
    for shard in unsettled.sorted() where isStill(shard) {
      if dirty.contains(shard) {
        if isTermKept { drop(shard) }
        continue
      }
      switch wishes[shard] {
      case .owned(let order): epochs.append(HeldShard(shard: shard, epoch: order.epoch))
      case .followed(let order):
        if followed[shard]?.phase == .waiting {
          epochs.append(HeldShard(shard: shard, epoch: order.epoch))
        } else {
          unsettled.remove(shard)
          if followed[shard]?.phase == .copying { queueCopy(of: shard) }
        }
      case .released(let epoch):
        guard isReleased(shard, epoch) else {
          unsettled.remove(shard)
          continue
        }
        if isTermKept { drop(shard) }
      case nil: unsettled.remove(shard)
      }
    }
    guard keeping[orders.version] == nil, !epochs.isEmpty || !isTermKept else { return }
    keeping[orders.version] = epochs
    output.append(.keepEpochs(epochs, ordersVersion: orders.version))
  }

  /// Whether it is durable from which coordinator the orders are. Nothing is dropped before:
  /// started again, the worker would believe an earlier one, who takes the shard for another's.
  private var isTermKept: Bool { keptTerm >= orders.term }

  private mutating func drop(_ shard: Int) {
    dropping.insert(shard)
    kept[shard] = nil
    unproven.remove(shard)
    positions[shard] = nil
    output.append(.drop(shard: shard))
  }

  mutating func dropped(_ shard: Int) {
    guard dropping.remove(shard) != nil else { return }
    dirty.remove(shard)
    damage[shard] = nil
    mustSettle = true
  }

  mutating func epochsKept(_ version: UInt64) {
    guard let epochs = keeping.removeValue(forKey: version) else { return }
    mustSettle = true
    keptTerm = max(keptTerm, Orders(version: version).term)
    for entry in epochs {
      let shard = entry.shard
      let before = kept[shard]
      kept[shard] = entry.epoch
      // Of orders that are not in force any more only this is left: the shard is held.
      guard orders.version == version else { continue }
      unsettled.remove(shard)
      let position = positions[shard] ?? .start
      switch wishes[shard] {
      case .owned(let order):
        grants[shard] = Grant(
          ReplicaLog(
            shard: shard, epoch: entry.epoch, end: position,
            isUnproven: unproven.contains(shard)))
        readable[shard] = entry.epoch
        setFollowers(order)
      case .followed:
        followed[shard]?.begin(at: position, isWhole: before != nil)
        noteReadable(shard)
        toAnswer.insert(shard)
      case .released, nil: break
      }
    }
  }

  /// Whether all that the orders want is as they want it: no copy is being made here or yet to be,
  /// and nothing that is known to be damaged is held. Whoever is a member lacks nothing that nobody
  /// else has.
  public var isWhole: Bool {
    isMember && orders.version > 0 && appliedOrders == orders.version && unsettled.isEmpty
      && dirty.isEmpty && damage.isEmpty
      && followed.values.allSatisfy { $0.phase == .following && $0.isWhole && !$0.isLearner }
  }

  /// Orders are carried out when epochs are durable and released data is gone. Learners take their
  /// time.
  mutating func noteCarriedOut() {
    guard appliedOrders < orders.version, !mustSettle else { return }
    let isOpen = unsettled.contains { shard in
      switch wishes[shard] {
      case .owned, .released: true
      case .followed(let order): !order.isLearner
      case nil: false
      }
    }
    guard !isOpen else { return }
    appliedOrders = orders.version
    lastHeartbeat = nil
    let unnamed = Set(kept.keys).union(keeping.values.joined().map(\.shard))
      .subtracting(wishes.keys)
    if unnamed != unnamedShards, !unnamed.isEmpty {
      greet()
      namedAt = clock
    }
    unnamedShards = unnamed
  }
}
