import WireProtocol

/// How far the copy of a shard is that a learner makes, from one snapshot that the primary holds.
struct ShardCopy: Sendable {
  /// | phase     | becomes   | when                                                       |
  /// |-----------|-----------|------------------------------------------------------------|
  /// | fetching  | importing | rows came                                                  |
  /// | importing | fetching  | they are durable, and more are to come                     |
  /// | importing | (over)    | the last ones are durable, and with them the epoch         |
  /// | any       | (over)    | it failed: what is stored is dropped, and it begins anew   |
  enum Phase: Sendable { case fetching, importing }

  /// How many copies a worker makes at once: each is short, so that the entries that come
  /// meanwhile are still kept when it is done.
  static let atOnce = 4
  /// How long rows are waited for, and how often the same ones are asked for.
  static let answerMilliseconds: Int64 = 2_000
  static let questions = 3
  /// How long a copy rests before it begins anew.
  static let restMilliseconds: Int64 = 1_000

  let shard: Int
  let epoch: UInt64
  let giver: PeerAddress
  /// Names the snapshot at the primary; no two copies of any start of a worker share one.
  let session: UInt64
  var phase = Phase.fetching
  /// The number of the step, which its answers carry: what was asked for in an earlier one is void.
  var step: UInt64
  /// Where the rows before ended.
  var cursor: [UInt8] = []
  /// How often the rows of this step were asked for, and when they are asked for again.
  var asked = 0
  var retryAt: Instant?
}
