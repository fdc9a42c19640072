public import WireProtocol

/// The table of shards: one at a time is stored, with all changes that are due by then.
extension Coordinator {
  /// The worker that serves a shard, as far as the placement says.
  public func primary(of shard: Int) -> NodeName? { placement.assignments[shard].primary }

  /// Whether a worker is here with a whole copy of a shard, if the placement names it. One whose
  /// decommission is on its way to the disk is none: nothing may come to rest on it meanwhile.
  func isFit(_ node: NodeName, for shard: Int) -> Bool {
    guard let index = members.index(forKey: node), members.values[index].isPresent,
      !nodeRecord.retired.contains(node), !nextNodeRecord.retired.contains(node)
    else { return false }
    return !members.values[index].lacking.contains(shard)
      && !members.values[index].damaged.contains(shard)
  }

  /// Whether a worker was seen to have data of a shard.
  private func isSeen(_ node: NodeName, with shard: Int) -> Bool {
    members.index(forKey: node).map { members.values[$0].seen[shard] != nil } ?? false
  }

  /// Stores the next placement if anything is to be changed.
  mutating func advancePlacement(at now: Instant) {
    guard isEstablished, placementInStore == nil else { return }
    var next = placement
    failOver(&next, at: now)
    if situation?.version == placement.version { settleTargets(&next, at: now) }
    guard next.assignments != placement.assignments else { return }
    next.version += 1
    store(placement: next)
  }

  // MARK: What failed

  /// Puts a replica in the place of each primary that is lost or damaged, and takes out the
  /// replicas that are; all at once, so that a worker that is lost costs one write.
  private mutating func failOver(_ next: inout Placement, at now: Instant) {
    let lost = Set(copiesByNode.keys.filter(isLost))
    let isWell = members.indices.allSatisfy { index in
      members.values[index].lacking.isEmpty && members.values[index].damaged.isEmpty
    }
    if lost.isEmpty, isWell, stalled.isEmpty { return }
    var served = shardsByNode.mapValues(\.count)
    var promoted = 0
    for (shard, assignment) in placement.assignments.enumerated() {
      guard let primary = assignment.primary else { continue }
      let slow = stalled[shard] ?? []
      let fit = assignment.replicas.filter { isFit($0, for: shard) }
      // Whoever is only slow to come may be here in a moment; whoever is damaged stays where nobody
      // else has the shard.
      if lost.contains(primary) || isHere(primary) && !isFit(primary, for: shard) {
        func rank(_ node: NodeName) -> (Int, Int, NodeName) {
          let isSlow =
            slow.contains(node) || !(members[node]?.isServing ?? false) || isFresh(node, at: now)
          return (isSlow ? 1 : 0, served[node] ?? 0, node)
        }
        // One that has not carried out the orders by which it follows may never do: when it is
        // started again without the shard, nobody could tell that from a loss.
        let heirs = fit.filter { isHeard($0, at: now) && isSeen($0, with: shard) }
        guard let heir = heirs.min(by: { rank($0) < rank($1) }) else { continue }
        // A primary whose replicas are ahead of it says the same of itself: to make it one again
        // at once may come to the same again.
        if isHere(primary) {
          flipRests[shard] = now + Self.restInDeadlines * settings.moveDeadlineMilliseconds
        }
        served[heir, default: 0] += 1
        promoted += 1
        let others = assignment.replicas.filter { node in
          node != heir && !lost.contains(node) && !slow.contains(node)
            && (!isHere(node) || isFit(node, for: shard))
        }
        note(leaving: assignment.copies, others + [heir], shard)
        next.assignments[shard] = Placement.Assignment(
          primary: heir, replicas: others, epoch: assignment.epoch + 1)
      } else if isFit(primary, for: shard) {
        let others = assignment.replicas.filter { node in
          !lost.contains(node) && !slow.contains(node) && (!isHere(node) || fit.contains(node))
        }
        guard others != assignment.replicas, isHeard(primary, at: now) else { continue }
        note(leaving: assignment.copies, others + [primary], shard)
        next.assignments[shard].replicas = others
        for node in slow where assignment.replicas.contains(node) {
          log(.warning, "\(node) does not keep up with shard \(shard) of \(primary)")
        }
      }
    }
    if promoted > 0 { log(.warning, "\(promoted) shards are served by their replicas from now on") }
  }

  /// A damaged copy that leaves the table is dropped before the shard comes back to its worker.
  private mutating func note(leaving before: [NodeName], _ after: [NodeName], _ shard: Int) {
    for node in before where !after.contains(node) {
      if members[node]?.damaged.contains(shard) ?? false { members[node]?.lacking.insert(shard) }
    }
  }

  // MARK: What is wanted

  /// Brings shards to where they should be, as far as copies are there for it.
  private mutating func settleTargets(_ next: inout Placement, at now: Instant) {
    var stillFlipping: Set<Int> = []
    var stillReducing: Set<Int> = []
    flipRests = flipRests.filter { $0.value > now }
    for shard in Set(target.keys).union(builds.keys).sorted() {
      let assignment = placement.assignments[shard]
      // What has just failed over is balanced anew.
      guard next.assignments[shard] == assignment else { continue }
      guard let primary = assignment.primary else {
        if let place = target[shard] { next.assignments[shard] = first(place) }
        continue
      }
      var here = assignment.copies
      let build = builds[shard]
      if let build, build.isReady, build.epoch == assignment.epoch, isFit(build.to, for: shard) {
        here.append(build.to)
      }
      guard let place = target[shard] else {
        next.assignments[shard].replicas = here.filter { $0 != primary }.sorted()
        continue
      }
      var heir = primary
      // One that has just come back is not waited for: meanwhile the shard would get no units. One
      // that was not seen to hold the shard may not have heard of it, and a higher epoch would say
      // that somebody had data.
      if place.primary != primary, here.contains(place.primary), isFit(place.primary, for: shard),
        !isFresh(place.primary, at: now), isSeen(place.primary, with: shard),
        isGoing(primary) || stillFlipping.count < Self.flipsAtOnce && flipRests[shard] == nil
      {
        stillFlipping.insert(shard)
        if mayFlip(shard, at: now) { heir = place.primary }
      }
      let copies = remaining(here, place, heir: heir, before: assignment.copies.count)
      let isChange = heir != primary || !assignment.copies.allSatisfy(copies.contains)
      guard !isChange || isHeard(heir, at: now) else { continue }
      if copies.count < settings.replication, !assignment.copies.allSatisfy(copies.contains) {
        stillReducing.insert(shard)
        guard mayReduce(shard, to: copies, at: now) else { continue }
      }
      next.assignments[shard] = Placement.Assignment(
        primary: heir, replicas: copies.filter { $0 != heir }.sorted(),
        epoch: assignment.epoch + (heir == primary ? 0 : 1))
    }
    flips = flips.filter { stillFlipping.contains($0.key) }
    reductions = reductions.filter { stillReducing.contains($0.key) }
    if placement.version == 0, next.assignments != placement.assignments {
      log(.info, "placing \(next.shardCount) shards on \(situation?.nodes.count ?? 0) workers")
    }
  }

  private func first(_ place: Balance.Place) -> Placement.Assignment {
    Placement.Assignment(
      primary: place.primary, replicas: place.copies.filter { $0 != place.primary }, epoch: 1)
  }

  /// The copies that stay: all that are wanted. The others go when all of those are there, and one
  /// of them for each that comes. A place may have too few: whoever should have the others cannot
  /// take them just now.
  private func remaining(
    _ here: [NodeName], _ place: Balance.Place, heir: NodeName, before: Int
  ) -> [NodeName] {
    let isWhole =
      place.copies.count >= copiesWanted && place.copies.allSatisfy(here.contains)
    var spare = isWhole ? here.count : here.count - max(before, copiesWanted)
    return here.filter { node in
      guard spare > 0, node != heir, !place.copies.contains(node) else { return true }
      spare -= 1
      return false
    }
  }

  /// Whether a worker came back just now. Its primaries ask it how far it is, and say so if its
  /// disk has lost what it called durable; before that it takes nobody's place without need.
  private func isFresh(_ node: NodeName, at now: Instant) -> Bool {
    guard let since = members[node]?.returnedAt else { return false }
    return now - since < Self.provingMilliseconds
  }

  private func isGoing(_ node: NodeName) -> Bool {
    nodeRecord.drained.contains(node) || members[node]?.state == .leaving
  }

  /// Whether the units of a shard are in, or were waited for long enough. It gets no new ones.
  private mutating func mayFlip(_ shard: Int, at now: Instant) -> Bool {
    let since = flips[shard] ?? now
    flips[shard] = since
    return !hasOutstandingUnits(shard) || now - since >= Self.flipPatienceMilliseconds
  }

  /// Whether a copy may go though fewer stay than there are to be, as nobody is left who takes
  /// more: when those who keep theirs were heard since that was wanted, and have not just come
  /// back. What was known of them before may be of before their end.
  private mutating func mayReduce(_ shard: Int, to copies: [NodeName], at now: Instant) -> Bool {
    let since = reductions[shard] ?? now
    reductions[shard] = since
    return copies.allSatisfy { node in
      (members[node]?.saidAt).map { $0 > since } ?? false && !isFresh(node, at: now)
    }
  }

  // MARK: Stored

  mutating func placementStored(_ next: Placement, at now: Instant) {
    let before = placement
    placement = next
    placementInStore = nil
    for (shard, assignment) in next.assignments.enumerated()
    where assignment != before.assignments[shard] {
      if let build = builds[shard] {
        let isDone = assignment.copies.contains(build.to)
        if isDone || build.epoch != assignment.epoch { builds[shard] = nil }
      }
      if assignment.primary != before.assignments[shard].primary {
        flips[shard] = nil
        stalled[shard] = nil
        giveBackUnits(of: shard)
      }
    }
    for (shard, nodes) in stalled {
      let left = nodes.filter { next.assignments[shard].copies.contains($0) }
      stalled[shard] = left.isEmpty ? nil : left
    }
    log(.info, "placement \(next.version) is in force")
    balance(at: now)
    advancePlacement(at: now)
    refreshOrders()
  }
}
