import WireProtocol

/// A write that is not durable yet, and what to do once it is.
struct PendingStore: Sendable {
  enum Purpose: Sendable {
    case identity
    case placement(Placement)
    case document(Document)
    /// What an operator wanted of a worker, and what is lasting about workers from then on.
    case nodes(NodeRecord, NodeChange)
    case newRun(UInt64)
    /// What a run learned: the run may go on to use it.
    case network(LearnedNetwork)
    /// The run goes on: its network may be learned, or its units be given out.
    case runBegins(UInt64, RunStatus.Phase)
    /// A piece of a plan, all but the first one.
    case planPiece(UInt64)
    /// The first piece of a plan, with which it is there.
    case plan(UInt64)
    /// The run's shards need no records any more.
    case runEnded(UInt64)
    case record
  }

  /// Who waits for it.
  struct Caller: Equatable, Sendable {
    var address: Address
    var request: UInt64
  }

  /// The most that may wait for one write.
  static let maximumCallers = 64

  var key: String
  var value: [UInt8]?
  var purpose: Purpose
  var callers: [Caller] = []
  var retryAt: Instant?

  /// Remembers whom to answer: once, however often they ask.
  mutating func answer(_ sender: Sender, _ request: UInt64) {
    let caller = Caller(address: sender.address, request: request)
    guard callers.count < Self.maximumCallers, !callers.contains(caller) else { return }
    callers.append(caller)
  }
}
