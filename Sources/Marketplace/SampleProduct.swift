import Demand

/// What kind of goods: its prices, sizes and season.
struct SampleCategory {
  let name: String
  let price: ClosedRange<Double>
  /// Litres of one unit.
  let litres: ClosedRange<Double>
  /// How much the year moves demand, and when it peaks as a part of the year.
  let yearlySwing: Double
  let yearlyPeak: Double
  /// How much more sells on Saturdays and Sundays.
  let weekend: Double

  static let all = [
    SampleCategory(
      name: "grocery", price: 1...12, litres: 0.3...4, yearlySwing: 0.10, yearlyPeak: 0.95,
      weekend: 1.35),
    SampleCategory(
      name: "drinks", price: 1...30, litres: 0.8...12, yearlySwing: 0.35, yearlyPeak: 0.54,
      weekend: 1.50),
    SampleCategory(
      name: "beauty", price: 4...60, litres: 0.1...1, yearlySwing: 0.15, yearlyPeak: 0.93,
      weekend: 1.10),
    SampleCategory(
      name: "fashion", price: 8...120, litres: 0.8...6, yearlySwing: 0.30, yearlyPeak: 0.78,
      weekend: 1.40),
    SampleCategory(
      name: "home", price: 6...150, litres: 1...40, yearlySwing: 0.15, yearlyPeak: 0.88,
      weekend: 1.30),
    SampleCategory(
      name: "garden", price: 5...200, litres: 2...90, yearlySwing: 0.80, yearlyPeak: 0.38,
      weekend: 1.60),
    SampleCategory(
      name: "toys", price: 5...80, litres: 0.8...25, yearlySwing: 0.70, yearlyPeak: 0.95,
      weekend: 1.20),
    SampleCategory(
      name: "electronics", price: 15...600, litres: 0.4...30, yearlySwing: 0.30,
      yearlyPeak: 0.92, weekend: 1.05),
    SampleCategory(
      name: "sports", price: 8...250, litres: 0.8...50, yearlySwing: 0.40, yearlyPeak: 0.45,
      weekend: 1.25),
    SampleCategory(
      name: "books", price: 5...45, litres: 0.4...2, yearlySwing: 0.25, yearlyPeak: 0.96,
      weekend: 0.90),
  ]
}

/// One SKU of the sample: what is known of it and how it sells. It depends on the seed and on its
/// number alone.
struct SampleProduct {
  /// The part of SKUs that sell on few days: the long tail.
  static let sparsePart = 0.45

  let sku: [UInt8]
  let category: SampleCategory
  private(set) var item: Item
  let isSparse: Bool
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

  init(number: Int, seed: UInt64) {
    var random = SampleRandom(seed: seed, number)
    sku = Array(Self.name(number, &random).utf8)
    category = SampleCategory.all[random.whole(0...SampleCategory.all.count - 1)]
    item = Self.item(of: category, &random)
    isSparse = random.chance(Self.sparsePart)
    if isSparse {
      sampler = DemandSampler(shape: random.whole(0...2))
      lump = random.chance(0.15) ? [2, 6, 12][random.whole(0...2)] : 1
      level = random.spread(0.01, 0.35)
      promotionsPerYear = random.chance(0.3) ? 1 : 0
    } else {
      sampler = DemandSampler(shape: [0, 3, 5, 9][random.whole(0...3)])
      lump = 1
      level = random.spread(0.9, 30)
      promotionsPerYear = Double(random.whole(0...7))
    }
    growthPerYear = random.between(-0.25, 0.35)
    let fate = random.uniform()
    birth = fate < 0.12 ? random.between(0.30, 0.95) : 0
    death = fate > 0.92 ? random.between(0.50, 0.98) : 2
    elasticity = random.between(1.5, 3.5)
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

  private static func name(_ number: Int, _ random: inout SampleRandom) -> String {
    let digits = String(number)
    let padded = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    guard random.chance(0.04) else { return "SKU-" + padded }
    let words = ["茶壶", "折叠伞", "毛笔", "Crème", "Müsli", "Café", "Jalapeño", "Smørrebrød"]
    return words[random.whole(0...words.count - 1)] + "-" + padded
  }

  private static func item(of category: SampleCategory, _ random: inout SampleRandom) -> Item {
    let price = random.spread(category.price.lowerBound, category.price.upperBound)
    let litres = random.spread(category.litres.lowerBound, category.litres.upperBound)
    let cents = (price * 100).rounded() / 100
    let multiple =
      price < 15 ? [1, 6, 12, 24][random.whole(0...3)] : [1, 1, 2][random.whole(0...2)]
    return Item(
      category: category.name,
      unitCost: (cents * random.between(0.45, 0.72) * 100).rounded() / 100, price: cents,
      volumeCubicMetres: (litres * 100).rounded() / 100_000,
      leadTimeDays: random.whole(random.chance(0.25) ? 20...45 : 3...14),
      orderCost: random.between(15, 90).rounded(),
      minimumOrder: Double(multiple * random.whole(1...4)), orderMultiple: Double(multiple))
  }
}

/// The days of a product: expected demand at a warehouse of size 1, price, promotion.
struct SampleCourse {
  private(set) var expected: [Double] = []
  private(set) var prices: [Double] = []
  private(set) var promotions: [Bool] = []

  init(of product: SampleProduct, number: Int, seed: UInt64, calendar: SampleCalendar) {
    var random = SampleRandom(seed: seed, number, 1)
    let days = calendar.days.count
    let listPrice = product.item.price ?? 1
    var price = listPrice
    var cut = 0.0
    var promotionDaysLeft = 0
    for (index, day) in calendar.days.enumerated() {
      if random.chance(1.2 / 365) {
        price = (listPrice * random.between(0.88, 1.12) * 100).rounded() / 100
      }
      if promotionDaysLeft > 0 {
        promotionDaysLeft -= 1
      } else if random.chance(product.promotionsPerYear / 365) {
        promotionDaysLeft = random.whole(2...9)
        cut = random.between(0.10, 0.35)
      }
      let isPromoted = promotionDaysLeft > 0
      let paid = isPromoted ? (price * (1 - cut) * 100).rounded() / 100 : price
      prices.append(max(0.01, paid))
      promotions.append(isPromoted)
      let age = Double(index) / Double(days)
      guard !day.isClosed, age >= product.birth, age < product.death else {
        expected.append(0)
        continue
      }
      let category = product.category
      var mean = product.level / Double(product.lump)
      mean *= max(0.1, 1 + product.growthPerYear * Double(index - days / 2) / 365)
      mean *=
        1 + category.yearlySwing * Portable.cosine(turns: day.partOfYear - category.yearlyPeak)
      if day.isWeekend { mean *= category.weekend }
      // A cut sells more while it lasts; a lasting price less than the list's does, too.
      mean *= Portable.power(listPrice / max(0.01, paid), product.elasticity)
      // New goods find their buyers within a month, dying ones lose them in their last three.
      mean *= product.birth > 0 ? min(1, Double(index) / 30 - product.birth * Double(days) / 30) : 1
      mean *= min(1, (product.death - age) * Double(days) / 90)
      expected.append(max(0, mean))
    }
  }
}

/// What the sample needs to know of its days.
struct SampleCalendar {
  struct Entry {
    let text: [UInt8]
    let isWeekend: Bool
    /// New Year and Christmas: nothing sells.
    let isClosed: Bool
    let partOfYear: Double
  }

  let days: [Entry]

  init(lastDay: Day, count: Int) {
    days = (0..<count).map { index in
      let day = lastDay - (count - 1 - index)
      let (_, month, dayOfMonth) = day.calendar
      return Entry(
        text: Array(day.description.utf8), isWeekend: day.weekday >= 5,
        isClosed: (month, dayOfMonth) == (1, 1) || (month, dayOfMonth) == (12, 25),
        partOfYear: Double(day.dayOfYear) / 365.25)
    }
  }
}
