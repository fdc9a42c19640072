import Demand
import WireProtocol

/// A worker as the coordinator knows it.
///
/// | state     | becomes   | when                                                       |
/// |-----------|-----------|------------------------------------------------------------|
/// | (none)    | serving   | hello                                                      |
/// | serving   | lost      | silent for `lostAfterMilliseconds`                         |
/// | any       | lost      | its key is taken off the list                              |
/// | serving   | leaving   | a heartbeat says that it wants to leave                    |
/// | leaving   | lost      | silent for as long before it was told that it may go       |
/// | leaving   | (none)    | silent for as long after that                              |
/// | lost      | serving   | a heartbeat or a greeting (a slow link, another leader)    |
/// | lost      | (none)    | it has no shard and there is no room for another worker    |
/// | any       | (none)    | an operator says that it will not come back                |
/// | any       | serving   | hello of a new incarnation (a restart)                     |
///
/// A worker that is told that it may go has no shard left, or nobody stays who could take them.
/// Whether it is drained is no state: it stays so however often it is started.
struct Member: Sendable {
  enum State: String, Sendable {
    case serving, leaving, lost
  }

  var peer: PeerAddress
  /// Higher than that of every earlier start of this worker: what those still say is stale.
  var incarnation: UInt64
  var address: Address
  var credits: Int
  var state = State.serving
  /// Whether it is lost because its key was taken off the list.
  var isRevoked = false
  var lastHeard: Instant
  /// When it said something last, whatever excuses its silence.
  var saidAt: Instant
  /// The machine that it runs on.
  var host: String
  /// What its program understands.
  var program: ProgramVersion
  /// The shards of which it may hold data, by epoch.
  var held: [Int: UInt64]
  /// When it came back with data.
  var returnedAt: Instant?
  /// The shards of which it was seen to have data, and under which epochs: it brought them, carried
  /// out orders for them, or its primary found that it has everything.
  var seen: [Int: UInt64]
  /// The shards whose copy here is not what the placement takes it for: it is damaged or gone. None
  /// of them is given to it before everybody who knew of that copy has forgotten it.
  var lacking: Set<Int> = []
  /// The shards whose data it reports as damaged.
  var damaged: Set<Int> = []
  /// The shards that it was told to drop, and by which orders at the latest.
  var releasing: [Int: UInt64] = [:]
  /// What it was last told, and the version of that.
  var orders = Orders(version: 0)
  /// The orders that followed when it was told last where the coordinators are: what was said
  /// before them was heard when they are carried out.
  var toldBy: UInt64 = 0
  /// The version that it reports as carried out.
  var appliedOrders: UInt64 = 0
  var unitsInHand: Set<UnitID> = []
  var documentVersion: UInt64 = 0
  /// The run whose network it holds.
  var networkVersion: UInt64 = 0
  /// The attempt to teach that it has in hand.
  var teaching: UInt64 = 0
  var gauges = WorkerGauges()

  /// It was heard; whether it was lost.
  mutating func takeBack() -> Bool {
    guard state == .lost else { return false }
    state = .serving
    isRevoked = false
    return true
  }

  /// Whether it takes new shards and new work.
  var isServing: Bool { state == .serving }
  /// Whether it answers at all.
  var isPresent: Bool { state != .lost }
}
