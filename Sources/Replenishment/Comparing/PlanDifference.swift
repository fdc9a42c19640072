public import Demand

/// Two plans side by side: what each comes to, and the lines that differ most.
public struct PlanDifference: Sendable {
  /// What a plan comes to.
  public struct Side: Equatable, Sendable {
    /// SKUs at locations.
    public internal(set) var lines = 0
    /// Of ordering and of holding stock, a year.
    public internal(set) var orderCost = 0.0, holdingCost = 0.0
    /// The expected stock, in money and in space.
    public internal(set) var stockValue = 0.0, cubicMetres = 0.0
    /// Order lines to receive a day.
    public internal(set) var linesPerDay = 0.0
    /// What is proposed today: purchases and transfers.
    public internal(set) var proposals = 0
    /// The value of these, at cost.
    public internal(set) var proposedValue = 0.0
    /// What a year sells, at cost, and what of it is met from stock.
    public internal(set) var demandValue = 0.0, metValue = 0.0

    /// Of ordering and holding together.
    public var cost: Double { orderCost + holdingCost }
    /// The share of demand that is met from stock, by value.
    public var fill: Double? { demandValue > 0 ? metValue / demandValue : nil }

    mutating func add(_ plan: LocationPlan) {
      let policy = plan.policy
      lines += 1
      orderCost += policy.orderCostPerYear
      holdingCost += policy.holdingCostPerYear
      stockValue += policy.expectedStock * policy.unitCost
      cubicMetres += policy.expectedStock * policy.volumeCubicMetres
      proposals += plan.proposedCount
      proposedValue += plan.proposedValue
      // What is not ordered has no service, as in `PlanTotals`.
      guard policy.lot > 0 else { return }
      linesPerDay += policy.annualDemand / policy.lot / 365
      demandValue += policy.annualDemand * policy.unitCost
      metValue += policy.annualDemand * policy.unitCost * policy.expectedFill
    }
  }

  /// A SKU at a location in both plans.
  public struct Line: Equatable, Sendable {
    /// What is sold.
    public let sku: SKU
    /// Where it is kept.
    public let location: Location
    /// What is ordered at a time.
    public let lots: (left: Double, right: Double)
    /// The point at which it is ordered.
    public let reorderPoints: (left: Double, right: Double)
    /// What is proposed today, in units.
    public let proposed: (left: Double, right: Double)
    /// By how much money the line differs: in the stock to expect, and in what is proposed.
    public let change: Double

    /// Whether all figures are the same: tuples do not compare by themselves.
    public static func == (left: Line, right: Line) -> Bool {
      left.sku == right.sku && left.location == right.location && left.lots == right.lots
        && left.reorderPoints == right.reorderPoints && left.proposed == right.proposed
        && left.change == right.change
    }
  }

  /// What both come to.
  public private(set) var left = Side(), right = Side()
  /// Lines that are in both and the same, in both and different, in one only.
  public private(set) var same = 0, different = 0, onlyLeft = 0, onlyRight = 0
  /// The lines that differ most, the most first.
  public private(set) var most: [Line] = []
  private let mostCount: Int

  /// Keeps so many of the lines that differ most.
  public init(most count: Int) { mostCount = count }

  /// Takes a line of either plan or both.
  public mutating func add(
    _ sku: SKU, at location: Location, left before: LocationPlan?, right after: LocationPlan?
  ) {
    if let before { left.add(before) }
    if let after { right.add(after) }
    switch (before, after) {
    case (nil, nil): return
    case (nil, _): onlyRight += 1
    case (_, nil): onlyLeft += 1
    case (.some(let before), .some(let after)):
      // A plan of another day differs in what it was made of; what counts is what it says.
      if before.saysTheSame(as: after) {
        same += 1
        return
      }
      different += 1
    }
    keep(Line(sku, location, before, after))
  }

  private mutating func keep(_ line: Line) {
    guard line.change > 0 else { return }
    let place = most.firstIndex { $0.isBehind(line) } ?? most.count
    guard place < mostCount else { return }
    most.insert(line, at: place)
    if most.count > mostCount { most.removeLast() }
  }
}

extension PlanDifference.Line {
  fileprivate init(
    _ sku: SKU, _ location: Location, _ before: LocationPlan?, _ after: LocationPlan?
  ) {
    func both(_ figure: (LocationPlan) -> Double) -> (left: Double, right: Double) {
      (before.map(figure) ?? 0, after.map(figure) ?? 0)
    }
    self.sku = sku
    self.location = location
    lots = both(\.policy.lot)
    reorderPoints = both(\.policy.reorderPoint)
    proposed = both(\.proposedUnits)
    let stock = both { $0.policy.expectedStock * $0.policy.unitCost }
    let value = both(\.proposedValue)
    change = abs(stock.right - stock.left) + abs(value.right - value.left)
  }

  /// Whether another line differs more; of equals the SKU decides.
  fileprivate func isBehind(_ other: Self) -> Bool {
    change != other.change
      ? change < other.change : (other.sku, other.location) < (sku, location)
  }
}
