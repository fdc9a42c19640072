/// A warehouse of the sample. It depends on the seed and on its number alone.
struct SampleWarehouse: Sendable {
  static let cities = [
    ("berlin", 1.0), ("madrid", 0.8), ("warsaw", 0.65), ("milan", 0.5), ("lyon", 0.35),
    ("antwerp", 0.25), ("rotterdam", 0.7), ("vienna", 0.4), ("porto", 0.2), ("dublin", 0.3),
  ]

  let name: [UInt8]
  let region: SampleRegion
  /// How much it sells, relative to the largest.
  let size: Double
  let storageCostPerCubicMetreYear: Double
  /// How much more space there is than today's stock takes; below 1 it is already too small.
  let spareSpace: Double
  /// How much of what plans would like it has, of space and of lines at the gate: below 1 is tight.
  let share: (space: Double, lines: Double)

  init(number: Int, seed: UInt64) {
    var random = SampleRandom(seed: seed, -1 - number)
    region = SampleRegion.all[min(number, Self.cities.count)]
    if number < Self.cities.count {
      name = Array(Self.cities[number].0.utf8)
      size = Self.cities[number].1
    } else {
      name = Array("warehouse-\(number + 1)".utf8)
      size = random.spread(0.15, 0.9)
    }
    storageCostPerCubicMetreYear = random.between(40, 140).rounded()
    spareSpace = random.between(0.95, 1.5)
    // The second warehouse has too little space for the best lots, the third too few gates.
    share = (number == 1 ? 0.8 : 1.25, number == 2 ? 0.85 : 1.6)
  }

  /// Whether plans would like more space than there is.
  var isCramped: Bool { share.space < 1 }

  /// Whether it sells a product: large ones nearly all, small ones the faster half.
  func sells(_ product: SampleProduct, _ random: inout SampleRandom) -> Bool {
    random.chance(product.isSparse ? 0.25 + 0.4 * size : 0.5 + 0.45 * size)
  }
}
