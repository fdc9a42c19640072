import Demand
import TestSupport
import Testing
import WireProtocol

@testable import Coordination

/// One shard, three workers with disks, and a network that loses, doubles and delays; whoever
/// decides on the placement keeps the rules and is never wrong, but hears late.
final class ReplicationWorld {
  /// What is on a disk: all entries, as what they say.
  struct Disk {
    /// Nothing while there is no whole data.
    var epoch: UInt64?
    var log = LogOfBytes(0)
    var batches: Set<[UInt8]> = []

    mutating func append(_ bytes: [UInt8]) {
      log.append(bytes)
      batches.insert(bytes)
    }
  }

  struct Process {
    var machine: Worker
    var incarnation: UInt64
    /// Snapshots that are being read from, by who asked and the session.
    var sessions: [[UInt8]: [[UInt8]]] = [:]
    var lastWrite = Instant(milliseconds: 0)
  }

  static let entriesPerChunk = 7

  var random: SplitMix64
  var now = Instant(milliseconds: 0)
  var lossPerMille = 60
  let names: [NodeName]
  var disks: [NodeName: Disk] = [:]
  var processes: [NodeName: Process] = [:]
  var starts: [NodeName: UInt64] = [:]
  var judge: PlacementJudge
  /// What is to happen, by when.
  private var agenda: [(at: Instant, number: Int, action: () -> Void)] = []
  private var planned = 0
  private var nextBatch: UInt64 = 0
  /// The batches that a client was told are safe.
  var acknowledged: Set<[UInt8]> = []
  var copies = 0
  var failures: [String] = []

  init(seed: UInt64) throws {
    random = SplitMix64(seed: seed)
    names = try ["a", "b", "c"].map { try #require(NodeName($0)) }
    judge = PlacementJudge(names)
    for name in names {
      disks[name] = Disk()
      start(name)
    }
  }

  func upTo(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &random) }

  func plan(at time: Instant, _ action: @escaping () -> Void) {
    planned += 1
    agenda.append((time, planned, action))
  }

  /// Delivers something over the network, perhaps; perhaps twice, perhaps late.
  func send(_ action: @escaping () -> Void) {
    if upTo(1_000) < lossPerMille { return }
    let isSlow = upTo(20) == 0
    for _ in 0..<(upTo(1_000) < lossPerMille ? 2 : 1) {
      plan(at: now + Int64(1 + upTo(isSlow ? 400 : 12)), action)
    }
  }

  // MARK: Time

  func pass() {
    now = now + 5
    while let next = agenda.indices.filter({ agenda[$0].at <= now })
      .min(by: { (agenda[$0].at, agenda[$0].number) < (agenda[$1].at, agenda[$1].number) })
    {
      agenda.remove(at: next).action()
    }
    if now.milliseconds % 50 == 0 {
      for name in names { step(name, .tick) }
      judge.tick(at: now)
      tellOrders()
    }
  }

  // MARK: Processes

  func start(_ name: NodeName) {
    guard processes[name] == nil, var disk = disks[name] else { return }
    starts[name, default: 0] += 1
    let incarnation = starts[name, default: 0]
    if disk.epoch == nil { disk = Disk() }
    disks[name] = disk
    let machine = Worker(
      Worker.Start(
        node: name, incarnation: incarnation, clusterID: 0xC1, endpoint: "tcp://\(name)",
        publicKey: "", credits: 4, held: disk.epoch.map { [HeldShard(shard: 0, epoch: $0)] } ?? [],
        positions: disk.epoch == nil ? [:] : [0: disk.log.end]))
    processes[name] = Process(machine: machine, incarnation: incarnation)
    step(name, .tick)
  }

  func crash(_ name: NodeName) {
    processes[name] = nil
    judge.lost(name, at: now)
  }

  func step(_ name: NodeName, _ event: Worker.Event) {
    guard let wanted = processes[name]?.machine.step(event, at: now) else { return }
    for instruction in wanted { carryOut(instruction, on: name) }
  }

  /// A step of a process that may have ended by then.
  private func later(_ name: NodeName, _ delay: Int64, _ event: @escaping () -> Worker.Event?) {
    let incarnation = processes[name]?.incarnation
    plan(at: now + delay) { [self] in
      guard processes[name]?.incarnation == incarnation, let event = event() else { return }
      step(name, event)
    }
  }

  /// A write of the one thread that does them in order.
  private func write(_ name: NodeName, _ effect: @escaping (inout Disk) -> [Worker.Event]) {
    let landing = max(processes[name]?.lastWrite ?? now, now) + Int64(1 + upTo(6))
    processes[name]?.lastWrite = landing
    let incarnation = processes[name]?.incarnation
    plan(at: landing) { [self] in
      guard processes[name]?.incarnation == incarnation, var disk = disks[name] else { return }
      let events = effect(&disk)
      disks[name] = disk
      for event in events { later(name, 1) { event } }
    }
  }

  private func address(_ name: NodeName) -> Address { Address(Array(name.text.utf8)) }

  private func carryOut(_ instruction: Worker.Instruction, on name: NodeName) {
    switch instruction {
    case .tellCoordinator(let frame): send { [self] in judge.hear(frame, from: name, at: now) }
    case .append(let append, let peer):
      let sender = Sender(address: address(name), role: .worker, name: name.text)
      send { [self] in step(peer.node, .received(Frame(.append(append)), from: sender)) }
    case .reply(let frame, let to): reply(frame, to, from: name)
    case .keepEpochs(let epochs, let version):
      write(name) { disk in
        for entry in epochs { disk.epoch = max(disk.epoch ?? 0, entry.epoch) }
        return [.epochsKept(ordersVersion: version)]
      }
    case .drop:
      write(name) { disk in
        disk = Disk()
        return [.dropped(shard: 0)]
      }
    case .follow(_, let epoch, let after, let entries):
      write(name) { disk in
        guard disk.log.end == after else {
          let failure = "it is at \(disk.log.end), not at \(after)"
          return [.followed(shard: 0, epoch: epoch, disk.log.end, failure: failure)]
        }
        for entry in entries { disk.append(entry) }
        return [.followed(shard: 0, epoch: epoch, disk.log.end)]
      }
    case .commit(let batch, let ticket): commit(batch, ticket, on: name)
    case .fetch(let request, let peer, let step): fetch(request, peer.node, step, for: name)
    case .read(let frame, let ticket): read(frame, ticket, on: name)
    case .importRows(let chunk, let epoch, let step):
      write(name) { disk in
        for entry in Self.entries(in: chunk.rows) { disk.append(entry) }
        guard chunk.next == nil else { return [.imported(step: step)] }
        disk.epoch = epoch
        return [.imported(step: step, position: disk.log.end)]
      }
    default: break
    }
  }

  // MARK: Batches

  private static func bytes(of number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  func sendBatch() {
    guard let primary = judge.placement.primary else { return }
    nextBatch += 1
    let bytes = Self.bytes(of: nextBatch)
    let identity = BatchIdentity(
      source: SourceID(high: 1, low: 2), shard: 0, sequence: nextBatch, chain: 3, isLast: false)
    let batch = Batch(
      identity: identity, epoch: judge.placement.epoch, table: .salesAdding, payload: bytes)
    let client = Sender(address: Address([0]), role: .client, name: "client")
    send { [self] in step(primary, .received(Frame(request: 1, .batch(batch)), from: client)) }
  }

  private func commit(_ batch: Batch, _ ticket: Worker.Ticket, on name: NodeName) {
    write(name) { disk in
      let isNew = disk.batches.insert(batch.payload).inserted
      if isNew { disk.append(batch.payload) }
      let answer = BatchAnswer(
        source: batch.identity.source, shard: 0, sequence: batch.identity.sequence,
        outcome: isNew ? .applied : .duplicate)
      let logged = isNew ? disk.log.entries.suffix(1) : []
      return [
        .logged(shard: 0, Array(logged)),
        .batchDecided(answer, for: ticket, at: disk.log.end.number),
      ]
    }
  }

  private func reply(_ frame: Frame, _ to: Address, from name: NodeName) {
    switch frame.message {
    case .batchAnswer(let answer):
      guard answer.outcome == .applied || answer.outcome == .duplicate else { return }
      let batch = Self.bytes(of: answer.sequence)
      acknowledged.insert(batch)
      for name in judge.placement.copies where disks[name]?.batches.contains(batch) != true {
        failures.append("\(now.milliseconds): \(name) lacks what is acknowledged right now")
      }
    case .appended:
      guard let peer = names.first(where: { address($0) == to }) else { return }
      send { [self] in step(peer, .fromPeer(frame, name)) }
    default: break
    }
  }

  // MARK: Copies

  private static func entries(in rows: [UInt8]) -> [[UInt8]] {
    stride(from: 0, to: rows.count, by: 8).map { Array(rows[$0..<($0 + 8)]) }
  }

  private func fetch(_ request: RowsRequest, _ giver: NodeName, _ step: UInt64, for name: NodeName)
  {
    let sender = Sender(address: address(name), role: .worker, name: name.text)
    send { [self] in
      self.step(giver, .received(Frame(request: step, .rowsRequest(request)), from: sender))
    }
  }

  private func read(_ frame: Frame, _ ticket: Worker.Ticket, on name: NodeName) {
    guard case .rowsRequest(let request) = frame.message,
      case .copy(let session) = request.scope,
      let learner = names.first(where: { address($0) == ticket.address })
    else { return }
    let key = ticket.address.bytes + [UInt8(truncatingIfNeeded: session)]
    if request.cursor.isEmpty {
      processes[name]?.sessions[key] = disks[name]?.log.entries.map(\.bytes)
    }
    let step = ticket.request
    guard let snapshot = processes[name]?.sessions[key] else {
      return send { [self] in
        self.step(learner, .stepFailed(step: step, reason: "no such session", mayPass: false))
      }
    }
    let first = request.cursor.isEmpty ? 0 : Int(request.cursor[0]) << 8 | Int(request.cursor[1])
    let last = min(snapshot.count, first + Self.entriesPerChunk)
    let next = last < snapshot.count ? [UInt8(last >> 8), UInt8(last & 0xFF)] : nil
    if next == nil { copies += 1 }
    let chunk = RowsChunk(shard: 0, rows: Array(snapshot[first..<last].joined()), next: next)
    send { [self] in self.step(learner, .rowsReceived(chunk, step: step)) }
  }

  // MARK: Orders

  private func tellOrders() {
    for name in names {
      for frame in judge.frames(for: name) {
        send { [self] in step(name, .fromCoordinator(frame)) }
      }
    }
  }

  // MARK: What must hold

  /// What was acknowledged is on every copy that the placement names.
  func check() {
    for name in judge.placement.copies {
      let missing = acknowledged.subtracting(disks[name]?.batches ?? [])
      if !missing.isEmpty {
        failures.append(
          "\(now.milliseconds): \(name) lacks \(missing.count) of \(acknowledged.count)")
      }
    }
    for (left, right) in zip(names, names.dropFirst() + names.prefix(1)) {
      guard let one = disks[left], let other = disks[right], one.epoch != nil, other.epoch != nil
      else { continue }
      if one.log.end == other.log.end, one.batches != other.batches {
        failures.append("\(now.milliseconds): \(left) and \(right) differ at \(one.log.end)")
      }
    }
  }
}
