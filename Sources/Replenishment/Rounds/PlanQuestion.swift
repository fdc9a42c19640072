import Allocation
import Packing

/// What the coordinator asks every shard in a round of pricing. A question is whole: a shard that
/// was loaded a moment ago answers it as well as one that answered all before.
struct PlanQuestion {
  /// Where classes begin, once that is known.
  var classBounds: ClassBounds?
  var ask: Ask

  enum Ask {
    /// How the value of a year is spread over SKUs: `ValueCounts`.
    case values
    /// What pairs take whatever the prices: `BlockExtremes` by warehouse, and whether there are packs.
    case extremes
    /// The SKUs that need most of a limit: names and needs.
    case worst(Limit)
    /// What lots cost and take at prices: `LimitSums` by warehouse.
    case sums(Prices, hasLines: Bool)
    /// Moves of packs.
    case moves(RepairQuestion)
    /// Whose lots were moved: `MovedLot`s of the shard.
    case names([PairPlace: Double])
    /// What could be released today.
    case releases(PricedPlan, [PairPlace: Double], [UInt8])
  }
}
