public import Demand
public import WireProtocol

/// A client's mind while it sends one input: which batches are out, with whom, and what to send
/// again.
///
/// Batches of a shard are kept in order until they are acknowledged as committed; anything that
/// happens on the way (loss, restart, a move of the shard) is answered by sending again from the
/// first one that is not. The store recognises what it has.
public struct IngestSession: Sendable {
  /// What happens to the session.
  public enum Event: Sendable {
    /// The next batch of a shard was cut.
    case offered(BatchIdentity, BatchTable, payload: [UInt8])
    /// A worker answered.
    case answered(BatchAnswer)
    /// The coordinator told where shards are.
    case mapReceived(ClusterMap)
    /// Time went by.
    case tick
  }

  /// What the session wants done.
  public enum Instruction: Sendable, Equatable {
    /// Send a batch to a worker.
    case send(Batch, to: NodeName)
    /// Ask the coordinator for the map.
    case requestMap
    /// The input cannot be sent: why.
    case fail(String)
    /// A worker cannot store what is sent, for long already: why.
    case giveUp(String)
  }

  /// A batch that is not acknowledged.
  private struct Waiting {
    var identity: BatchIdentity
    var table: BatchTable
    var payload: [UInt8]
    var sentAt: Instant?
  }

  /// How long an answer may take before the batch is sent again.
  static let patienceMilliseconds: Int64 = 3_000
  /// How long a worker may be silent before the map is asked for: it may be gone, and another one
  /// have become the primary of its shards.
  static let silenceMilliseconds: Int64 = 500
  /// How long a shard rests after a worker said that it is busy.
  static let restMilliseconds: Int64 = 100
  /// How long a worker may complain (disk full) before the session gives up.
  static let complaintMilliseconds: Int64 = 10_000
  /// After how long a silence the next complaint is another one: the worker was away meanwhile.
  static let complaintGapMilliseconds = 2 * patienceMilliseconds

  private let creditsPerWorker: Int
  private var map: ClusterMap?
  private var waiting: [Int: [Waiting]] = [:]
  private var progress: [Int: UInt64] = [:]
  private var resting: [Int: Instant] = [:]
  /// When a batch of each shard was answered as one behind a gap.
  private var gapAt: [Int: Instant] = [:]
  private var outstanding: [NodeName: Int] = [:]
  private var mapRequestedAt: Instant?
  /// Since when each worker that has batches has said nothing, however often they were sent.
  private var silentSince: [NodeName: Instant] = [:]
  private var complaintSince: Instant?, complaintHeard: Instant?
  /// The worst thing a worker said lately, for whoever waits.
  public private(set) var complaint = ""
  /// Batches and bytes that are not acknowledged yet.
  public private(set) var waitingBatches = 0, waitingBytes = 0
  /// Batches that are committed, and those of them that had been before.
  public private(set) var committedBatches = 0, duplicateBatches = 0

  /// A session that sends at most this many batches to a worker at once.
  public init(creditsPerWorker: Int) { self.creditsPerWorker = creditsPerWorker }

  /// Whether everything that was offered is committed.
  public var isIdle: Bool { waitingBatches == 0 }

  /// Takes an event and says what to do.
  public mutating func step(_ event: Event, at now: Instant) -> [Instruction] {
    switch event {
    case .offered(let identity, let table, let payload):
      // What a worker is known to have need not be sent, but for the last two: the one that it has
      // last proves by its chain that the content is the same, and the end proves that none is
      // missing.
      if !identity.isLast, identity.sequence < progress[identity.shard, default: 0] {
        committedBatches += 1
        duplicateBatches += 1
        return []
      }
      waiting[identity.shard, default: []].append(
        Waiting(identity: identity, table: table, payload: payload))
      waitingBatches += 1
      waitingBytes += payload.count
      return send([identity.shard], at: now)
    case .answered(let answer): return take(answer, at: now)
    case .mapReceived(let new):
      if let map, map.clusterID == new.clusterID, new.placement.version < map.placement.version {
        return []
      }
      takePlaces(of: new)
      map = new
      return sendAll(at: now)
    case .tick:
      // A worker that does not answer may be gone, and its shards with it.
      let isSilent = !silentWorkers(at: now).isEmpty
      giveUpWaiting(at: now)
      return (isSilent ? requestMap(at: now) : []) + sendAll(at: now)
    }
  }

  /// The workers that have batches and said nothing for a while, ascending, and for how long.
  public func silentWorkers(
    at now: Instant
  ) -> [(node: NodeName, milliseconds: Int64)] {
    var asked: Set<NodeName> = []
    for (shard, queue) in waiting where queue.first?.sentAt != nil {
      if let primary = primary(of: shard) { asked.insert(primary) }
    }
    return asked.sorted().compactMap { node in
      let silence = now - (silentSince[node] ?? now)
      return silence > Self.silenceMilliseconds ? (node, silence) : nil
    }
  }

  private mutating func take(_ answer: BatchAnswer, at now: Instant) -> [Instruction] {
    let shard = answer.shard
    let primary = primary(of: shard)
    if let primary { silentSince[primary] = now }
    switch answer.outcome {
    case .applied, .duplicate, .gap:
      let before = committedBatches
      acknowledge(answer)
      // A worker that cannot store one batch still calls the next one a gap: only progress counts.
      if committedBatches != before {
        complaintSince = nil
        complaint = ""
      }
      if answer.outcome == .gap { noteGap(of: shard, at: now) }
      if let primary, outstanding[primary, default: 0] == 0 { silentSince[primary] = nil }
      return sendAll(at: now)
    case .conflict:
      return [
        .fail(
          "this source was sent before, cut otherwise: with other content, another "
            + "ingest.batchKiB or other warehouses. Go back to what it was; or, if these are new "
            + "rows, name them with --source")
      ]
    case .invalid: return [.fail("a worker refused a batch: \(answer.reason)")]
    case .misplaced:
      forgetSendings(of: shard)
      resting[shard] = now + Self.restMilliseconds
      return requestMap(at: now)
    case .busy, .failed:
      forgetSendings(of: shard)
      resting[shard] = now + Self.restMilliseconds * (answer.outcome == .failed ? 10 : 1)
      if answer.outcome == .failed {
        return complain(answer.reason, at: now)
      }
      return []
    }
  }

  /// A worker cannot store what is sent. Only what it goes on to say counts: one complaint before
  /// it was started again does not make the time until it is back a full disk.
  private mutating func complain(_ reason: String, at now: Instant) -> [Instruction] {
    if let heard = complaintHeard, now - heard > Self.complaintGapMilliseconds {
      complaintSince = nil
    }
    let since = complaintSince ?? now
    (complaint, complaintSince, complaintHeard) = (reason, since, now)
    return now - since > Self.complaintMilliseconds ? [.giveUp(reason)] : []
  }

  /// What an answer proves: the batch that it is about, and those before the last one that the
  /// worker has. That last one is only known to be this input's when it was answered itself, by its
  /// chain; until then another input may have been sent under the same name.
  private mutating func acknowledge(_ answer: BatchAnswer) {
    let shard = answer.shard
    progress[shard] = max(answer.progress, progress[shard, default: 0])
    guard let queue = waiting[shard] else { return }
    func isProved(_ batch: BatchIdentity) -> Bool {
      if batch.sequence == answer.sequence { return answer.outcome != .gap }
      return batch.sequence < answer.progress && !batch.isLast
    }
    var left: [Waiting] = []
    for batch in queue {
      guard isProved(batch.identity) else {
        left.append(batch)
        continue
      }
      if batch.sentAt != nil { release(shard) }
      waitingBytes -= batch.payload.count
      waitingBatches -= 1
      committedBatches += 1
      if answer.outcome == .duplicate { duplicateBatches += 1 }
    }
    waiting[shard] = left.isEmpty ? nil : left
  }

  // MARK: Sending

  private mutating func sendAll(at now: Instant) -> [Instruction] {
    send(waiting.keys.sorted(), at: now)
  }

  private mutating func send(_ shards: [Int], at now: Instant) -> [Instruction] {
    guard let map else { return requestMap(at: now) }
    var instructions: [Instruction] = []
    for shard in shards {
      if let rest = resting[shard] {
        if now < rest { continue }
        resting[shard] = nil
      }
      guard map.placement.assignments.indices.contains(shard) else {
        let reason =
          "the input was cut for other shards than the \(map.placement.shardCount) there are"
        return [.fail(reason)]
      }
      let assignment = map.placement.assignments[shard]
      guard let primary = assignment.primary else {
        instructions += requestMap(at: now)
        continue
      }
      guard let queue = waiting[shard] else { continue }
      for index in queue.indices where queue[index].sentAt == nil {
        guard outstanding[primary, default: 0] < creditsPerWorker else { break }
        outstanding[primary, default: 0] += 1
        if silentSince[primary] == nil { silentSince[primary] = now }
        waiting[shard]?[index].sentAt = now
        let batch = Batch(
          identity: queue[index].identity, epoch: assignment.epoch, table: queue[index].table,
          payload: queue[index].payload)
        instructions.append(.send(batch, to: primary))
      }
    }
    return instructions
  }

  private mutating func requestMap(at now: Instant) -> [Instruction] {
    if let last = mapRequestedAt, now - last < Self.restMilliseconds * 3 { return [] }
    mapRequestedAt = now
    return [.requestMap]
  }

  private func primary(of shard: Int) -> NodeName? {
    guard let map, map.placement.assignments.indices.contains(shard) else { return nil }
    return map.placement.assignments[shard].primary
  }

  private mutating func release(_ shard: Int) {
    guard let primary = primary(of: shard) else { return }
    outstanding[primary, default: 0] = max(0, outstanding[primary, default: 0] - 1)
  }

  /// What was sent of a shard counts as not sent, so that it goes out again, in order.
  private mutating func forgetSendings(of shard: Int) {
    guard let queue = waiting[shard] else { return }
    for index in queue.indices where queue[index].sentAt != nil {
      waiting[shard]?[index].sentAt = nil
      release(shard)
    }
  }

  /// What is behind a gap goes out again, once: each batch that was under way then is answered as
  /// one behind the gap, and if each of these answers sent all of them again, it would never end.
  private mutating func noteGap(of shard: Int, at now: Instant) {
    forgetSendings(of: shard)
    if let last = gapAt[shard], now - last < Self.restMilliseconds {
      resting[shard] = now + Self.restMilliseconds
    }
    gapAt[shard] = now
  }

  /// What is under way to who has its shard no more, or has it under another epoch, goes to who
  /// has it now; shards that only got or lost a copy go on.
  private mutating func takePlaces(of new: ClusterMap) {
    guard let map, map.clusterID == new.clusterID else {
      for shard in waiting.keys.sorted() { forgetSendings(of: shard) }
      outstanding = [:]
      return
    }
    // Whoever listens elsewhere, or under another key, has not heard what was sent to where it was.
    let before = Set(map.peers)
    let moved = Set(new.peers.filter { !$0.endpoint.isEmpty && !before.contains($0) }.map(\.node))
    for (shard, assignment) in map.placement.assignments.enumerated() {
      let now =
        new.placement.assignments.indices.contains(shard)
        ? new.placement.assignments[shard] : Placement.Assignment()
      let hasMoved = now.primary.map(moved.contains) ?? false
      guard now.primary != assignment.primary || now.epoch != assignment.epoch || hasMoved else {
        continue
      }
      forgetSendings(of: shard)
      resting[shard] = nil
      if let primary = now.primary { silentSince[primary] = nil }
    }
  }

  /// What was not answered for long goes out again: it or its answer was lost.
  private mutating func giveUpWaiting(at now: Instant) {
    for (shard, queue) in inOrder(waiting) {
      guard let sent = queue.first?.sentAt, now - sent > Self.patienceMilliseconds else { continue }
      forgetSendings(of: shard)
    }
  }
}
