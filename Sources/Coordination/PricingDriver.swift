/// Makes the plan of a run that its units share, by asking every shard, round after round.
///
/// A value without I/O: the coordinator asks its questions, whoever owns the shards by then, and
/// hands the answers back. Nothing of it is durable but the plan: after a restart another one
/// begins anew, and must come to the same plan by the same answers.
public protocol PricingDriver: Sendable {
  /// What to do first.
  mutating func begin() -> PricingMove
  /// What to do next: takes one answer a shard, in the order of shards, to the question before.
  mutating func take(_ answers: [[UInt8]]) -> PricingMove
}

/// What a driver wants.
public enum PricingMove: Equatable, Sendable {
  /// An answer of every shard to one question, in at most `Limits.questionBytes`.
  case ask([UInt8])
  /// Nothing more: the plan, in what all shards share and what concerns one of them alone, each in
  /// at most `Limits.planBytes`.
  case planned(shared: [UInt8], byShard: [Int: [UInt8]])
  /// The run cannot be done; the reason is a sentence for people.
  case failed(String)
}
