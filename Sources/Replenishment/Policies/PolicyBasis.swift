/// What a policy rests on beside the item's own values: which defaults were taken, and what is
/// unusual about it.
public struct PolicyBasis: OptionSet, Sendable {
  /// The flags as bits; stored plans hold them, so they never change their meaning.
  public let rawValue: UInt16

  /// Takes the bits as they are.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// No item row is known: every value is a default.
  public static let noItem = PolicyBasis(rawValue: 1 << 0)
  /// The unit cost is the settings' default.
  public static let defaultUnitCost = PolicyBasis(rawValue: 1 << 1)
  /// The order cost is the settings' default.
  public static let defaultOrderCost = PolicyBasis(rawValue: 1 << 2)
  /// The lead time is the settings' default.
  public static let defaultLeadTime = PolicyBasis(rawValue: 1 << 3)
  /// The volume is the settings' default.
  public static let defaultVolume = PolicyBasis(rawValue: 1 << 4)
  /// No stock row is known: a policy stands, and nothing is proposed.
  public static let noStock = PolicyBasis(rawValue: 1 << 5)
  /// Nothing is expected to sell: nothing is ordered.
  public static let noDemand = PolicyBasis(rawValue: 1 << 6)
  /// Holding costs nothing, so the lot is the demand of the longest cover that is allowed.
  public static let freeHolding = PolicyBasis(rawValue: 1 << 7)
  /// The lot lasts longer than the longest cover that is allowed.
  public static let longLot = PolicyBasis(rawValue: 1 << 8)
  /// Lead time and review are longer than the forecast's cumulative quantiles reach.
  public static let beyondForecast = PolicyBasis(rawValue: 1 << 9)
  /// A value of the item lay outside what is possible and was brought back to its bound.
  public static let corrected = PolicyBasis(rawValue: 1 << 10)
  /// The item is ordered in fractions of a unit.
  public static let fractional = PolicyBasis(rawValue: 1 << 11)

  /// Expected demand changes so much that orders follow it instead of being of one size.
  public static let seasonal = PolicyBasis(rawValue: 1 << 12)
  /// The lot is no larger because what is left of it could not be sold any more.
  public static let shelfLife = PolicyBasis(rawValue: 1 << 13)
  /// Nothing is ordered: a planner's rule or the end of the item's life says so.
  public static let notOrdered = PolicyBasis(rawValue: 1 << 14)
  /// Bought once more at most: the position is filled up to the reorder point, and there is no lot.
  public static let lastBuy = PolicyBasis(rawValue: 1 << 15)

  private static let names: [(flag: PolicyBasis, name: String)] = [
    (.noItem, "no-item"), (.defaultUnitCost, "default-unit-cost"),
    (.defaultOrderCost, "default-order-cost"), (.defaultLeadTime, "default-lead-time"),
    (.defaultVolume, "default-volume"), (.noStock, "no-stock"), (.noDemand, "no-demand"),
    (.freeHolding, "free-holding"), (.longLot, "long-lot"),
    (.beyondForecast, "beyond-forecast"), (.corrected, "corrected"), (.fractional, "fractional"),
    (.seasonal, "seasonal"), (.shelfLife, "shelf-life"), (.notOrdered, "not-ordered"),
    (.lastBuy, "last-buy"),
  ]

  /// Every flag that has a meaning.
  static let all = names.reduce(into: PolicyBasis()) { $0.formUnion($1.flag) }

  /// The names of the flags, in the order of their bits.
  public var words: [String] { Self.names.filter { contains($0.flag) }.map(\.name) }
}
