import Demand

/// What a thread writes at once: some products in all places, or one product in some of them.
/// Pieces are cut by the size of the sample alone, so that neither bytes nor sums depend on the
/// threads.
struct SamplePiece: Sendable {
  /// The days of a SKU in a warehouse that a piece has, about, and at most where one SKU has more.
  private static let usualDays = 1 << 16
  private static let mostDays = 1 << 18

  /// How a sample is cut.
  struct Cut: Sendable {
    private let skus: Int
    private let places: Int
    private let skusPerPiece: Int
    private let placesPerPiece: Int
    let count: Int

    init(skus: Int, places: Int, days: Int) {
      self.skus = skus
      self.places = places
      skusPerPiece = max(1, usualDays / (days * places))
      placesPerPiece = days * places <= mostDays ? places : max(1, mostDays / days)
      count = Self.parts(skus, skusPerPiece) * Self.parts(places, placesPerPiece)
    }

    /// The numbers of the products, from 1, and the indices of the places of a piece.
    func piece(_ index: Int) -> (numbers: ClosedRange<Int>, places: Range<Int>) {
      let (row, column) = index.quotientAndRemainder(dividingBy: Self.parts(places, placesPerPiece))
      return (
        row * skusPerPiece + 1...min(skus, (row + 1) * skusPerPiece),
        column * placesPerPiece..<min(places, (column + 1) * placesPerPiece)
      )
    }

    private static func parts(_ whole: Int, _ part: Int) -> Int { (whole + part - 1) / part }
  }

  private(set) var sales = SalesText()
  private(set) var future = SalesText()
  private(set) var truth = SalesText()
  private(set) var master = SampleMaster()
  private(set) var planned: [SampleEvent] = []
  private(set) var totals: SampleTotals
  private(set) var summary = SampleMarketplace.Summary()

  init(
    _ numbers: ClosedRange<Int>, _ indices: Range<Int>, of sample: SampleMarketplace,
    _ calendar: SampleCalendar, _ places: [SampleWarehouse]
  ) {
    totals = SampleTotals(warehouses: places.count)
    for number in numbers {
      let product = SampleProduct(number: number, seed: sample.seed)
      let isListed = number <= SampleEvent.mostPlannedSKUs
      let further = max(sample.truthDays ?? 0, isListed ? SampleCalendar.knownDays : 0)
      let course = SampleCourse(
        of: product, seed: sample.seed, calendar: calendar, count: calendar.count + further)
      if indices.lowerBound == 0 {
        let supply = SampleSupply(product, seed: sample.seed)
        master.write(product)
        summary.supplyRows += master.write(product, supply, places)
        if isListed {
          planned += course.planned.compactMap { SampleEvent($0, of: product, calendar) }
        }
      }
      for index in indices { write(product, course, calendar, places[index], index, sample) }
    }
  }

  private mutating func write(
    _ product: SampleProduct, _ course: SampleCourse, _ calendar: SampleCalendar,
    _ place: SampleWarehouse, _ index: Int, _ sample: SampleMarketplace
  ) {
    var random = SampleRandom(seed: sample.seed, product.number, 2 + index)
    // The first warehouse has everything, so that every product is sold somewhere.
    guard place.sells(product, &random) || index == 0 else { return }
    let share = place.size * random.spread(0.6, 1.6)
    var pair = SamplePair(
      product, course, calendar, place, share: share, sample: sample, index: index)
    pair.writeHistory(&sales, truth: &truth, withTruth: sample.truthDays != nil, &random)
    if let days = sample.truthDays {
      pair.writeFuture(days: days, &future, truth: &truth, &random)
    }
    var chance = SampleRandom(seed: sample.seed, product.number, 300_000 + index)
    let stock = SampleStock(
      product, ratePerDay: pair.recentRate, shelf: pair.shelf, lastDay: calendar.count - 1,
      isCramped: place.isCramped, &chance)
    master.write(product, place, stock, calendar)
    totals.add(product, stock, at: index, place)
    summary.add(pair.summary)
    summary.stockRows += 1
  }
}
