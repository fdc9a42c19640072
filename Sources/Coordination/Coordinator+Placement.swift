public import WireProtocol

/// Where shards are and how they move.
extension Coordinator {
  /// The worker that serves a shard, as far as the placement says.
  public func primary(of shard: Int) -> NodeName? { placement.assignments[shard].primary }

  /// What the balance depends on.
  struct Situation: Equatable, Sendable {
    var version: UInt64
    var nodes: [NodeName]
    var leaving: Set<NodeName>
  }

  /// Places shards that are nowhere and starts moves towards equal shares.
  mutating func balance(at now: Instant) {
    guard placementInStore == nil, storeTrouble.isEmpty else { return }
    let nodes = members.filter { $0.value.isServing }.map(\.key).sorted()
    let leaving = Set(members.filter { $0.value.state == .leaving }.map(\.key))
    let isNew = placement.version == 0
    guard !isNew || nodes.count >= settings.minimumWorkers else { return }
    let situation = Situation(version: placement.version, nodes: nodes, leaving: leaving)
    guard situation != balanced else { return }
    let proposals = Balance.proposals(placement, nodes: nodes, leaving: leaving)
    if proposals.isEmpty { balanced = situation }
    let homeless = proposals.filter { $0.from == nil }
    if !homeless.isEmpty {
      var next = placement
      next.version += 1
      for proposal in homeless {
        next.assignments[proposal.shard] = Placement.Assignment(primary: proposal.to, epoch: 1)
      }
      log(.info, "placing \(homeless.count) shards on \(nodes.count) workers")
      return store(placement: next)
    }
    resting = resting.filter { $0.value > now }
    for proposal in proposals {
      guard moves.count < settings.maximumMoves else { break }
      guard let from = proposal.from, moves[proposal.shard] == nil,
        members[from]?.isPresent ?? false, !hasOutstandingUnits(proposal.shard),
        resting[ShardMove.Route(from: from, to: proposal.to)] == nil
      else { continue }
      nextMove += 1
      moves[proposal.shard] = ShardMove(
        id: nextMove, shard: proposal.shard, from: from, to: proposal.to, startedAt: now)
      log(.debug, "moving shard \(proposal.shard) from \(from) to \(proposal.to)")
    }
  }

  /// Remembers which orders first told a giver to freeze.
  mutating func noteFreezes() {
    for (shard, move) in inOrder(moves) where move.frozenSince == nil {
      moves[shard]?.frozenSince = members[move.from]?.orders.version
    }
  }

  mutating func advanceMoves(at now: Instant) {
    var ready: [ShardMove] = []
    for (shard, move) in inOrder(moves) {
      guard let from = members[move.from], let to = members[move.to] else { continue }
      switch move.phase {
      case .freezing:
        if let since = move.frozenSince, from.appliedOrders >= since {
          moves[shard]?.phase = .copying
        }
      case .copying:
        if to.adopted.contains(move.id) { ready.append(move) }
      case .flipping: break
      }
    }
    guard !ready.isEmpty, placementInStore == nil else { return }
    var next = placement
    next.version += 1
    for move in ready {
      moves[move.shard]?.phase = .flipping
      let epoch = placement.assignments[move.shard].epoch + 1
      next.assignments[move.shard] = Placement.Assignment(primary: move.to, epoch: epoch)
    }
    store(placement: next)
  }

  mutating func placementStored(_ next: Placement) {
    for (shard, move) in inOrder(moves) where move.phase == .flipping {
      moves[shard] = nil
      // What the giver still holds under the old epoch is released by its next orders.
      members[move.from]?.held[shard] = placement.assignments[shard].epoch
    }
    placement = next
    placementInStore = nil
    log(.info, "placement \(next.version) is in force")
    refreshOrders()
  }

  /// Ends the moves from and to a worker that cannot go on with them.
  mutating func cancelMoves(of node: NodeName, because reason: String) {
    cancelMoves(because: reason) { $0.from == node || $0.to == node }
  }

  /// Ends the moves to a worker that wants no more shards.
  mutating func cancelMoves(to node: NodeName, because reason: String) {
    cancelMoves(because: reason) { $0.to == node }
  }

  /// Ends the moves that take too long: writes to their shards wait. Two workers of which one
  /// cannot reach the other rest before they are asked again.
  mutating func cancelSlowMoves(at now: Instant) {
    let deadline = settings.moveDeadlineMilliseconds
    func isSlow(_ move: ShardMove) -> Bool {
      move.phase != .flipping && now - move.startedAt > deadline
    }
    for move in moves.values where isSlow(move) {
      resting[move.route] = now + Self.restInDeadlines * deadline
    }
    cancelMoves(because: "it took more than \(deadline / 1_000) s", isSlow)
  }

  /// Once the placement is being stored, the store decides and nothing is cancelled.
  private mutating func cancelMoves(because reason: String, _ isOff: (ShardMove) -> Bool) {
    for (shard, move) in inOrder(moves) where move.phase != .flipping && isOff(move) {
      moves[shard] = nil
      // The taker may hold a whole copy, to be released once the shard has moved elsewhere.
      if move.phase == .copying, members[move.to]?.held[shard] == nil {
        members[move.to]?.held[shard] = placement.assignments[shard].epoch
      }
      log(.info, "the move of shard \(shard) from \(move.from) to \(move.to) is off: \(reason)")
    }
  }
}
