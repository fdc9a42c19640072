import Allocation
import Demand
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
    /// What pairs take whatever the prices: `BlockExtremes` by warehouse, and whether lots jump.
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

extension PlanQuestion.Ask {
  /// Throws where it is about other warehouses than there are: pairs are looked up by their places.
  func check(_ warehouses: [Location]) throws(PackingError) {
    func check(_ prices: Prices) throws(PackingError) {
      // One place more is that of all locations that are no warehouse.
      guard prices.warehouseCount == warehouses.count + 1 else {
        throw .invalid(what: "prices of other warehouses")
      }
    }
    switch self {
    case .values, .extremes, .names, .worst(.cash): break
    case .worst(.space(let warehouse)), .worst(.lines(let warehouse)):
      guard warehouse <= warehouses.count else { throw .invalid(what: "limit of a warehouse") }
    case .sums(let prices, _): try check(prices)
    case .moves(let repair): try check(repair.prices)
    case .releases(let plan, _, _):
      guard plan.warehouses == warehouses else {
        throw .invalid(what: "a plan of other warehouses")
      }
    }
  }
}
