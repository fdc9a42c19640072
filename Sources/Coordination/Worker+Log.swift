import Demand
import WireProtocol

/// A worker as the primary of shards: their logs, and what waits for followers.
extension Worker {
  /// The bytes of entries that are kept for followers, of all shards; beyond them the oldest that
  /// no follower needs go.
  static let keptBytes = 64 << 20
  /// The bytes that may wait for followers before shards that wait take no more batches.
  static let waitingBytes = 32 << 20
  /// The answers and reports that may wait for followers, for each batch that may wait for the
  /// disk.
  static let waitingPerWrite = 16
  /// How many of the kept entries are looked at when one comes: more than come.
  static let trimmedAtOnce = 1_024
  /// How often logs look at the clock.
  static let logTickMilliseconds: Int64 = 50

  /// A shard that is served.
  struct Grant: Sendable {
    var log: ReplicaLog
    /// What waits for followers, in the order of the log.
    var waiting: [Waiting] = []

    init(_ log: ReplicaLog) { self.log = log }

    var epoch: UInt64 { log.epoch }
  }

  /// What is said when an entry is acknowledged.
  struct Waiting: Sendable {
    enum Word: Sendable {
      case answer(BatchAnswer, Ticket)
      case report(UnitReport)
      case changed(QuarantineAnswer, Ticket)
    }
    var number: UInt64
    var word: Word
  }

  /// An entry that is kept, oldest first over all shards.
  struct KeptEntry: Sendable {
    var shard: Int
    var number: UInt64
  }

  /// What is wrong with a shard of which a follower has more.
  static let behind = "a follower has entries that are not here"
  /// After how long without time the worker itself was held up, and nobody's silence counts.
  static let heldUpMilliseconds: Int64 = 1_000

  // MARK: Grants

  mutating func setFollowers(_ order: OwnedShard) {
    func names(_ places: [Int]) -> [NodeName] {
      places.filter(orders.peers.indices.contains).map { orders.peers[$0].node }
    }
    let (followers, learners) = (names(order.followers), names(order.learners))
    if followers.isEmpty, learners.isEmpty, !replicated.contains(order.shard) { return }
    if followers.isEmpty, learners.isEmpty {
      replicated.remove(order.shard)
    } else {
      replicated.insert(order.shard)
    }
    withLog(order.shard) { log, now in
      log.follow(followers: followers, learners: learners, at: now)
    }
  }

  /// Stops serving a shard. What waits for followers may get lost with this copy: whoever waits
  /// asks where the shard is now.
  mutating func revoke(_ shard: Int) {
    guard let grant = grants.removeValue(forKey: shard) else { return }
    replicated.remove(shard)
    keptEntryBytes -= grant.log.recent.bytes
    waitingEntryBytes -= grant.log.waitingBytes
    waitingWords -= grant.waiting.count
    for waiting in grant.waiting {
      switch waiting.word {
      case .answer(let answer, let ticket): reply(misplaced(answer), ticket)
      case .report(let report): reporting.remove(report.id)
      case .changed(let answer, let ticket): reply(misplaced(answer.shard), ticket)
      }
    }
    forgetPricing(of: shard)
  }

  private func misplaced(_ answer: BatchAnswer) -> Message {
    var answer = answer
    answer.outcome = .misplaced
    answer.progress = 0
    answer.reason = "shard \(answer.shard) is not served here any more"
    return .batchAnswer(answer)
  }

  // MARK: The log

  /// Changes a shard's log, and does what comes of it.
  private mutating func withLog(_ shard: Int, _ change: (inout ReplicaLog, Instant) -> Void) {
    guard let index = grants.index(forKey: shard) else { return }
    let (kept, waiting) = (
      grants.values[index].log.recent.bytes, grants.values[index].log.waitingBytes
    )
    grants.values[index].log.lastSession = lastStep
    let wasReady = grants.values[index].log.readyCount
    change(&grants.values[index].log, clock)
    lastStep = grants.values[index].log.lastSession
    keptEntryBytes += grants.values[index].log.recent.bytes - kept
    waitingEntryBytes += grants.values[index].log.waitingBytes - waiting
    if grants.values[index].log.readyCount > wasReady { hasNews = true }
    if !grants.values[index].log.outbox.isEmpty {
      for (append, name) in grants.values[index].log.outbox {
        // A peer that is away has no endpoint.
        guard let peer = peers[name], !peer.endpoint.isEmpty else { continue }
        output.append(.append(append, to: peer))
      }
      grants.values[index].log.outbox = []
    }
    let isBehind = grants.values[index].log.isBehind
    if isBehind, damage[shard] == nil {
      noteDamage(to: shard, Self.behind)
    } else if !isBehind, damage[shard] == Self.behind {
      // Whoever has more is none of its followers any more: this is what there is.
      damage[shard] = nil
      hasNews = true
    }
    release(shard)
  }

  mutating func logged(_ shard: Int, _ entries: [LogEntry]) {
    guard let last = entries.last else { return }
    if kept[shard] != nil { positions[shard] = last.position }
    guard grants[shard] != nil else { return }
    withLog(shard) { log, now in log.append(entries, at: now) }
    guard replicated.contains(shard) else { return }
    for entry in entries {
      keptEntries.append(KeptEntry(shard: shard, number: entry.position.number))
    }
    trimEntries()
  }

  /// Forgets the oldest entries that no follower needs while all are too many.
  private mutating func trimEntries() {
    var tries = Self.trimmedAtOnce
    while tries > 0, firstKeptEntry < keptEntries.count {
      tries -= 1
      let oldest = keptEntries[firstKeptEntry]
      let isGone = (grants[oldest.shard]?.log.recent.base.number ?? .max) >= oldest.number
      guard isGone || keptEntryBytes > Self.keptBytes else { break }
      firstKeptEntry += 1
      if isGone { continue }
      var isForgotten = false
      withLog(oldest.shard) { log, _ in isForgotten = log.forget(oldest.number) }
      if !isForgotten { keptEntries.append(oldest) }
    }
    if firstKeptEntry > 1_024, firstKeptEntry > keptEntries.count / 2 {
      keptEntries.removeFirst(firstKeptEntry)
      firstKeptEntry = 0
    }
  }

  mutating func tickLogs() {
    guard !replicated.isEmpty else { return }
    if let last = lastLogTick, clock - last < Self.logTickMilliseconds { return }
    let wasHeldUp = lastLogTick.map { clock - $0 > Self.heldUpMilliseconds } ?? false
    lastLogTick = clock
    for shard in replicated.sorted() {
      withLog(shard) { log, now in
        if wasHeldUp { log.excuseSilence(at: now) }
        log.tick(at: now)
      }
    }
  }

  mutating func hear(_ frame: Frame, fromPeer name: NodeName) {
    switch frame.message {
    case .appended(let answer):
      guard replicated.contains(answer.shard) else { return }
      if answer.outcome == .failed {
        log(.warning, "\(name) does not store entries of shard \(answer.shard): \(answer.reason)")
      }
      withLog(answer.shard) { log, now in log.hear(answer, from: name, at: now) }
    case .refusal(let refusal): log(.warning, "\(name) refused: \(refusal.reason)")
    default: log(.warning, "\(name) sent a message of kind \(frame.message.kind)")
    }
  }

  // MARK: Waiting for followers

  /// Whether everybody who is waited for has all entries that there are.
  public var isReplicated: Bool {
    replicated.allSatisfy { shard in
      grants[shard].map { $0.log.acknowledged >= $0.log.recent.end.number } ?? true
    }
  }

  /// Whether a shard has to wait for its followers before it takes more.
  func mustWait(_ grant: Grant) -> Bool {
    waitingEntryBytes > Self.waitingBytes && grant.log.waitingBytes > 0
      || waitingWords >= Self.waitingPerWrite * start.maximumWrites
  }

  /// Says something when the log of its shard is acknowledged up to a number.
  mutating func say(_ word: Waiting.Word, of shard: Int, at number: UInt64) {
    guard let index = grants.index(forKey: shard) else { return }
    if hold == nil, grants.values[index].waiting.isEmpty,
      grants.values[index].log.acknowledged >= number
    {
      return say(word)
    }
    let waiting = Waiting(number: number, word: word)
    let place = grants.values[index].waiting.lastIndex { $0.number <= number }.map { $0 + 1 } ?? 0
    grants.values[index].waiting.insert(waiting, at: place)
    waitingWords += 1
    release(shard)
  }

  /// Says what the log of a shard is acknowledged up to, unless a cut is held.
  mutating func release(_ shard: Int) {
    guard hold == nil, let index = grants.index(forKey: shard),
      !grants.values[index].waiting.isEmpty
    else { return }
    let number = grants.values[index].log.acknowledged
    let words = grants.values[index].waiting.prefix { $0.number <= number }.map(\.word)
    grants.values[index].waiting.removeFirst(words.count)
    waitingWords -= words.count
    for word in words { say(word) }
  }

  private mutating func say(_ word: Waiting.Word) {
    switch word {
    case .answer(let answer, let ticket): reply(.batchAnswer(answer), ticket)
    case .changed(let answer, let ticket): reply(.quarantineAnswer(answer), ticket)
    case .report(let report):
      reporting.remove(report.id)
      tell(.unitReport(report))
    }
  }

  mutating func decided(_ answer: BatchAnswer, _ ticket: Ticket, at number: UInt64) {
    batchesInFlight -= 1
    endWrite(to: answer.shard)
    switch answer.outcome {
    // Each of them says how far the source is, and whoever sent it takes that for acknowledged.
    case .applied, .duplicate, .gap: break
    default: return reply(.batchAnswer(answer), ticket)
    }
    guard grants[answer.shard] != nil else { return reply(misplaced(answer), ticket) }
    say(.answer(answer, ticket), of: answer.shard, at: number)
  }

  // MARK: What is told

  /// Followers of all shards, as many as a heartbeat takes.
  func followers(_ which: (ReplicaLog) -> [NodeName]) -> [ShardFollower] {
    var found: [ShardFollower] = []
    for shard in replicated.sorted() {
      guard let log = grants[shard]?.log else { continue }
      for name in which(log) {
        guard found.count < Limits.followersPerHeartbeat else { return found }
        found.append(ShardFollower(shard: shard, epoch: log.epoch, node: name))
      }
    }
    return found
  }

  mutating func noteDamage(to shard: Int, _ reason: String) {
    guard kept[shard] != nil else { return }
    log(.error, "shard \(shard) is damaged: \(reason)")
    if damage.updateValue(reason, forKey: shard) == nil { hasNews = true }
  }

  var damagedShards: [HeldShard] {
    let all = inOrder(damage).compactMap { shard, _ in
      kept[shard].map { HeldShard(shard: shard, epoch: $0) }
    }
    return Array(all.prefix(Limits.followersPerHeartbeat))
  }
}
