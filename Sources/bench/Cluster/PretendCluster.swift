import Coordination
import WireProtocol

/// The coordinator's own state machine, with workers that do what they are told at once, no disk
/// and no network: what it decides, a cluster's life in milliseconds.
final class PretendCluster {
  /// Between two ticks, and two signs of life of a worker.
  private static let tickMilliseconds: Int64 = 100, ticksPerHeartbeat = 5
  /// It rests when nothing has changed for so many ticks, and fails when that takes this many.
  private static let restTicks = 50, mostTicks = 1_000_000

  private var machine: Coordinator
  private var now = Instant(milliseconds: 0)
  private var ticks = 0
  private(set) var workers: [NodeName: PretendWorker] = [:]
  /// The copies that workers made which are gone by now.
  private var copiesOfTheGone = 0
  private var mapAnswer: ClusterMap?
  private let client = Sender(address: Address([0]), role: .client, name: "bench")

  /// So many shards are copied at once that how long it takes does not matter.
  init(shardCount: Int, replication: Int) throws {
    machine = try Coordinator(
      settings: Coordinator.Settings(
        shardCount: shardCount, replication: replication, maximumMoves: shardCount),
      records: [:], freshID: 1,
      merge: { _, left, _ in left }, at: now)
    step(.tick)
  }

  /// The copies of shards that were made so far.
  var copies: Int { workers.values.reduce(copiesOfTheGone) { $0 + $1.copies } }

  /// The table in force, as a client is told.
  var placement: Placement {
    get throws(ClusterBenchError) {
      step(.received(Frame(request: 1, .mapRequest), from: client))
      guard let map = mapAnswer else { throw .surprise("the coordinator gives no map") }
      return map.placement
    }
  }

  /// A worker comes, and everything moves that then should.
  func join(_ node: NodeName) throws(ClusterBenchError) {
    workers[node] = PretendWorker(node)
    try rest()
    guard workers[node]?.isMember ?? false else { throw .surprise("\(node) is not let in") }
  }

  /// A worker hands over what it has, and goes.
  func leave(_ node: NodeName) throws(ClusterBenchError) {
    workers[node]?.isLeaving = true
    for _ in 0..<Self.mostTicks {
      guard !(workers[node]?.mayLeave ?? true) else { break }
      tick()
    }
    guard let gone = workers.removeValue(forKey: node), gone.mayLeave else {
      throw .surprise("\(node) may not leave")
    }
    copiesOfTheGone += gone.copies
    try rest()
  }

  private func rest() throws(ClusterBenchError) {
    var version = try placement.version
    var still = 0
    for _ in 0..<Self.mostTicks {
      tick()
      let next = try placement.version
      still = next == version && machine.status(at: now).moves == 0 ? still + 1 : 0
      version = next
      if still == Self.restTicks { return }
    }
    throw .surprise("shards move for ever with \(workers.count) workers")
  }

  private func tick() {
    now = now + Self.tickMilliseconds
    ticks += 1
    if ticks.isMultiple(of: Self.ticksPerHeartbeat) {
      for node in workers.keys.sorted() {
        if let frame = workers[node]?.signOfLife { step(received(frame, from: node)) }
      }
    }
    step(.tick)
  }

  /// Has the machine take an event, and all that follows from it at once.
  private func step(_ event: Coordinator.Event) {
    var events = [event]
    var first = 0
    while first < events.count {
      for instruction in machine.step(events[first], at: now) {
        switch instruction {
        case .send(let frame, let address): events += deliver(frame, to: address)
        case .store(let token, _, _): events.append(.stored(token: token))
        case .audit(let token, _): if let token { events.append(.audited(token: token)) }
        default: break
        }
      }
      first += 1
    }
  }

  private func deliver(_ frame: Frame, to address: Address) -> [Coordinator.Event] {
    if address == client.address {
      if case .map(let map) = frame.message { mapAnswer = map }
      return []
    }
    guard let node = NodeName(String(decoding: address.bytes, as: UTF8.self)) else { return [] }
    let answers = workers[node]?.answers(to: frame.message) ?? []
    return answers.map { received($0, from: node) }
  }

  private func received(_ frame: Frame, from node: NodeName) -> Coordinator.Event {
    .received(
      frame,
      from: Sender(address: Address(Array(node.text.utf8)), role: .worker, name: node.text))
  }
}
