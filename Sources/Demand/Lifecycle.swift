/// Where a SKU is in its life, as `items.csv` says.
public enum Lifecycle: UInt8, Sendable, CaseIterable {
  /// Bought and sold.
  case active = 0
  /// Sold for the first time: what is known of it is little.
  case new = 1
  /// Sold as long as there is some: nothing is bought any more.
  case runDown = 2
  /// Bought once more at most, for what is left of its season (a newsvendor's order).
  case lastBuy = 3

  /// The word in tables.
  public var name: String {
    switch self {
    case .active: "active"
    case .new: "new"
    case .runDown: "run-down"
    case .lastBuy: "last-buy"
    }
  }

  /// The stage that a word means.
  public init?(name: String) {
    guard let stage = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = stage
  }
}
