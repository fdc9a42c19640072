import Coordination
import Demand
import NodeSupport
import Threading
import WireProtocol

/// Carries out what an `IngestSession` says, and holds back whoever cuts batches faster than the
/// workers commit them.
final class BatchSender {
  private static let tickMilliseconds: Int64 = 50
  /// How long a worker is silent before that is said.
  private static let silenceMilliseconds: Int64 = 1_000
  /// How many times the credits may wait here: one under way and one to follow.
  private static let roundsWaiting = 2

  private let client: ClusterClient
  private let table: BatchTable
  private let credits: Int
  private let batchBytes: Int
  private let stop: () throws(ClientError) -> Void
  private let waits: (String) throws(ClientError) -> Void
  private var session: IngestSession
  private var mapsSeen: Int
  private var tickedAt: Moment
  private var progressAt: Moment
  private var committedThen = 0

  /// Sends batches of one table; `stop` is asked now and then and throws to end it, and `waits` is
  /// told for whom it waits, if for anybody.
  init(
    _ client: ClusterClient, table: BatchTable, credits: Int, batchBytes: Int,
    stop: @escaping () throws(ClientError) -> Void,
    waits: @escaping (String) throws(ClientError) -> Void
  ) throws(ClientError) {
    self.client = client
    self.table = table
    self.credits = credits
    self.batchBytes = batchBytes
    self.stop = stop
    self.waits = waits
    session = IngestSession(creditsPerWorker: credits)
    mapsSeen = -1
    tickedAt = client.clock.now
    progressAt = client.clock.now
    try pump(timeoutMilliseconds: 0)
  }

  var committed: Int { session.committedBatches }
  var duplicates: Int { session.duplicateBatches }

  /// Takes a batch, and waits while too many wait already.
  func offer(_ identity: BatchIdentity, _ payload: [UInt8]) throws(ClientError) {
    try step(.offered(identity, table, payload: payload))
    while isFull { try pump(timeoutMilliseconds: 20) }
  }

  /// Waits until everything is committed.
  func finish() throws(ClientError) {
    while !session.isIdle { try pump(timeoutMilliseconds: 20) }
  }

  /// Looks at the sockets and the clock.
  func pump(timeoutMilliseconds: Int64) throws(ClientError) {
    try stop()
    for frame in try client.receive(timeoutMilliseconds: timeoutMilliseconds) {
      switch frame.message {
      case .batchAnswer(let answer): try step(.answered(answer))
      case .refusal(let refusal) where refusal.code != .busy && refusal.code != .misplaced:
        throw .refused(refusal)
      default: break
      }
    }
    if let map = client.map, client.mapsReceived != mapsSeen {
      mapsSeen = client.mapsReceived
      try step(.mapReceived(map))
    }
    let now = client.clock.now
    if now - tickedAt >= Self.tickMilliseconds {
      tickedAt = now
      try step(.tick)
      try checkProgress(now)
      try waits(silence(at: now))
    }
  }

  /// Which workers are waited for and for how long, in words; empty while all answer.
  private func silence(at now: Moment) -> String {
    let silent = session.silentWorkers(at: Instant(now))
    guard let longest = silent.map(\.milliseconds).max(), longest >= Self.silenceMilliseconds
    else { return "" }
    let names = silent.map(\.node.text).joined(separator: ", ")
    return "waiting for \(names) (\(longest / 1_000) s)"
  }

  /// Whether as much waits as the workers may have under way, and as much again.
  private var isFull: Bool {
    let workers = max(1, client.map?.peers.count ?? 1)
    let batches = credits * workers * Self.roundsWaiting
    return session.waitingBytes >= batches * batchBytes || session.waitingBatches >= batches
  }

  private func step(_ event: IngestSession.Event) throws(ClientError) {
    for instruction in session.step(event, at: Instant(client.clock.now)) {
      switch instruction {
      case .send(let batch, let node):
        try client.send(Frame(request: client.nextRequest(), .batch(batch)), to: node)
      case .requestMap: try client.requestMap()
      case .fail(let reason): throw .inputRefused(reason)
      case .giveUp(let reason): throw .notStored(reason)
      }
    }
  }

  /// The session waits for ever; people do not.
  private func checkProgress(_ now: Moment) throws(ClientError) {
    if session.isIdle || session.committedBatches != committedThen {
      committedThen = session.committedBatches
      progressAt = now
    }
    guard now - progressAt >= client.patience.workers else { return }
    let detail = session.complaint.isEmpty ? client.unreachedWorkers : session.complaint
    throw .silent(
      node: "the workers", seconds: Int(client.patience.workers / 1_000), detail: detail)
  }
}
