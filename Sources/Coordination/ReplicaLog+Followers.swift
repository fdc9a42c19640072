import Demand
import WireProtocol

/// What is said to followers, and what they say.
extension ReplicaLog {
  /// Whom the orders name. Who was a follower and is to be a learner begins anew, and so does
  /// everyone who was not named before.
  mutating func follow(
    followers names: [NodeName], learners: [NodeName], at now: Instant
  ) {
    var next: [NodeName: Follower] = [:]
    for name in learners {
      let known = followers[name]
      next[name] =
        known?.role == .learner ? known : Follower(.learner, session: nextSession(), at: now)
    }
    for name in names {
      var known = followers[name] ?? Follower(.follower, session: nextSession(), at: now)
      known.role = .follower
      next[name] = known
    }
    followers = next
    if next.isEmpty { recent.reset(to: recent.end) }
    if !next.values.contains(where: { $0.role == .follower }) { isBehind = false }
    tick(at: now)
  }

  /// Takes what a follower says.
  mutating func hear(_ answer: LogAppended, from name: NodeName, at now: Instant) {
    guard answer.epoch == epoch, var follower = followers[name],
      answer.session == follower.session
    else { return }
    guard answer.outcome == .kept else {
      follower.sent = nil
      follower.isCopying = answer.outcome == .copying
      if follower.behindSince == nil { follower.behindSince = now }
      followers[name] = follower
      return
    }
    follower.heardAt = now
    follower.isCopying = false
    let position = answer.position
    if follower.sent != nil, let known = follower.acknowledged, position.number < known.number {
      // Late, or it lost something: it is asked, and what it says then is so.
      follower.isDoubtful = true
      followers[name] = follower
      return
    }
    guard recent.position(at: position.number) == position else {
      followers[name] = follower
      return lose(name, which: position, at: now)
    }
    follower.isDoubtful = false
    follower.lostSince = nil
    if follower.acknowledged.map({ $0.number < position.number }) ?? true {
      follower.acknowledged = position
      follower.movedAt = now
    }
    if follower.sent.map({ $0.number < position.number }) ?? true { follower.sent = position }
    followers[name] = follower
    noteProgress(of: name, at: now)
    sendMore(to: name, at: now)
  }

  private mutating func noteProgress(of name: NodeName, at now: Instant) {
    guard var follower = followers[name], let has = follower.acknowledged else { return }
    follower.behindSince =
      has.number >= recent.end.number ? nil : follower.behindSince ?? now
    if follower.role == .learner {
      if follower.waitedFrom == nil, recent.bytes(behind: has.number) <= Self.nearBytes {
        follower.waitedFrom = recent.end.number
      }
      if let from = follower.waitedFrom, has.number >= from { follower.isReady = true }
    }
    followers[name] = follower
  }

  /// A follower's log is not this one, or its next entries are not kept any more.
  private mutating func lose(_ name: NodeName, which position: LogPosition?, at now: Instant) {
    guard var follower = followers[name] else { return }
    follower.sent = nil
    follower.lostSince = follower.lostSince ?? now
    if follower.behindSince == nil { follower.behindSince = now }
    if let position {
      if position.number > recent.end.number, follower.role == .follower, isUnproven {
        isBehind = true
      }
      if !follower.isFirm {
        // Where it is says which copy is meant: a late word does not cost it a later one.
        follower.waitedFrom = nil
        // Said at a pace: a copy that does not take it answers at once, and so on.
        if let (word, last) = follower.told, word == position, now - last < Self.askMilliseconds {
          followers[name] = follower
          return
        }
        follower.told = (position, now)
        // What it said of the data that it is to drop may come late: when these entries, or others
        // like them, stand here again, it would count for those that it does not have yet.
        follower.session = nextSession()
        let word = LogAppend(
          shard: shard, epoch: epoch, session: follower.session, previous: position,
          mustCopy: true)
        outbox.append((word, to: name))
        follower.askedAt = now
      }
    }
    followers[name] = follower
  }

  // MARK: Time

  /// Nobody was heard while the primary itself was held up: that is no silence.
  mutating func excuseSilence(at now: Instant) {
    for name in followers.keys {
      followers[name]?.heardAt = now
      followers[name]?.movedAt = now
      if followers[name]?.behindSince != nil { followers[name]?.behindSince = now }
    }
  }

  /// Asks again whoever does not answer.
  mutating func tick(at now: Instant) {
    var due: [NodeName] = []
    for index in followers.indices {
      var follower = followers.values[index]
      if follower.waitedFrom != nil, !follower.isFirm, isStalled(follower, at: now) {
        // Nobody was told that it has everything: it may catch up in its own time.
        follower.waitedFrom = nil
      }
      let asked = follower.askedAt.map { now - $0 } ?? .max
      let isAwaited = (follower.acknowledged?.number ?? 0) < (follower.sent?.number ?? 0)
      let moved = max(follower.movedAt, follower.behindSince ?? follower.movedAt)
      let isQuiet = asked >= Self.againMilliseconds && now - moved >= Self.againMilliseconds
      var isDue = false
      if follower.sent == nil {
        isDue = asked >= (follower.isCopying ? Self.copyingMilliseconds : Self.askMilliseconds)
      } else if isAwaited || follower.isDoubtful {
        isDue = isQuiet
        if isDue { follower.sent = nil }
      } else {
        isDue = asked >= Self.idleMilliseconds && now - follower.heardAt >= Self.idleMilliseconds
      }
      if isDue {
        follower.askedAt = now
        due.append(followers.keys[index])
      }
      followers.values[index] = follower
    }
    for name in due.sorted() {
      guard let session = followers[name]?.session else { continue }
      let question = LogAppend(shard: shard, epoch: epoch, session: session, previous: recent.end)
      outbox.append((question, to: name))
    }
  }

  // MARK: Frames

  /// Sends what a follower lacks, as far as the window goes.
  mutating func sendMore(to name: NodeName, at now: Instant) {
    guard var follower = followers[name], var place = follower.sent,
      place.number < recent.end.number
    else { return }
    guard place.number >= recent.base.number else { return lose(name, which: nil, at: now) }
    let behind = recent.bytes(behind: follower.acknowledged?.number ?? 0)
    var inFlight = max(0, behind - recent.bytes(behind: place.number))
    while place.number < recent.end.number, inFlight < Self.windowBytes {
      guard let next = recent.entry(place.number + 1) else { break }
      if next.bytes.count > Limits.pieceBytes {
        guard let pieces = EntryAssembly.pieces(of: next.bytes) else {
          return lose(name, which: follower.acknowledged, at: now)
        }
        for piece in pieces {
          let frame = LogAppend(
            shard: shard, epoch: epoch, session: follower.session, previous: place,
            pieces: [piece])
          outbox.append((frame, to: name))
        }
        place = next.position
        inFlight += next.bytes.count
      } else {
        var (frame, end, bytes) = frame(from: place)
        frame.session = follower.session
        outbox.append((frame, to: name))
        place = end
        inFlight += bytes
      }
    }
    follower.sent = place
    followers[name] = follower
  }

  /// A frame with as many whole entries as fit.
  private func frame(from place: LogPosition) -> (LogAppend, end: LogPosition, bytes: Int) {
    /// What a piece takes beside its bytes, at most.
    let pieceHeader = 8
    var (pieces, room, bytes) = ([LogPiece](), Limits.pieceBytes, 0)
    var end = place
    while pieces.count < Limits.piecesPerAppend, let next = recent.entry(end.number + 1) {
      guard pieces.isEmpty || next.bytes.count + pieceHeader <= room,
        next.bytes.count <= Limits.pieceBytes
      else { break }
      pieces.append(LogPiece(bytes: next.bytes))
      room -= next.bytes.count + pieceHeader
      bytes += next.bytes.count
      end = next.position
    }
    return (LogAppend(shard: shard, epoch: epoch, previous: place, pieces: pieces), end, bytes)
  }
}
