/// What is left of each limit; negative where it is exceeded.
struct Rooms {
  var space: [Double]
  var orders: [Double]
  var cash: Double
  /// What a unit of each counts when excesses are added: 1 / its room, and more by and by.
  private var spaceUnit: [Double], ordersUnit: [Double], cashUnit: Double

  /// 1 / its room.
  private let spaceScale: [Double], ordersScale: [Double], cashScale: Double

  /// A limit of nothing that nothing uses still has a size: shares of it stay finite.
  static let leastSize = 1e-9

  init(_ standing: Standing) {
    func left(_ line: Standing.Line) -> Double {
      line.isLimited ? line.room - line.use : .infinity
    }
    func unit(_ line: Standing.Line) -> Double {
      line.isLimited ? 1 / max(abs(line.room), line.use, Self.leastSize) : 0
    }
    space = standing.space.map(left)
    orders = standing.lines.map(left)
    cash = left(standing.cash)
    spaceUnit = standing.space.map(unit)
    ordersUnit = standing.lines.map(unit)
    cashUnit = unit(standing.cash)
    (spaceScale, ordersScale, cashScale) = (spaceUnit, ordersUnit, cashUnit)
  }

  var isKept: Bool { cash >= 0 && space.allSatisfy { $0 >= 0 } && orders.allSatisfy { $0 >= 0 } }

  /// What is exceeded, as shares of the limits, added.
  var excess: Double {
    var sum = max(0, -cash) * cashScale
    for warehouse in space.indices {
      sum += max(0, -space[warehouse]) * spaceScale[warehouse]
      sum += max(0, -orders[warehouse]) * ordersScale[warehouse]
    }
    return sum
  }

  mutating func take(_ move: PackMove) {
    space[move.warehouse] -= move.space
    orders[move.warehouse] -= move.orders
    cash -= move.cash
  }

  /// Whether the limits that a move touches hold after it.
  func hasRoom(for move: PackMove) -> Bool {
    space[move.warehouse] >= move.space && orders[move.warehouse] >= move.orders
      && cash >= move.cash
  }

  /// The same for two moves of a warehouse.
  func hasRoom(for first: PackMove, _ second: PackMove) -> Bool {
    space[first.warehouse] >= first.space + second.space
      && orders[first.warehouse] >= first.orders + second.orders
      && cash >= first.cash + second.cash
  }

  /// Lets what is exceeded count for more, so that moves which no sum of excesses would allow are
  /// made after all (the breakout method, Morris 1993).
  mutating func stress() {
    for warehouse in space.indices {
      if space[warehouse] < 0 { spaceUnit[warehouse] *= Self.stressGrowth }
      if orders[warehouse] < 0 { ordersUnit[warehouse] *= Self.stressGrowth }
    }
    if cash < 0 { cashUnit *= Self.stressGrowth }
  }

  private static let stressGrowth = 1.5

  /// By how much two moves of a warehouse together lessen the excesses.
  func relief(of first: PackMove, _ second: PackMove) -> Double {
    var rooms = (space[first.warehouse], orders[first.warehouse], cash)
    func change(_ left: Double, _ taken: Double) -> Double {
      max(0, -left) - max(0, taken - left)
    }
    rooms = (
      change(rooms.0, first.space + second.space), change(rooms.1, first.orders + second.orders),
      change(rooms.2, first.cash + second.cash)
    )
    return spaceUnit[first.warehouse] * rooms.0 + ordersUnit[first.warehouse] * rooms.1
      + cashUnit * rooms.2
  }

  /// By how much a move lessens the excesses, as shares of the limits; negative where it adds.
  func relief(of move: PackMove) -> Double {
    func change(_ left: Double, _ taken: Double) -> Double {
      max(0, -left) - max(0, taken - left)
    }
    let warehouse = move.warehouse
    return spaceUnit[warehouse] * change(space[warehouse], move.space)
      + ordersUnit[warehouse] * change(orders[warehouse], move.orders)
      + cashUnit * change(cash, move.cash)
  }
}
