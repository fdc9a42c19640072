import Demand

/// One SKU of the sample: what is known of it and how it sells. It depends on the seed and on its
/// number alone.
struct SampleProduct {
  static let longestLeadTimeDays = 45
  /// Below this level a SKU sells on few days.
  static let sparseLevel = 0.35
  /// The level in the middle of all and how far apart they are, in the logarithm.
  private static let levels = (median: 0.65, spread: 1.5)

  let number: Int
  let sku: [UInt8]
  let categoryIndex: Int
  private(set) var item: Item
  let sampler: DemandSampler
  /// What one sale is, in units: the tail has customers who buy by the dozen.
  let lump: Int
  /// Expected sales a day at a warehouse of size 1 before seasons, and their growth in a year.
  let level: Double
  let growthPerYear: Double
  /// From when to when it is sold, as parts of the history.
  let birth: Double
  let death: Double
  let promotionsPerYear: Double
  let elasticity: Double
  /// How much it follows the week and the year of its category.
  let weekStrength: Double
  let yearStrength: Double
  /// By how much its fashion changes in a week, in the logarithm.
  let drift: Double

  var category: SampleCategory { SampleCategory.all[categoryIndex] }
  var isSparse: Bool { level < Self.sparseLevel }

  init(number: Int, seed: UInt64) {
    var random = SampleRandom(seed: seed, number)
    self.number = number
    sku = Self.name(number, &random)
    categoryIndex = random.whole(0...SampleCategory.all.count - 1)
    let category = SampleCategory.all[categoryIndex]
    item = Self.item(of: category, &random)
    level = Self.levels.median * Portable.exponential(Self.levels.spread * random.normal())
    if level < Self.sparseLevel {
      sampler = DemandSampler(shape: random.whole(0...2))
      lump = random.chance(0.15) ? [2, 6, 12][random.whole(0...2)] : 1
      promotionsPerYear = random.chance(0.3) ? 1 : 0
    } else {
      let shapes = level < 5 ? [0, 1, 2, 3] : [3, 4, 6, 9]
      sampler = DemandSampler(shape: shapes[random.whole(0...3)])
      lump = 1
      promotionsPerYear = Double(random.whole(0...6))
    }
    growthPerYear = random.between(-0.25, 0.35)
    let fate = random.uniform()
    birth = fate < 0.12 ? random.between(0.30, 0.95) : 0
    death = fate > 0.92 ? random.between(0.50, 0.98) : 2
    elasticity = random.between(1.2, 3.2)
    weekStrength = random.between(0.4, 1.4)
    yearStrength = random.between(0.3, 1.2)
    drift = random.between(0.01, 0.12)
    var life = SampleRandom(seed: seed, number, -1)
    // Nobody sells what spoils on the way.
    let lead = item.leadTimeDays ?? 0
    item.shelfLifeDays = Self.shelfLife(of: category, &life).map { max($0, 4 * lead) }
    if death < 1 {
      item.lifecycle = .runDown
    } else if birth > 0.8 {
      item.lifecycle = .new
    } else if category.yearlySwing > 0.5, life.chance(0.04) {
      item.lifecycle = .lastBuy
    }
  }

  private static func shelfLife(
    of category: SampleCategory, _ random: inout SampleRandom
  ) -> Int? {
    switch category.name {
    case "grocery": Int(random.spread(14, 365))
    case "drinks": Int(random.spread(120, 720))
    case "beauty": Int(random.spread(365, 1_095))
    default: nil
    }
  }

  private static func name(_ number: Int, _ random: inout SampleRandom) -> [UInt8] {
    let digits = String(number)
    let padded = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    guard random.chance(0.04) else { return Array("SKU-\(padded)".utf8) }
    let words = ["茶壶", "折叠伞", "毛笔", "Crème", "Müsli", "Café", "Jalapeño", "Smørrebrød"]
    return Array("\(words[random.whole(0...words.count - 1)])-\(padded)".utf8)
  }

  private static func item(of category: SampleCategory, _ random: inout SampleRandom) -> Item {
    let price = random.spread(category.price.lowerBound, category.price.upperBound)
    let litres = random.spread(category.litres.lowerBound, category.litres.upperBound)
    let shown = marked(price)
    let multiple =
      price < 15 ? [1, 6, 12, 24][random.whole(0...3)] : [1, 1, 2][random.whole(0...2)]
    return Item(
      category: category.name,
      unitCost: (shown * random.between(0.45, 0.72) * 100).rounded() / 100, price: shown,
      volumeCubicMetres: (litres * 100).rounded() / 100_000,
      leadTimeDays: random.whole(random.chance(0.25) ? 20...longestLeadTimeDays : 3...14),
      orderCost: random.between(15, 90).rounded(),
      minimumOrder: Double(multiple * random.whole(1...4)), orderMultiple: Double(multiple))
  }

  /// A price as tags show it: 3.49, 17.99, 249.
  static func marked(_ price: Double) -> Double {
    switch price {
    case ..<10: ((price * 10).rounded() * 10 - 1) / 100
    case ..<100: (price.rounded() * 100 - 1) / 100
    default: price.rounded()
    }
  }
}
