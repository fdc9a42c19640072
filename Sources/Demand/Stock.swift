public import Packing

/// What there is of a SKU at a location: a row of `inventory.csv`, in units.
public struct Stock: Equatable, Sendable {
  /// On the shelf.
  public var onHand: Double
  /// On the shelf and promised.
  public var reserved: Double
  /// Ordered and not yet received, without a day of arrival.
  public var onOrder: Double
  /// On its way, with the days on which it arrives, ascending.
  public var inTransit: [Receipt] = []

  /// Makes a stock position.
  public init(onHand: Double, reserved: Double = 0, onOrder: Double = 0) {
    self.onHand = onHand
    self.reserved = reserved
    self.onOrder = onOrder
  }

  /// What future demand can count on: on hand less reserved, plus what is coming.
  public var position: Double {
    onHand - reserved + onOrder + inTransit.reduce(0) { $0 + $1.units }
  }

  /// The stock as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    for value in [onHand, reserved, onOrder] { writer.double(value) }
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    onHand = try reader.finiteDouble("on hand")
    reserved = try reader.finiteDouble("reserved")
    onOrder = try reader.finiteDouble("on order")
    try reader.finish()
  }
}

/// Units that arrive on a day.
public struct Receipt: Equatable, Sendable {
  public var units: Double
  public var day: Day

  /// Makes a receipt.
  public init(units: Double, day: Day) {
    self.units = units
    self.day = day
  }
}
