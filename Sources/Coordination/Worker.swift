public import Demand
public import WireProtocol

/// A worker's mind: which shards it serves under which epochs, what it has in hand, what it
/// answers.
///
/// Like `Coordinator` it takes events and returns instructions. It serves nothing before the
/// coordinator's orders came and the epochs in them are durable, and refuses whatever carries
/// another epoch. As the primary of a shard it acknowledges nothing before its followers have it;
/// as a follower it takes the shard's log from the primary that its orders name.
///
/// | state    | becomes  | when                                             |
/// |----------|----------|--------------------------------------------------|
/// | joining  | member   | welcome                                          |
/// | member   | joining  | the coordinator does not know it (it restarted)  |
/// | any      | (exit)   | it may leave, or it is refused for good          |
public struct Worker: Sendable {
  /// What happens to a worker.
  public enum Event: Sendable {
    /// A frame from the coordinator.
    case fromCoordinator(Frame)
    /// A frame on the data socket, from a sender whose key was checked.
    case received(Frame, from: Sender)
    /// Time went by; comes about ten times a second.
    case tick
    /// The epochs of these orders are durable.
    case epochsKept(ordersVersion: UInt64)
    /// A batch was decided on by the store; the log of its shard is at least at this number.
    case batchDecided(BatchAnswer, for: Ticket, at: UInt64 = 0)
    /// The quarantine of a shard was changed, or why not; its log is at least at this number.
    case quarantineDecided(Message, shard: Int, for: Ticket, at: UInt64 = 0)
    /// Entries of a shard's log are durable here, committed as its primary; in order, and before
    /// the answers that rest on them.
    case logged(shard: Int, [LogEntry])
    /// What a follower, or a primary, sent back over the link to it.
    case fromPeer(Frame, NodeName)
    /// Entries that were followed are durable up to a position; or the store did not take them, and
    /// why: then the position is where its log is.
    case followed(shard: Int, epoch: UInt64, LogPosition, failure: String? = nil)
    /// A unit that was ordered for a primary is worked out: the log entry that it becomes.
    case unitComputed(UnitID, entry: [UInt8])
    /// Data of a shard is damaged: the row and why.
    case damaged(shard: Int, reason: String)
    /// The shards of a survey were counted.
    case surveyed(SurveyReport)
    /// They could not be counted; they will be asked about again.
    case surveyFailed(run: UInt64, reason: String, mayPass: Bool)
    /// A unit is done and durable, or was done before; the log of its shard is at least at this
    /// number.
    case unitDone(UnitReport, at: UInt64 = 0)
    /// A unit could not be done or stored; it will be asked for again.
    case unitFailed(UnitID, reason: String, mayPass: Bool)
    /// The data of a shard is gone.
    case dropped(shard: Int)
    /// A giver answered a request for rows.
    case rowsReceived(RowsChunk, step: UInt64)
    /// Rows of a copy are durable; after the last ones, how far the log of the copy is.
    case imported(step: UInt64, position: LogPosition? = nil)
    /// A step of a copy or of the sample cannot be done: the giver did not answer or refused, or
    /// the disk did not take the rows; and whether that may pass by itself.
    case stepFailed(step: UInt64, reason: String, mayPass: Bool)
    /// The network of a run is learned.
    case taught(run: UInt64, network: [UInt8], isUsable: Bool = true)
    /// It could not be learned.
    case teachingFailed(run: UInt64, reason: String, mayPass: Bool)
    /// Shards answered a round's question, or could not.
    case priced(RoundAnswers)
    /// A maintenance write to a shard (folding its tail) has ended.
    case maintained(shard: Int)
    /// The operator wants the worker to hand over and leave.
    case leaveRequested
    /// Its socket has another key, and so have its connections.
    case keyChanged(String)
    /// How the worker is.
    case gauges(WorkerGauges)
  }

  /// What a worker wants done.
  public enum Instruction: Sendable, Equatable {
    /// Send a frame to the coordinator.
    case tellCoordinator(Frame)
    /// Send a frame back on the data socket.
    case reply(Frame, to: Address)
    /// Decide on a batch and store it; answer with `batchDecided`.
    case commit(Batch, Ticket)
    /// Change what is in quarantine; answer with `quarantineDecided`.
    case changeQuarantine(QuarantineChange, Ticket)
    /// Make an empty store for this cluster, before anything else is done.
    case openStore(clusterID: UInt64, shardCount: Int)
    /// Make epochs durable, and from which start of a coordinator the orders are; answer with
    /// `epochsKept`.
    case keepEpochs([HeldShard], ordersVersion: UInt64)
    /// Remove a shard's data; answer with `dropped`.
    case drop(shard: Int)
    /// Fold and count shards; answer with `surveyed`.
    case survey(Survey)
    /// Do a unit and store its results; answer with `unitDone` or `unitFailed`. One that names whom
    /// to give the results to is not stored: answer with `unitComputed` or `unitFailed`.
    case execute(UnitOrder)
    /// Send entries of a shard's log to a follower, in a frame without a number; what it answers
    /// comes as `fromPeer`. What cannot be sent is lost.
    case append(LogAppend, to: PeerAddress)
    /// Store entries of a log that is followed, all behind a position; answer with `followed`.
    case follow(shard: Int, epoch: UInt64, after: LogPosition, entries: [[UInt8]])
    /// Offer a piece of a unit's results to the primary.
    case offer(UnitOffer, to: PeerAddress)
    /// Store results that were offered, unless the unit is done; answer with `unitDone` or
    /// `unitFailed`.
    case takeOffer(UnitID, epoch: UInt64, entry: [UInt8])
    /// Answer a read.
    case read(Frame, Ticket)
    /// Take a snapshot for a cut, say how far shards are in it, or let go of it; and answer.
    case cut(CutRequest, Ticket)
    /// Answer a question for rows from the snapshot of a cut.
    case readCut(CutRowsRequest, Ticket)
    /// Ask a giver for rows, in a request that carries the number of the step; answer with
    /// `rowsReceived` or `stepFailed` and the number that the giver's answer carries.
    case fetch(RowsRequest, from: PeerAddress, step: UInt64)
    /// Store rows of a copy; the last ones complete it under its epoch. Answer with `imported` or
    /// `stepFailed`.
    case importRows(RowsChunk, epoch: UInt64, step: UInt64)
    /// Keep rows of the sample behind those that are kept, within its limits.
    case gather(RowsChunk)
    /// Learn a network from the rows that were kept; answer with `taught` or `teachingFailed`.
    case teach(TeachOrder)
    /// Forget the rows that were kept, and leave off learning from them.
    case forgetSample
    /// Keep a network in place of the one before.
    case keepNetwork(LearnedNetwork)
    /// Answer a round's question for its shards, from what is loaded of each once for the run;
    /// every shard comes back in a `priced`.
    case price(RoundQuestion)
    /// Forget what was loaded of a shard for a run's pricing, or of all.
    case forgetPricing(shard: Int?)
    /// Keep a document.
    case keepDocument(Document)
    /// End the process: the reason, and whether it is as wished.
    case exit(String, wished: Bool)
    /// Write to the log.
    case log(Severity, String)
  }

  var start: Start
  var isMember = false
  var clusterID: UInt64
  /// How many shards the cluster has; 0 before it is known.
  var shardCount = 0
  /// The shards that are served.
  var grants: [Int: Grant] = [:]
  var orders = Orders(version: 0)
  var appliedOrders: UInt64 = 0
  /// What the orders want of each shard, and the shards that are not so yet.
  var wishes: [Int: Wish] = [:]
  var unsettled: Set<Int> = []
  /// Whether something happened that may settle a shard.
  var mustSettle = false
  /// Where the workers are that the orders speak of.
  var peers: [NodeName: PeerAddress] = [:]
  /// The epochs that are being made durable, by the orders that they are of.
  var keeping: [UInt64: [HeldShard]] = [:]
  /// The epochs that are durable, of the shards of which there is whole data.
  var kept: [Int: UInt64]
  /// The shards whose data it found when it started, as long as no primary has shown that nothing
  /// of it is missing.
  var unproven: Set<Int>
  /// The latest start of a coordinator whose orders were carried out, durably: none of an earlier
  /// one are taken, who may believe that it leads still.
  var keptTerm: UInt64
  /// How far the logs of these are, durably.
  var positions: [Int: LogPosition]
  /// The shards whose data here is damaged, and why.
  var damage: [Int: String] = [:]
  /// The shards that may be read from, and under which epochs.
  var readable: [Int: UInt64] = [:]
  /// Shards of which what is stored is no data; those that are being removed.
  var dirty: Set<Int> = [], dropping: Set<Int> = []
  /// Whether there was nothing on the disk at the start.
  let startedEmpty: Bool
  /// The shards that are served and have followers or learners.
  var replicated: Set<Int> = []
  /// The entries that are kept for followers, from the first on that may still be; and their bytes.
  var keptEntries: [KeptEntry] = [], firstKeptEntry = 0
  var keptEntryBytes = 0
  /// The bytes, and the answers and reports, that wait for followers.
  var waitingEntryBytes = 0, waitingWords = 0
  var lastLogTick: Instant?
  /// The shards whose log is followed; those whose primary is to be answered in this step.
  var followed: [Int: FollowedLog] = [:]
  var toAnswer: Set<Int> = []
  /// The shards that are being copied, those that are to be, and the shards of rows on their way to
  /// the disk by the steps that they came with.
  var copies: [Int: ShardCopy] = [:]
  var copyQueue: [(shard: Int, notBefore: Instant)] = []
  var importing: [UInt64: Int] = [:]
  /// Until when the rows that were copied so far take at the pace that is allowed.
  var copiedUntilMicroseconds: Int64 = 0
  /// The last number of a step of a copy; each start of a worker counts from elsewhere.
  var lastStep: UInt64
  /// The backup's cut in which nothing is acknowledged, and the number of the last one.
  var hold: Hold?
  var lastCut: UInt64?
  /// Writes on their way to the disk, by shard.
  var writes: [Int: Int] = [:]
  var batchesInFlight = 0
  var units: [UnitID: UnitOrder] = [:]
  /// Units whose report waits for followers; those that are still worked on but were reported.
  var reporting: Set<UnitID> = [], reported: Set<UnitID> = []
  /// Results that are being offered, and the epochs of those that are being stored.
  var offers: [OfferID: Offer] = [:]
  var taking: [UnitID: UInt64] = [:]
  /// The shards that are being folded and counted, by run.
  var surveys: [UInt64: [Int]] = [:]
  var document = Document()
  /// The network that was told last.
  var network = LearnedNetwork()
  /// The round that is asked.
  var round = Round()
  /// What it has to teach.
  var lesson: Lesson?
  /// The shards that it held when it carried out orders that did not name them: it greets once more
  /// then, as a coordinator that started in between may not know of them.
  var unnamedShards: Set<Int> = []
  /// When the coordinator was told of them last: what was said may have been lost.
  var namedAt: Instant?
  var isLeaving = false
  /// How often it is to be welcomed yet before it is sure that its key is known.
  var greetingsLeft = 0
  var gauges = WorkerGauges()
  /// Requests that were refused although they make sense, by reason.
  var refusals: [String: UInt64] = [:]
  var lastHeartbeat: Instant?
  /// Whether the coordinator should hear something soon.
  var hasNews = false
  /// The time of the event that is being taken.
  var clock = Instant(milliseconds: 0)
  var output: [Instruction] = []

  /// A worker that has not joined yet.
  public init(_ start: Start) {
    self.start = start
    clusterID = start.clusterID
    lastStep = start.incarnation << 20
    kept = Dictionary(start.held.map { ($0.shard, $0.epoch) }, uniquingKeysWith: max)
    unproven = Set(kept.keys)
    keptTerm = start.term
    positions = start.positions
    startedEmpty = start.clusterID == 0
  }

  /// The shards that are served now as their primary, with their epochs.
  public var served: [Int: UInt64] { grants.mapValues(\.epoch) }

  /// The shards that may be written to now, with their epochs.
  package var writable: [Int: UInt64] { served }

  /// The shards that may be read from now, with their epochs.
  public var readableShards: [Int: UInt64] { readable }

  /// Whether a maintenance write (folding) may be made to a shard now; if so it counts as begun.
  public mutating func beginMaintenance(of shard: Int) -> Bool {
    guard grants[shard] != nil || followed[shard]?.phase == .following else { return false }
    writes[shard, default: 0] += 1
    return true
  }

  /// Takes an event and says what to do.
  public mutating func step(_ event: Event, at now: Instant) -> [Instruction] {
    clock = now
    switch event {
    case .fromCoordinator(let frame): hear(frame, at: now)
    case .received(let frame, let sender): receive(frame, from: sender)
    case .tick: break
    case .epochsKept(let version): epochsKept(version)
    case .batchDecided(let answer, let ticket, let number): decided(answer, ticket, at: number)
    case .quarantineDecided(let answer, let shard, let ticket, let number):
      decided(answer, on: shard, ticket, at: number)
    case .logged(let shard, let entries): logged(shard, entries)
    case .fromPeer(let frame, let name): hear(frame, fromPeer: name)
    case .followed(let shard, let epoch, let position, let failure):
      followedTo(position, shard, epoch, failure: failure)
    case .unitComputed(let id, let entry): unitComputed(id, entry)
    case .damaged(let shard, let reason): noteDamage(to: shard, reason)
    case .surveyed(let report):
      endSurvey(report.run)
      tell(.surveyReport(report))
    case .surveyFailed(let run, let reason, let mayPass):
      log(.error, "the survey of run \(run) was not made: \(reason)")
      endSurvey(run)
      tell(.workFailure(WorkFailure(run: run, reason: reason, mayPass: mayPass)))
    case .unitDone(let report, let number): unitDone(report, at: number)
    case .unitFailed(let id, let reason, let mayPass): unitFailed(id, reason, mayPass: mayPass)
    case .dropped(let shard): dropped(shard)
    case .rowsReceived(let chunk, let step):
      if !gather(chunk, step) { take(chunk, step, at: now) }
    case .imported(let step, let position): imported(step, position)
    case .stepFailed(let step, let reason, let mayPass):
      if !sampleFailed(step, reason, mayPass, at: now) { copyStepFailed(step, reason, at: now) }
    case .taught(let run, let network, let isUsable): taught(run, network, isUsable)
    case .teachingFailed(let run, let reason, let mayPass): teachingFailed(run, reason, mayPass)
    case .priced(let answers): priced(answers)
    case .maintained(let shard): endWrite(to: shard)
    case .leaveRequested:
      if !isLeaving { log(.info, "leaving: handing over \(grants.count) shards") }
      isLeaving = true
      lastHeartbeat = nil
    case .keyChanged(let key):
      start.publicKey = key
      greetingsLeft = Self.greetingsOfKey
      lastHeartbeat = nil
    case .gauges(let new):
      gauges = new
      for (reason, count) in refusals {
        gauges.refusedFrames += count
        gauges.refusals[reason, default: 0] += count
      }
    }
    settle()
    advanceCopies(at: now)
    settle()
    advanceLesson(at: now)
    tickLogs()
    tickHold()
    answerPrimaries()
    noteCarriedOut()
    keepTouch(at: now)
    defer { output = [] }
    return output
  }

  // MARK: The coordinator

  private mutating func hear(_ frame: Frame, at now: Instant) {
    // This is about the connection, whoever uses it.
    if case .refusal(let refusal) = frame.message, refusal.code == .revoked {
      return output.append(.exit(refusal.reason, wished: false))
    }
    // Everything between the two carries the incarnation: what was meant for an earlier start of
    // this worker is not for this one.
    guard frame.request == start.incarnation else { return }
    guard frame.message.permission.covers(.coordinator) else {
      return log(.warning, "the coordinator sent a message of kind \(frame.message.kind)")
    }
    switch frame.message {
    case .welcome(let welcome):
      guard clusterID == 0 || clusterID == welcome.clusterID else {
        return output.append(
          .exit("the coordinator belongs to another cluster than this data", wished: false))
      }
      if clusterID == 0 {
        output.append(.openStore(clusterID: welcome.clusterID, shardCount: welcome.shardCount))
      }
      if !isMember { log(.info, "joined cluster \(String(welcome.clusterID, radix: 16))") }
      clusterID = welcome.clusterID
      shardCount = welcome.shardCount
      isMember = true
      greetingsLeft = max(0, greetingsLeft - 1)
    case .orders(let new): if isMember { take(new) }
    case .pulse(let pulse): take(pulse)
    case .survey(let survey): answer(survey)
    case .unitOrder(let order): take(order)
    case .document(let new):
      guard new.version > document.version else { return }
      document = new
      output.append(.keepDocument(new))
    case .teachOrder(let order): take(order)
    case .network(let new): take(new)
    case .roundQuestion(let question): take(question)
    case .refusal(let refusal):
      switch refusal.code {
      case .notFound: isMember = false
      case .foreign, .forbidden: output.append(.exit(refusal.reason, wished: false))
      default: log(.warning, "the coordinator refused: \(refusal.reason)")
      }
    default: log(.warning, "the coordinator sent a message of kind \(frame.message.kind)")
    }
  }

  // MARK: Output

  mutating func tell(_ message: Message) {
    output.append(.tellCoordinator(Frame(request: start.incarnation, message)))
  }

  mutating func log(_ level: Severity, _ text: String) { output.append(.log(level, text)) }
}
