public import Demand

/// How one SKU is kept at one location in the steady state: when to order, and how much.
public struct StockPolicy: Equatable, Sendable {
  /// 365 times the mean daily demand over the policy horizon.
  public internal(set) var annualDemand = 0.0
  /// The free economic lot, before packs, minimum and bounds.
  public internal(set) var economicLot = 0.0
  /// What is ordered at a time; 0 when nothing is expected to sell.
  public internal(set) var lot = 0.0
  /// An order is due when the position is at or below this.
  public internal(set) var reorderPoint = 0.0
  /// What the reorder point holds above the expected demand.
  public internal(set) var safetyStock = 0.0
  /// The expected demand over lead time and review.
  public internal(set) var leadTimeMean = 0.0
  /// Days from order to receipt.
  public internal(set) var leadTimeDays = 0
  /// Days between two looks at the stock.
  public internal(set) var reviewDays = 1
  /// The probability that demand over lead time and review is met.
  public internal(set) var serviceLevel = 0.95
  /// The cost of a unit.
  public internal(set) var unitCost = 0.0
  /// The space of a unit.
  public internal(set) var volumeCubicMetres = 0.0
  /// The cost of placing an order.
  public internal(set) var orderCost = 0.0
  /// The cost of holding a unit for a year: capital and space.
  public internal(set) var holdingCost = 0.0
  /// The supplier's smallest order; 0 when there is none.
  public internal(set) var minimumOrder = 0.0
  /// Orders are whole multiples of this.
  public internal(set) var orderMultiple = 1.0
  /// The days of cover above which stock is too much.
  public internal(set) var maximumCoverDays = 180
  /// Which defaults the policy rests on, and what is unusual about it.
  public internal(set) var basis: PolicyBasis = []
  /// How service is measured; `serviceLevel` is its level.
  public internal(set) var serviceType = ServiceType.cycle
  /// The share of demand that is expected to be met from stock.
  public internal(set) var expectedFill = 1.0
  /// What a missing unit costs.
  public internal(set) var stockoutCost = 0.0
  /// Where it comes from; empty where no supplier is named.
  public internal(set) var supplier = ""
  /// The supplier's largest order; infinite when there is none.
  public internal(set) var maximumOrder = Double.infinity
  /// The standard deviation of the lead time, in days.
  public internal(set) var leadTimeDeviation = 0.0
  /// The lot that is best without shared limits, within all other bounds.
  public internal(set) var lotBeforePrices = 0.0
  /// What shared limits add to the cost of holding a unit for a year, and of placing an order.
  public internal(set) var spacePrice = 0.0, cashPrice = 0.0, linePrice = 0.0
  /// Units that are let wait on purpose before a lot comes, at most.
  public internal(set) var backordered = 0.0
  /// Whether the lot is one of the few that were moved by whole packs to keep limits.
  public internal(set) var isMoved = false
  /// Its class by the value of a year's demand, where classes are told.
  public internal(set) var valueClass: ValueClass?
  /// Its class by how much demand varies from week to week.
  public internal(set) var variabilityClass: VariabilityClass?
  /// Planners' rules that decided something, in words, for the explanation.
  public internal(set) var rules: [String] = []

  init() {}

  /// Lead time and review: the days that stock must last after a look at it.
  public var protectionDays: Int { leadTimeDays + reviewDays }
  /// What placing orders costs a year.
  public var orderCostPerYear: Double { lot > 0 ? orderCost * annualDemand / lot : 0 }
  /// What holding the expected stock costs a year.
  public var holdingCostPerYear: Double { holdingCost * expectedStock }
  /// What lies there of a lot at most: what waited is gone when it comes.
  var lotThere: Double { max(0, lot - backordered) }
  /// The stock to expect on average: half a lot and the safety stock. Where some of a lot waits,
  /// the rest of it lies there for its share of the time (Hadley and Whitin 1963, 2-10).
  public var expectedStock: Double {
    (lot > 0 ? lotThere / 2 * (lotThere / lot) : 0) + safetyStock
  }
  /// How many days of the year's demand the lot is.
  public var lotDays: Double {
    annualDemand > 0 ? min(Bounds.coverDays, lot / annualDemand * 365) : 0
  }

  /// The smallest order that minimum and packs allow.
  var smallestOrder: Double {
    max(1, Bounds.roundedUp(minimumOrder / orderMultiple)) * orderMultiple
  }

  /// Whether orders should follow expected demand instead of being of one size.
  public var isSeasonal: Bool { basis.contains(.seasonal) }

  /// The smallest step in which the item is counted.
  var unit: Double { basis.contains(.fractional) ? Bounds.step : 1 }
}
