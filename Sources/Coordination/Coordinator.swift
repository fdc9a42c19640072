public import Demand
public import Packing
public import WireProtocol

/// The coordinator's mind: owns placement and runs, touches no socket, clock or disk.
///
/// Events come in, instructions go out; whoever holds this value carries them out and hands the
/// answers back as events. What must survive is stored before anyone is told of it. What a worker
/// should do is kept as whole `Orders` that are sent until the worker reports their version: a
/// lost, doubled or late message changes nothing.
public struct Coordinator: Sendable {
  /// What the coordinator goes by.
  public struct Settings: Sendable {
    /// How many shards a new cluster has.
    public var shardCount: Int
    /// How many workers must be there before shards are placed for the first time.
    public var minimumWorkers: Int
    /// How often a worker says that it is alive.
    public var heartbeatMilliseconds: Int64
    /// How long a worker may be silent before it counts as lost.
    public var lostAfterMilliseconds: Int64
    /// How many copies of each shard are wanted, as far as there are hosts for them: 1 to 8.
    public var replication: Int
    /// How many shards are copied to a worker at once.
    public var maximumMoves: Int
    /// How long a copy may take, beside the time that its bytes take, before another one is made.
    public var moveDeadlineMilliseconds: Int64
    /// How much a worker copies in a second.
    public var copyMiBPerSecond: Int

    /// Makes settings.
    public init(
      shardCount: Int, minimumWorkers: Int = 1, heartbeatMilliseconds: Int64 = 500,
      lostAfterMilliseconds: Int64 = 3_000, replication: Int = 1, maximumMoves: Int = 16,
      moveDeadlineMilliseconds: Int64 = 60_000, copyMiBPerSecond: Int = 64
    ) {
      self.shardCount = shardCount
      self.minimumWorkers = minimumWorkers
      self.heartbeatMilliseconds = heartbeatMilliseconds
      self.lostAfterMilliseconds = lostAfterMilliseconds
      self.replication = min(max(1, replication), Limits.replicas)
      self.maximumMoves = maximumMoves
      self.moveDeadlineMilliseconds = moveDeadlineMilliseconds
      self.copyMiBPerSecond = max(1, copyMiBPerSecond)
    }
  }

  /// What happens to the coordinator.
  public enum Event: Sendable {
    /// A frame came in from a sender whose key was checked.
    case received(Frame, from: Sender)
    /// Time went by; comes about ten times a second.
    case tick
    /// A write is durable.
    case stored(token: UInt64)
    /// A write did not happen.
    case storeFailed(token: UInt64, reason: String)
    /// A line of the audit is durable.
    case audited(token: UInt64)
    /// It is not, and not in the file either.
    case auditFailed(token: UInt64?, reason: String)
    /// The key of a connection was taken off the list: it is not heard and not answered any more.
    case revoked(Sender)
    /// The socket has refused this many frames so far, by reason.
    case refused([String: UInt64])
    /// How it stands with the seat of the one coordinator that leads, where there are several.
    case seat(SeatStatus)
    /// What the clock on the wall shows, in seconds since 1970: passed on, and decided by never.
    case clock(Double)
  }

  /// What the coordinator wants done.
  public enum Instruction: Sendable, Equatable {
    /// Send a frame. If it cannot be sent it is lost; every request is repeated until answered.
    case send(Frame, to: Address)
    /// Make a record durable; a nil value removes it. Writes happen in the order given.
    case store(token: UInt64, key: String, value: [UInt8]?)
    /// Add a line to the audit, in the order given, and answer with `audited` or `auditFailed`;
    /// where the token is nil nobody waits for it.
    case audit(token: UInt64?, AuditEntry)
    /// Answer a question for lines of the audit.
    case readAudit(AuditRequest, request: UInt64, to: Address)
    /// Write to the log.
    case log(Severity, String)
  }

  /// Adds two summaries of a kind of run, the earlier one first.
  public typealias Merge = @Sendable (RunKind, [UInt8], [UInt8]) -> [UInt8]

  /// Who makes the plan of a run on a day, with a document and this many shards; nobody where the
  /// run needs none.
  public typealias MakeDriver =
    @Sendable (RunRequest, Day, Document, _ shardCount: Int) -> (any PricingDriver)?

  /// The most runs that wait.
  static let maximumWaitingRuns = 16
  /// How many ended runs are remembered.
  static let rememberedRuns = 20
  /// The most frames that are kept while the coordinator's own identity is not durable yet.
  static let maximumEarlyFrames = 1_024
  /// How many of the last networks are kept, beside those in use.
  static let rememberedNetworks = 3
  /// How many of the last plans are kept.
  static let rememberedPlans = 4
  /// How many deadlines pass before a copy that came to nothing is made of the same shard on the
  /// same worker.
  static let restInDeadlines: Int64 = 5
  /// How long a change of a shard's primary that is not urgent waits for the units that are out.
  static let flipPatienceMilliseconds: Int64 = 5_000
  /// How long a worker that came back proves that it has what it had.
  static let provingMilliseconds: Int64 = 10_000
  /// How many such changes are made at once: to clients each is a moment without an answer.
  static let flipsAtOnce = 16

  let settings: Settings
  let merge: Merge
  let pricing: MakeDriver
  /// The identity of the cluster.
  public internal(set) var clusterID: UInt64
  /// Counts the starts of the coordinator, so that what an earlier one ordered is told apart.
  var term: UInt64
  var placement: Placement {
    didSet {
      (shardsByNode, copiesByNode) = Self.shardsByNode(placement)
      for index in runs.indices { runs[index].forgetExhausted() }
    }
  }
  /// The shards that each worker serves, and those of which it has a copy.
  private(set) var shardsByNode: [NodeName: [Int]] = [:]
  private(set) var copiesByNode: [NodeName: [Int]] = [:]
  var members: [NodeName: Member] = [:]
  /// What is lasting about workers, and what it will be when all is stored.
  var nodeRecord = NodeRecord()
  var nextNodeRecord = NodeRecord()
  /// The copies that are being made, by shard.
  var builds: [Int: ShardBuild] = [:]
  /// Until when a shard is not copied to a worker, because the last copy came to nothing.
  var resting: [ShardBuild.Route: Instant] = [:]
  /// Where the shards should be, and the situation in which that was decided.
  var target: [Int: Balance.Place] = [:]
  var situation: Situation?
  /// The shards whose primary is to change, since when. They get no new units.
  var flips: [Int: Instant] = [:]
  /// The shards of which a copy is to go though too few stay, since when.
  var reductions: [Int: Instant] = [:]
  /// The shards without which workers came that are not known to have carried out orders.
  var emptyHanded: [NodeName: Set<Int>] = [:]
  /// Until when shards whose primary was damaged keep the one that took over.
  var flipRests: [Int: Instant] = [:]
  /// The copies of which a primary says that they do not keep up, by shard.
  var stalled: [Int: Set<NodeName>] = [:]
  var runs: [Run] = []
  /// The networks that are durable, by the runs that learned them.
  var networks: [UInt64: LearnedNetwork] = [:]
  /// The plans that are durable, by their runs, and the one that is becoming so.
  var plans: [UInt64: RunPlan] = [:]
  var planInStore: PlanInStore?
  /// What a backup asked for last.
  var keptPiece: KeptPiece?
  /// The warehouses.
  package internal(set) var document = Document()
  var placementInStore: Placement?
  var documentInStore: Document?
  var pendingStores: [UInt64: PendingStore] = [:]
  /// The writes of each record, the first on its way and the others behind it.
  var storeQueues: [String: [UInt64]] = [:]
  var failingStores: Set<UInt64> = []
  var nextToken: UInt64 = 1
  /// Whether the identity and the term are durable: before, nobody is told anything that rests on
  /// them.
  var isEstablished = false
  /// The changes whose lines are on their way to the disk.
  var pendingAudits: [UInt64: PendingAudit] = [:]
  var auditTrouble = ""
  var refusalPace = RefusalPace()
  var earlyFrames: [(frame: Frame, sender: Sender)] = []
  var nextOrders: UInt64
  var nextAttempt: UInt64
  var storeTrouble = ""
  var refusedFrames: [String: UInt64] = [:]
  /// The coordinators; nothing where this is the only one there can be.
  var seat: SeatStatus?
  /// Where they were when that was last known to every worker.
  var knownCoordinators: [PeerAddress] = []
  /// The clock on the wall, when it was looked at last.
  var clockSeconds: Double?
  /// Requests that the sender's key does not allow, which no socket can tell.
  var forbiddenRequests: UInt64 = 0
  let startedAt: Instant
  /// Since when workers can be heard: who is not known long after is lost.
  var listeningSince: Instant
  /// When those were heard last that greeted this one while it stood by: of them it knows more.
  var greetedAt: [NodeName: Instant]
  /// From when on what is heard was not said long before.
  var believesFrom = Instant(milliseconds: .min)
  var lastSweep: Instant
  /// When the event came that is being worked on.
  private var eventAt: Instant
  private(set) var recent = RecentEvents()
  var output: [Instruction] = []

  /// Starts from what the store holds and the last lines of the audit; `freshID` names the cluster
  /// if it is new. One that stood by says when workers greeted it last: who was silent since is not
  /// waited for once more.
  public init(
    settings: Settings, records: [String: [UInt8]], audit lines: [AuditEntry] = [],
    greeted: [NodeName: Instant] = [:], freshID: UInt64, merge: @escaping Merge,
    pricing: @escaping MakeDriver = { _, _, _, _ in nil }, at now: Instant
  ) throws(PackingError) {
    self.settings = settings
    self.merge = merge
    self.pricing = pricing
    startedAt = now
    listeningSince = now
    greetedAt = greeted
    lastSweep = now
    eventAt = now
    // The identity is written before all others, and by a restore after them.
    guard records[Key.identity] != nil || records.isEmpty else {
      throw .invalid(what: "records of a cluster without its number; restore it again")
    }
    let identity = try Identity(records[Key.identity], settings: settings, freshID: freshID)
    clusterID = identity.clusterID
    term = identity.term + 1
    nextOrders = term << 32
    nextAttempt = term << 32
    placement = Placement(shardCount: identity.shardCount)
    if let bytes = records[Key.placement] {
      placement = try Placement(record: bytes)
    }
    if let bytes = records[Key.nodes] {
      nodeRecord = try NodeRecord(packed: bytes)
    } else {
      // No worker has had data yet: there is nothing to go back to.
      nodeRecord.finalised = Frame.versions.upperBound
    }
    guard Frame.versions.contains(nodeRecord.finalised) else {
      throw .invalid(
        what:
          "version: they were finalised at protocol \(nodeRecord.finalised), this program speaks "
          + "\(Frame.versions.lowerBound) and \(Frame.versions.upperBound); run the newer one")
    }
    nextNodeRecord = nodeRecord
    if let bytes = records[Key.document] {
      var reader = try ByteReader(verifyingChecksum: bytes)
      document = try Document(from: &reader)
    }
    (shardsByNode, copiesByNode) = Self.shardsByNode(placement)
    try restoreNetworks(records)
    let stale = try restorePlans(records) + restoreRuns(records, at: now)
    try checkRestored(shardCount: identity.shardCount)
    store(Key.identity, Identity(clusterID, placement.shardCount, term).packed(), .identity)
    for key in stale { store(key, nil, .record) }
    let lastRun = runs.map(\.id).max() ?? 0
    let active = Set(runs.filter(\.isActive).map(\.id))
    let undone = Self.undone(
      lines, document: document.version, run: lastRun, workers: nodeRecord.version, active: active)
    for entry in undone {
      audit(.undone(entry), entry, answer: [])
    }
  }

  /// Takes an event and says what to do.
  public mutating func step(_ event: Event, at now: Instant) -> [Instruction] {
    eventAt = now
    switch event {
    case .received(let frame, let sender):
      if isEstablished || frame.message == .statusRequest {
        receive(frame, from: sender, at: now)
      } else if earlyFrames.count < Self.maximumEarlyFrames {
        earlyFrames.append((frame, sender))
      }
    case .tick: break
    case .stored(let token): stored(token, at: now)
    case .storeFailed(let token, let reason): storeFailed(token, reason, at: now)
    case .audited(let token): audited(token, at: now)
    case .auditFailed(let token, let reason): auditFailed(token, reason, at: now)
    case .revoked(let sender): revoke(sender, at: now)
    case .refused(let counts): refusedFrames = counts
    case .seat(let status): take(status)
    case .clock(let seconds): clockSeconds = seconds
    }
    if now - lastSweep >= 100 {
      if now - lastSweep > settings.lostAfterMilliseconds / 2 { excuseSilence(at: now) }
      lastSweep = now
      sweep(at: now)
    }
    defer { output = [] }
    return output
  }

  /// What time alone brings about.
  private mutating func sweep(at now: Instant) {
    retryStores(at: now)
    retryAudits(at: now)
    guard isEstablished else { return }
    findLostWorkers(at: now)
    cancelHopelessBuilds(at: now)
    balance(at: now)
    advancePlacement(at: now)
    refreshOrders()
    driveRuns(at: now)
  }

  mutating func receive(_ frame: Frame, from sender: Sender, at now: Instant) {
    guard frame.message.permission.covers(sender.role) else { return refuse(frame, from: sender) }
    switch frame.message {
    case .hello(let hello): greet(hello, frame, from: sender, at: now)
    case .heartbeat(let heartbeat): hear(heartbeat, frame.request, from: sender, at: now)
    case .surveyReport(let report): take(report, from: sender)
    case .unitReport(let report): take(report, from: sender, at: now)
    case .workFailure(let failure): take(failure, from: sender, at: now)
    case .teachReport(let report): take(report, from: sender, at: now)
    case .roundAnswers(let report): take(report, from: sender, at: now)
    case .mapRequest: reply(.map(map()), to: frame, from: sender)
    case .runRequest(let request): accept(request, frame.request, from: sender, at: now)
    case .runCancel(let id): cancel(id, frame, from: sender, at: now)
    case .runQuery(let id): answerRunQuery(id, frame, from: sender, at: now)
    case .statusRequest: reply(.status(json: statusText(at: now)), to: frame, from: sender)
    case .documentRequest: reply(.document(document), to: frame, from: sender)
    case .documentChange(let base, let content):
      change(document: content, base: base, frame, from: sender)
    case .auditRequest(let request):
      output.append(.readAudit(request, request: frame.request, to: sender.address))
    case .planRequest(let run): answerPlanRequest(run, frame, from: sender)
    case .recordsRequest(let request): answer(request, frame, from: sender, at: now)
    case .nodeChange(let change): take(change, frame, from: sender)
    case .refusal(let refusal): log(.warning, "\(sender.name) refused: \(refusal.reason)")
    default:
      let reason = "a coordinator does not take messages of kind \(frame.message.kind)"
      reply(.refusal(Refusal(.malformed, reason)), to: frame, from: sender)
    }
  }

  private static func shardsByNode(
    _ placement: Placement
  ) -> (served: [NodeName: [Int]], copies: [NodeName: [Int]]) {
    var served: [NodeName: [Int]] = [:]
    var copies: [NodeName: [Int]] = [:]
    for (shard, assignment) in placement.assignments.enumerated() {
      if let primary = assignment.primary { served[primary, default: []].append(shard) }
      for node in assignment.copies { copies[node, default: []].append(shard) }
    }
    return (served, copies)
  }

  private func map() -> ClusterMap {
    let peers = members.values.map { member in
      var peer = member.peer
      if !member.isPresent { peer.endpoint = "" }
      return peer
    }
    return ClusterMap(
      clusterID: clusterID, placement: placement, peers: peers.sorted { $0.node < $1.node },
      coordinators: coordinatorsKnownToAll)
  }

  // MARK: Output

  mutating func reply(_ message: Message, to frame: Frame, from sender: Sender) {
    if case .refusal(let refusal) = message { auditRefusal(refusal, of: frame, from: sender) }
    output.append(.send(Frame(answering: frame, message), to: sender.address))
  }

  /// Says something to a worker; the frame carries the incarnation that it is meant for.
  mutating func tell(_ member: Member, _ message: Message) {
    output.append(.send(Frame(request: member.incarnation, message), to: member.address))
  }

  mutating func log(_ level: Severity, _ text: String) {
    recent.note(level, text, at: eventAt)
    output.append(.log(level, text))
  }
}
