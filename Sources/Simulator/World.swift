public import Coordination
import Demand
import TestSupport
import WireProtocol

/// A broken promise, with the seed that breaks it again.
public struct Violation: Error, CustomStringConvertible {
  /// The seed of the world.
  public var seed: UInt64
  /// When it happened.
  public var at: Instant
  /// What was promised and is not so.
  public var promise: String

  /// All of it in a sentence.
  public var description: String {
    "seed \(seed), \(at.milliseconds) ms: \(promise)"
  }
}

/// A cluster without machines: the real state machines, a network that loses, doubles, delays and
/// reorders, disks that take their time and processes that crash between any two steps. One seed
/// gives one history, to the last bit.
public final class World {
  enum Event {
    case deliver(Frame, to: Endpoint, from: Endpoint)
    case coordinator(Coordinator.Event, life: Int)
    case worker(NodeName, Worker.Event, life: Int)
    case effect(life: Int, of: Endpoint, () -> Void)
    case tick(Endpoint)
    case restart(Endpoint)
    case crashSomething
    case changeMembership
  }

  enum Endpoint: Hashable {
    case coordinator
    case worker(NodeName)
    case client(Int)
  }

  struct CoordinatorProcess {
    var machine: Coordinator?
    var life = 0
    var records: [String: [UInt8]] = [:]
  }

  struct WorkerProcess {
    var machine: Worker?
    var life = 0
    var clusterID: UInt64 = 0
    var shards: [Int: SimulatedShard] = [:]
    var hasLeft = false
  }

  let seed: UInt64
  var random: SplitMix64
  var now = Instant(milliseconds: 0)
  var agenda = Agenda<Event>()
  var faults: FaultPlan
  var coordinator = CoordinatorProcess()
  var workers: [NodeName: WorkerProcess] = [:]
  var clients: [SimulatedClient] = []
  var violation: Violation?
  /// The worker that committed under an epoch of a shard: there may be one only.
  var committers: [Int: [UInt64: NodeName]] = [:]
  /// When the last write of a worker lands: one thread does them, in order.
  var lastWrite: [NodeName: Instant] = [:]
  /// A running hash of everything that happened.
  public private(set) var history: UInt64 = 0
  let shardCount: Int
  /// Whether everything that happens is printed.
  let tellsStory: Bool

  init(seed: UInt64, shardCount: Int, workers names: [NodeName], tellsStory: Bool) {
    self.tellsStory = tellsStory
    self.seed = seed
    self.shardCount = shardCount
    random = SplitMix64(seed: seed)
    faults = FaultPlan.drawn(from: &random)
    startCoordinator()
    for name in names {
      workers[name] = WorkerProcess()
      startWorker(name)
    }
    if faults.millisecondsBetweenCrashes > 0 { planCrash() }
    if faults.membershipChanges { agenda.plan(.changeMembership, at: now + 2_000) }
  }

  func upTo(_ limit: Int) -> Int { Int(random.next() % UInt64(limit + 1)) }

  func perMille(_ count: Int) -> Bool { upTo(999) < count }

  // MARK: Time

  /// Lets the world go on until `isOver` or the time is up; whether it was over.
  func run(for milliseconds: Int64, until isOver: () -> Bool) throws(Violation) -> Bool {
    let end = now + milliseconds
    while !isOver() {
      guard let (at, event) = agenda.next() else { return false }
      guard at < end else {
        agenda.plan(event, at: at)
        return false
      }
      now = max(now, at)
      happen(event)
      if let violation { throw violation }
    }
    return true
  }

  func note(_ what: String) {
    if tellsStory { print("\(now.milliseconds) ms: \(what)") }
    history = (history &* 0x100_0000_01B3) ^ UInt64(bitPattern: now.milliseconds)
    for byte in what.utf8 { history = (history &* 0x100_0000_01B3) ^ UInt64(byte) }
  }

  func violate(_ promise: String) {
    violation = violation ?? Violation(seed: seed, at: now, promise: promise)
  }

  private func happen(_ event: Event) {
    switch event {
    case .deliver(let frame, let to, let from):
      note(tellsStory ? "\(from) to \(to): \(frame.message)" : "\(to) \(frame.message.kind)")
      deliver(frame, to: to, from: from)
    case .coordinator(let event, let life):
      if life == coordinator.life { stepCoordinator(event) }
    case .worker(let name, let event, let life):
      if life == workers[name]?.life { step(name, event) }
    case .effect(let life, let endpoint, let effect):
      if life == self.life(of: endpoint) { effect() }
    case .tick(let endpoint): tick(endpoint)
    case .restart(let endpoint): restart(endpoint)
    case .crashSomething: crashSomething()
    case .changeMembership: changeMembership()
    }
  }

  private func life(of endpoint: Endpoint) -> Int {
    switch endpoint {
    case .coordinator: coordinator.life
    case .worker(let name): workers[name]?.life ?? -1
    case .client: 0
    }
  }

  // MARK: Network

  func send(_ frame: Frame, from: Endpoint, to: Endpoint) {
    // What cannot be read back would not arrive on a real wire either.
    guard let read = try? Frame(packed: frame.packed()), read == frame else {
      return violate("a frame of kind \(frame.message.kind) does not survive the wire")
    }
    if perMille(faults.lostPerMille) { return }
    for _ in 0..<(perMille(faults.doubledPerMille) ? 2 : 1) {
      let delay = perMille(faults.latePerMille) ? upTo(2_000) : 1 + upTo(20)
      agenda.plan(.deliver(frame, to: to, from: from), at: now + Int64(delay))
    }
  }

  private func deliver(_ frame: Frame, to: Endpoint, from: Endpoint) {
    switch (to, from) {
    case (.coordinator, .worker(let name)):
      stepCoordinator(.received(frame, from: sender(.worker, name.text, from)))
    case (.coordinator, .client(let index)):
      stepCoordinator(.received(frame, from: sender(.client, "client-\(index)", from)))
    case (.worker(let name), .coordinator): step(name, .fromCoordinator(frame))
    case (.worker(let name), .client(let index)):
      step(name, .received(frame, from: sender(.client, "client-\(index)", from)))
    case (.worker(let name), .worker(let other)): deliver(frame, to: name, from: other)
    case (.client(let index), _): clients[index].receive(frame, in: self)
    case (.coordinator, .coordinator): break
    }
  }

  private func sender(_ role: Role, _ name: String, _ endpoint: Endpoint) -> Sender {
    Sender(address: address(endpoint), role: role, name: name)
  }

  func address(_ endpoint: Endpoint) -> Address {
    switch endpoint {
    case .coordinator: Address([0])
    case .worker(let name): Address([1] + Array(name.text.utf8))
    case .client(let index): Address([2, UInt8(index)])
    }
  }

  func endpoint(_ address: Address) -> Endpoint {
    let rest = String(decoding: address.bytes.dropFirst(), as: UTF8.self)
    switch address.bytes.first {
    case 1: return NodeName(rest).map { .worker($0) } ?? .coordinator
    case 2: return .client(Int(address.bytes[1]))
    default: return .coordinator
    }
  }

  // MARK: Life and death

  private func tick(_ endpoint: Endpoint) {
    agenda.plan(.tick(endpoint), at: now + 100)
    switch endpoint {
    case .coordinator: stepCoordinator(.tick)
    case .worker(let name): step(name, .tick)
    case .client(let index): clients[index].tick(in: self)
    }
  }

  private func planCrash() {
    let wait = faults.millisecondsBetweenCrashes
    agenda.plan(.crashSomething, at: now + Int64(wait / 2 + upTo(wait)))
  }

  private func crashSomething() {
    guard faults.millisecondsBetweenCrashes > 0 else { return }
    planCrash()
    let names = workers.keys.sorted()
    let victim = upTo(names.count)
    if victim < names.count { crash(.worker(names[victim])) } else { crash(.coordinator) }
  }

  func crash(_ endpoint: Endpoint) {
    switch endpoint {
    case .coordinator:
      guard coordinator.machine != nil else { return }
      coordinator.machine = nil
      coordinator.life += 1
    case .worker(let name):
      guard workers[name]?.machine != nil else { return }
      workers[name]?.machine = nil
      workers[name]?.life += 1
    case .client: return
    }
    note("crash \(endpoint)")
    agenda.plan(.restart(endpoint), at: now + Int64(1 + upTo(faults.longestDownMilliseconds)))
  }

  private func restart(_ endpoint: Endpoint) {
    switch endpoint {
    case .coordinator: if coordinator.machine == nil { startCoordinator() }
    case .worker(let name):
      if workers[name]?.machine == nil, workers[name]?.hasLeft == false { startWorker(name) }
    case .client: break
    }
  }

  /// A worker joins, or one is asked to leave; the first one stays.
  private func changeMembership() {
    guard faults.membershipChanges else { return }
    agenda.plan(.changeMembership, at: now + Int64(3_000 + upTo(5_000)))
    let present = workers.filter { !$0.value.hasLeft }.keys.sorted().filter {
      $0.text != "worker-0"
    }
    if workers.count < 6, upTo(1) == 0, let name = NodeName("late-\(workers.count)") {
      workers[name] = WorkerProcess()
      startWorker(name)
    } else if !present.isEmpty {
      step(present[upTo(present.count - 1)], .leaveRequested)
    }
  }

  /// Everything works from now on. A worker that left with its shards, because nobody was there to
  /// take them, comes back.
  func heal() {
    faults = .calm
    if coordinator.machine == nil { startCoordinator() }
    for (name, worker) in workers.sorted(by: { $0.key < $1.key }) where worker.machine == nil {
      let isMissed = placement()?.assignments.contains { $0.primary == name } ?? false
      guard !worker.hasLeft || isMissed else { continue }
      workers[name]?.hasLeft = false
      startWorker(name)
    }
  }
}
