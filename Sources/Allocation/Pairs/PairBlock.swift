/// At most 4,096 pairs of one warehouse, in the order in which they were given.
///
/// What a pass reads stands in groups of eight pairs, a group's demands first, then its order
/// costs and so on: one stream from memory instead of seven. Numbers are `Float`, because a pass is
/// as fast as memory; what is computed of them is `Double`, because a gap of 1e-6 is to be
/// certified. The stored numbers *are* the instance, so nothing is lost of the certificate.
public struct PairBlock: Sendable {
  /// Pairs in a full block. Where a block ends decides the bits of the sums.
  public static let capacity = 4096
  /// Pairs in a group, which are also the partial sums of a block.
  static let group = 8

  /// Where a column stands within a group, in groups of numbers.
  enum Column: Int, CaseIterable {
    case demand, orderCost, holdingCost, unitCost, volume, smallestLot, largestLot, pack
  }

  /// The warehouse of all its pairs.
  public let warehouse: Int
  /// Its pairs.
  public private(set) var count = 0
  /// Whether any lot of it is a multiple of a pack. The column of packs is there only then.
  public let hasPacks: Bool

  /// Groups of columns; lanes beyond the last pair take nothing and cost nothing.
  private(set) var numbers: [Float] = []
  private(set) var safetyStocks: [Float] = []
  private(set) var skus: [UInt32] = []
  /// What no choice of lots changes.
  public private(set) var extremes = BlockExtremes()

  init(warehouse: Int, hasPacks: Bool) {
    self.warehouse = warehouse
    self.hasPacks = hasPacks
  }

  var columns: Int { hasPacks ? 8 : 7 }
  var groups: Int { (count + Self.group - 1) / Self.group }
  var isFull: Bool { count == Self.capacity }

  /// What stands in a lane without a pair: a unit of nothing, for nothing.
  private static func filler(_ column: Column) -> Float {
    switch column {
    case .smallestLot, .largestLot, .pack: 1
    default: 0
    }
  }

  /// Adds a pair that was checked.
  mutating func append(_ pair: Pair) {
    precondition(!isFull && pair.warehouse == warehouse, "a pair in the wrong block")
    let lane = count % Self.group
    if lane == 0 {
      for column in Column.allCases.prefix(columns) {
        numbers.append(contentsOf: repeatElement(Self.filler(column), count: Self.group))
      }
    }
    let (group, bounds) = (count / Self.group, pair.bounds)
    func put(_ column: Column, _ value: Double) {
      numbers[(group * columns + column.rawValue) * Self.group + lane] = Float(value)
    }
    put(.demand, pair.demand)
    put(.orderCost, pair.orderCost)
    put(.holdingCost, pair.holdingCost)
    put(.unitCost, pair.unitCost)
    put(.volume, pair.volume)
    put(.smallestLot, bounds.lowerBound)
    put(.largestLot, bounds.upperBound)
    if hasPacks { put(.pack, pair.pack) }
    safetyStocks.append(Float(pair.safetyStock))
    skus.append(UInt32(truncatingIfNeeded: pair.sku))
    count += 1
    extremes.add(self[count - 1])
  }

  subscript(column: Column, index: Int) -> Double {
    Double(
      numbers[(index / Self.group * columns + column.rawValue) * Self.group + index % Self.group])
  }

  /// A pair, as it is stored.
  public subscript(index: Int) -> Pair {
    Pair(
      sku: Int(skus[index]), warehouse: warehouse, demand: self[.demand, index],
      orderCost: self[.orderCost, index], holdingCost: self[.holdingCost, index],
      unitCost: self[.unitCost, index], volume: self[.volume, index],
      smallestLot: self[.smallestLot, index], largestLot: self[.largestLot, index],
      pack: hasPacks ? self[.pack, index] : 0, safetyStock: Double(safetyStocks[index]))
  }
}
