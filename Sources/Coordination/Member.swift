import Demand
import WireProtocol

/// A worker as the coordinator knows it.
///
/// | state     | becomes   | when                                                       |
/// |-----------|-----------|------------------------------------------------------------|
/// | (none)    | serving   | hello                                                      |
/// | serving   | lost      | silent for `lostAfterMilliseconds`                         |
/// | serving   | leaving   | a heartbeat says that it wants to leave                    |
/// | leaving   | gone      | it has no shard left (or nobody can take them) and may go  |
/// | lost      | serving   | hello (a restart) or a heartbeat (a slow link)             |
/// | any       | serving   | hello of a new incarnation                                 |
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
  var lastHeard: Instant
  /// The shards whose data it holds, by epoch.
  var held: [Int: UInt64]
  /// What it was last told, and the version of that.
  var orders = Orders(version: 0)
  /// The version that it reports as carried out.
  var appliedOrders: UInt64 = 0
  var adopted: Set<UInt64> = []
  var unitsInHand: Set<UnitID> = []
  var documentVersion: UInt64 = 0
  var gauges = WorkerGauges()

  /// Whether it takes new shards and new work.
  var isServing: Bool { state == .serving }
  /// Whether it answers at all.
  var isPresent: Bool { state != .lost }
}
