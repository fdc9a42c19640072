import WireProtocol

/// A copy of a shard that is being made: a worker that learns its log from the primary.
///
/// | state  | becomes  | when                                                                   |
/// |--------|----------|------------------------------------------------------------------------|
/// | made   | ready    | the primary, which carried out orders that name the learner, says so    |
/// | ready  | made     | the primary is started again: it does not wait for the learner any more |
/// | ready  | (done)   | the placement that names the learner is stored                          |
/// | any    | (off)    | the primary changes, the learner is lost, stalls or is not wanted       |
///
/// Nothing of it is stored: a coordinator that starts again proposes the same, and the learner goes
/// on where it is.
struct ShardBuild: Sendable, Equatable {
  var shard: Int
  /// Whose place it takes; nobody's where the shard has too few copies.
  var from: NodeName?
  var to: NodeName
  /// Who sends the log, and under which epoch.
  var primary: NodeName
  var epoch: UInt64
  var startedAt: Instant
  /// The primary's orders that first named the learner: what the primary said before is about an
  /// earlier build.
  var since: UInt64?
  /// Whether the primary waits for the learner: it has everything that is acknowledged from now on.
  var isReady = false

  /// A shard and where it was to be copied.
  struct Route: Hashable, Sendable {
    var shard: Int
    var to: NodeName
  }

  var route: Route { Route(shard: shard, to: to) }
}
