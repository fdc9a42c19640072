import TestSupport
import Testing

@testable import Allocation

@Suite("A block's answer to prices")
struct BlockPassTests {
  /// Hostile pairs: bounds that hold, demand of nothing, nothing that costs, packs and none.
  static func pairs(_ count: Int, packs: Bool, seed: UInt64) -> [Pair] {
    var random = SplitMix64(seed: seed)
    func spread(_ least: Double, _ most: Double) -> Double {
      Double(Float(least * power(most / least, random.uniform())))
    }
    return (0..<count).map { sku in
      var pair = Pair(
        sku: sku, warehouse: 0, demand: spread(0.01, 1e6), orderCost: spread(0.1, 1000),
        holdingCost: spread(1e-3, 1e3), unitCost: spread(0.01, 1e4), volume: spread(1e-6, 10))
      switch sku % 7 {
      case 1: pair.demand = 0
      case 2: pair.volume = 0
      case 3: (pair.smallestLot, pair.largestLot) = (20, 20)
      case 4: pair.smallestLot = spread(1, 1e4)
      case 5: pair.largestLot = spread(1, 100)
      default: break
      }
      if packs, sku % 3 > 0 { pair.pack = [1, 2, 2.5, 12, 144][sku % 5] }
      return pair
    }
  }

  static func power(_ base: Double, _ exponent: Double) -> Double {
    // By squaring of roots: enough to spread numbers, without a library.
    var (result, root, rest) = (1.0, base, exponent)
    for _ in 0..<40 {
      root = root.squareRoot()
      rest *= 2
      if rest >= 1 { (result, rest) = (result * root, rest - 1) }
    }
    return result
  }

  static let questions: [Prices] = [0, 1, 2, 3].map { kind in
    var prices = Prices(warehouseCount: 1)
    if kind > 0 { (prices.space[0], prices.cash) = (31.25, 0.176) }
    if kind > 1 { prices.lines[0] = 7.5 }
    if kind > 2 { prices.weight = 0 }
    return prices
  }

  @Test(
    "is the oracle's, bit for bit, in every width",
    arguments: [1, 7, 8, 9, 4095, 4096], [false, true])
  func bits(count: Int, packs: Bool) throws {
    let pairs = Self.pairs(count, packs: packs, seed: UInt64(count))
    let block = try #require(try PairShard(warehouseCount: 1, pairs: pairs).blocks.first)
    for prices in Self.questions {
      let oracle = ScalarPass.run(block, prices, kappa: 0.75)
      for width in LaneWidth.allCases {
        let sums = block.sums(prices, kappa: 0.75, hasLines: true, width: width)
        #expect(sums == oracle)
        #expect(sums.cost.isFinite && sums.cost > 0 && sums.volumeVolume.isFinite)
        var without = oracle
        (without.ordersOrders, without.volumeOrders, without.cashOrders) = (0, 0, 0)
        #expect(block.sums(prices, kappa: 0.75, hasLines: false, width: width) == without)
      }
    }
  }

  @Test("is the cheapest of all lots at these prices, with and without packs")
  func cheapest() throws {
    for packs in [false, true] {
      let pairs = Self.pairs(500, packs: packs, seed: 11)
      let block = try #require(try PairShard(warehouseCount: 1, pairs: pairs).blocks.first)
      let prices = BlockPrices(Self.questions[2], warehouse: 0, kappa: 0.75)
      for index in 0..<block.count {
        let pair = block[index]
        let (lot, _, _, order, holding) = ScalarPass.lot(pair, prices)
        func priced(_ lot: Double) -> Double { order * pair.demand / lot + holding * lot / 2 }
        let step = pair.pack > 0 ? pair.pack : lot * 1e-3
        for other in [lot - step, lot + step]
        where other >= pair.smallestLot && other <= pair.largestLot && other > 0 {
          #expect(priced(lot) <= priced(other) * (1 + 1e-12))
        }
      }
    }
  }

  @Test("has the derivatives that differences have")
  func derivatives() throws {
    let instance = GeneratedInstance(skus: 200, warehouses: 1)
    let block = try #require(try instance.shard(0).blocks.first)
    let kappa = 0.75
    func sums(_ change: (inout Prices) -> Void) -> LimitSums {
      var prices = Self.questions[2]
      change(&prices)
      return block.sums(prices, kappa: kappa, hasLines: true)
    }
    let here = sums { _ in }
    let step = 1e-4
    func check(
      _ use: (LimitSums) -> Double, _ raise: (inout Prices, Double) -> Void, _ says: Double
    ) {
      let difference =
        (use(sums { raise(&$0, step) }) - use(sums { raise(&$0, -step) })) / (2 * step)
      #expect(abs(difference - says) <= 1e-5 * abs(says))
    }
    let space = { (sums: LimitSums) in kappa * sums.volume }
    let lines = { (sums: LimitSums) in sums.orders }
    let cash = { (sums: LimitSums) in sums.cash / 2 }
    check(space, { $0.space[0] += $1 }, -kappa * kappa * here.volumeVolume)
    check(space, { $0.lines[0] += $1 }, kappa * here.volumeOrders / 2)
    check(space, { $0.cash += $1 / 100 }, -kappa * here.volumeCash / 2 / 100)
    check(lines, { $0.space[0] += $1 }, kappa * here.volumeOrders / 2)
    check(lines, { $0.lines[0] += $1 }, -here.ordersOrders / 2)
    check(lines, { $0.cash += $1 / 100 }, here.cashOrders / 4 / 100)
    check(cash, { $0.space[0] += $1 }, -kappa * here.volumeCash / 2)
    check(cash, { $0.lines[0] += $1 }, here.cashOrders / 4)
    check(cash, { $0.cash += $1 / 100 }, -here.cashCash / 4 / 100)
  }
}
