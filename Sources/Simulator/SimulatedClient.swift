import Coordination
import Demand
import Packing
import WireProtocol

/// A client in the simulated world: does one thing and asks again until it is done.
struct SimulatedClient {
  enum Task {
    case ingest(rows: [UInt64], source: SourceID)
    case run(token: UInt64, network: NetworkNeed, rounds: Int)
    case document(content: [UInt8])
    case nodeChange(NodeChange)
    case quarantine(SimulatedQuarantine.Wish, from: Instant)
  }

  let index: Int
  private let task: Task
  private(set) var session: IngestSession?
  private var quarantine: SimulatedQuarantine?
  private var offers: [(BatchIdentity, [UInt8])] = []
  private var runID: UInt64?
  private(set) var runStatus: RunStatus?
  private var isDocumentTaken = false
  private var isAnswered = false
  /// When an input whose client gave up is sent again from its beginning.
  private var startsOverAt: Instant?
  /// The version that its document is to replace.
  private var documentBase: UInt64 = 0

  /// Adds two summaries so that the order shows.
  static let merge: Coordinator.Merge = { _, left, right in
    bytes(number(left) &* 1_000_003 &+ number(right))
  }

  static func number(_ bytes: [UInt8]) -> UInt64 {
    var reader = ByteReader(bytes)
    return (try? reader.fixed(UInt64.self)) ?? 0
  }

  static func bytes(_ number: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed(number)
    return writer.bytes
  }

  init(index: Int, _ task: Task, shardCount: Int) {
    self.index = index
    self.task = task
    if case .ingest(let rows, let source) = task {
      session = IngestSession(creditsPerWorker: 8)
      offers = Self.cut(rows, source: source, shardCount: shardCount)
    }
    if case .quarantine(let wish, let beginsAt) = task {
      quarantine = SimulatedQuarantine(wish, from: beginsAt, shardCount: shardCount)
    }
  }

  /// What its run needs of a network.
  var network: NetworkNeed? {
    if case .run(_, let network, _) = task { network } else { nil }
  }

  var isDone: Bool {
    switch task {
    case .ingest: offers.isEmpty && session?.isIdle ?? true && startsOverAt == nil
    case .run: runStatus?.phase == .done || runStatus?.phase == .failed
    case .document: isDocumentTaken
    case .nodeChange: isAnswered
    case .quarantine: quarantine?.isDone ?? true
    }
  }

  /// What the client waits for.
  var standstill: String {
    switch task {
    case .ingest: "client \(index) waits with \(session?.waitingBatches ?? 0) batches"
    case .run(let token, _, _): "client \(index) waits for the run with token \(token)"
    case .document: "client \(index) waits for its document to be taken"
    case .nodeChange(let change): "client \(index) waits for the answer to \(change)"
    case .quarantine: "client \(index) waits \(quarantine?.standstill ?? "")"
    }
  }

  /// Cuts an input by itself alone: batches of seven rows, in shard order.
  static func cut(
    _ rows: [UInt64], source: SourceID, shardCount: Int
  ) -> [(BatchIdentity, [UInt8])] {
    let byShard = Dictionary(grouping: rows) { Int($0 % UInt64(shardCount)) }
    var batches: [(BatchIdentity, [UInt8])] = []
    for (shard, rows) in byShard.sorted(by: { $0.key < $1.key }) {
      var chain: UInt64 = 0
      for (number, start) in stride(from: 0, to: rows.count, by: 7).enumerated() {
        let payload = SimulatedShard.payload(Array(rows[start..<min(rows.count, start + 7)]))
        chain = BatchIdentity.chain(after: chain, payload: payload)
        let identity = BatchIdentity(
          source: source, shard: shard, sequence: UInt64(number + 1), chain: chain,
          isLast: start + 7 >= rows.count)
        batches.append((identity, payload))
      }
    }
    return batches
  }

  mutating func tick(in world: World) {
    if isDone { return }
    switch task {
    case .nodeChange(let change): ask(.nodeChange(change), in: world)
    case .quarantine: if quarantine?.isDue(at: world.now) == true { ask(.mapRequest, in: world) }
    case .ingest(let rows, let source):
      if let again = startsOverAt {
        guard world.now >= again else { return }
        startsOverAt = nil
        session = IngestSession(creditsPerWorker: 8)
        offers = Self.cut(rows, source: source, shardCount: world.shardCount)
      }
      step(.tick, in: world)
      for _ in 0..<3 where !offers.isEmpty && (session?.waitingBatches ?? 0) < 20 {
        let (identity, payload) = offers.removeFirst()
        step(.offered(identity, .salesAdding, payload: payload), in: world)
      }
    case .run(let token, let network, let rounds):
      let request = RunRequest(
        token: token, kind: .train, asOf: nil,
        settings: SimulatedPricing.settings(rounds: rounds, token: token), network: network)
      ask(runID.map { .runQuery(run: $0) } ?? .runRequest(request), in: world)
    case .document(let content):
      ask(.documentChange(base: documentBase, content: content), in: world)
    }
  }

  private func ask(_ message: Message, in world: World) {
    world.send(Frame(request: 1, message), from: .client(index), to: world.askedCoordinator)
  }

  mutating func receive(_ frame: Frame, in world: World) {
    switch frame.message {
    case .map(let map):
      step(.mapReceived(map), in: world)
      for (frame, node) in quarantine?.questions(by: map.placement) ?? [] {
        world.send(frame, from: .client(index), to: .worker(node))
      }
    case .quarantineAnswer(let answer): quarantine?.answered(answer.shard)
    case .rows(let chunk): quarantine?.answered(chunk.shard)
    case .batchAnswer(let answer): step(.answered(answer), in: world)
    case .runStatus(let status):
      if let known = runID, known != status.run {
        world.violate("one request started the runs \(known) and \(status.run)")
      }
      runID = status.run
      if runStatus?.phase != .done { runStatus = status }
    case .document(let document):
      if case .document(let content) = task, document.content == content { isDocumentTaken = true }
      documentBase = document.version
    case .nodeAnswer(let json): take(json, in: world)
    case .refusal where isNodeChange: isAnswered = true
    case .refusal(let refusal) where refusal.code == .stale: ask(.documentRequest, in: world)
    default: break
    }
  }

  private var isNodeChange: Bool { if case .nodeChange = task { true } else { false } }

  private mutating func take(_ json: String, in world: World) {
    guard case .nodeChange(let change) = task, !isAnswered else { return }
    isAnswered = true
    world.tell(.log) { "an operator is told: \(json)" }
    guard json.contains("\"isDone\":true"), !change.isDryRun else { return }
    switch change.action {
    case .drain: world.coverage.note(.drained)
    case .decommission: world.coverage.note(.decommissioned)
    case .recommission, .rebalance, .finalise: break
    }
  }

  private mutating func step(_ event: IngestSession.Event, in world: World) {
    guard let instructions = session?.step(event, at: world.now) else { return }
    for instruction in instructions {
      switch instruction {
      case .send(let batch, let node):
        world.send(Frame(.batch(batch)), from: .client(index), to: .worker(node))
      case .requestMap: ask(.mapRequest, in: world)
      case .fail(let reason): world.violate("client \(index) cannot go on: \(reason)")
      case .giveUp(let reason):
        // A disk that stays full for long; whoever sent the input sends it again.
        if world.faults.kinds.isEmpty, world.now - world.lastHealed > 15_000 {
          world.violate("client \(index) gave up: \(reason)")
        }
        startsOverAt = world.now + 1_000
      }
    }
  }
}
