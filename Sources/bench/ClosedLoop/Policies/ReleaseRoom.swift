/// What space and cash the coming days leave for new orders: stock, what comes, less what is
/// expected to sell, pair by pair.
struct ReleaseRoom {
  struct Candidate {
    var order: LoopOrder
    /// What is more urgent goes first.
    var urgency: Double
  }

  /// Days ahead; goods come after 60 at the most.
  private static let days = 62

  /// By warehouse and day ahead: space that is free; and cash by day ahead.
  private var space: [[Double]]
  private var cash: [Double]

  init(_ state: LoopState, usable: Double, expected: (_ pair: Int, _ days: Int) -> Double) {
    let world = state.world
    space = world.warehouses.map {
      Array(repeating: usable * $0.capacityCubicMetres, count: Self.days + 1)
    }
    cash = Array(repeating: usable * world.cash, count: Self.days + 1)
    for pair in world.pairs.indices {
      let transit = state.transit[pair]
      guard state.onHand[pair] > 0 || !transit.isEmpty else { continue }
      let item = world.item(of: pair)
      let warehouse = world.pairs[pair].warehouse
      var there = state.onHand[pair]
      var before = 0.0
      for ahead in 0...Self.days {
        let sold = expected(pair, ahead)
        there = max(0, there - (sold - before))
        before = sold
        // What is overdue may come any day.
        for coming in transit {
          let due = max(coming.expected, state.day + 1) - state.day
          if due == ahead { there += coming.units }
        }
        guard there > 0 else { continue }
        space[warehouse][ahead] -= there * item.volumeCubicMetres
        cash[ahead] -= there * item.unitCost
      }
    }
  }

  /// The orders for which there will be room, the most urgent first, the last of them in fewer
  /// packs.
  mutating func release(_ candidates: [Candidate], _ state: LoopState) -> [LoopOrder] {
    let sorted = candidates.sorted {
      ($0.urgency, -$0.order.pair) > ($1.urgency, -$1.order.pair)
    }
    return sorted.compactMap { candidate -> LoopOrder? in
      var order = candidate.order
      let item = state.world.item(of: order.pair)
      let warehouse = state.world.pairs[order.pair].warehouse
      let early = item.leadTimeDays - Int((2 * item.leadTimeDeviation).rounded())
      let window = max(1, early)...min(Self.days, item.leadTimeDays + 7)
      var units = order.units
      for day in window {
        units = min(units, space[warehouse][day] / item.volumeCubicMetres)
        units = min(units, cash[day] / item.unitCost)
      }
      if units < order.units {
        order.units = (units / item.pack).rounded(.down) * item.pack
        guard order.units >= item.minimumOrder else { return nil }
      }
      for day in max(1, early)...Self.days {
        space[warehouse][day] -= order.units * item.volumeCubicMetres
        cash[day] -= order.units * item.unitCost
      }
      return order
    }
  }
}
