/// Min and max by the average of the last 30 days: when stock and orders fall to the least cover,
/// they are filled up to the most.
struct MinMaxPolicy: InventoryPolicy {
  static let window = 30
  /// Days of demand above lead time and review: the knob.
  let safetyDays: Double
  /// Days of demand that an order adds.
  let coverDays: Double
  private var moments: RollingMoments

  init(_ world: LoopWorld, safetyDays: Double, coverDays: Double) {
    self.safetyDays = safetyDays
    self.coverDays = coverDays
    moments = RollingMoments(world, days: Self.window)
  }

  var name: String { "min-max, 30 days" }

  mutating func orders(_ state: LoopState) -> [LoopOrder] {
    moments.take(state.world, day: state.day)
    var orders: [LoopOrder] = []
    for pair in state.onHand.indices {
      let mean = moments.mean(pair)
      guard mean > 0 else { continue }
      let item = state.world.item(of: pair)
      let least = mean * (Double(item.leadTimeDays + 1) + safetyDays)
      let position = state.position(pair)
      guard position <= least else { continue }
      let units = item.order(atLeast: least + mean * coverDays - position)
      orders.append(LoopOrder(pair: pair, units: units))
    }
    return orders
  }
}

/// The textbook: EOQ, and normal safety stock over lead time and review from a window's mean and
/// standard deviation, lead times' deviation included; no shared limits.
struct EOQPolicy: InventoryPolicy {
  static let window = 91
  /// The standard score: the knob.
  let score: Double
  private var moments: RollingMoments

  init(_ world: LoopWorld, score: Double) {
    self.score = score
    moments = RollingMoments(world, days: Self.window)
  }

  var name: String { "EOQ, normal safety" }

  mutating func orders(_ state: LoopState) -> [LoopOrder] {
    let world = state.world
    moments.take(world, day: state.day)
    var orders: [LoopOrder] = []
    for pair in state.onHand.indices {
      let mean = moments.mean(pair)
      guard mean > 0 else { continue }
      let item = world.item(of: pair)
      let days = Double(item.leadTimeDays + 1)
      let late = mean * item.leadTimeDeviation
      let spread = (moments.variance(pair) * days + late * late).squareRoot()
      let reorderPoint = (mean * days + score * spread).rounded(.up)
      let position = state.position(pair)
      guard position <= reorderPoint else { continue }
      let free = (2 * 365 * mean * item.orderCost / world.holdingCost(pair)).squareRoot()
      let lot = item.order(near: free)
      // Whole lots, as many as lift the position above the reorder point.
      let units = lot * max(1, ((reorderPoint - position) / lot).rounded(.down) + 1)
      orders.append(LoopOrder(pair: pair, units: units))
    }
    return orders
  }
}
