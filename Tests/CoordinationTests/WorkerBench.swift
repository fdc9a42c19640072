import Coordination
import Demand
import Testing
import WireProtocol

/// A worker on a bench: what it wants done is gathered, and done when the test says so.
final class WorkerBench {
  static let incarnation: UInt64 = 5
  static let coordinatorTerm: UInt64 = 1 << 32

  var machine: Worker
  var now = Instant(milliseconds: 0)
  private var wanted: [Worker.Instruction] = []
  private let node: NodeName

  init(held: [HeldShard] = [], clusterID: UInt64 = 0, maximumWrites: Int = 256) throws {
    node = try #require(NodeName("w"))
    machine = Worker(
      Worker.Start(
        node: node, incarnation: Self.incarnation, clusterID: clusterID, endpoint: "tcp://w",
        publicKey: "", credits: 4, maximumWrites: maximumWrites, held: held))
    step(.tick)
  }

  func step(_ event: Worker.Event) { wanted += machine.step(event, at: now) }

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

  func send(_ message: Message, as role: Role = .client) {
    let sender = Sender(address: Address([9]), role: role, name: "peer")
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

  /// Orders to adopt a shard from a giver, as one move.
  static func adopt(
    _ shard: Int, move: UInt64, version: UInt64, owned: [OwnedShard] = []
  ) throws -> Orders {
    let giver = PeerAddress(
      node: try #require(NodeName("giver")), endpoint: "tcp://giver", publicKey: "")
    let adoption = Adoption(move: move, shard: shard, epoch: 1, giver: giver)
    return Orders(version: version, owned: owned, adopting: [adoption])
  }
}
