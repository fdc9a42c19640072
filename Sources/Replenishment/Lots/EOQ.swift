/// The economic order quantity: the lot at which a year's ordering and holding cost least.
///
/// With demand D a year, K to place an order and h to hold a unit for a year, a lot Q costs
/// `K D / Q + h Q / 2` (Harris 1913; Snyder and Shen, "Fundamentals of Supply Chain Theory", 3.2).
/// That is convex in Q, which is why the best lot on a grid is a neighbour of the free one.
public struct EOQ: Equatable, Sendable {
  /// Units sold in a year.
  public let annualDemand: Double
  /// The cost of placing one order.
  public let orderCost: Double
  /// The cost of holding one unit for a year.
  public let holdingCost: Double

  /// Takes the three numbers; what is negative or not a number counts as 0.
  public init(annualDemand: Double, orderCost: Double, holdingCost: Double) {
    self.annualDemand = Bounds.amount(annualDemand)
    self.orderCost = Bounds.amount(orderCost, limit: Bounds.money)
    self.holdingCost = Bounds.amount(holdingCost, limit: Bounds.figure)
  }

  /// The free optimum: 0 when nothing sells or ordering is free, and the largest lot there is when
  /// holding is free.
  public var lot: Double {
    let product = 2 * orderCost * annualDemand
    guard product > 0 else { return 0 }
    return min((product / holdingCost).squareRoot(), Bounds.units)
  }

  /// What ordering and holding cost a year with the free optimum.
  public var cost: Double { (2 * orderCost * annualDemand * holdingCost).squareRoot() }

  /// What ordering and holding cost a year with this lot, which must be positive.
  public func cost(lot: Double) -> Double {
    orderCost * annualDemand / lot + holdingCost * lot / 2
  }

  /// The cheapest positive multiple of `multiple` within `minimum...maximum`; of two equally cheap
  /// ones the smaller. When the range holds no multiple, the supplier's minimum wins over the
  /// maximum: the answer is the smallest multiple that reaches it.
  public func bestLot(
    minimum: Double = 0, maximum: Double = .infinity, multiple: Double = 1
  ) -> Double {
    let step = max(Bounds.amount(multiple), Bounds.step)
    let fewest = max(1, Bounds.roundedUp(Bounds.amount(minimum) / step))
    let bound = Bounds.amount(maximum) / step
    let most = max(fewest, (bound + Bounds.slack(bound)).rounded(.down))
    let below = (lot / step).rounded(.down)
    let smaller = min(max(below, fewest), most) * step
    let larger = min(max(below + 1, fewest), most) * step
    return cost(lot: larger) < cost(lot: smaller) ? larger : smaller
  }
}

extension EOQ {
  /// The optimum when demand may wait at `shortageCost` per unit and year (Snyder and Shen, 3.5):
  /// the lot, the most units that wait, and the yearly cost. A positive shortage cost is needed.
  public func plannedBackorders(
    shortageCost: Double
  ) -> (lot: Double, backorders: Double, cost: Double) {
    precondition(shortageCost > 0, "planned backorders: the shortage cost must be positive")
    let waiting = holdingCost / (holdingCost + shortageCost)
    let lot = min(lot / (1 - waiting).squareRoot(), Bounds.units)
    return (lot, lot * waiting, cost * (1 - waiting).squareRoot())
  }
}
