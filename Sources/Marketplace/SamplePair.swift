import Demand

/// A product in a warehouse: draws its sales and writes them as rows.
struct SamplePair {
  private static let daysOfRecentSales = 28
  /// After how many days goods come back.
  private static let daysToReturn = 3...21

  private let product: SampleProduct
  private let course: SampleCourse
  private let calendar: SampleCalendar
  private let holidays: [Double]
  private let share: Double
  /// `SKU-000001,berlin,`.
  private let start: [UInt8]
  private(set) var shelf: SampleShelf
  private var returns: SampleReturns?
  private(set) var summary = SampleMarketplace.Summary()

  init(
    _ product: SampleProduct, _ course: SampleCourse, _ calendar: SampleCalendar,
    _ place: SampleWarehouse, share: Double, sample: SampleMarketplace, index: Int
  ) {
    self.product = product
    self.course = course
    self.calendar = calendar
    self.share = share
    holidays = calendar.holidays(of: product.categoryIndex, place.region)
    start = product.sku + [UInt8(ascii: ",")] + place.name + [UInt8(ascii: ",")]
    shelf = SampleShelf(
      product, rate: product.level * share,
      SampleRandom(seed: sample.seed, product.number, 100_000 + index))
    if sample.withReturns {
      returns = SampleReturns(
        rate: product.category.returnRate, days: Self.daysToReturn,
        SampleRandom(seed: sample.seed, product.number, 200_000 + index))
    }
  }

  /// The mean of the units that are asked for on a day.
  private func expected(_ day: Int) -> (sales: Double, units: Double) {
    let sales = min(
      course.expected[day] * holidays[day] * share, DemandSampler.maximumMean)
    return (sales, sales * Double(product.lump))
  }

  /// What sells a day of late, in units.
  var recentRate: Double {
    let days = max(0, calendar.count - Self.daysOfRecentSales)..<calendar.count
    return days.reduce(0) { $0 + expected($1).units } / Double(days.count)
  }

  /// Writes the rows of the history: days on which something was sold or came back, and days on
  /// which the shelf was empty.
  mutating func writeHistory(
    _ sales: inout SalesText, truth: inout SalesText, withTruth: Bool,
    _ random: inout SampleRandom
  ) {
    for day in 0..<calendar.count {
      shelf.open(day)
      let mean = expected(day)
      var hasRow = false
      if mean.sales > 0 {
        let wasEmpty = shelf.isEmpty
        let asked = product.sampler.draw(mean: mean.sales, &random) * product.lump
        let sold = shelf.sell(asked)
        let wasShort = wasEmpty || sold < asked
        shelf.close(day, sold: sold, wasShort: wasShort)
        if sold > 0 || wasShort {
          write(sold, day, offer: course.offers[day], isShort: wasShort, &sales)
          summary.salesRows += 1
          summary.units += sold
          summary.outOfStockRows += wasShort ? 1 : 0
          returns?.note(sold, day, offer: course.offers[day])
          hasRow = true
        }
      }
      while let back = returns?.next(day) {
        write(-back.units, day, offer: back.offer, isShort: false, &sales)
        summary.salesRows += 1
        summary.returnedUnits += back.units
        hasRow = true
      }
      if withTruth, hasRow { writeTruth(mean.units, day, &truth) }
    }
  }

  /// Writes what is asked for on the days after the history, whether the shelf would have it or
  /// not, and its mean.
  mutating func writeFuture(
    days: Int, _ future: inout SalesText, truth: inout SalesText, _ random: inout SampleRandom
  ) {
    for day in calendar.count..<calendar.count + days {
      let mean = expected(day)
      writeTruth(mean.units, day, &truth)
      let asked = product.sampler.draw(mean: mean.sales, &random) * product.lump
      guard asked > 0 else { continue }
      write(asked, day, offer: course.offers[day], isShort: false, &future)
      summary.futureRows += 1
    }
  }

  private mutating func write(
    _ units: Int, _ day: Int, offer: Int32, isShort: Bool, _ text: inout SalesText
  ) {
    text.append(start)
    text.append(calendar.texts[day])
    text.append(units)
    text.append(course.texts[Int(offer)])
    text.append(isShort ? Self.isOut : Self.isIn)
  }

  private mutating func writeTruth(_ units: Double, _ day: Int, _ text: inout SalesText) {
    text.append(start)
    text.append(calendar.texts[day])
    text.append(rounded: units)
    text.append(UInt8(ascii: "\n"))
    summary.truthRows += 1
  }

  private static let isIn = Array(",1\n".utf8)
  private static let isOut = Array(",0\n".utf8)
}

/// What customers send back. It draws from a generator of its own: sales do not depend on it.
struct SampleReturns {
  let rate: Double
  let days: ClosedRange<Int>
  private var random: SampleRandom
  /// What is on its way back, at the price that was paid.
  private var due: [(day: Int, units: Int, offer: Int32)] = []

  init(rate: Double, days: ClosedRange<Int>, _ random: SampleRandom) {
    self.rate = rate
    self.days = days
    self.random = random
  }

  /// Lets some of what was sold come back, together.
  mutating func note(_ sold: Int, _ day: Int, offer: Int32) {
    var units = 0
    for _ in 0..<sold where random.chance(rate) { units += 1 }
    guard units > 0 else { return }
    due.append((day + random.whole(days), units, offer))
  }

  /// Something that comes back on a day.
  mutating func next(_ day: Int) -> (units: Int, offer: Int32)? {
    guard let place = due.firstIndex(where: { $0.day == day }) else { return nil }
    let back = due.remove(at: place)
    return (back.units, back.offer)
  }
}
