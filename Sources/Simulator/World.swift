import Coordination
import Demand
import Packing
import TestSupport
import WireProtocol

/// A cluster without machines: the real state machines, a network that loses, doubles, delays and
/// reorders, disks that take their time, fail and lie, clocks that jump, links that are cut and
/// processes that stop or crash between any two instructions. One seed gives one history, to the
/// last bit, in every process.
final class World {
  enum Endpoint: Hashable {
    case coordinator
    case former
    case worker(NodeName)
    case client(Int)
  }

  enum Event {
    case deliver(Frame, digest: UInt64, to: Endpoint, from: Endpoint)
    /// What one life of a process does: a tick, or something with its disk.
    case act(Endpoint, life: Int, () -> Void)
    case restart(Endpoint)
    case resume(Endpoint, life: Int)
    case fault(FaultClass, season: Int)
    case mend(Int)
  }

  /// What is drawn where; kinds of faults have a stream each, so that one that is left out does not
  /// change when the others strike.
  enum Stream: Int, CaseIterable { case world, network, disk, trainer }

  /// What a world begins with.
  struct Start {
    var seed: UInt64
    var shardCount: Int
    var replication: Int
    var workers: [(name: NodeName, host: String)]
    var restriction = Restriction()
    var story: Story?
  }

  let start: Start
  var seed: UInt64 { start.seed }
  var shardCount: Int { start.shardCount }
  private var streams: [SplitMix64]
  var now = Instant(milliseconds: 0)
  var agenda = Agenda<Event>()
  var faults = FaultPlan.calm
  /// How many faults may still happen.
  var faultsLeft: Int
  /// Counts changes of the faults, so that what was planned under earlier ones is void.
  var season = 0
  let coordinator = CoordinatorProcess()
  let former = FormerCoordinator()
  var workers: [NodeName: WorkerProcess] = [:]
  var clients: [SimulatedClient] = []
  /// The rows of the batches of each input, by shard and in their order.
  var inputs: [SourceID: [Int: [[UInt64]]]] = [:]
  var clocks: [Endpoint: Clock] = [:]
  var cuts: [Cut] = []
  var cutsMade = 0
  /// What happened to processes that are stopped, for when they go on.
  var held: [Endpoint: [Event]] = [:]
  /// Processes that crash after so many more instructions.
  var doomed: [Endpoint: Int] = [:]
  /// What must be whole again before anything else goes wrong.
  var wound: Wound?
  var lastHealed = Instant(milliseconds: 0)
  var ledger = Ledger()
  /// What this life met so far.
  var coverage = Coverage()
  private(set) var violation: Violation?
  /// A running hash of everything that happened.
  private(set) var history: UInt64 = 0

  init(_ start: Start) {
    self.start = start
    faultsLeft = start.restriction.faults
    let count = Stream.allCases.count + FaultClass.allCases.count
    streams = (0..<count).map { SplitMix64(seed: start.seed &* 64 &+ UInt64($0)) }
    startCoordinator()
    for (name, host) in start.workers { addWorker(name, host: host) }
  }

  // MARK: Chance

  func upTo(_ limit: Int, _ stream: Stream = .world) -> Int {
    Int(streams[stream.rawValue].next() % UInt64(limit + 1))
  }

  func upTo(_ limit: Int, _ kind: FaultClass) -> Int {
    Int(streams[Stream.allCases.count + kind.rawValue].next() % UInt64(limit + 1))
  }

  /// Whether a fault that has its occasion happens. The draw is made whether it may or not.
  func strikes(_ kind: FaultClass, times: Int = 1) -> Bool {
    let isDrawn = upTo(999, kind) < faults[kind] * times
    return isDrawn && wound?.needsCalm != true && spend()
  }

  /// Takes one of the faults that may still happen; whether there was one.
  func spend() -> Bool {
    guard faultsLeft > 0 else { return false }
    faultsLeft -= 1
    return true
  }

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

  /// Nothing is planned any more, and nobody has anything to write: both hold this world.
  func end() {
    agenda = Agenda()
    held = [:]
    workers = [:]
  }

  func happen(_ event: Event) {
    switch event {
    case .deliver(let frame, let digest, let to, let from):
      if hold(event, of: to) { return }
      record(digest, frame.message.isHeartbeat) { "\(from) to \(to): \(frame.message)" }
      deliver(frame, to: to, from: from)
    case .act(let endpoint, let life, let act):
      if life == self.life(of: endpoint), !hold(event, of: endpoint) { act() }
    case .restart(let endpoint): restart(endpoint)
    case .resume(let endpoint, let life): if life == self.life(of: endpoint) { resume(endpoint) }
    case .fault(let fault, let season): if season == self.season { strike(fault) }
    case .mend(let number): cuts.removeAll { $0.number == number }
    }
  }

  /// Keeps what happens to a process that is stopped until it goes on.
  private func hold(_ event: Event, of endpoint: Endpoint) -> Bool {
    if held.isEmpty { return false }
    return held[endpoint]?.append(event) != nil
  }

  /// What the clock of a process shows.
  func time(at endpoint: Endpoint) -> Instant {
    clocks.isEmpty ? now : clocks[endpoint]?.read(at: now) ?? now
  }

  /// Plans what this life of a process does.
  func plan(_ endpoint: Endpoint, at instant: Instant, _ act: @escaping () -> Void) {
    agenda.plan(.act(endpoint, life: life(of: endpoint), act), at: instant)
  }

  func keepTicking(_ endpoint: Endpoint, after milliseconds: Int64 = 100) {
    plan(endpoint, at: now + milliseconds) { [self] in
      // Planned before, as the process may end in the middle of what it does now.
      keepTicking(endpoint)
      switch endpoint {
      case .coordinator: stepCoordinator(.tick)
      case .former: stepFormer(.tick)
      case .worker(let name):
        seekCoordinator(name)
        step(name, .tick)
      case .client(let index): clients[index].tick(in: self)
      }
    }
  }

  func life(of endpoint: Endpoint) -> Int {
    switch endpoint {
    case .coordinator: coordinator.life
    case .former: former.life
    case .worker(let name): workers[name]?.life ?? -1
    case .client: 0
    }
  }

  // MARK: What is remembered

  /// Adds to the history; the sentence is made only where the story is told.
  func record(_ digest: UInt64, _ isHeartbeat: Bool, _ sentence: () -> String) {
    history = (history &* 0x100_0000_01B3) ^ digest ^ UInt64(bitPattern: now.milliseconds)
    tell(isHeartbeat ? .heartbeat : .message, sentence)
  }

  /// Adds something that went wrong, or right again.
  func record(_ sentence: String) {
    history = (history &* 0x100_0000_01B3) ^ XXH64.hash(Array(sentence.utf8))
    tell(.fault) { sentence }
  }

  func tell(_ kind: Story.Kind, _ sentence: () -> String) {
    start.story?.add(kind, at: now, sentence)
  }

  func violate(_ promise: String) {
    violation = violation ?? Violation(seed: seed, at: now, promise: promise)
  }
}

extension Message {
  /// Whether it is said all the time, and says little.
  fileprivate var isHeartbeat: Bool {
    switch self {
    case .heartbeat, .pulse: true
    default: false
    }
  }
}
