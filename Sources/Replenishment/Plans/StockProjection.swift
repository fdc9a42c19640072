import Demand

/// The stock of the coming days as it is expected: what is free, what arrives when, what sells.
///
/// Day t is t days after the day whose close the stock was counted at. What arrives on a day is
/// there at its close and sells from the next one on. Demand that finds nothing is lost.
struct StockProjection {
  /// Units that arrive, and after how many days.
  struct Arrival {
    var day: Int
    var units: Double
  }

  let demand: LeadTimeDemand
  /// On hand less reserved: negative where more is promised than there is.
  private(set) var free: Double
  /// Ascending by day, all after today.
  private(set) var arrivals: [Arrival] = []

  /// What was ordered without a day of arrival counts as ordered now: nothing better is known.
  init(_ stock: Stock, demand: LeadTimeDemand, asOf: Day, undatedAfter leadTimeDays: Int) {
    self.demand = demand
    free = stock.onHand - stock.reserved
    for receipt in stock.inTransit {
      add(receipt.units, onDay: Int(receipt.day.number) - Int(asOf.number))
    }
    add(stock.onOrder, onDay: leadTimeDays)
  }

  /// Counts on more. What is due is there.
  mutating func add(_ units: Double, onDay day: Int) {
    guard units > 0 else { return }
    guard day > 0 else {
      free += units
      return
    }
    var index = arrivals.count
    while index > 0, arrivals[index - 1].day > day { index -= 1 }
    arrivals.insert(Arrival(day: day, units: units), at: index)
  }

  /// Counts on less.
  mutating func take(_ units: Double) { free -= units }

  /// What demand before the close of `day` can count on.
  func available(before day: Int) -> Double {
    arrivals.reduce(free) { $1.day < day ? $0 + $1.units : $0 }
  }

  /// Demand of days 1...last that finds nothing: how much, from which day on, and how much of what
  /// is on its way comes after that day.
  func shortfall(through last: Int) -> (units: Double, firstDay: Int, late: Double)? {
    var (have, lost, late) = (free, 0.0, 0.0)
    var first: Int?
    func serve(through day: Int) {
      let missing = demand.mean(days: day) - lost - have
      guard missing > Bounds.slack(have) else { return }
      if first == nil {
        first = demand.firstDay(sellingMoreThan: have + lost, within: max(1, day)) ?? 1
      }
      lost += missing
    }
    for arrival in arrivals {
      guard arrival.day < last else {
        late += first == nil && lost == 0 ? 0 : arrival.units
        continue
      }
      serve(through: arrival.day)
      if lost > 0 { late += arrival.units }
      have += arrival.units
    }
    serve(through: last)
    guard lost > 0, let first else { return nil }
    return (lost, first, late > 0 ? late : lateUnits(after: first))
  }

  private func lateUnits(after day: Int) -> Double {
    arrivals.reduce(0) { $1.day >= day ? $0 + $1.units : $0 }
  }

  /// The most that is expected to lie there between the close of each window's first day and that
  /// of its last one.
  func peaks(_ body: (_ window: Int, _ units: Double) -> Void) {
    var (have, lost) = (free, 0.0)
    var next = 0
    for window in 0..<ReleaseWindow.count {
      let start = ReleaseWindow.firstDay(of: window)
      while next < arrivals.count, arrivals[next].day <= start {
        lost += max(0, demand.mean(days: arrivals[next].day) - lost - have)
        have += arrivals[next].units
        next += 1
      }
      var most = max(0, have + lost - demand.mean(days: start))
      var ahead = next
      while ahead < arrivals.count, arrivals[ahead].day <= ReleaseWindow.lastDay(of: window) {
        most += arrivals[ahead].units
        ahead += 1
      }
      body(window, most)
    }
  }
}
