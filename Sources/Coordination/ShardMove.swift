import WireProtocol

/// A shard on its way from one worker to another.
///
/// | phase    | becomes  | when                                                               |
/// |----------|----------|--------------------------------------------------------------------|
/// | freezing | copying  | the giver reports orders in which the shard is frozen as carried out |
/// | copying  | flipping | the taker reports this very move as adopted                        |
/// | flipping | (done)   | the placement with the higher epoch is stored                      |
/// | freezing, copying | (off) | giver or taker is lost, restarts or takes too long   |
///
/// Once the placement is being stored the move cannot be cancelled: the store decides.
struct ShardMove: Sendable, Equatable {
  enum Phase: Sendable, Equatable {
    case freezing, copying, flipping
  }

  /// Unique over restarts of the coordinator.
  var id: UInt64
  var shard: Int
  var from: NodeName
  var to: NodeName
  var startedAt: Instant
  var phase = Phase.freezing
  /// The giver's orders that first told of the freeze.
  var frozenSince: UInt64?

  /// Between whom.
  struct Route: Hashable, Sendable {
    var from: NodeName
    var to: NodeName
  }

  var route: Route { Route(from: from, to: to) }
}
