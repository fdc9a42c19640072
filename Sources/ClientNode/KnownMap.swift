import Threading
import WireProtocol

/// The map of shards as a client knows it, and when to ask for a newer one.
///
/// A map that was told once is gone by until another one comes, so nothing waits for the
/// coordinator while it is away. An old map does no harm: it says whom to ask, and who has a shard
/// no more, or has it under another epoch, refuses. So a newer one is asked for when somebody
/// refuses or is silent, and now and then, which spares the refusal mostly.
struct KnownMap {
  /// The last one that came.
  private(set) var map: ClusterMap?
  /// Rises with every map that came.
  private(set) var received = 0
  private var receivedAt: Moment?
  /// When it was asked for last, since the last one came.
  private(set) var askedAt: Moment?

  /// Takes one that came; whether it is not an older one than is known.
  mutating func take(_ new: ClusterMap, at now: Moment) -> Bool {
    receivedAt = now
    askedAt = nil
    if let map, map.clusterID == new.clusterID, new.placement.version < map.placement.version {
      return false
    }
    map = new
    received += 1
    return true
  }

  /// Whether one may be asked for: none is on its way since just now. If so it counts as asked for.
  mutating func ask(at now: Moment, rest: Int64) -> Bool {
    if let askedAt, now - askedAt < rest { return false }
    askedAt = now
    return true
  }

  /// Whether it is time to ask for a newer one though nobody refused.
  func isOld(at now: Moment, after age: Int64) -> Bool {
    guard let receivedAt else { return true }
    return now - receivedAt >= age
  }
}
