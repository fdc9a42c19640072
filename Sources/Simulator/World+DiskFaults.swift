import Coordination
import WireProtocol

/// Something that cost a copy of shards: nothing else may cost one until the others are whole
/// again, or acknowledged rows would be lost that no cluster can keep.
struct Wound {
  var kind: FaultClass
  var node: NodeName
  var since: Instant

  /// Whether everything else works meanwhile: nobody knows yet that the copy is bad, and whoever
  /// goes on with it alone loses rows.
  var needsCalm: Bool { kind != .destruction }

  /// What would cost another copy.
  func excludes(_ kind: FaultClass) -> Bool {
    [.bitFlip, .lyingSync, .destruction, .membership, .drain].contains(kind)
  }
}

/// What goes wrong with disks.
extension World {
  func fillDisk(of endpoint: Endpoint) {
    let length = Int64(1 + upTo(faults.longestFullMilliseconds, .fullDisk))
    guard spend() else { return }
    noteStrike(.fullDisk)
    record("the disk of \(endpoint) is full for \(length) ms")
    switch endpoint {
    case .coordinator: coordinator.fullUntil = now + length
    case .former: break
    case .worker(let name): workers[name]?.disk.fullUntil = now + length
    case .client: break
    }
  }

  /// The next write of a worker cannot be made durable, and none after it until it is started
  /// again, which an operator does after a while.
  func breakSync(of name: NodeName) {
    let wait = Int64(1_000 + upTo(6_000, .failedSync))
    guard isAlive(.worker(name)), held[.worker(name)] == nil, spend() else { return }
    record("the disk of \(name) makes nothing durable any more")
    workers[name]?.disk.failsNextSync = true
    plan(.worker(name), at: now + wait) { [self] in startAnew(name) }
  }

  private func startAnew(_ name: NodeName) {
    workers[name]?.disk.failsNextSync = false
    guard workers[name]?.disk.isSyncBroken == true else { return }
    kill(.worker(name))
    record("\(name) is started again")
    agenda.plan(.restart(.worker(name)), at: now + 500)
  }

  func healDisk(of name: NodeName) {
    workers[name]?.disk.fullUntil = now
    if workers[name]?.disk.isSyncBroken == true { startAnew(name) }
    workers[name]?.disk.failsNextSync = false
  }

  // MARK: What costs a copy

  /// Whether another whole copy of each shard that a worker is to have is where the placement says,
  /// with a worker that is well, and stays there by what is known.
  func isSpare(_ name: NodeName, shard only: Int? = nil) -> Bool {
    guard wound == nil, let placement = ledger.placement, coordinator.machine != nil,
      held[.coordinator] == nil, !clocks.values.contains(where: { $0.isStill(at: now) }),
      workers[name]?.disk.isSyncBroken == false, workers[name]?.disk.failsNextSync == false
    else { return false }
    let tables = [placement] + coordinator.placementsInStore
    for shard in only.map({ [$0] }) ?? Array(0..<shardCount) {
      let named = tables.map { $0.assignments[shard].copies }
      guard named.contains(where: { $0.contains(name) }) else { continue }
      let others = named.reduce(Set(named[0])) { $0.intersection($1) }.subtracting([name])
      let positions = Set(named[0].map { workers[$0]?.shards[shard]?.position })
      guard positions.count == 1, others.contains(where: { isSound($0, shard) }) else {
        return false
      }
    }
    return true
  }

  /// Whether a worker is well and stays, its copy is whole and nobody said lately that it does not
  /// keep up.
  private func isSound(_ name: NodeName, _ shard: Int) -> Bool {
    guard let process = workers[name], process.machine != nil, held[.worker(name)] == nil,
      !process.hasLeft, !process.isLeaving, !process.disk.isSyncBroken, lacks(name, shard) == nil,
      now - process.disk.fullUntil > 3_000 || process.disk.fullUntil.milliseconds == 0,
      servingWorkers.contains(name),
      let heard = ledger.heard[name], now - heard < 700
    else { return false }
    if let said = ledger.stalledSaid[shard]?[name], now - said < 12_000 { return false }
    // Its copy may be given up as soon as that comes through.
    if let asked = ledger.askedAway[name], now - asked < 3_000 { return false }
    return !cuts.contains { $0.touches(bit(of: .worker(name))) }
  }

  /// A bit flips in a row of a shard that is whole elsewhere.
  func flipBit() {
    let name = anyWorker(.bitFlip)
    guard isAlive(.worker(name)) else { return }
    let named = ledger.placement?.assignments ?? []
    let shards = (workers[name]?.shards ?? [:]).filter { shard, state in
      state.epoch != nil && !state.rows.isEmpty && !named.isEmpty
        && named[shard].copies.contains(name)
    }.keys.sorted()
    let number = upTo(max(0, shards.count - 1), .bitFlip)
    guard !shards.isEmpty, isSpare(name, shard: shards[number]), spend() else { return }
    coverage.note(.bitFlip)
    record("a bit flips in shard \(shards[number]) on \(name)")
    workers[name]?.disk.shards[shards[number]]?.isDamaged = true
    hurt(.bitFlip, name)
  }

  /// Before anything is written under these faults: at most one disk of a world lies.
  func chooseLiar() {
    guard faults[.lyingSync] > 0, !workers.values.contains(where: \.disk.isLying) else { return }
    workers[anyWorker(.lyingSync)]?.disk.isLying = true
  }

  /// The worker whose disk lies crashes: its last writes are gone. Either nobody can tell, or the
  /// mark beside the database tells, and it is set aside.
  func crashLiar() {
    let count = 1 + upTo(SimulatedDisk.mostLost - 1, .lyingSync)
    let isTold = upTo(1, .lyingSync) == 0
    guard let name = workers.keys.sorted().first(where: { workers[$0]?.disk.isLying == true }),
      isAlive(.worker(name)), isSpare(name), spend()
    else { return }
    kill(.worker(name))
    guard workers[name]?.disk.loseWrites(count) == true else {
      return agenda.plan(.restart(.worker(name)), at: now + 500)
    }
    coverage.note(isTold ? .setAside : .lyingSync)
    record("\(name) crashes and its disk loses \(count) writes\(isTold ? ", as it finds out" : "")")
    if isTold { workers[name]?.disk.shards = [:] }
    agenda.plan(.restart(.worker(name)), at: now + Int64(1 + upTo(4_000, .lyingSync)))
    hurt(isTold ? .destruction : .lyingSync, name)
  }

  /// A worker and its disk are gone: for good, or it comes back under its name with an empty one.
  func destroySomething() {
    let name = anyWorker(.destruction)
    let isReplaced = upTo(1, .destruction) == 0
    let down = Int64(1 + upTo(8_000, .destruction))
    let others = workers.filter { $0.key != name && $0.value.machine != nil }
    guard workers[name]?.isDestroyed == false, workers[name]?.hasLeft == false, others.count > 0,
      isSpare(name), spend()
    else { return }
    noteStrike(isReplaced ? .replacement : .destruction)
    record("\(name) is destroyed\(isReplaced ? " and comes back empty" : " for good")")
    kill(.worker(name))
    let isLying = workers[name]?.disk.isLying ?? false
    workers[name]?.disk = SimulatedDisk()
    workers[name]?.disk.isLying = isLying
    if isReplaced {
      agenda.plan(.restart(.worker(name)), at: now + down)
    } else {
      workers[name]?.isDestroyed = true
      workers[name]?.hasLeft = true
    }
    hurt(.destruction, name)
  }

  /// Whether nobody can know yet what happened: two that are lost at once are more than two copies
  /// can bear.
  func isUnnoticed(_ wound: Wound) -> Bool { now - wound.since < 1_500 }

  private func hurt(_ kind: FaultClass, _ name: NodeName) {
    wound = Wound(kind: kind, node: name, since: now)
    if wound?.needsCalm == true {
      cuts = []
      doomed = [:]
      for endpoint in [.coordinator] + workers.keys.sorted().map(Endpoint.worker) {
        resume(endpoint)
        restart(endpoint)
      }
      coordinator.fullUntil = now
      for other in workers.keys.sorted() { healDisk(of: other) }
    }
    inspectWound()
  }

  /// Looks now and then whether every shard has two whole copies again, or one where there is one
  /// worker only.
  private func inspectWound() {
    guard let wound else { return }
    if isHealed(wound) {
      record("what happened to \(wound.node) is made good")
      self.wound = nil
      return
    }
    plan(.client(0), at: now + 200) { [self] in inspectWound() }
  }

  private func isHealed(_ wound: Wound) -> Bool {
    guard let placement = ledger.placement else { return false }
    if workers[wound.node]?.shards.values.contains(where: \.isDamaged) == true { return false }
    // A placement that names it may be on its way still.
    if now - wound.since < 8_000, wound.kind != .bitFlip { return false }
    // What its disk has lost is found out when others ask it, unless it was told not to come back.
    let isGone = ledger.retired.contains(wound.node)
    if wound.kind == .lyingSync,
      now - wound.since < 12_000 || workers[wound.node]?.machine == nil && !isGone
    {
      return false
    }
    if coordinator.placementsInStore.contains(where: { table in
      table.assignments.contains { $0.copies.contains(wound.node) }
    }) {
      return false
    }
    let wanted = min(2, max(1, servingWorkers.count))
    for (shard, assignment) in placement.assignments.enumerated() {
      guard assignment.copies.count >= wanted,
        assignment.copies.allSatisfy({ lacks($0, shard) == nil })
      else { return false }
      if wound.kind != .lyingSync { continue }
      let positions = assignment.copies.map { workers[$0]?.shards[shard]?.position }
      if Set(positions).count > 1 { return false }
    }
    return true
  }

  // MARK: Finding damage

  /// Whether a shard is damaged, which whoever meets it reports.
  func findDamage(of shard: Int, on name: NodeName) -> Bool {
    guard workers[name]?.shards[shard]?.isDamaged == true else { return false }
    coverage.note(.damageFound)
    plan(.worker(name), at: now) { [self] in
      step(name, .damaged(shard: shard, reason: "row 1 of table sales has another checksum"))
    }
    return true
  }

  /// The slow walk over everything that is stored.
  func keepScrubbing(_ name: NodeName) {
    plan(.worker(name), at: now + Int64(1_000 + upTo(3_000, .disk))) { [self] in
      keepScrubbing(name)
      for shard in workers[name]?.shards.keys.sorted() ?? [] where findDamage(of: shard, on: name) {
        coverage.note(.scrubbed)
      }
    }
  }
}
