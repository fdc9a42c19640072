/// Lots over demand that changes: what to order in each period so that all of it is met and orders
/// and stock cost least. Stock is paid for at the end of a period.
public struct DynamicLots: Equatable, Sendable {
  /// The cost of an order, and of holding a unit for a period.
  public let orderCost: Double, holdingCost: Double
  /// Orders are whole multiples of this; 0 where any size will do.
  public let pack: Double

  /// Takes the costs; what is negative or not a number counts as 0.
  public init(orderCost: Double, holdingCost: Double, pack: Double = 0) {
    self.orderCost = Bounds.amount(orderCost, limit: Bounds.figure)
    self.holdingCost = Bounds.amount(holdingCost, limit: Bounds.figure)
    self.pack = Bounds.amount(pack)
  }

  /// A way to choose lots.
  public enum Rule: Sendable, CaseIterable {
    /// The least cost there is (Wagner and Whitin, Management Science 5, 1958).
    case exact
    /// On with the next period while the cost per period falls (Silver and Meal 1973).
    case silverMeal
    /// On with the next period while the cost per unit falls.
    case leastUnitCost
    /// On with the next period while holding costs no more than the order (DeMatteis 1968).
    case partPeriod
  }

  /// The lots by period, and what they cost. Demand that is negative or no number counts as 0.
  public func plan(_ demand: [Double], by rule: Rule = .exact) -> (lots: [Double], cost: Double) {
    let demand = demand.map { Bounds.amount($0) }
    var ends: [Int]
    switch rule {
    case .exact: ends = exactEnds(demand)
    case .silverMeal, .leastUnitCost, .partPeriod: ends = heuristicEnds(demand, rule)
    }
    ends.reverse()
    var lots = [Double](repeating: 0, count: demand.count)
    var (start, ordered, sold, cost) = (0, 0.0, 0.0, 0.0)
    while let end = ends.popLast() {
      let needed = sold + demand[start..<end].reduce(0, +)
      let upTo = max(ordered, onGrid(needed))
      if upTo > ordered {
        lots[start] = upTo - ordered
        cost += orderCost
        ordered = upTo
      }
      for period in start..<end {
        sold += demand[period]
        cost += holdingCost * max(0, ordered - sold)
      }
      start = end
    }
    return (lots, cost)
  }

  /// The least that can be ordered in sum to meet so much.
  private func onGrid(_ units: Double) -> Double {
    pack > 0 ? Bounds.roundedUp(units / pack) * pack : units
  }

  /// Where orders of the cheapest plan reach to.
  ///
  /// An order is the least that lasts until the next: more would only be held, and the next order
  /// costs the same whatever its size. So the sum ordered by the end of a stretch is its demand on
  /// the grid of packs, whatever was before; a stretch that left-over packs meet needs no order.
  /// That leaves one state a period: n^2 / 2 steps.
  private func exactEnds(_ demand: [Double]) -> [Int] {
    let count = demand.count
    var sums = [0.0]
    for units in demand { sums.append((sums.last ?? 0) + units) }
    let upTo = sums.map(onGrid)
    var best = [Double](repeating: .infinity, count: count + 1)
    var from = [Int](repeating: 0, count: count + 1)
    best[0] = 0
    for end in stride(from: 1, through: count, by: 1) {
      var holding = 0.0
      for start in stride(from: end - 1, through: 0, by: -1) {
        holding += holdingCost * max(0, upTo[end] - sums[start + 1])
        let order = upTo[end] > upTo[start] ? orderCost : 0
        let cost = best[start] + order + holding
        // Of equally cheap plans the one that orders later.
        if cost < best[end] { (best[end], from[end]) = (cost, start) }
      }
    }
    var ends: [Int] = []
    var end = count
    while end > 0 {
      ends.append(end)
      end = from[end]
    }
    return ends.reversed()
  }

  private func heuristicEnds(_ demand: [Double], _ rule: Rule) -> [Int] {
    var ends: [Int] = []
    var start = 0
    while start < demand.count {
      let end = stretch(demand, from: start, rule)
      ends.append(end)
      start = end
    }
    return ends
  }

  /// Where an order placed in a period should reach to.
  private func stretch(_ demand: [Double], from start: Int, _ rule: Rule) -> Int {
    var (units, holding, least) = (0.0, 0.0, Double.infinity)
    for period in start..<demand.count {
      let added = holding + holdingCost * Double(period - start) * demand[period]
      units += demand[period]
      let cost = orderCost + added
      switch rule {
      case .silverMeal, .exact:
        let average = cost / Double(period - start + 1)
        if average > least { return period }
        least = average
      case .leastUnitCost:
        // Periods without demand come along for nothing.
        let average = units > 0 ? cost / units : .infinity
        if average > least { return period }
        least = average
      case .partPeriod:
        if added > orderCost {
          // The end whose holding comes nearer to the cost of the order.
          let takesIt = added - orderCost < orderCost - holding
          return takesIt || period == start ? period + 1 : period
        }
      }
      holding = added
    }
    return demand.count
  }
}
