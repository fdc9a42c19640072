import Demand
import WireProtocol

/// A worker as the follower of shards.
extension Worker {
  /// Stops following a shard. Half a copy is no data; a whole one stays until it is released.
  mutating func unfollow(_ shard: Int) {
    guard let log = followed.removeValue(forKey: shard) else { return }
    toAnswer.remove(shard)
    if log.phase == .copying {
      copies[shard] = nil
      copyQueue.removeAll { $0.shard == shard }
      dirty.insert(shard)
    }
  }

  /// Lets a shard be read here once it is followed in step and whole.
  mutating func noteReadable(_ shard: Int) {
    followed[shard]?.reached(positions[shard]?.number ?? 0)
    guard let log = followed[shard], log.phase == .following, log.isWhole, !log.isLearner
    else { return }
    readable[shard] = log.epoch
  }

  /// Whether a shard is followed in step under an epoch, so that its units may be worked out.
  func isInStep(_ shard: Int, _ epoch: UInt64) -> Bool {
    guard let log = followed[shard] else { return false }
    return log.epoch == epoch && log.phase == .following && log.isWhole && !log.isLearner
  }

  mutating func take(_ append: LogAppend, from sender: Sender) {
    let shard = append.shard
    guard var log = followed[shard], log.epoch == append.epoch,
      log.primary.node.text == sender.name, log.phase != .waiting
    else {
      let answer = LogAppended(
        shard: shard, epoch: append.epoch, session: append.session,
        position: positions[shard] ?? .start, outcome: .notFollowing)
      return output.append(.reply(Frame(.appended(answer)), to: sender.address))
    }
    log.address = sender.address
    log.session = append.session
    followed[shard] = log
    if append.mustCopy {
      mustCopy(shard, append.previous)
    } else if log.phase == .following {
      follow(append)
      return
    }
    toAnswer.insert(shard)
  }

  private mutating func follow(_ append: LogAppend) {
    let shard = append.shard
    guard let after = followed[shard]?.handed,
      let entries = followed[shard]?.take(append)
    else { return }
    noteReadable(shard)
    noteProof(of: shard)
    guard !entries.isEmpty else {
      toAnswer.insert(shard)
      return
    }
    writes[shard, default: 0] += 1
    output.append(.follow(shard: shard, epoch: append.epoch, after: after, entries: entries))
  }

  /// Entries that were followed are durable, or the store did not take them; either way the
  /// position is where the store's log is.
  mutating func followedTo(
    _ position: LogPosition, _ shard: Int, _ epoch: UInt64, failure: String?
  ) {
    endWrite(to: shard)
    guard kept[shard] != nil else { return }
    positions[shard] = position
    guard let log = followed[shard], log.epoch == epoch, log.phase == .following else { return }
    if let failure {
      if log.failure != failure {
        self.log(.error, "entries of shard \(shard) are not stored: \(failure)")
      }
      followed[shard]?.failure = failure
      followed[shard]?.failedAt = clock
      followed[shard]?.handed = position
    } else {
      followed[shard]?.failure = ""
      if position.number > log.handed.number { followed[shard]?.handed = position }
      noteReadable(shard)
    }
    noteProof(of: shard)
    toAnswer.insert(shard)
  }

  private mutating func noteProof(of shard: Int) {
    guard unproven.contains(shard), let log = followed[shard],
      log.isProven(at: positions[shard]?.number ?? 0)
    else { return }
    unproven.remove(shard)
  }

  /// Begins the copy anew that is at a position which the primary cannot go on from. A word about
  /// another position is about an earlier copy.
  private mutating func mustCopy(_ shard: Int, _ position: LogPosition) {
    guard let log = followed[shard], log.isLearner, log.phase == .following,
      (positions[shard] ?? .start) == position, log.handed == position
    else { return }
    followed[shard]?.phase = .copying
    dirty.insert(shard)
    unsettled.insert(shard)
    mustSettle = true
  }

  /// Says how far shards are, once a step; but nothing while a cut is held.
  mutating func answerPrimaries() {
    guard !toAnswer.isEmpty, hold == nil else { return }
    for shard in toAnswer.sorted() {
      guard let log = followed[shard], let address = log.address else { continue }
      let outcome: LogAppended.Outcome
      switch log.phase {
      case .waiting: continue
      case .copying: outcome = .copying
      case .following: outcome = log.isFailing(at: clock) ? .failed : .kept
      }
      let answer = LogAppended(
        shard: shard, epoch: log.epoch, session: log.session,
        position: positions[shard] ?? .start, outcome: outcome, reason: log.failure)
      output.append(.reply(Frame(.appended(answer)), to: address))
    }
    toAnswer = []
  }
}
