import Demand
import Testing
import WireProtocol

@testable import Coordination

/// A worker on a bench: what it wants done is gathered, and done when the test says so.
final class WorkerBench {
  static let incarnation: UInt64 = 5
  static let coordinatorTerm: UInt64 = 1 << 32

  var machine: Worker
  var now = Instant(milliseconds: 0)
  /// The numbers that came with what was sent to followers last.
  private var sessions: [String: UInt64] = [:]
  private var wanted: [Worker.Instruction] = []
  private let node: NodeName

  init(
    held: [HeldShard] = [], positions: [Int: LogPosition] = [:], clusterID: UInt64 = 0,
    term: UInt64 = 0, maximumWrites: Int = 256
  ) throws {
    node = try #require(NodeName("w"))
    machine = Worker(
      Worker.Start(
        node: node, incarnation: Self.incarnation, clusterID: clusterID, endpoint: "tcp://w",
        publicKey: "", credits: 4, maximumWrites: maximumWrites, held: held,
        positions: positions, term: term))
    step(.tick)
  }

  func step(_ event: Worker.Event) {
    let instructions = machine.step(event, at: now)
    for case .append(let append, let peer) in instructions {
      sessions[peer.node.text] = append.session
    }
    wanted += instructions
  }

  func pass(_ milliseconds: Int64) {
    now = now + milliseconds
    step(.tick)
  }

  /// What was wanted since this was asked last.
  func take() -> [Worker.Instruction] {
    defer { wanted = [] }
    return wanted
  }

  /// What was said to the coordinator since anything was taken last.
  func takeTold() -> [Message] {
    take().compactMap { if case .tellCoordinator(let frame) = $0 { frame.message } else { nil } }
  }

  func takeReplies() -> [Message] {
    take().compactMap { if case .reply(let frame, _) = $0 { frame.message } else { nil } }
  }

  /// The version that the last heartbeat names, by waiting for one.
  func appliedVersion() -> UInt64? {
    _ = take()
    pass(600)
    return takeTold().reversed().lazy.compactMap { message in
      if case .heartbeat(let heartbeat) = message { heartbeat.ordersVersion } else { nil }
    }.first
  }

  // MARK: What others say

  func hear(_ message: Message, incarnation: UInt64 = WorkerBench.incarnation) {
    step(.fromCoordinator(Frame(request: incarnation, message)))
  }

  func join() { hear(.welcome(Welcome(clusterID: 0xC1, shardCount: 8))) }

  /// Joins and serves these shards under epoch 1.
  func serve(_ shards: Int..., epoch: UInt64 = 1) {
    join()
    hear(.orders(Orders(version: 1, owned: shards.map { OwnedShard(shard: $0, epoch: epoch) })))
    step(.epochsKept(ordersVersion: 1))
    _ = take()
  }

  func send(_ message: Message, as role: Role = .client, named name: String = "peer") {
    let sender = Sender(address: Address([9]), role: role, name: name)
    step(.received(Frame(request: 3, message), from: sender))
  }

  static func batch(_ shard: Int, epoch: UInt64 = 1, sequence: UInt64 = 1) -> Batch {
    let identity = BatchIdentity(
      source: SourceID(high: 1, low: 2), shard: shard, sequence: sequence, chain: 3, isLast: false)
    return Batch(identity: identity, epoch: epoch, table: .salesAdding, payload: [1])
  }

  static func unit(_ shard: Int, epoch: UInt64 = 1) -> UnitOrder {
    UnitOrder(
      id: UnitID(run: 1, shard: shard, slice: 0), sliceCount: 1, epoch: epoch, kind: .train,
      asOf: Day(number: 20_000), settings: [])
  }

  static let ticket = Worker.Ticket(address: Address([9]), request: 3)

  func applied(
    _ shard: Int, sequence: UInt64 = 1, _ outcome: BatchAnswer.Outcome = .applied
  ) -> BatchAnswer {
    BatchAnswer(
      source: SourceID(high: 1, low: 2), shard: shard, sequence: sequence, outcome: outcome)
  }

  // MARK: Copies

  static func peers(_ names: String...) throws -> [PeerAddress] {
    try names.map {
      PeerAddress(node: try #require(NodeName($0)), endpoint: "tcp://\($0)", publicKey: "")
    }
  }

  /// Joins and serves shard 0 under epoch 1, with b as its follower and c as its learner.
  func serveWithCopies(
    followers: [Int] = [0], learners: [Int] = [], version: UInt64 = 1
  ) throws {
    if version == 1 { join() }
    let owned = OwnedShard(shard: 0, epoch: 1, followers: followers, learners: learners)
    hear(
      .orders(
        Orders(version: version, owned: [owned], peers: try Self.peers("b", "c"))))
    if version == 1 { step(.epochsKept(ordersVersion: 1)) }
  }

  /// Joins and follows shard 0 under epoch 1, with b as its primary.
  func follow(isLearner: Bool = false, epoch: UInt64 = 1, version: UInt64 = 1) throws {
    join()
    try orderToFollow(isLearner: isLearner, epoch: epoch, version: version)
    if take().contains(.drop(shard: 0)) { step(.dropped(shard: 0)) }
    step(.epochsKept(ordersVersion: version))
    _ = take()
  }

  func orderToFollow(isLearner: Bool, epoch: UInt64 = 1, version: UInt64) throws {
    let following = FollowedShard(shard: 0, epoch: epoch, primary: 0, isLearner: isLearner)
    hear(
      .orders(
        Orders(version: version, peers: try Self.peers("b", "c"), following: [following])))
  }

  /// What a follower says about shard 0.
  func say(
    _ position: LogPosition, _ outcome: LogAppended.Outcome = .kept, epoch: UInt64 = 1,
    from name: String = "b"
  ) throws {
    let answer = LogAppended(
      shard: 0, epoch: epoch, session: sessions[name] ?? 0, position: position, outcome: outcome)
    step(.fromPeer(Frame(.appended(answer)), try #require(NodeName(name))))
  }

  /// The frames of logs that were sent since anything was taken last, and to whom.
  func takeAppends() -> [(LogAppend, to: String)] {
    take().compactMap { instruction in
      guard case .append(let append, let peer) = instruction else { return nil }
      return (append, to: peer.node.text)
    }
  }

  /// What was said about shards that are followed.
  func takeAppended() -> [LogAppended] {
    takeReplies().compactMap { if case .appended(let answer) = $0 { answer } else { nil } }
  }

  /// The last heartbeat, by waiting for one.
  func heartbeat() -> Heartbeat? {
    _ = take()
    pass(600)
    return takeTold().reversed().lazy.compactMap { message in
      if case .heartbeat(let heartbeat) = message { heartbeat } else { nil }
    }.first
  }
}

/// A log with entries of some bytes.
struct LogOfBytes {
  private(set) var entries: [LogEntry] = []

  init(_ count: Int, each bytes: Int = 3, seed: UInt8 = 0) {
    for index in 0..<count { append(Array(repeating: seed &+ UInt8(index % 200), count: bytes)) }
  }

  var end: LogPosition { entries.last?.position ?? .start }

  /// The position after so many entries.
  func position(_ number: Int) -> LogPosition {
    number == 0 ? .start : entries[number - 1].position
  }

  mutating func append(_ bytes: [UInt8]) {
    entries.append(LogEntry(position: end.after(bytes), bytes: bytes))
  }
}
