import Demand
import Replenishment

/// The stock of the coming days as it is expected at some locations together: what lies there at
/// the close of each day, what is on its way beside it, and what there would be without the
/// proposals of the plan.
///
/// As in the plan, what arrives on a day is there at its close and sells from the next one on, and
/// demand that finds nothing is lost; what was ordered without a day of arrival counts as ordered
/// now.
struct StockCourse: Equatable {
  /// The day whose close the stock was counted at: the first one of the course.
  let start: Day
  /// Units there at the close of each day, with and without what the plan proposes.
  private(set) var onHand: [Double], without: [Double]
  /// Units there and on their way.
  private(set) var position: [Double]
  /// Days on which proposals arrive, and how much does.
  private(set) var arrivals: [Day: Double] = [:]

  /// The days shown, at least and at most.
  private static let fewestDays = 28, mostDays = 120
  private static let daysAfterArrival = 4

  /// Of plans that count on some stock; nothing where none does.
  init?(_ plans: [SKUCourse.Planned], from start: Day) {
    let counted = plans.filter { $0.plan.stock != nil && !$0.mean.isEmpty }
    guard !counted.isEmpty else { return nil }
    self.start = start
    for planned in counted {
      for (day, units) in Self.proposed(planned.plan) { arrivals[day, default: 0] += units }
    }
    let last = arrivals.keys.max().map { $0 - start + Self.daysAfterArrival } ?? 0
    let days = min(Self.mostDays, max(Self.fewestDays, last))
    onHand = Array(repeating: 0, count: days + 1)
    without = onHand
    position = onHand
    for planned in counted {
      add(planned, days: days)
    }
  }

  /// What the plan brings, by day; what waits for a limit of today does not come.
  private static func proposed(_ plan: LocationPlan) -> [(Day, Double)] {
    plan.proposals.filter { $0.heldBy == nil }.map { ($0.arrivalDay, $0.quantity) }
      + plan.transfers.filter { $0.heldBy == nil }.map { ($0.arrivalDay, $0.quantity) }
  }

  private mutating func add(_ planned: SKUCourse.Planned, days: Int) {
    guard let stock = planned.plan.stock else { return }
    let lead = planned.plan.policy.leadTimeDays
    var known = stock.inTransit.map { ($0.day - start, $0.units) }
    if stock.onOrder > 0 { known.append((lead, stock.onOrder)) }
    let proposed = Self.proposed(planned.plan).map { ($0.0 - start, $0.1) }
    let free = stock.onHand - stock.reserved - planned.plan.leaving
    let sold = Self.demand(planned.mean, days: days)
    let bare = Self.run(free, known, sold)
    let full = Self.run(free, known + proposed, sold)
    for day in 0...days {
      without[day] += bare[day]
      onHand[day] += full[day]
      let coming = (known + proposed).reduce(0) { $1.0 > day ? $0 + $1.1 : $0 }
      position[day] += full[day] + coming
    }
  }

  /// The expected demand of the coming days; past the forecast it is that of its last week.
  private static func demand(_ mean: [Double], days: Int) -> [Double] {
    let week = mean.suffix(7)
    let rate = week.isEmpty ? 0 : week.reduce(0, +) / Double(week.count)
    return (0..<days).map { $0 < mean.count ? mean[$0] : rate }
  }

  private static func run(
    _ free: Double, _ arrivals: [(day: Int, units: Double)], _ sold: [Double]
  ) -> [Double] {
    func arriving(_ isDue: (Int) -> Bool) -> Double {
      arrivals.reduce(0) { isDue($1.day) ? $0 + $1.units : $0 }
    }
    var have = free + arriving { $0 <= 0 }
    var stock = [have]
    for day in sold.indices {
      // More may be promised than there is: what is missing is met first.
      have = have > 0 ? max(0, have - sold[day]) : have
      have += arriving { $0 == day + 1 }
      stock.append(have)
    }
    return stock
  }
}
