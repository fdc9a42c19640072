/// What is wrong with the data of a SKU at a location.
public struct DataFaults: OptionSet, Sendable {
  /// The flags as bits; stored plans hold them, so they never change their meaning.
  public let rawValue: UInt8

  /// Takes the bits as they are.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Stock on hand is negative; it counts as 0.
  public static let negativeOnHand = DataFaults(rawValue: 1 << 0)
  /// Reserved stock is negative; it counts as 0.
  public static let negativeReserved = DataFaults(rawValue: 1 << 1)
  /// Stock on order is negative; it counts as 0.
  public static let negativeOnOrder = DataFaults(rawValue: 1 << 2)
  /// A stock figure is no number or impossibly large; it is brought back to its bound.
  public static let impossibleStock = DataFaults(rawValue: 1 << 3)
  /// The item's row has no unit cost.
  public static let missingUnitCost = DataFaults(rawValue: 1 << 4)
  /// The item's row has no lead time.
  public static let missingLeadTime = DataFaults(rawValue: 1 << 5)
  /// A value of the item is negative, no number or impossibly large.
  public static let impossibleItemValue = DataFaults(rawValue: 1 << 6)

  /// Every flag that has a meaning.
  static let all = DataFaults(rawValue: 0x7F)
}
