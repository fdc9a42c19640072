public import Allocation

/// What prices decide about a SKU: its pairs, and at which of its locations each is kept.
///
/// Most are plain: a lot is a square root, and the pass over millions of them knows nothing else.
/// Locations with nothing to decide (no demand, not stocked) are in neither part; of a last buy the
/// stock alone counts.
public struct ItemProblem: Equatable, Sendable {
  /// Pairs whose lot is all that is chosen.
  public internal(set) var plain: [Pair] = []
  /// The place of each in the item's locations.
  public internal(set) var plainPlaces: [Int] = []
  /// Pairs with price breaks, planned backorders, service that depends on the lot, or a supply that
  /// several share.
  public internal(set) var coupled: [CoupledItem] = []
  /// The places of their pairs.
  public internal(set) var coupledPlaces: [[Int]] = []

  /// Whether prices decide nothing.
  public var isEmpty: Bool { plain.isEmpty && coupled.isEmpty }
}
