import Allocation
import Demand

/// One location of a SKU while its plan is made.
struct LocationState {
  let location: Location
  let policy: StockPolicy
  let terms: OrderTerms
  let demand: LeadTimeDemand
  let lifecycle: Lifecycle
  /// The stock as it counts; nothing where none is known.
  let stock: Stock?
  /// What is wrong with the data.
  let faults: DataFaults
  /// What a unit sells for, and what it costs when one is missing.
  let price: Double, worth: Double
  let shelfLifeDays: Int?
  let previous: LocationPlan?
  /// The stock of the coming days as it is, and with the transfers that are proposed.
  let base: StockProjection?
  var projection: StockProjection?
  /// Units that proposed transfers bring and take.
  var received = 0.0, leaving = 0.0
  var transfers: [Transfer] = []
  var purchase: Proposal?
  /// The distributions that were asked for, by days.
  private var curves: [(days: Int, curve: ServiceCurve)] = []

  init(
    _ case: LocationCase, policy: StockPolicy, kept: KeptLocation, faults: DataFaults,
    item: Item?, asOf: Day
  ) {
    location = `case`.location
    self.policy = policy
    (terms, demand) = (kept.terms, kept.demand)
    lifecycle = item?.lifecycle ?? .active
    shelfLifeDays = item?.shelfLifeDays.flatMap { $0 > 0 ? min($0, 36_500) : nil }
    price = item?.price.map { Bounds.amount($0, limit: Bounds.money) } ?? policy.unitCost
    let margin = price - policy.unitCost
    worth = policy.stockoutCost > 0 ? policy.stockoutCost : margin > 0 ? margin : policy.unitCost
    previous = `case`.previous
    var faults = faults
    guard let given = `case`.stock else {
      (stock, base) = (nil, nil)
      self.faults = faults.intersection(.impossibleItemValue)
      return
    }
    let counted = given.counted(&faults)
    (stock, self.faults) = (counted, faults)
    base = StockProjection(
      counted, demand: demand, asOf: asOf, undatedAfter: policy.leadTimeDays)
    projection = base
  }

  /// What future demand can count on, with what transfers bring and without what they take.
  var position: Double { (stock?.position ?? 0) + received - leaving }

  /// Whether it is ordered at all.
  var isOrdered: Bool { policy.lot > 0 || isLastBuy }

  /// Whether it is bought once more and then no more.
  var isLastBuy: Bool { policy.basis.contains(.lastBuy) && policy.reorderPoint > 0 }

  /// Missing units between two days, expected, when nothing arrives beside what is on its way.
  mutating func expectedMissing(from first: Int, through last: Int, more: Double = 0) -> Double {
    guard let projection, last > first else { return 0 }
    let before = projection.available(before: max(1, first)) + more
    let after = projection.available(before: last) + more
    let missing = shortage(last, beyond: after) - shortage(first, beyond: before)
    return Bounds.amount(missing)
  }

  /// The expected demand of some days beyond a stock. No distribution misses less than its mean.
  private mutating func shortage(_ days: Int, beyond stock: Double) -> Double {
    let mean = demand.mean(days: days)
    guard days > 0, stock > 0 else { return max(0, mean - stock) }
    return max(curve(days: days).shortage(above: stock), mean - stock)
  }

  private mutating func curve(days: Int) -> ServiceCurve {
    if let known = curves.first(where: { $0.days == days }) { return known.curve }
    let curve = demand.curve(days: days)
    curves.append((days, curve))
    return curve
  }
}

extension Stock {
  /// The most receipts that a plan keeps apart; later ones are taken together.
  static let mostReceipts = 32

  /// The stock as it counts: what is negative or no number is 0.
  func counted(_ faults: inout DataFaults) -> Stock {
    func figure(_ value: Double, limit: Double, _ negative: DataFaults) -> Double {
      if value < 0 {
        faults.insert(negative)
      } else if !(value <= limit) {
        faults.insert(.impossibleStock)
      }
      return Bounds.amount(value, limit: limit)
    }
    var counted = Stock(
      onHand: figure(onHand, limit: Bounds.stockedUnits, .negativeOnHand),
      reserved: figure(reserved, limit: Bounds.units, .negativeReserved),
      onOrder: figure(onOrder, limit: Bounds.stockedUnits, .negativeOnOrder))
    for receipt in inTransit.sorted(by: { $0.day < $1.day }) {
      let units = figure(receipt.units, limit: Bounds.units, .negativeOnOrder)
      guard units > 0 else { continue }
      if counted.inTransit.count < Self.mostReceipts {
        counted.inTransit.append(Receipt(units: units, day: receipt.day))
      } else {
        counted.inTransit[Self.mostReceipts - 1].units += units
        counted.inTransit[Self.mostReceipts - 1].day = receipt.day
      }
    }
    return counted
  }

  /// What is coming.
  var incoming: Double { inTransit.reduce(onOrder) { $0 + $1.units } }
}

extension Day {
  /// The day `days` later, at the end of the calendar if need be.
  func advanced(by days: Int) -> Day { Day(number: Int32(clamping: Int(number) + days)) }
}
