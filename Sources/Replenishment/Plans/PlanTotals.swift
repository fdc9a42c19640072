import Demand

/// What plans add up to: every figure of two parts is the sum of theirs.
public struct PlanTotals: Equatable, Sendable {
  /// SKU-locations planned.
  public internal(set) var lines = 0
  /// Lines without a stock row: policy only.
  public internal(set) var linesWithoutStock = 0
  /// Lines that rest on the settings' defaults for cost or lead time.
  public internal(set) var linesOnDefaults = 0
  /// Purchases proposed, and transfers to here.
  public internal(set) var proposals = 0, transfers = 0
  /// Purchases and transfers that a limit of today holds back.
  public internal(set) var heldBack = 0
  /// Exceptions by `PlanException.Kind.rawValue`.
  var exceptionCounts: InlineArray<8, Int> = .init(repeating: 0)
  /// What the goods of all proposals cost, of which some is held back.
  public internal(set) var purchaseValue = 0.0, heldValue = 0.0
  /// What is lost on average because something is held back.
  public internal(set) var heldBenefit = 0.0
  /// The unit cost of what is moved to here, and what moving it costs.
  public internal(set) var transferValue = 0.0, transferCost = 0.0
  /// The unit cost, and the space, of everything on hand.
  public internal(set) var stockValue = 0.0, stockCubicMetres = 0.0
  /// Half lots and safety stocks at unit cost: the stock that the policies come to hold.
  public internal(set) var expectedStockValue = 0.0
  /// The space of half lots and safety stocks.
  public internal(set) var expectedStockCubicMetres = 0.0
  /// The space of whole lots, of which a share is kept free for them.
  public internal(set) var lotCubicMetres = 0.0
  /// What placing orders and holding stock cost a year under the policies.
  public internal(set) var yearlyCost = 0.0
  /// Order lines a year under the policies.
  public internal(set) var linesPerYear = 0.0
  /// A year's demand at unit cost, and what of it is expected to be met from stock.
  public internal(set) var demandValue = 0.0, filledValue = 0.0
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

  /// The space that is kept where a share of every lot has its place beside the safety stocks.
  func keptCubicMetres(share: Double) -> Double {
    expectedStockCubicMetres + (share - 0.5) * lotCubicMetres
  }

  /// The share of demand, by its cost, that is expected to be met from stock.
  public var expectedFill: Double { demandValue > 0 ? filledValue / demandValue : 1 }

  /// Counts one plan.
  mutating func add(_ plan: LocationPlan) {
    let policy = plan.policy
    lines += 1
    linesWithoutStock += plan.stock == nil ? 1 : 0
    let onDefaults = !policy.basis.isDisjoint(with: [.defaultUnitCost, .defaultLeadTime])
    linesOnDefaults += onDefaults ? 1 : 0
    let onHand = plan.stock?.onHand ?? 0
    stockValue += onHand * policy.unitCost
    stockCubicMetres += onHand * policy.volumeCubicMetres
    expectedStockValue += policy.expectedStock * policy.unitCost
    expectedStockCubicMetres += policy.expectedStock * policy.volumeCubicMetres
    lotCubicMetres += policy.lotThere * policy.volumeCubicMetres
    yearlyCost += policy.orderCostPerYear + policy.holdingCostPerYear
    if policy.lot > 0 {
      let year = policy.annualDemand * policy.unitCost
      linesPerYear += policy.annualDemand / policy.lot
      demandValue += year
      filledValue += year * policy.expectedFill
    }
    for proposal in plan.proposals {
      proposals += 1
      purchaseValue += proposal.value
      guard proposal.heldBy != nil else { continue }
      heldBack += 1
      heldValue += proposal.value
      heldBenefit += proposal.benefit
    }
    for transfer in plan.transfers {
      transfers += 1
      transferValue += transfer.value
      transferCost += transfer.cost
      guard transfer.heldBy != nil else { continue }
      heldBack += 1
      heldBenefit += transfer.benefit
    }
    for exception in plan.exceptions { add(exception) }
  }

  private mutating func add(_ exception: PlanException) {
    exceptionCounts[Int(exception.kind.rawValue)] += 1
    switch exception {
    case .stockOut(_, _, let units, let value, _):
      lostUnits += units
      lostValue += value
    case .overstock(_, _, _, let value), .deadStock(_, let value), .runDown(_, _, _, let value):
      excessValue += value
    case .dataFault, .minimumForcesCover, .infeasibleLimit, .heldBack:
      break
    }
  }

  /// Adds the totals of another part.
  public mutating func add(_ other: PlanTotals) {
    counts = zip(counts, other.counts).map { $0 + $1 }
    sums = zip(sums, other.sums).map { $0 + $1 }
  }

  /// Same figures.
  public static func == (left: PlanTotals, right: PlanTotals) -> Bool {
    left.counts == right.counts && left.sums == right.sums
  }

  /// The counts, in packed order: what the first packed form does not have comes last.
  var counts: [Int] {
    get {
      [lines, linesWithoutStock, linesOnDefaults, proposals]
        + exceptionCounts.indices.map { exceptionCounts[$0] } + [transfers, heldBack]
    }
    set {
      (lines, linesWithoutStock, linesOnDefaults, proposals) = (
        newValue[0], newValue[1], newValue[2], newValue[3]
      )
      for index in exceptionCounts.indices { exceptionCounts[index] = newValue[4 + index] }
      (transfers, heldBack) = (newValue[12], newValue[13])
    }
  }

  /// The sums, in packed order: what the first packed form does not have comes last.
  var sums: [Double] {
    get {
      [
        purchaseValue, stockValue, expectedStockValue, expectedStockCubicMetres, yearlyCost,
        lostUnits, lostValue, excessValue, heldValue, heldBenefit, transferValue, transferCost,
        stockCubicMetres, linesPerYear, demandValue, filledValue, lotCubicMetres,
      ]
    }
    set {
      (purchaseValue, stockValue) = (newValue[0], newValue[1])
      (expectedStockValue, expectedStockCubicMetres) = (newValue[2], newValue[3])
      (yearlyCost, lostUnits, lostValue) = (newValue[4], newValue[5], newValue[6])
      (excessValue, heldValue, heldBenefit) = (newValue[7], newValue[8], newValue[9])
      (transferValue, transferCost) = (newValue[10], newValue[11])
      (stockCubicMetres, linesPerYear) = (newValue[12], newValue[13])
      (demandValue, filledValue) = (newValue[14], newValue[15])
      lotCubicMetres = newValue[16]
    }
  }
}
