import TestSupport

/// An order that was released.
struct LoopOrder: Equatable, Sendable {
  var pair: Int
  var units: Double
}

/// Goods on their way, as their buyer knows of them: the day on which they should come.
struct LoopTransit: Equatable, Sendable {
  var units: Double
  var expected: Int
  /// The day on which they will come, which no policy asks for.
  fileprivate(set) var due: Int
}

/// How things stand at the close of a day.
struct LoopState: Sendable {
  let world: LoopWorld
  /// The day that was sold last; policies may look at demand up to it.
  private(set) var day = -1
  private(set) var onHand: [Double]
  private(set) var transit: [[LoopTransit]]
  /// By warehouse.
  private(set) var space: [Double]
  private(set) var cash = 0.0
  private(set) var account: LoopAccount
  private var leadTimes: SplitMix64

  /// The start that is the same for all policies.
  init(_ world: LoopWorld) {
    self.world = world
    onHand = []
    transit = []
    space = Array(repeating: 0, count: world.warehouses.count)
    account = LoopAccount()
    leadTimes = SplitMix64(seed: world.seed ^ 0x1EAD)
    for pair in world.pairs.indices {
      var random = SplitMix64(seed: world.seed &+ UInt64(pair) &* 0x9E37_79B9)
      let start = LoopRecipe.start(world, pair, &random)
      onHand.append(0)
      transit.append(start.arrivals.map { .init(units: $0.units, expected: $0.day, due: $0.day) })
      put(start.onHand, pair)
      account.started += start.onHand + start.arrivals.reduce(0) { $0 + $1.units }
    }
  }

  /// On hand and on its way.
  func position(_ pair: Int) -> Double {
    transit[pair].reduce(onHand[pair]) { $0 + $1.units }
  }

  private mutating func put(_ units: Double, _ pair: Int) {
    let item = world.item(of: pair)
    onHand[pair] += units
    space[world.pairs[pair].warehouse] += units * item.volumeCubicMetres
    cash += units * item.unitCost
  }

  /// A day passes: what is asked for is sold while there is any, and lost otherwise; then comes
  /// what is due; then stock is counted.
  mutating func pass() {
    day += 1
    for pair in onHand.indices {
      let asked = world.demand(pair, day: day)
      if asked > 0 {
        let sold = min(asked, onHand[pair])
        put(-sold, pair)
        account.sell(sold, of: asked, world.item(of: pair))
      }
      if !transit[pair].isEmpty {
        let due = transit[pair].reduce(0) { $0 + ($1.due <= day ? $1.units : 0) }
        transit[pair].removeAll { $0.due <= day }
        if due > 0 { put(due, pair) }
      }
    }
    for pair in onHand.indices where onHand[pair] > 0 { account.hold(onHand[pair], pair, world) }
    account.count(space: space, cash: cash, world)
  }

  /// Orders that are placed at the close of the day come so many days later, as chance has it: the
  /// same for a pair and a day whatever else was ordered.
  mutating func release(_ orders: [LoopOrder]) {
    for order in orders {
      let item = world.item(of: order.pair)
      precondition(order.units >= item.minimumOrder, "less than the minimum")
      precondition((order.units / item.pack).rounded() * item.pack == order.units, "not in packs")
      var random = SplitMix64(
        seed: world.seed ^ UInt64(order.pair) << 20 ^ UInt64(day + 1) &* 0x94D0_49BB)
      var sum = 0.0
      for _ in 0..<12 { sum += random.uniform() }
      // The sum of twelve is nearly normal and bounded (Irwin 1927, Hall 1927).
      let drawn = Double(item.leadTimeDays) + (sum - 6) * item.leadTimeDeviation
      let days = min(2 * item.leadTimeDays, max(1, Int(drawn.rounded())))
      transit[order.pair].append(
        LoopTransit(units: order.units, expected: day + item.leadTimeDays, due: day + days))
      account.ordered += order.units
      account.orderCost += item.orderCost
      account.lines += 1
    }
  }

  /// What there is and what is on its way, of all goods.
  var units: Double {
    transit.indices.reduce(0) { $0 + position($1) }
  }
}
