import Glibc
import TestSupport

/// How a world is made of mere sales: costs, volumes, lead times, packs and limits, from a seed.
/// The numbers stand in the bench's README.
struct LoopRecipe: Sendable {
  var seed: UInt64 = 6
  /// Space and cash of what the free lots of the year before take on average.
  var spaceShare = 1.6, cashShare = 1.4

  private static let packs = [1.0, 2, 4, 6, 10, 12, 24, 48]
  /// The standard score of the safety stocks by which limits are measured.
  private static let score = 2.5

  /// A generator of a part's own.
  private func random(_ part: UInt64, _ number: Int) -> SplitMix64 {
    var mixer = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ part)
    return SplitMix64(seed: mixer.next() ^ UInt64(number) &* 0xBF58_476D_1CE4_E5B9)
  }

  func item(_ number: Int, price: Double, dailyMean: Double) -> LoopItem {
    var random = random(1, number)
    var item = LoopItem()
    item.price = price
    item.unitCost = price * (0.55 + 0.2 * random.uniform())
    item.volumeCubicMetres = 0.0005 * pow(40, random.uniform())
    item.orderCost = 2 * pow(5, random.uniform())
    let isFar = random.uniform() < 0.2
    item.leadTimeDays = isFar ? 15 + Int(16 * random.uniform()) : 3 + Int(12 * random.uniform())
    item.leadTimeDeviation = Double(item.leadTimeDays) * (0.1 + 0.2 * random.uniform())
    let holding = LoopWorld.holdingRate * item.unitCost + 80 * item.volumeCubicMetres
    item.freeLot = (2 * 365 * dailyMean * item.orderCost / holding).squareRoot()
    let sizes = Self.packs.prefix { $0 <= max(1, item.freeLot / 2) }
    item.pack = sizes[Int(random.uniform() * Double(sizes.count))]
    item.minimumOrder = item.pack * (1 + (3 * random.uniform()).rounded(.down))
    return item
  }

  func warehouse(_ number: Int, name: String) -> LoopWarehouse {
    var random = random(2, number)
    return LoopWarehouse(
      name: name, storageCostPerCubicMetreYear: 40 + (80 * random.uniform()).rounded())
  }

  /// The world of these sales, with limits and all.
  func world(_ sales: LoopSales, days: Int) -> LoopWorld {
    let historyDays = sales.days - days
    var sums = Array(repeating: 0.0, count: sales.prices.count)
    var counts = sums
    for (pair, place) in sales.pairs.enumerated() {
      let start = pair * sales.days
      let past = sales.units[start..<start + historyDays].suffix(LoopWorld.judgedDays)
      sums[place.item] += past.reduce(0) { $0 + Double($1) } / Double(past.count)
      counts[place.item] += 1
    }
    let items = sales.prices.indices.map { number in
      item(number, price: sales.prices[number], dailyMean: sums[number] / max(1, counts[number]))
    }
    var world = LoopWorld(
      items: items,
      warehouses: sales.warehouses.enumerated().map { warehouse($0, name: $1) },
      pairs: sales.pairs, historyDays: historyDays, days: days, demand: sales.units, seed: seed)
    limit(&world)
    return world
  }

  /// Limits are shares of what free lots and usual safety stocks took in the year before.
  private func limit(_ world: inout LoopWorld) {
    var space = Array(repeating: 0.0, count: world.warehouses.count)
    var cash = 0.0
    for pair in world.pairs.indices {
      let item = world.item(of: pair)
      let stock = Self.usualStock(world, pair)
      let mean = stock.lot / 2 + stock.safety
      space[world.pairs[pair].warehouse] += item.volumeCubicMetres * mean
      cash += item.unitCost * mean
    }
    for warehouse in space.indices {
      world.warehouses[warehouse].capacityCubicMetres = spaceShare * space[warehouse]
    }
    world.cash = cashShare * cash
  }

  /// What a planner would keep who knows the last year's mean and spread: the start of all.
  static func usualStock(
    _ world: LoopWorld, _ pair: Int
  ) -> (lot: Double, safety: Double, mean: Double) {
    let item = world.item(of: pair)
    let (mean, variance) = world.moments(pair, before: 0, days: LoopWorld.judgedDays)
    guard mean > 0 else { return (0, 0, 0) }
    let free = (2 * 365 * mean * item.orderCost / world.holdingCost(pair)).squareRoot()
    let late = mean * item.leadTimeDeviation
    let spread = (variance * Double(item.leadTimeDays + 1) + late * late).squareRoot()
    return (item.order(near: free), (score * spread).rounded(), mean)
  }

  /// What is there, and on its way with its day, when the simulation begins: the cycle of a usual
  /// stock, caught at a random moment.
  static func start(
    _ world: LoopWorld, _ pair: Int, _ random: inout SplitMix64
  ) -> (onHand: Double, arrivals: [(day: Int, units: Double)]) {
    let usual = usualStock(world, pair)
    let phase = random.uniform()
    guard usual.lot > 0 else { return (0, []) }
    let onHand = (usual.safety + phase * usual.lot * 0.8).rounded()
    let leadTime = world.item(of: pair).leadTimeDays
    let needed = usual.mean * Double(leadTime + 1) + usual.safety
    var arrivals: [(day: Int, units: Double)] = []
    var there = onHand
    while there <= needed, arrivals.count < leadTime {
      let day = min(leadTime, max(0, Int((there - usual.safety) / usual.mean)))
      arrivals.append((day, usual.lot))
      there += usual.lot
    }
    return (onHand, arrivals)
  }
}
