import WireProtocol

/// What a change of a worker's place in the cluster does, or would do: what `granary drain`,
/// `decommission` and `rebalance` show, and `--json` prints as it is.
public struct NodeChangeReport: Codable, Equatable, Sendable {
  /// A change of one shard's place.
  public struct Move: Codable, Equatable, Sendable {
    /// Which shard.
    public var shard: Int
    /// `copy` (a copy is made and, where `from` is given, takes the place of the one there) or
    /// `promote` (a copy that is in step becomes the primary).
    public var kind: String
    /// The worker whose place it takes, and the worker that it comes to.
    public var from: String?, to: String
  }

  /// `drain`, `recommission`, `decommission` or `rebalance`, and the worker where it is about one.
  public var action: String, node: String?
  /// Whether it was done; otherwise why not, or that it was only asked.
  public var isDone: Bool, reason: String
  /// How many shards are copied, how many only change their primary.
  public var copies: Int, promotions: Int
  /// What has to be copied, and how long that takes at the rate that is allowed.
  public var bytes: UInt64, minutes: Double
  /// The shards that would be lost: no other worker has all of them.
  public var lastCopies: [Int]
  /// The first moves, at most 1,000.
  public var moves: [Move]
}
