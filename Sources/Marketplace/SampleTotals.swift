import Demand

/// What all products of the sample have and need together, from which its limits are made: some are
/// to be tight, none hopeless.
struct SampleTotals: Sendable {
  /// How much of the cash that plans would like to tie up there is.
  private static let cashShare = 0.9
  private static let daysOfCashToday = 10.0
  /// What there is for every unit of cash that is tied up at the start.
  private static let spareCash = 1.15

  private var stockVolumes: [Double]
  private var neededVolumes: [Double]
  private var linesPerDay: [Double]
  private var neededCash = 0.0
  private var stockCash = 0.0
  private var costPerDay = 0.0

  init(warehouses: Int) {
    stockVolumes = [Double](repeating: 0, count: warehouses)
    neededVolumes = stockVolumes
    linesPerDay = stockVolumes
  }

  mutating func add(
    _ product: SampleProduct, _ stock: SampleStock, at index: Int, _ place: SampleWarehouse
  ) {
    let volume = product.item.volumeCubicMetres ?? 0
    let need = SampleNeed(
      product, ratePerDay: stock.ratePerDay, storageCost: place.storageCostPerCubicMetreYear)
    stockVolumes[index] += Double(stock.onHand) * volume
    neededVolumes[index] += need.units * volume
    linesPerDay[index] += need.linesPerDay
    neededCash += need.units * (product.item.unitCost ?? 0)
    stockCash += Double(stock.onHand) * (product.item.unitCost ?? 0)
    costPerDay += need.costPerDay
  }

  /// Adds what other products have and need.
  mutating func add(_ other: SampleTotals) {
    for index in stockVolumes.indices {
      stockVolumes[index] += other.stockVolumes[index]
      neededVolumes[index] += other.neededVolumes[index]
      linesPerDay[index] += other.linesPerDay[index]
    }
    neededCash += other.neededCash
    stockCash += other.stockCash
    costPerDay += other.costPerDay
  }

  /// The space of a warehouse: what plans need, more or less, and room for most of what is there; a
  /// cramped one is full.
  func capacity(of index: Int, _ place: SampleWarehouse) -> Double {
    max(
      neededVolumes[index] * place.share.space,
      stockVolumes[index] * (place.isCramped ? 1 : place.spareSpace))
  }

  func lines(of index: Int, _ place: SampleWarehouse) -> Double {
    linesPerDay[index] * place.share.lines
  }

  /// What plans need, more or less, and what is tied up already with some to order for: a
  /// marketplace that could not order anything would not be one.
  var cash: Double { max(neededCash * Self.cashShare, stockCash * Self.spareCash) }
  var cashToday: Double { costPerDay * Self.daysOfCashToday }
}
