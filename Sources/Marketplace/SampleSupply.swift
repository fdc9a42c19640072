import Demand

/// Where a product of the sample can be bought. It depends on the seed, the product and its number
/// alone, and draws from a generator of its own, so that sales do not depend on it.
struct SampleSupply {
  /// A row of `suppliers.csv`.
  struct Row {
    let supplier: String
    /// A warehouse by number where the row is about one alone.
    let place: Int?
    let option: SupplyOption
  }

  /// The sizes of the warehouses that a product is sold from, about, together.
  private static let sizes = 3.0

  /// A lane of its own from the first warehouse to another one, by number.
  private(set) var laneTo: Int?
  private(set) var rows: [Row] = []

  init(_ product: SampleProduct, seed: UInt64) {
    var random = SampleRandom(seed: seed, product.number, -2)
    let item = product.item
    let cost = item.unitCost ?? 1
    let pack = item.orderMultiple ?? 1
    let lead = Double(item.leadTimeDays ?? 7)
    let main = random.whole(1...5)
    var option = SupplyOption(origin: .supplier(Self.name(product, main)))
    option.unitCost = cost
    option.leadTimeDays = lead
    option.leadTimeDeviation = Self.rounded(lead * random.between(0.05, 0.35), 10)
    option.minimumOrder = item.minimumOrder
    option.orderMultiple = pack
    option.orderCost = item.orderCost
    if random.chance(0.3) {
      let first = max(item.minimumOrder ?? 1, pack) * Double(random.whole(3...8))
      option.breaks = [
        PriceBreak(from: first, unitCost: Self.cut(cost, random.between(0.02, 0.06))),
        PriceBreak(from: first * 4, unitCost: Self.cut(cost, random.between(0.08, 0.15))),
      ].filter { $0.unitCost < cost && $0.unitCost > 0 }
      // The cheapest goods have breaks that fall onto the same cent.
      if option.breaks.count == 2, option.breaks[0].unitCost <= option.breaks[1].unitCost {
        option.breaks.removeLast()
      }
      option.isIncremental = !option.breaks.isEmpty && random.chance(0.2)
    }
    // What a warehouse of size 1 sells in a week; suppliers know what they sell too.
    let week = 7 * product.level * Double(product.lump)
    if random.chance(0.08) {
      let weeks = Self.sizes * Double(random.whole(3...12))
      option.available = pack * max(1, (week * weeks / pack).rounded())
    }
    if random.chance(0.05) {
      let packs = (week * Double(random.whole(4...20)) / pack).rounded()
      option.maximumOrder = max(item.minimumOrder ?? pack, pack * packs)
    }
    rows.append(Row(supplier: Self.name(product, main), place: nil, option: option))
    if random.chance(0.25) { addSecond(product, main: main, cost, lead, pack, &random) }
    if random.chance(0.1) {
      option.leadTimeDays = lead + Double(random.whole(2...9))
      option.breaks = []
      option.isIncremental = false
      rows.append(
        Row(supplier: Self.name(product, main), place: random.whole(1...9), option: option))
    }
    laneTo = random.chance(0.02) ? random.whole(1...9) : nil
  }

  /// A dearer one that is nearer.
  private mutating func addSecond(
    _ product: SampleProduct, main: Int, _ cost: Double, _ lead: Double, _ pack: Double,
    _ random: inout SampleRandom
  ) {
    let days = max(1, (lead * random.between(0.3, 0.6)).rounded())
    let name = Self.name(product, main % 5 + 1)
    let option = SupplyOption(
      origin: .supplier(name), unitCost: Self.rounded(cost * random.between(1.05, 1.2), 100),
      leadTimeDays: days, leadTimeDeviation: Self.rounded(days * 0.1, 10), orderMultiple: pack,
      orderCost: random.between(10, 40).rounded())
    rows.append(Row(supplier: name, place: nil, option: option))
  }

  private static func name(_ product: SampleProduct, _ number: Int) -> String {
    "\(product.category.name)-\(number)"
  }

  private static func cut(_ cost: Double, _ part: Double) -> Double {
    rounded(cost * (1 - part), 100)
  }

  private static func rounded(_ value: Double, _ steps: Double) -> Double {
    (value * steps).rounded() / steps
  }
}
