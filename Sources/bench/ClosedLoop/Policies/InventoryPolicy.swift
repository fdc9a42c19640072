/// Decides at the close of each day what to order.
protocol InventoryPolicy {
  var name: String { get }
  /// What else there is to say of a course of days.
  var note: String { get }
  mutating func orders(_ state: LoopState) -> [LoopOrder]
}

extension InventoryPolicy {
  var note: String { "" }

  /// Lives through all days of a world.
  mutating func live(in world: LoopWorld) -> LoopAccount {
    var state = LoopState(world)
    for _ in 0..<world.days {
      state.pass()
      state.release(orders(state))
    }
    return state.account
  }
}

/// Mean and variance of the last days' demand of each pair, moved on by a day at a time.
struct RollingMoments: Sendable {
  private let days: Int
  private var sums: [Double]
  private var squares: [Double]
  private var counts: Int

  /// Of the days before the first.
  init(_ world: LoopWorld, days: Int) {
    self.days = days
    counts = min(days, world.historyDays)
    sums = Array(repeating: 0, count: world.pairs.count)
    squares = sums
    for pair in world.pairs.indices {
      for day in -counts..<0 {
        let units = world.demand(pair, day: day)
        sums[pair] += units
        squares[pair] += units * units
      }
    }
  }

  /// Takes in the demand of `day`.
  mutating func take(_ world: LoopWorld, day: Int) {
    for pair in sums.indices {
      let new = world.demand(pair, day: day)
      let old = world.demand(pair, day: day - counts)
      guard new != old else { continue }
      sums[pair] += new - old
      squares[pair] += new * new - old * old
    }
  }

  func mean(_ pair: Int) -> Double { sums[pair] / Double(counts) }

  func variance(_ pair: Int) -> Double {
    let mean = mean(pair)
    return max(0, squares[pair] / Double(counts) - mean * mean)
  }
}
