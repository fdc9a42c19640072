/// What somebody would pay who knew all demand and whose goods came when wanted, in any number,
/// without shared limits: no policy can cost less at the same fill.
///
/// For a pair: lots of Wagner and Whitin (1958), where a unit of demand is left unserved if holding
/// it costs more than `penalty`. By Lagrange, `cost + penalty * lost` less the penalty of what may
/// be lost is below the cost of every course that loses no more, whatever the penalty.
struct Clairvoyant {
  private let world: LoopWorld
  private let start: LoopState

  init(_ world: LoopWorld) {
    self.world = world
    start = LoopState(world)
  }

  /// Cost of orders and holding over all days, and the units not served, at best with this penalty.
  func best(penalty: Double) -> (value: Double, lost: Double) {
    var (value, lost) = (0.0, 0.0)
    for pair in world.pairs.indices {
      let one = best(pair, penalty: penalty)
      value += one.value
      lost += one.lost
    }
    return (value, lost)
  }

  /// A lower bound of the yearly cost where at least `fill` of the units asked for is sold.
  func bound(fill: Double) -> Double {
    var asked = 0.0
    for pair in world.pairs.indices {
      for day in 0..<world.days { asked += world.demand(pair, day: day) }
    }
    let allowed = (1 - fill) * asked
    var best = 0.0
    var (low, high) = (0.0, 1_000.0)
    // The dual is concave in the penalty: its slope is what is lost less what may be.
    for _ in 0..<12 {
      let penalty = low == 0 ? high / 16 : (low * high).squareRoot()
      let answer = self.best(penalty: penalty)
      best = max(best, answer.value - penalty * allowed)
      if answer.lost > allowed { low = penalty } else { high = penalty }
    }
    return best * 365 / Double(world.days)
  }

  /// Demand net of what there is at the start, and what holding that until it is sold costs. Goods
  /// that were already on their way come as they are wanted.
  private func net(_ pair: Int, holding: Double) -> (demand: [Double], cost: Double) {
    var there = start.onHand[pair]
    var coming = start.transit[pair].reduce(0) { $0 + $1.units }
    var cost = 0.0
    let demand = (0..<world.days).map { day in
      var wanted = world.demand(pair, day: day)
      let served = min(wanted, there)
      there -= served
      wanted -= served
      cost += there * holding
      let given = min(wanted, coming)
      coming -= given
      return wanted - given
    }
    return (demand, cost)
  }

  /// An order that comes at the close of day j - 1 serves days from j on until the next: demand of
  /// day t is held t - j + 1 nights, or lost where the penalty is less.
  private func best(_ pair: Int, penalty: Double) -> (value: Double, lost: Double) {
    let holding = world.holdingCost(pair) / 365
    let orderCost = world.item(of: pair).orderCost
    let (demand, cost) = net(pair, holding: holding)
    let days = demand.count
    // Sums of demand, and of demand times its day, before each day.
    var (sums, moments) = ([0.0], [0.0])
    for (day, units) in demand.enumerated() {
      sums.append(sums[day] + units)
      moments.append(moments[day] + units * Double(day))
    }
    let reach = Int(min(Double(days), max(0, penalty / max(holding, 1e-12))))
    // Least value of days 0..<end, and the lost units behind it.
    var value = [0.0]
    var lost = [0.0]
    for end in 1...days {
      // The last day unserved, or within the reach of an order.
      var best = value[end - 1] + penalty * demand[end - 1]
      var bestLost = lost[end - 1] + demand[end - 1]
      if demand[end - 1] > 0 {
        for first in stride(from: end - 1, through: max(0, end - reach), by: -1) {
          // Another order for the last day is then cheaper than to hold what it wants.
          guard holding * Double(end - 1 - first) * demand[end - 1] <= orderCost else { break }
          guard demand[first] > 0 else { continue }
          let held =
            moments[end] - moments[first] - Double(first - 1) * (sums[end] - sums[first])
          let here = value[first] + orderCost + holding * held
          if here < best { (best, bestLost) = (here, lost[first]) }
        }
      }
      value.append(best)
      lost.append(bestLost)
    }
    return (value[days] + cost, lost[days])
  }
}
