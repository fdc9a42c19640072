import WireProtocol

/// Carrying out the coordinator's orders: which shards to serve, to copy and to drop.
extension Worker {
  mutating func take(_ new: Orders) {
    guard new.version > orders.version else { return }
    orders = new
    let owned = Dictionary(new.owned.map { ($0.shard, $0) }, uniquingKeysWith: { $1 })
    for (shard, grant) in inOrder(grants) where owned[shard]?.epoch != grant.epoch {
      grants[shard] = nil
      forgetPricing(of: shard)
    }
    for order in new.owned where grants[order.shard] != nil {
      grants[order.shard]?.isFrozen = order.isFrozen
    }
    let fresh = new.owned.filter { grants[$0.shard] == nil && isAcceptable($0) }
    for old in new.owned where !isAcceptable(old) {
      log(.error, "shard \(old.shard) is not served under epoch \(old.epoch): its data is newer")
    }
    if fresh.isEmpty {
      keepingEpochs = nil
    } else {
      keepingEpochs = new.version
      let epochs = fresh.map { HeldShard(shard: $0.shard, epoch: $0.epoch) }
      output.append(.keepEpochs(epochs, ordersVersion: new.version))
    }
    for released in new.released where kept[released.shard].map({ $0 < released.epoch }) ?? false {
      drop(released.shard)
    }
    let wanted = Set(new.adopting.map(\.move))
    for (move, copy) in inOrder(copies) where !wanted.contains(move) {
      copies[move] = nil
      // What was copied of it so far is of no use; a whole copy may be about to become ours.
      if copy.phase != .complete, owned[copy.adoption.shard] == nil { drop(copy.adoption.shard) }
    }
    for adoption in new.adopting where copies[adoption.move] == nil {
      copies[adoption.move] = Copy(adoption: adoption)
      drop(adoption.shard)
    }
    if new.mayLeave, isLeaving { output.append(.exit("left the cluster", wished: true)) }
  }

  /// An epoch never falls: data that has seen a higher one belongs to a later placement.
  private func isAcceptable(_ order: OwnedShard) -> Bool {
    kept[order.shard, default: 0] <= order.epoch
  }

  mutating func epochsKept(_ version: UInt64) {
    guard keepingEpochs == version, orders.version == version else { return }
    keepingEpochs = nil
    for order in orders.owned where isAcceptable(order) {
      kept[order.shard] = order.epoch
      grants[order.shard] = Grant(epoch: order.epoch, isFrozen: order.isFrozen)
    }
    // A copy that became ours is no copy any more.
    copies = copies.filter { grants[$0.value.adoption.shard] == nil }
  }

  private mutating func drop(_ shard: Int) {
    guard grants[shard] == nil, !dropping.contains(shard) else { return }
    dropping.insert(shard)
    kept[shard] = nil
    output.append(.drop(shard: shard))
  }

  mutating func dropped(_ shard: Int) {
    dropping.remove(shard)
    for (move, copy) in copies where copy.adoption.shard == shard && copy.phase == .dropping {
      copies[move]?.phase = .fetching
    }
  }

  /// Orders are carried out when epochs are durable, dropped data is gone and frozen shards are
  /// still.
  mutating func noteCarriedOut() {
    guard appliedOrders < orders.version, keepingEpochs == nil else { return }
    guard orders.released.allSatisfy({ !dropping.contains($0.shard) }) else { return }
    let isStill = grants.allSatisfy { shard, grant in
      !grant.isFrozen
        || (writes[shard, default: 0] == 0 && !units.keys.contains { $0.shard == shard })
    }
    guard isStill else { return }
    appliedOrders = orders.version
    lastHeartbeat = nil
  }

  // MARK: Copies

  mutating func advanceCopies(at now: Instant) {
    for (move, var copy) in inOrder(copies) where copy.phase == .fetching {
      if let retry = copy.retryAt, now < retry { continue }
      if copy.step == 0 {
        lastStep &+= 1
        copy.step = lastStep
      }
      copy.retryAt = now + 2_000
      copies[move] = copy
      let request = RowsRequest(
        scope: .handOff, shard: copy.adoption.shard, epoch: copy.adoption.epoch,
        cursor: copy.cursor)
      output.append(.fetch(request, from: copy.adoption.giver, step: copy.step))
    }
  }

  /// The move whose copy is at this step, in this phase.
  private func move(at step: UInt64, _ phase: Copy.Phase) -> UInt64? {
    copies.first { $0.value.step == step && $0.value.phase == phase }?.key
  }

  mutating func take(_ chunk: RowsChunk, _ step: UInt64) {
    guard let move = move(at: step, .fetching), let copy = copies[move],
      chunk.shard == copy.adoption.shard
    else { return }
    copies[move]?.phase = .importing
    copies[move]?.cursor = chunk.next ?? []
    copies[move]?.retryAt = nil
    output.append(.importRows(chunk, epoch: copy.adoption.epoch, step: step))
  }

  mutating func imported(_ step: UInt64) {
    guard let move = move(at: step, .importing), let copy = copies[move] else { return }
    copies[move]?.step = 0
    copies[move]?.phase = copy.cursor.isEmpty ? .complete : .fetching
    if copy.cursor.isEmpty {
      kept[copy.adoption.shard] = copy.adoption.epoch
      lastHeartbeat = nil
    }
  }

  /// Starts a copy over: what was stored of it may be incomplete.
  mutating func copyFailed(_ step: UInt64, _ reason: String, at now: Instant) {
    guard let move = move(at: step, .fetching) ?? move(at: step, .importing),
      let copy = copies[move]
    else { return }
    log(.warning, "copy of shard \(copy.adoption.shard): \(reason); starting over")
    copies[move] = Copy(adoption: copy.adoption, retryAt: now + 1_000)
    drop(copy.adoption.shard)
  }
}
