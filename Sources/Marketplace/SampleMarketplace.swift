public import Demand
public import Tables

/// A made-up marketplace to try Granary on: sales, items, warehouses, stock, suppliers, lanes,
/// rules and limits of a catalogue with a long tail, seasons, promotions, newcomers and goods on
/// their way out.
///
/// The files depend on the values below alone: the same bytes on any machine. Each SKU and each
/// SKU-warehouse pair has a generator of its own, so a larger sample begins with the sales of the
/// smaller one.
public struct SampleMarketplace: Equatable, Sendable {
  /// The most SKUs of a sample.
  public static let maximumSKUs = 10_000_000

  /// How many SKUs, from 1.
  public var skus: Int
  /// How many warehouses, from 1 to `WarehouseList.maximumCount`.
  public var warehouses: Int
  /// How many days of sales, from 1 to `DemandSeries.maximumDays`.
  public var days: Int
  /// What all chance comes from.
  public var seed: UInt64
  /// The last day of sales.
  public var lastDay: Day

  /// What was written.
  public struct Summary: Equatable, Sendable {
    /// Rows of `sales.csv`.
    public var salesRows = 0
    /// Units sold.
    public var units = 0
    /// Rows of `inventory.csv`: SKUs by warehouse.
    public var stockRows = 0
    /// Rows of `suppliers.csv`, and those of `distribution.csv` for single SKUs.
    public var supplyRows = 0
  }

  /// A sample; as it stands, two years of 2,000 SKUs in 6 warehouses: some three million rows.
  public init(
    skus: Int = 2_000, warehouses: Int = 6, days: Int = 730, seed: UInt64 = 1,
    lastDay: Day = Day(year: 2026, month: 11, day: 19)
  ) {
    precondition((1...Self.maximumSKUs).contains(skus), "skus \(skus)")
    precondition((1...WarehouseList.maximumCount).contains(warehouses), "warehouses \(warehouses)")
    precondition((1...DemandSeries.maximumDays).contains(days), "days \(days)")
    precondition(
      Day.supported.contains(lastDay) && Day.supported.contains(lastDay - (days - 1)),
      "last day \(lastDay)")
    self.skus = skus
    self.warehouses = warehouses
    self.days = days
    self.seed = seed
    self.lastDay = lastDay
  }

  /// Writes `sales.csv`, `items.csv`, `warehouses.csv`, `inventory.csv`, `suppliers.csv`,
  /// `distribution.csv`, `policy.csv` and `limits.csv` into a folder that is there. Memory does not
  /// grow with the sample.
  public func write(into folder: String) throws(TableError) -> Summary {
    var files = try SampleFiles(folder: folder)
    try files.writeHeaders()
    let calendar = SampleCalendar(lastDay: lastDay, count: days)
    let places = (0..<warehouses).map { SampleWarehouse(number: $0, seed: seed) }
    var totals = SampleTotals(warehouses: warehouses)
    var summary = Summary()
    for number in 1...skus {
      let product = SampleProduct(number: number, seed: seed)
      let course = SampleCourse(of: product, number: number, seed: seed, calendar: calendar)
      let supply = SampleSupply(product, number: number, seed: seed)
      try files.write(product)
      summary.supplyRows += try files.write(product, supply, places)
      for (index, place) in places.enumerated() {
        var random = SampleRandom(seed: seed, number, 2 + index)
        // The first warehouse has everything, so that every product is sold somewhere.
        guard place.sells(product, &random) || index == 0 else { continue }
        let share = place.size * random.spread(0.6, 1.6)
        try files.write(product, course, calendar, place, share, &random, &summary)
        let stock = SampleStock(
          product, course, share: share, isCramped: place.isCramped, &random)
        try files.write(product, place, stock, lastDay: lastDay)
        summary.stockRows += 1
        totals.add(product, stock, at: index, place)
      }
    }
    for (index, place) in places.enumerated() {
      try files.write(
        place, capacity: totals.capacity(of: index, place), lines: totals.lines(of: index, place))
    }
    try files.writeLanes(places)
    try files.write(rules: SampleRules.rules(places, seed: seed))
    try files.write(cash: totals.cash, cashToday: totals.cashToday)
    try files.finish()
    return summary
  }
}
