public import Demand
public import ShardStore

/// A shard as it is loaded to answer the questions of a run's pricing.
///
/// An answer is a pure function of the question and of what was loaded, whatever was asked before:
/// a shard that is loaded anew, here or on another worker, answers in the same bytes.
public protocol ShardPricing: Sendable {
  /// Answers a question of the run's driver, in at most `Limits.answerBytes`.
  mutating func answer(_ question: [UInt8]) throws -> [UInt8]
}

/// What a shard is loaded for.
public struct PricingBasis: Sendable {
  /// The run.
  public var run: UInt64
  /// The shard.
  public var shard: Int
  /// The day to stand on.
  public var asOf: Day
  /// The run's settings, as packed `RunSettings`.
  public var settings: [UInt8]
  /// The warehouses, lanes, rules and limits that every shard goes by.
  public var planning: PlanningDocument
}

/// Loads a shard, which may take long; nothing where there is nothing to be priced. What it throws
/// is asked for again, and fails the run in the end unless it may pass.
public typealias MakeShardPricing =
  @Sendable (PricingBasis, ShardReader) throws -> (any ShardPricing)?
