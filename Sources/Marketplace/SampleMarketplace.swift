public import Demand
import Tables
import Threading

/// A made-up marketplace to try Granary on: sales, items, warehouses, stock, suppliers, lanes,
/// rules, limits and events of a catalogue with a long tail, seasons, holidays, promotions, empty
/// shelves, newcomers and goods on their way out. `DESIGN.md` says what it is made of.
///
/// The files depend on the values below alone: the same bytes on any machine. Each SKU and each
/// SKU-warehouse pair has a generator of its own, so a larger sample begins with the sales of the
/// smaller one.
public struct SampleMarketplace: Equatable, Sendable {
  /// The most SKUs of a sample.
  public static let maximumSKUs = 10_000_000
  /// The most days after the last one that the truth may be told of.
  public static let maximumTruthDays = 365
  /// How many finished pieces may wait for one before them.
  private static let piecesPerThread = 3

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

  /// Whether some of what is sold comes back, as rows of negative units.
  public var withReturns = false
  /// With this `truth.csv` holds the mean of what is asked for on each day that has a row, and on
  /// so many days after the last one, for which `future.csv` has what is asked for.
  public var truthDays: Int? {
    didSet {
      precondition(
        truthDays.map((1...Self.maximumTruthDays).contains) ?? true, "days of truth")
    }
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

  /// Writes the files into a folder that is there; none has its name before all are whole. Neither
  /// memory nor bytes depend on how large the sample is and on how many threads make it. Now and
  /// then `goOn` is told how many SKUs are done; false ends it.
  public func write(
    into folder: String, threads: Int = 1, goOn: (_ skus: Int) -> Bool = { _ in true }
  ) throws(MarketplaceError) -> Summary {
    let pieces = try Self.pieces(threads)
    defer { pieces.cancel() }
    do throws(TableError) {
      if let summary = try write(into: folder, pieces, goOn) { return summary }
    } catch { throw .table(error) }
    throw .stopped
  }

  /// The same; nothing where it was ended.
  private func write(
    into folder: String, _ pieces: OrderedResults<SamplePiece>, _ goOn: (_ skus: Int) -> Bool
  ) throws(TableError) -> Summary? {
    let calendar = SampleCalendar(
      lastDay: lastDay, count: days, further: truthDays ?? 0, seed: seed)
    let places = (0..<warehouses).map { SampleWarehouse(number: $0, seed: seed) }
    let cut = SamplePiece.Cut(skus: skus, places: warehouses, days: days + (truthDays ?? 0))
    let files = try SampleFiles(folder: folder, withTruth: truthDays != nil)
    var totals = SampleTotals(warehouses: warehouses)
    var summary = Summary()
    var events = SampleEvent.all(calendar, places, seed: seed)
    while pieces.taken < cut.count {
      guard goOn(skus * pieces.taken / cut.count) else { return nil }
      while pieces.submitted < cut.count, pieces.hasRoom {
        let (numbers, indices) = cut.piece(pieces.submitted)
        pieces.submit { SamplePiece(numbers, indices, of: self, calendar, places) }
      }
      guard let piece = pieces.next(timeoutMilliseconds: 1_000) else { continue }
      try files.write(piece)
      totals.add(piece.totals)
      summary.add(piece.summary)
      events += piece.planned
    }
    summary.eventRows = events.count
    try files.write(master(places, totals, events))
    try files.finish()
    return summary
  }

  private static func pieces(
    _ threads: Int
  ) throws(MarketplaceError) -> OrderedResults<SamplePiece> {
    do throws(ThreadingError) {
      let window = threads * piecesPerThread
      return OrderedResults(
        try ComputePool(name: "sample", threadCount: threads, queueLimit: window), window: window)
    } catch { throw .threading(error) }
  }

  /// What comes after the last product.
  private func master(
    _ places: [SampleWarehouse], _ totals: SampleTotals, _ events: [SampleEvent]
  ) -> SampleMaster {
    var master = SampleMaster()
    for (index, place) in places.enumerated() {
      master.write(
        place, capacity: totals.capacity(of: index, place), lines: totals.lines(of: index, place))
    }
    master.writeLanes(places)
    master.write(rules: SampleRules.rules(places, seed: seed))
    master.write(cash: totals.cash, cashToday: totals.cashToday)
    for event in events { master.write(event) }
    return master
  }
}
