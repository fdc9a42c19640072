import Demand
import Packing
import WireProtocol

/// What the coordinator keeps: the names of its records and what happens when a write ends.
extension Coordinator {
  typealias Caller = PendingStore.Caller

  enum Key {
    static let identity = "cluster"
    static let placement = "placement"
    static let document = "document"
    static let nodes = "nodes"

    static func run(_ id: UInt64) -> String { "run/\(padded(id))" }
    static func network(_ run: UInt64) -> String { "network/\(padded(run))" }
    static func plan(_ run: UInt64, piece: Int) -> String {
      piece == 0 ? "plan/\(padded(run))" : "plan/\(padded(run))/\(padded(UInt64(piece)))"
    }
    static func shard(_ shard: Int, of run: UInt64) -> String {
      "run/\(padded(run))/\(padded(UInt64(shard)))"
    }
    private static func padded(_ value: UInt64) -> String {
      let digits = String(value, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
  }

  /// What never changes of a cluster, and how often its coordinator was started.
  struct Identity {
    var clusterID: UInt64
    var shardCount: Int
    var term: UInt64

    init(_ clusterID: UInt64, _ shardCount: Int, _ term: UInt64) {
      self.clusterID = clusterID
      self.shardCount = shardCount
      self.term = term
    }

    init(_ bytes: [UInt8]?, settings: Settings, freshID: UInt64) throws(PackingError) {
      guard let bytes else {
        self.init(freshID, settings.shardCount, 0)
        return
      }
      var reader = try ByteReader(verifyingChecksum: bytes)
      let clusterID: UInt64 = try reader.fixed()
      let shardCount = try reader.count("shards", limit: Limits.shards)
      let term = try reader.varint()
      // Orders are numbered from the next term, times 2^32, on.
      guard shardCount > 0, term < UInt64(UInt32.max) else { throw .invalid(what: "identity") }
      self.init(clusterID, shardCount, term)
    }

    func packed() -> [UInt8] {
      var writer = ByteWriter()
      writer.fixed(clusterID)
      writer.count(shardCount)
      writer.varint(term)
      writer.seal()
      return writer.bytes
    }
  }

  /// Refuses records that do not go together, and numbers that cannot be counted on from.
  func checkRestored(shardCount: Int) throws(PackingError) {
    let most = UInt64(1) << 62
    guard placement.shardCount == shardCount, placement.version < most,
      placement.assignments.allSatisfy({ $0.epoch < most })
    else { throw .invalid(what: "placement") }
    guard document.version < most else { throw .invalid(what: "version of the document") }
    for run in runs where run.shards.count != shardCount || run.id >= most {
      throw .invalid(what: "run \(run.id)")
    }
  }

  /// Makes a record durable once every earlier write of it is: of one record, one write is on its
  /// way, so that none that failed and is repeated lands on top of a later one.
  mutating func store(
    _ key: String, _ value: [UInt8]?, _ purpose: PendingStore.Purpose,
    answer callers: [Caller] = []
  ) {
    let token = nextToken
    nextToken += 1
    pendingStores[token] = PendingStore(
      key: key, value: value, purpose: purpose, callers: callers)
    storeQueues[key, default: []].append(token)
    if storeQueues[key]?.count == 1 {
      output.append(.store(token: token, key: key, value: value))
    }
  }

  mutating func store(placement next: Placement) {
    var writer = ByteWriter()
    next.pack(into: &writer)
    writer.seal()
    placementInStore = next
    store(Key.placement, writer.bytes, .placement(next))
  }

  mutating func stored(_ token: UInt64, at now: Instant) {
    guard let pending = pendingStores.removeValue(forKey: token) else { return }
    failingStores.remove(token)
    if failingStores.isEmpty { storeTrouble = "" }
    var queue = storeQueues.removeValue(forKey: pending.key) ?? []
    queue.removeAll { $0 == token }
    if let next = queue.first, let write = pendingStores[next] {
      storeQueues[pending.key] = queue
      output.append(.store(token: next, key: write.key, value: write.value))
    }
    carryOn(pending, at: now)
  }

  /// Does what had to wait until a write was durable.
  private mutating func carryOn(_ pending: PendingStore, at now: Instant) {
    switch pending.purpose {
    case .record: break
    case .identity: establish(at: now)
    case .placement(let next): placementStored(next, at: now)
    case .document(let next):
      document = next
      documentInStore = nil
      answer(pending.callers, .document(next))
      for (_, member) in inOrder(members) where member.isPresent { tell(member, .document(next)) }
    case .nodes(let next, let change):
      nodesStored(next, change, answer: pending.callers, at: now)
    case .newRun(let id):
      guard let run = runs.first(where: { $0.id == id }) else { return }
      answer(pending.callers, .runStatus(run.status(at: now)))
    case .network(let network): networkStored(network, at: now)
    case .planPiece(let run): planPieceStored(of: run)
    case .plan(let run): planStored(of: run, at: now)
    case .runBegins(let id, let phase): runBegins(id, phase, at: now)
    case .runEnded(let id):
      forgetShards(of: id)
      guard let run = runs.first(where: { $0.id == id }) else { return }
      answer(pending.callers, .runStatus(run.status(at: now)))
    }
  }

  /// From now on the term is this coordinator's alone: what came early is taken.
  private mutating func establish(at now: Instant) {
    isEstablished = true
    let waiting = earlyFrames
    earlyFrames = []
    for (frame, sender) in waiting { receive(frame, from: sender, at: now) }
  }

  mutating func answer(_ callers: [Caller], _ message: Message) {
    for caller in callers {
      output.append(.send(Frame(request: caller.request, message), to: caller.address))
    }
  }

  mutating func storeFailed(_ token: UInt64, _ reason: String, at now: Instant) {
    guard let pending = pendingStores[token] else { return }
    if storeTrouble.isEmpty { log(.error, "cannot store \(pending.key): \(reason)") }
    storeTrouble = "the coordinator cannot store its records: \(reason)"
    failingStores.insert(token)
    pendingStores[token]?.retryAt = now + 1_000
  }

  mutating func retryStores(at now: Instant) {
    for token in failingStores.sorted() {
      guard let pending = pendingStores[token], let retry = pending.retryAt, retry <= now else {
        continue
      }
      pendingStores[token]?.retryAt = nil
      output.append(.store(token: token, key: pending.key, value: pending.value))
    }
  }

  /// Has those who ask for the same thing answered by a write that is on its way; whether there is
  /// one.
  mutating func join(
    _ key: String, _ sender: Sender, _ request: UInt64, where isSame: (PendingStore.Purpose) -> Bool
  ) -> Bool {
    for token in storeQueues[key] ?? [] {
      guard let pending = pendingStores[token], isSame(pending.purpose) else { continue }
      pendingStores[token]?.answer(sender, request)
      return true
    }
    return false
  }

  // MARK: The document

  /// Puts a document in the place of the one that it was made from. Two that were made from the
  /// same one cannot both be stored: the second would undo the first without a word.
  mutating func change(
    document content: [UInt8], base: UInt64, _ frame: Frame, from sender: Sender
  ) {
    func reject(_ code: Refusal.Code, _ reason: String) {
      reply(.refusal(Refusal(code, reason)), to: frame, from: sender)
    }
    let planning: PlanningDocument
    do { planning = try PlanningDocument(packed: content) } catch {
      return reject(.malformed, "the planning document cannot be read: \(error)")
    }
    if content == document.content, documentInStore == nil {
      return reply(.document(document), to: frame, from: sender)
    }
    if let index = activeRun, restsOnDocument(runs[index]) {
      // Half of the plan would rest on the document as it was.
      return reject(
        .busy,
        "run \(runs[index].id) plans with the warehouses and rules of now; change them when it is "
          + "done")
    }
    guard documentInStore == nil else {
      func isSame(_ next: Document) -> Bool {
        next.content == content && next.version == base + 1
      }
      let isStored = join(Key.document, sender, frame.request) { purpose in
        if case .document(let next) = purpose { isSame(next) } else { false }
      }
      let isAudited = joinAudit(sender, frame.request) { change in
        if case .document(let next) = change { isSame(next) } else { false }
      }
      if isStored || isAudited { return }
      return reject(.busy, "another change of warehouses or rules is being stored; try again")
    }
    if let obstacle = auditObstacle { return reject(obstacle.code, obstacle.reason) }
    if let index = activeRun, restsOnEvents(runs[index]),
      planning.events != (try? PlanningDocument(packed: document.content))?.events
    {
      // Half of the models or forecasts would know of other days than the other half.
      return reject(
        .busy,
        "run \(runs[index].id) (\(runs[index].request.kind.name)) knows the events of now; change "
          + "them when it is done")
    }
    guard base == document.version else {
      return reject(
        .stale,
        "the planning document is at version \(document.version), the change was made from "
          + "\(base); read it again and change that")
    }
    let next = Document(version: document.version + 1, content: content)
    documentInStore = next
    let words = Self.words(from: document.content, to: planning, version: next.version)
    audit(
      .document(next), AuditEntry(sender, words, .accepted, document: next.version),
      answer: [Caller(address: sender.address, request: frame.request)])
  }

  private func restsOnDocument(_ run: Run) -> Bool {
    switch run.phase {
    case .pricing: true
    case .running: run.request.kind == .allocate || plans[run.id] != nil
    case .surveying, .teaching, .done, .failed: false
    }
  }

  /// Whether a run's units look at the days of events. Before the first of them, or its network's
  /// lesson, whatever is stored still counts.
  private func restsOnEvents(_ run: Run) -> Bool {
    guard run.request.kind != .allocate else { return false }
    return switch run.phase {
    case .teaching, .running, .pricing: true
    case .surveying: run.isBeginning
    case .done, .failed: false
    }
  }

  // MARK: Refusals

  mutating func refuse(_ frame: Frame, from sender: Sender) {
    forbiddenRequests += 1
    let refusal = frame.message.permission.refusal(of: sender.role, sender.name)
    reply(.refusal(refusal), to: frame, from: sender)
  }

  mutating func refuse(_ frame: Frame, from sender: Sender, asNamesakeOf node: NodeName) {
    forbiddenRequests += 1
    let reason = "the key belongs to \(sender.name), the worker calls itself \(node)"
    reply(.refusal(Refusal(.forbidden, reason)), to: frame, from: sender)
  }
}
