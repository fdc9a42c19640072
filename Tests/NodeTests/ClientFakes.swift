import ClientNode
import Demand
import FoundationEssentials
import Messaging
import Packing
import Settings
import Telemetry
import TestSupport
import Threading
import WireProtocol

struct TestFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// A node that answers frames by a closure, on a thread of its own.
final class FakeNode: Sendable {
  let endpoint: String
  let publicKey: PublicKey
  private let stopping = Locked(false)
  private let thread: Thread

  init(
    allowing list: String, answer: @escaping @Sendable (Frame) -> Message?
  ) throws {
    let keys = try CurveKeyPair.generate()
    let bound = Mailbox<Result<String, any Error>>(limit: 1)
    let stopping = stopping
    publicKey = keys.publicKey
    thread = try Thread(name: "fake node") {
      do {
        let authenticator = try Authenticator(
          try Context(), allowListPath: list,
          logger: Logger("fake", sink: LogSink(descriptor: -1, level: .off)))
        let router = try Router(authenticator, keys: keys)
        _ = bound.post(.success(try router.bind("tcp://127.0.0.1:*")))
        let poller = Poller()
        _ = poller.add(router)
        while !stopping.withLock({ $0 }) {
          _ = poller.wait(timeoutMilliseconds: 5)
          while let incoming = router.receive() {
            guard let from = incoming.from, let frame = try? Frame(packed: incoming.bytes),
              let answer = answer(frame)
            else { continue }
            _ = router.send(Frame(request: frame.request, answer).packed(), to: from)
          }
        }
      } catch {
        _ = bound.post(.failure(error))
      }
    }
    guard let endpoint = bound.take(timeoutMilliseconds: 20_000).first else {
      throw TestFailure("the fake node did not start")
    }
    self.endpoint = try endpoint.get()
  }

  /// Ends the node and its connections.
  func stop() {
    stopping.withLock { $0 = true }
    thread.join()
  }

  deinit { stop() }
}

/// What a fake worker has, and what it does wrong.
final class FakeWorker: Sendable {
  struct State: Sendable {
    var progress: [String: SourceProgress] = [:]
    var applied: [Batch] = []
    /// Frames that are swallowed before any is answered.
    var dropped = 0
    /// What is answered first, instead of what should be.
    var answers: [Message] = []
    /// The epoch that is served.
    var epoch: UInt64 = 1
    /// How many records an answer to `get` carries at most.
    var recordsPerAnswer = 2
    /// The rows of each shard, a chunk each.
    var chunks: [Int: [[ExportedRow]]] = [:]
    /// What was said about cuts, and how often to hold is not answered.
    var cuts: [CutRequest] = []
    var lateHolds = 0
  }

  let state = Locked(State())

  @Sendable func answer(_ frame: Frame) -> Message? {
    state.withLock { state in
      if state.dropped > 0 {
        state.dropped -= 1
        return nil
      }
      if !state.answers.isEmpty { return state.answers.removeFirst() }
      switch frame.message {
      case .batch(let batch): return .batchAnswer(Self.take(batch, &state))
      case .get(let get):
        let records = get.skus.prefix(state.recordsPerAnswer).map { sku in
          ForecastRecord(series: [StoredSeries(location: nil, run: 1, value: sku.bytes)])
        }
        return .forecasts(ForecastRecords(records: Array(records)))
      case .rowsRequest(let request):
        let chunks = state.chunks[request.shard] ?? []
        let index = Int(request.cursor.first ?? 0)
        let next = index + 1 < chunks.count ? [UInt8(index + 1)] : nil
        let rows = index < chunks.count ? ExportedRow.pack(chunks[index]) : []
        return .rows(RowsChunk(shard: request.shard, rows: rows, next: next))
      case .cutRequest(let request):
        state.cuts.append(request)
        if request.action == .hold, state.lateHolds > 0 {
          state.lateHolds -= 1
          return nil
        }
        let shards = request.action == .positions ? request.shards : []
        let entries = shards.map { CutAnswer.Entry(shard: $0.shard, position: .start) }
        return .cutAnswer(CutAnswer(session: request.session, entries: entries))
      default: return .refusal(Refusal(.malformed, "not faked"))
      }
    }
  }

  /// Applies a batch by the rule that the real store goes by.
  private static func take(_ batch: Batch, _ state: inout State) -> BatchAnswer {
    let identity = batch.identity
    func answer(_ outcome: BatchAnswer.Outcome, _ progress: UInt64 = 0) -> BatchAnswer {
      BatchAnswer(
        source: identity.source, shard: identity.shard, sequence: identity.sequence,
        outcome: outcome, progress: progress)
    }
    guard batch.epoch == state.epoch else { return answer(.misplaced) }
    let key = "\(identity.source)/\(identity.shard)"
    let progress = state.progress[key] ?? SourceProgress()
    switch progress.verdict(on: identity, payload: batch.payload) {
    case .apply:
      state.progress[key] = progress.advanced(by: identity)
      state.applied.append(batch)
      return answer(.applied, identity.sequence)
    case .duplicate: return answer(.duplicate, progress.sequence)
    case .gap: return answer(.gap, progress.sequence)
    case .conflict: return answer(.conflict)
    }
  }

  /// All sales rows that were applied, as text, sorted.
  func rows() throws -> [String] {
    var rows: [String] = []
    for batch in state.withLock({ $0.applied }) {
      var reader = SalesBatchReader(batch.payload)
      while let row = try reader.next() {
        rows.append("\(row.sku),\(row.location),\(row.day),\(row.units)")
      }
    }
    return rows.sorted()
  }
}

/// A cluster of fakes: a coordinator that knows the map and the warehouses, and workers.
final class FakeCluster: Sendable {
  struct State: Sendable {
    var map: ClusterMap
    var document = Document()
    var tokens: [UInt64] = []
    /// Questions that are not answered before any is.
    var dropped = 0
    var answers: [Message] = []
    /// What is told of the map, and of the records, before what is so in the end.
    var earlierMaps: [ClusterMap] = []
    var lists: [RecordList] = []
  }

  let folder: TemporaryFolder
  let state: Locked<State>
  let workers: [FakeWorker]
  private let nodes: Locked<[FakeNode]>

  init(workers count: Int = 1, shards: Int = 8, lettingIn: Bool = true) throws {
    folder = try TemporaryFolder()
    workers = (0..<count).map { _ in FakeWorker() }
    let cluster = ClusterFolder(path: folder.path)
    try FileManager.default.createDirectory(
      atPath: cluster.keys, withIntermediateDirectories: true)
    let keys = try CurveKeyPair.generate()
    try KeyFile.writeSecret(keys, to: cluster.secretKey(of: ClusterAccess.clientName))
    guard let identity = Identity(role: .client, node: "client") else {
      throw TestFailure("no identity")
    }
    let line = lettingIn ? AllowList.line(keys.publicKey, identity) : "# nobody"
    try FakeCluster.write("\(line)\n", to: cluster.allowList)
    var peers: [PeerAddress] = []
    var nodes: [FakeNode] = []
    for (index, worker) in workers.enumerated() {
      let node = try FakeNode(allowing: cluster.allowList, answer: worker.answer)
      peers.append(
        PeerAddress(
          node: try Self.name(index), endpoint: node.endpoint, publicKey: node.publicKey.text))
      nodes.append(node)
    }
    var placement = Placement(shardCount: shards)
    placement.version = 1
    for shard in 0..<shards {
      placement.assignments[shard] = .init(primary: try Self.name(shard % count), epoch: 1)
    }
    state = Locked(State(map: ClusterMap(clusterID: 1, placement: placement, peers: peers)))
    self.nodes = Locked(nodes)
    try startCoordinator()
  }

  /// Starts a coordinator at a new endpoint; the one before is gone.
  func startCoordinator() throws {
    let cluster = ClusterFolder(path: folder.path)
    let coordinator = try FakeNode(allowing: cluster.allowList) { [state] frame in
      state.withLock { Self.answer(frame.message, &$0) }
    }
    try Self.write(
      "\(coordinator.endpoint) \(coordinator.publicKey)\n", to: cluster.coordinatorEndpoint)
    nodes.withLock { $0.append(coordinator) }
  }

  /// Ends the node that was started last.
  func stopLast() {
    let last = nodes.withLock { $0.popLast() }
    last?.stop()
  }

  /// Ends a worker and starts it at another endpoint, with what it had.
  func restart(worker index: Int) throws {
    let cluster = ClusterFolder(path: folder.path)
    let old = nodes.withLock { $0[index] }
    old.stop()
    let node = try FakeNode(allowing: cluster.allowList, answer: workers[index].answer)
    nodes.withLock { $0[index] = node }
    state.withLock { state in
      state.map.peers[index].endpoint = node.endpoint
      state.map.peers[index].publicKey = node.publicKey.text
    }
  }

  private static func answer(_ question: Message, _ state: inout State) -> Message? {
    if state.dropped > 0 {
      state.dropped -= 1
      return nil
    }
    if !state.answers.isEmpty { return state.answers.removeFirst() }
    switch question {
    case .mapRequest:
      return .map(state.earlierMaps.isEmpty ? state.map : state.earlierMaps.removeFirst())
    case .recordsRequest:
      guard let list = state.lists.first else { return .refusal(Refusal(.notFound, "no list")) }
      if state.lists.count > 1 { state.lists.removeFirst() }
      var writer = ByteWriter()
      list.pack(into: &writer)
      let hash = XXH64.hash(writer.bytes)
      return .records(
        RecordsPiece(total: writer.bytes.count, hash: hash, bytes: writer.bytes))
    case .documentRequest: return .document(state.document)
    case .documentChange(let base, let content):
      guard base == state.document.version else {
        return .refusal(Refusal(.stale, "another version"))
      }
      state.document = Document(version: state.document.version + 1, content: content)
      return .document(state.document)
    case .runRequest(let request):
      state.tokens.append(request.token)
      return .runStatus(status(.surveying, request.kind))
    case .runQuery: return .runStatus(status(.done, .train))
    default: return .refusal(Refusal(.malformed, "not faked"))
    }
  }

  private static func status(_ phase: RunStatus.Phase, _ kind: RunKind) -> RunStatus {
    RunStatus(
      run: 7, kind: kind, phase: phase, asOf: nil, unitsDone: 0, unitsInAll: 0,
      outcome: UnitOutcome(), elapsedMilliseconds: 0, trouble: "")
  }

  func client(_ patience: Patience = .brief) throws -> ClusterClient {
    try ClusterClient(
      try ClusterAccess(folder: folder.path, environment: [:]), patience: patience)
  }

  /// Writes a file of the test.
  func file(_ name: String, _ text: String) throws -> String {
    try Self.write(text, to: folder.file(name))
    return folder.file(name)
  }

  static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
  }

  static func read(_ path: String) throws -> String {
    try String(contentsOf: URL(filePath: path), encoding: .utf8)
  }

  private static func name(_ index: Int) throws -> NodeName {
    guard let name = NodeName("worker-\(index + 1)") else { throw TestFailure("no name") }
    return name
  }
}

extension Patience {
  /// What suits tests: long enough for a busy machine, short where nothing will come.
  static var brief: Patience {
    var patience = Patience()
    patience.contact = 300
    patience.resend = 200
    patience.resendToWorker = 300
    patience.rest = 10
    return patience
  }
}
