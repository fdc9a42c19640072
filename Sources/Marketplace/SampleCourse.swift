import Demand

/// The days of a product: expected demand at a warehouse of size 1 on a day without holidays, price
/// and promotion. The days after the history are drawn last: the history does not depend on them.
struct SampleCourse {
  /// A promotion of this SKU alone.
  struct Promotion: Equatable {
    /// The first and the last day, from the first day of the history.
    let days: ClosedRange<Int>
    let cut: Double
  }

  private(set) var expected: [Double] = []
  /// Price and promotion stay the same for some days each: which one a day has.
  private(set) var offers: [Int32] = []
  private(set) var prices: [Double] = []
  private(set) var areOnPromotion: [Bool] = []
  /// `,3.49,0` of each offer.
  private(set) var texts: [[UInt8]] = []
  /// Those of this SKU alone that reach beyond the history.
  private(set) var planned: [Promotion] = []

  /// The course of `count` days.
  init(of product: SampleProduct, seed: UInt64, calendar: SampleCalendar, count: Int) {
    let history = Double(calendar.count)
    let category = product.category
    let wave = calendar.wave(of: product.categoryIndex)
    let week = category.week.map { 1 + product.weekStrength * ($0 - 1) }
    let swing = category.yearlySwing * product.yearStrength
    let level = product.level / Double(product.lump)
    var tag = SamplePriceTag(
      of: product, seed: seed, cuts: calendar.cuts(of: product.categoryIndex))
    var fashion = SampleFashion(of: product, seed: seed)
    expected.reserveCapacity(count)
    offers.reserveCapacity(count)
    var effect = 1.0
    for index in 0..<count {
      if tag.turn(to: index) {
        // A cut sells more while it lasts; a lasting price less than the list's does, too.
        effect = Portable.power(tag.listPrice / tag.price, product.elasticity)
        add(price: tag.price, isOnPromotion: tag.isOnPromotion)
      }
      offers.append(Int32(prices.count - 1))
      let trend = fashion.factor(of: index)
      let age = Double(index) / history
      guard age >= product.birth, age < product.death else {
        expected.append(0)
        continue
      }
      var mean = level * trend * effect * week[calendar.weekdays[index]]
      mean *= max(0.1, 1 + product.growthPerYear * (Double(index) - history / 2) / 365)
      mean *= max(0.05, 1 + swing * wave[index])
      // New goods find their buyers within a month, dying ones lose them in their last three.
      if product.birth > 0 { mean *= min(1, (Double(index) + 1 - product.birth * history) / 30) }
      if product.death < 1 { mean *= min(1, (product.death - age) * history / 90) }
      expected.append(max(0, mean))
    }
    planned = tag.promotions.filter { $0.days.upperBound >= calendar.count }
  }

  private mutating func add(price: Double, isOnPromotion: Bool) {
    var text = SalesText()
    text.append(UInt8(ascii: ","))
    text.append(hundredths: Int((price * 100).rounded()))
    text.append(isOnPromotion ? [UInt8(ascii: ","), UInt8(ascii: "1")] : Self.noPromotion)
    prices.append(price)
    areOnPromotion.append(isOnPromotion)
    texts.append(text.bytes)
  }

  private static let noPromotion = Array(",0".utf8)
}

/// The price of a product from day to day.
struct SamplePriceTag {
  private static let changesPerDay = 1.2 / 365

  let listPrice: Double
  private(set) var price: Double
  private(set) var isOnPromotion = false
  /// All promotions of this SKU alone so far.
  private(set) var promotions: [SampleCourse.Promotion] = []
  private var random: SampleRandom
  private var regular: Double
  private let promotionsPerDay: Double
  /// What sales of the whole category take off, by day.
  private let cuts: [Double]
  private var lastCut = -1.0
  private var isChanged = true

  init(of product: SampleProduct, seed: UInt64, cuts: [Double]) {
    random = SampleRandom(seed: seed, product.number, 1)
    listPrice = product.item.price ?? 1
    price = listPrice
    regular = listPrice
    promotionsPerDay = product.promotionsPerYear / 365
    self.cuts = cuts
  }

  /// Goes to the next day, and says whether price or promotion changed.
  mutating func turn(to day: Int) -> Bool {
    if random.chance(Self.changesPerDay) {
      regular = SampleProduct.marked(listPrice * random.between(0.85, 1.15))
      isChanged = true
    }
    if promotions.last.map({ $0.days.upperBound < day }) ?? true,
      random.chance(promotionsPerDay)
    {
      let length = random.whole(3...10)
      let cut = (random.between(0.10, 0.35) * 100).rounded() / 100
      promotions.append(.init(days: day...day + length - 1, cut: cut))
    }
    let own = promotions.last.map { $0.days.contains(day) ? $0.cut : 0 } ?? 0
    let cut = max(own, cuts[day])
    guard isChanged || cut != lastCut else { return false }
    isChanged = false
    lastCut = cut
    isOnPromotion = cut > 0
    price = max(0.01, (regular * (1 - cut) * 100).rounded() / 100)
    return true
  }
}

/// How a product comes into fashion and out of it: from week to week its logarithm keeps most of
/// what it was and gets a step by chance.
struct SampleFashion {
  private static let kept = 0.96

  private var random: SampleRandom
  private let step: Double
  private var state = 0.0
  private var from = 1.0
  private var to = 1.0

  init(of product: SampleProduct, seed: UInt64) {
    random = SampleRandom(seed: seed, product.number, -3)
    step = product.drift
    // As if it had begun long ago.
    state = step / (1 - Self.kept * Self.kept).squareRoot() * random.normal()
    to = Portable.exponential(state)
  }

  /// The factor of a day; the days come one after the other from 0.
  mutating func factor(of day: Int) -> Double {
    let weekday = day % 7
    if weekday == 0 {
      from = to
      state = Self.kept * state + step * random.normal()
      to = Portable.exponential(state)
    }
    return from + (to - from) * Double(weekday) / 7
  }
}
