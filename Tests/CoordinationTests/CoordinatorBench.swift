import Demand
import Packing
import Testing
import WireProtocol

@testable import Coordination

/// A coordinator on a bench: what it says is gathered, what it stores waits until the test says
/// what became of it.
final class CoordinatorBench {
  struct Write {
    var token: UInt64
    var key: String
    var value: [UInt8]?
  }

  var machine: Coordinator
  var now = Instant(milliseconds: 0)
  private(set) var writes: [Write] = []
  private(set) var records: [String: [UInt8]]
  private var sent: [(frame: Frame, to: Address)] = []
  private let pricing: Coordinator.MakeDriver
  private let settings: Coordinator.Settings
  /// What each worker was told to do last.
  private(set) var told: [String: Orders] = [:]
  /// The lines of the audit that are on the disk, and those that wait where the test wants that.
  private(set) var audit: [AuditEntry] = []
  private(set) var auditLines: [(token: UInt64?, entry: AuditEntry)] = []
  var holdsAudit = false

  /// A coordinator that has started; by default its identity is durable.
  init(
    shardCount: Int = 4, minimumWorkers: Int = 1, replication: Int = 1, maximumMoves: Int = 4,
    records: [String: [UInt8]] = [:], isEstablished: Bool = true, audit: [AuditEntry] = [],
    greeted: [NodeName: Instant] = [:],
    pricing: @escaping Coordinator.MakeDriver = { _, _, _, _ in nil }
  ) throws {
    self.records = records
    self.pricing = pricing
    self.audit = audit
    settings = Coordinator.Settings(
      shardCount: shardCount, minimumWorkers: minimumWorkers, replication: replication,
      maximumMoves: maximumMoves)
    machine = try Coordinator(
      settings: settings, records: records, audit: audit, greeted: greeted, freshID: 0xC1,
      merge: { _, left, right in left + right },
      pricing: pricing, at: now)
    step(.tick)
    if isEstablished { finishWrites() }
  }

  func step(_ event: Coordinator.Event) {
    for instruction in machine.step(event, at: now) {
      switch instruction {
      case .send(let frame, let address):
        sent.append((frame, address))
        if case .orders(let orders) = frame.message {
          told[String(decoding: address.bytes, as: UTF8.self)] = orders
        }
      case .store(let token, let key, let value):
        writes.append(Write(token: token, key: key, value: value))
      case .audit(let token, let entry): auditLines.append((token, entry))
      case .readAudit, .log: break
      }
    }
    while !holdsAudit, !auditLines.isEmpty { finishLine() }
  }

  /// The next line of the audit is on the disk, or is not.
  func finishLine(fails reason: String? = nil) {
    guard !auditLines.isEmpty else { return }
    let (token, entry) = auditLines.removeFirst()
    if let reason { return step(.auditFailed(token: token, reason: reason)) }
    audit.append(entry)
    if let token { step(.audited(token: token)) }
  }

  func pass(_ milliseconds: Int64) {
    now = now + milliseconds
    step(.tick)
  }

  /// Everything that waits is durable, and what follows from that too.
  func finishWrites() {
    while let write = takeWrite() { finish(write) }
  }

  func takeWrite() -> Write? { writes.isEmpty ? nil : writes.removeFirst() }

  func finish(_ write: Write) {
    records[write.key] = write.value
    step(.stored(token: write.token))
  }

  /// What was said since this was asked last.
  func takeSent() -> [(frame: Frame, to: Address)] {
    defer { sent = [] }
    return sent
  }

  /// What was said to one since anything was taken last, oldest first.
  func takeMessages(to name: String) -> [Message] {
    takeSent().filter { $0.to == Self.address(name) }.map(\.frame.message)
  }

  func takeOrders(of name: String) -> Orders? {
    let messages = takeMessages(to: name)
    return messages.reversed().lazy.compactMap { message in
      if case .orders(let orders) = message { orders } else { nil }
    }.first
  }

  static func address(_ name: String) -> Address { Address(Array(name.utf8)) }

  // MARK: What others say

  func hear(_ message: Message, from name: String, as role: Role, request: UInt64 = 1) {
    let sender = Sender(address: Self.address(name), role: role, name: name)
    step(.received(Frame(request: request, message), from: sender))
  }

  func greet(
    _ name: String, incarnation: UInt64 = 1, clusterID: UInt64 = 0, held: [HeldShard] = [],
    credits: Int = 4, host: String = "",
    program: ProgramVersion = ProgramVersion(name: "", schema: 0)
  ) throws {
    let hello = Hello(
      node: try #require(NodeName(name)), incarnation: incarnation, clusterID: clusterID,
      endpoint: "tcp://\(name)", publicKey: "", credits: credits, held: held, host: host,
      program: program)
    hear(.hello(hello), from: name, as: .worker, request: incarnation)
  }

  func beat(
    _ name: String, incarnation: UInt64 = 1, applied: UInt64 = 0, units: [UnitID] = [],
    document: UInt64 = 0, network: UInt64 = 0, teaching: UInt64 = 0, isLeaving: Bool = false,
    ready: [ShardFollower] = [], stalled: [ShardFollower] = [], damaged: [HeldShard] = [],
    gauges: WorkerGauges = WorkerGauges()
  ) throws {
    let heartbeat = Heartbeat(
      node: try #require(NodeName(name)), incarnation: incarnation, ordersVersion: applied,
      unitsInHand: units, documentVersion: document, networkVersion: network, teaching: teaching,
      isLeaving: isLeaving, ready: ready, stalled: stalled, damaged: damaged, gauges: gauges)
    hear(.heartbeat(heartbeat), from: name, as: .worker, request: incarnation)
  }

  /// What a primary says of the learners that it was told of last: they have everything.
  func learners(of name: String) -> [ShardFollower] {
    guard let orders = told[name] else { return [] }
    return orders.owned.flatMap { owned in
      owned.learners.map { place in
        ShardFollower(shard: owned.shard, epoch: owned.epoch, node: orders.peers[place].node)
      }
    }
  }

  /// Lets some time pass in which only these are heard, and nothing becomes durable.
  func listen(to names: [String], milliseconds: Int64) throws {
    for _ in 0..<(milliseconds / 100) {
      pass(100)
      for name in names { try beat(name, applied: told[name]?.version ?? 0) }
    }
  }

  /// Lets some time pass in which workers do at once what they are told; others are silent.
  func live(
    _ names: [String], milliseconds: Int64, leaving: Set<String> = [], builds: Bool = true,
    incarnations: [String: UInt64] = [:]
  ) throws {
    for _ in 0..<(milliseconds / 100) {
      pass(100)
      finishWrites()
      for name in names {
        try beat(
          name, incarnation: incarnations[name] ?? 1, applied: told[name]?.version ?? 0,
          isLeaving: leaving.contains(name), ready: builds ? learners(of: name) : [])
        finishWrites()
      }
    }
  }

  /// The workers that have a shard, the primary first.
  func copies(of shard: Int) -> [String] {
    machine.placement.assignments[shard].copies.map(\.text)
  }

  /// What a worker would say that it holds, if it were started again now.
  func held(by name: String) -> [HeldShard] {
    machine.placement.assignments.indices.filter { copies(of: $0).contains(name) }
      .map { HeldShard(shard: $0, epoch: machine.placement.assignments[$0].epoch) }
  }

  /// Brings workers in and has all shards placed.
  func place(on names: [String]) throws {
    for name in names { try greet(name) }
    pass(100)
    finishWrites()
    for name in names { try beat(name, applied: orders(of: name)?.version ?? 0) }
    finishWrites()
  }

  /// The orders that a worker has now, by asking for them as a worker that lost them does.
  func orders(of name: String) -> Orders? {
    _ = takeSent()
    try? beat(name)
    return takeOrders(of: name)
  }

  func status() -> ClusterStatus { machine.status(at: now) }

  /// Starts the coordinator again with what is durable.
  func restarted(
    isEstablished: Bool = true, greeted: [NodeName: Instant] = [:]
  ) throws -> CoordinatorBench {
    try CoordinatorBench(
      shardCount: settings.shardCount, minimumWorkers: settings.minimumWorkers,
      replication: settings.replication, maximumMoves: settings.maximumMoves, records: records,
      isEstablished: isEstablished, audit: audit, greeted: greeted, pricing: pricing)
  }
}
