/// One SKU in one warehouse: what its lot costs, what the lot takes, and within what it may lie.
public struct Pair: Equatable, Sendable {
  /// The largest number that a pair may carry: products of five of them are still finite.
  public static let most = 1e15
  /// The smallest lot, demand's unit and pack.
  public static let least = 1e-6

  /// The SKU's number, for reports; it decides nothing but the order of equals.
  public var sku: Int
  /// The warehouse's number.
  public var warehouse: Int
  /// Units a year.
  public var demand: Double
  /// What an order costs.
  public var orderCost: Double
  /// What a unit costs to hold for a year.
  public var holdingCost: Double
  /// What a unit costs to buy: the cash that it ties up.
  public var unitCost: Double
  /// The space that a unit takes.
  public var volume: Double
  /// The smallest lot; brought onto the grid where there are packs, as the largest is.
  public var smallestLot: Double
  /// The largest lot.
  public var largestLot: Double
  /// Lots are multiples of it; 0 where any lot will do.
  public var pack: Double
  /// Units that lie there in any case.
  public var safetyStock: Double

  /// Makes a pair without packs or safety stock, unless they are said.
  public init(
    sku: Int, warehouse: Int, demand: Double, orderCost: Double, holdingCost: Double,
    unitCost: Double, volume: Double, smallestLot: Double = Pair.least,
    largestLot: Double = Pair.most, pack: Double = 0, safetyStock: Double = 0
  ) {
    self.sku = sku
    self.warehouse = warehouse
    self.demand = demand
    self.orderCost = orderCost
    self.holdingCost = holdingCost
    self.unitCost = unitCost
    self.volume = volume
    self.smallestLot = smallestLot
    self.largestLot = largestLot
    self.pack = pack
    self.safetyStock = safetyStock
  }

  /// Throws what is wrong with it first.
  public func check() throws(AllocationError) {
    func require(_ what: String, _ value: Double, from least: Double) throws(AllocationError) {
      guard value >= least, value <= Pair.most else {
        throw .unsound(sku: sku, what: what, value: value, range: "\(least)...\(Pair.most)")
      }
    }
    guard UInt32(exactly: sku) != nil else {
      throw .unsound(sku: sku, what: "SKU", value: Double(sku), range: "0...\(UInt32.max)")
    }
    try require("warehouse", Double(warehouse), from: 0)
    try require("demand", self.demand, from: 0)
    try require("order cost", orderCost, from: 0)
    try require("holding cost", holdingCost, from: Pair.least)
    try require("unit cost", unitCost, from: 0)
    try require("volume", volume, from: 0)
    try require("smallest lot", smallestLot, from: Pair.least)
    try require("largest lot", largestLot, from: smallestLot)
    if pack != 0 { try require("pack", pack, from: Pair.least) }
    try require("safety stock", safetyStock, from: 0)
  }

  /// The bounds as lots that can be ordered: on the grid of packs, rounded inwards, the minimum
  /// winning where no multiple lies between them.
  var bounds: ClosedRange<Double> {
    guard pack > 0 else { return smallestLot...largestLot }
    // A bound that is a multiple but for its last bits is one.
    let slack = 1e-9
    let fewest = max(1, (smallestLot / pack * (1 - slack)).rounded(.up))
    let most = max(fewest, (largestLot / pack * (1 + slack)).rounded(.down))
    return fewest * pack...most * pack
  }
}
