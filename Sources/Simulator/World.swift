import Coordination
import Packing
import TestSupport
import WireProtocol

/// A cluster without machines: the real state machines, a network that loses, doubles, delays and
/// reorders, disks that take their time and fail, links that are cut and processes that stop or
/// crash between any two steps. One seed gives one history, to the last bit, in every process.
final class World {
  enum Endpoint: Hashable {
    case coordinator
    case worker(NodeName)
    case client(Int)
  }

  enum Event {
    case deliver(Frame, digest: UInt64, to: Endpoint, from: Endpoint)
    /// What one life of a process does: a tick, or something with its disk.
    case act(Endpoint, life: Int, () -> Void)
    case restart(Endpoint)
    case resume(Endpoint, life: Int)
    case fault(Fault, season: Int)
    case mend(Cut)
  }

  final class CoordinatorProcess {
    var machine: Coordinator?
    var life = 0
    var records: [String: [UInt8]] = [:]
    var lastStore = Instant(milliseconds: 0)
    /// The lines of the audit that are on its disk.
    var audit: [AuditEntry] = []
    var lastAudit = Instant(milliseconds: 0)
  }

  final class WorkerProcess {
    var machine: Worker?
    var life = 0
    var clusterID: UInt64 = 0
    var shards: [Int: SimulatedShard] = [:]
    var document = Document()
    var network = LearnedNetwork()
    /// What was loaded of shards to answer rounds.
    var loaded: [Int: Loaded] = [:]
    /// The rows of the sample that were gathered so far.
    var sample: [UInt64] = []
    /// Counts the samples that were forgotten, so that what is learned from one of them is void.
    var lessons = 0
    /// When the last of its ordinary writes lands: one thread does them, in order.
    var lastWrite = Instant(milliseconds: 0)
    var hasLeft = false

    struct Loaded {
      var run: UInt64
      var settings: [UInt8]
    }
  }

  let seed: UInt64
  var random: SplitMix64
  var now = Instant(milliseconds: 0)
  var agenda = Agenda<Event>()
  var faults = FaultPlan.calm
  /// Counts changes of the faults, so that what was planned under earlier ones is void.
  var season = 0
  let coordinator = CoordinatorProcess()
  var workers: [NodeName: WorkerProcess] = [:]
  var clients: [SimulatedClient] = []
  var cuts: Set<Cut> = []
  /// What happened to processes that are stopped, for when they go on.
  var held: [Endpoint: [Event]] = [:]
  var ledger = Ledger()
  /// What this life met so far.
  var coverage = Coverage()
  private(set) var violation: Violation?
  /// A running hash of everything that happened.
  private(set) var history: UInt64 = 0
  let shardCount: Int
  /// Whether everything that happens is printed.
  let tellsStory: Bool

  init(seed: UInt64, shardCount: Int, workers names: [NodeName], tellsStory: Bool) {
    self.tellsStory = tellsStory
    self.seed = seed
    self.shardCount = shardCount
    random = SplitMix64(seed: seed)
    startCoordinator()
    for name in names {
      workers[name] = WorkerProcess()
      startWorker(name)
    }
  }

  func upTo(_ limit: Int) -> Int { Int(random.next() % UInt64(limit + 1)) }

  func perMille(_ count: Int) -> Bool { count > 0 && upTo(999) < count }

  // MARK: Time

  /// Lets the world go on until `isOver` or the time is up; whether it was over.
  func run(for milliseconds: Int64, until isOver: () -> Bool) throws(Violation) -> Bool {
    let end = now + milliseconds
    var asked = now
    while true {
      // Asked now and then: the answer takes longer than most of what happens.
      if now - asked >= 50 {
        asked = now
        if isOver() { return true }
      }
      guard let (at, event) = agenda.next() else { return false }
      guard at < end else {
        agenda.plan(event, at: at)
        return false
      }
      now = max(now, at)
      happen(event)
      if let violation { throw violation }
    }
  }

  /// Nothing is planned any more.
  func end() {
    agenda = Agenda()
    held = [:]
  }

  func happen(_ event: Event) {
    switch event {
    case .deliver(let frame, let digest, let to, let from):
      if hold(event, of: to) { return }
      record(digest) { "\(from) to \(to): \(frame.message)" }
      deliver(frame, to: to, from: from)
    case .act(let endpoint, let life, let act):
      if life == self.life(of: endpoint), !hold(event, of: endpoint) { act() }
    case .restart(let endpoint): restart(endpoint)
    case .resume(let endpoint, let life): if life == self.life(of: endpoint) { resume(endpoint) }
    case .fault(let fault, let season): if season == self.season { strike(fault) }
    case .mend(let cut): cuts.remove(cut)
    }
  }

  /// Keeps what happens to a process that is stopped until it goes on.
  private func hold(_ event: Event, of endpoint: Endpoint) -> Bool {
    held[endpoint]?.append(event) != nil
  }

  /// Plans what this life of a process does.
  func plan(_ endpoint: Endpoint, at instant: Instant, _ act: @escaping () -> Void) {
    agenda.plan(.act(endpoint, life: life(of: endpoint), act), at: instant)
  }

  func keepTicking(_ endpoint: Endpoint, after milliseconds: Int64 = 100) {
    plan(endpoint, at: now + milliseconds) { [self] in
      switch endpoint {
      case .coordinator: stepCoordinator(.tick)
      case .worker(let name): step(name, .tick)
      case .client(let index): clients[index].tick(in: self)
      }
      keepTicking(endpoint)
    }
  }

  func life(of endpoint: Endpoint) -> Int {
    switch endpoint {
    case .coordinator: coordinator.life
    case .worker(let name): workers[name]?.life ?? -1
    case .client: 0
    }
  }

  // MARK: What is remembered

  /// Adds to the history; the sentence is made only where the story is told.
  func record(_ digest: UInt64, _ sentence: () -> String) {
    history = (history &* 0x100_0000_01B3) ^ digest ^ UInt64(bitPattern: now.milliseconds)
    tell(sentence)
  }

  func record(_ sentence: String) {
    record(XXH64.hash(Array(sentence.utf8))) { sentence }
  }

  func tell(_ sentence: () -> String) {
    if tellsStory { print("\(now.milliseconds) ms: \(sentence())") }
  }

  func violate(_ promise: String) {
    violation = violation ?? Violation(seed: seed, at: now, promise: promise)
  }
}
