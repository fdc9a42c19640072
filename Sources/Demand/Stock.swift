public import Packing

/// What there is of a SKU at a location: a row of `inventory.csv`, in units.
public struct Stock: Equatable, Sendable {
  /// The most days of arrival.
  public static let maximumReceipts = 64

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
    // Stock of which nothing is on its way keeps its first form, which ends here.
    guard !inTransit.isEmpty else { return writer.bytes }
    writer.count(inTransit.count)
    for receipt in inTransit {
      writer.double(receipt.units)
      writer.zigzag(Int64(receipt.day.number))
    }
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    onHand = try reader.finiteDouble("on hand")
    reserved = try reader.finiteDouble("reserved")
    onOrder = try reader.finiteDouble("on order")
    if reader.left > 0 {
      let count = try reader.count("receipts", limit: Self.maximumReceipts, minimumBytes: 9)
      for _ in 0..<count { inTransit.append(try Receipt(from: &reader)) }
      guard zip(inTransit, inTransit.dropFirst()).allSatisfy({ $0.day < $1.day }) else {
        throw .invalid(what: "receipts: their days do not ascend")
      }
    }
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

  init(from reader: inout ByteReader) throws(PackingError) {
    units = try reader.finiteDouble("units in transit")
    guard units >= 0, units <= 1e15 else { throw .invalid(what: "units in transit") }
    guard let number = Int32(exactly: try reader.zigzag()),
      Day.supported.contains(Day(number: number))
    else { throw .invalid(what: "day of arrival") }
    day = Day(number: number)
  }
}
