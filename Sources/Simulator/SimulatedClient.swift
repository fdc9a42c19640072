import Coordination
import Demand
import Packing
import WireProtocol

/// A client in the simulated world: sends an input, may start a run, waits for both.
struct SimulatedClient {
  enum Task {
    case ingest(rows: [UInt64], source: SourceID)
    case run(token: UInt64)
  }

  let index: Int
  private(set) var session: IngestSession?
  private var offers: [(BatchIdentity, [UInt8])] = []
  private var token: UInt64?
  private var runID: UInt64?
  private(set) var runStatus: RunStatus?
  private var mayOffer = 0

  /// Adds two summaries so that the order shows.
  static let merge: Coordinator.Merge = { _, left, right in
    var writer = ByteWriter()
    writer.fixed(number(left) &* 1_000_003 &+ number(right))
    return writer.bytes
  }

  static func number(_ bytes: [UInt8]) -> UInt64 {
    var reader = ByteReader(bytes)
    return (try? reader.fixed(UInt64.self)) ?? 0
  }

  init(index: Int, _ task: Task, shardCount: Int) {
    self.index = index
    switch task {
    case .run(let token): self.token = token
    case .ingest(let rows, let source):
      session = IngestSession(creditsPerWorker: 8)
      offers = Self.cut(rows, source: source, shardCount: shardCount)
    }
  }

  var isDone: Bool {
    if let session { return offers.isEmpty && session.isIdle }
    return runStatus?.phase == .done || runStatus?.phase == .failed
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
    step(.tick, in: world)
    for _ in 0..<3 where !offers.isEmpty && (session?.waitingBatches ?? 0) < 20 {
      let (identity, payload) = offers.removeFirst()
      step(.offered(identity, .salesAdding, payload: payload), in: world)
    }
    if let token, !isDone {
      let message: Message =
        runID.map { .runQuery(run: $0) }
        ?? .runRequest(RunRequest(token: token, kind: .train, asOf: nil, settings: [1, 2, 3]))
      world.send(Frame(request: 1, message), from: .client(index), to: .coordinator)
    }
  }

  mutating func receive(_ frame: Frame, in world: World) {
    switch frame.message {
    case .map(let map): step(.mapReceived(map), in: world)
    case .batchAnswer(let answer): step(.answered(answer), in: world)
    case .runStatus(let status):
      if let known = runID, known != status.run {
        world.violate("one request started the runs \(known) and \(status.run)")
      }
      runID = status.run
      runStatus = status
    default: break
    }
  }

  private mutating func step(_ event: IngestSession.Event, in world: World) {
    guard let instructions = session?.step(event, at: world.now) else { return }
    for instruction in instructions {
      switch instruction {
      case .send(let batch, let node):
        world.send(Frame(.batch(batch)), from: .client(index), to: .worker(node))
      case .requestMap:
        world.send(Frame(request: 1, .mapRequest), from: .client(index), to: .coordinator)
      case .fail(let reason): world.violate("client \(index) gave up: \(reason)")
      }
    }
  }
}
