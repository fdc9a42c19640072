import Demand

/// What plans add up to: every figure of two parts is the sum of theirs.
public struct PlanTotals: Equatable, Sendable {
  /// SKU-locations planned.
  public internal(set) var lines = 0
  /// Lines without a stock row: policy only.
  public internal(set) var linesWithoutStock = 0
  /// Lines that rest on the settings' defaults for cost or lead time.
  public internal(set) var linesOnDefaults = 0
  /// Purchases proposed.
  public internal(set) var proposals = 0
  /// Exceptions by `PlanException.Kind.rawValue`.
  var exceptionCounts: InlineArray<4, Int> = .init(repeating: 0)
  /// What the goods of all proposals cost.
  public internal(set) var purchaseValue = 0.0
  /// The unit cost of everything on hand.
  public internal(set) var stockValue = 0.0
  /// Half lots and safety stocks at unit cost: the stock that the policies come to hold.
  public internal(set) var expectedStockValue = 0.0
  /// The space of half lots and safety stocks.
  public internal(set) var expectedStockCubicMetres = 0.0
  /// What placing orders and holding stock cost a year under the policies.
  public internal(set) var yearlyCost = 0.0
  /// Units of demand that go unmet before an order can arrive.
  public internal(set) var lostUnits = 0.0
  /// What the unmet units would have sold for.
  public internal(set) var lostValue = 0.0
  /// The unit cost of what is more than the longest cover.
  public internal(set) var excessValue = 0.0

  /// Starts at nothing.
  public init() {}

  /// How many exceptions there are of a kind.
  public func exceptions(_ kind: PlanException.Kind) -> Int {
    exceptionCounts[Int(kind.rawValue)]
  }

  /// Counts one plan.
  mutating func add(_ plan: LocationPlan) {
    let policy = plan.policy
    lines += 1
    linesWithoutStock += plan.stock == nil ? 1 : 0
    let onDefaults = !policy.basis.isDisjoint(with: [.defaultUnitCost, .defaultLeadTime])
    linesOnDefaults += onDefaults ? 1 : 0
    stockValue += (plan.stock?.onHand ?? 0) * policy.unitCost
    expectedStockValue += policy.expectedStock * policy.unitCost
    expectedStockCubicMetres += policy.expectedStock * policy.volumeCubicMetres
    yearlyCost += policy.orderCostPerYear + policy.holdingCostPerYear
    for proposal in plan.proposals {
      proposals += 1
      purchaseValue += proposal.value
    }
    for exception in plan.exceptions {
      exceptionCounts[Int(exception.kind.rawValue)] += 1
      switch exception {
      case .stockOut(_, _, let units, let value):
        lostUnits += units
        lostValue += value
      case .overstock(_, _, _, let value):
        excessValue += value
      case .dataFault, .minimumForcesCover:
        break
      }
    }
  }

  /// Adds the totals of another part.
  public mutating func add(_ other: PlanTotals) {
    lines += other.lines
    linesWithoutStock += other.linesWithoutStock
    linesOnDefaults += other.linesOnDefaults
    proposals += other.proposals
    for index in exceptionCounts.indices {
      exceptionCounts[index] += other.exceptionCounts[index]
    }
    purchaseValue += other.purchaseValue
    stockValue += other.stockValue
    expectedStockValue += other.expectedStockValue
    expectedStockCubicMetres += other.expectedStockCubicMetres
    yearlyCost += other.yearlyCost
    lostUnits += other.lostUnits
    lostValue += other.lostValue
    excessValue += other.excessValue
  }

  /// Same figures.
  public static func == (left: PlanTotals, right: PlanTotals) -> Bool {
    left.counts == right.counts && left.sums == right.sums
  }

  /// The counts, in packed order.
  var counts: [Int] {
    [lines, linesWithoutStock, linesOnDefaults, proposals]
      + exceptionCounts.indices.map { exceptionCounts[$0] }
  }

  /// The sums, in packed order.
  var sums: [Double] {
    [
      purchaseValue, stockValue, expectedStockValue, expectedStockCubicMetres, yearlyCost,
      lostUnits, lostValue, excessValue,
    ]
  }
}
