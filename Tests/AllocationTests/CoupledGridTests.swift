import Glibc
import TestSupport
import Testing

@testable import Allocation

/// The Lagrangian in plain words, for any lot, safety stock and share that waits: what the choice
/// is compared with.
struct Spelled {
  let coupled: CoupledPair
  let prices: Prices
  let kappa: Double

  /// Cost without prices, and space, orders and cash taken.
  func parts(
    _ lot: Double, safety: Double, waiting: Double = 0
  ) -> (cost: Double, space: Double, orders: Double, cash: Double) {
    let (pair, rate) = (coupled.pair, coupled.holdingRate)
    var (last, paid, left) = (pair.unitCost, 0.0, lot)
    if coupled.isIncremental {
      // What is beyond a break is paid at its cost.
      for line in coupled.breaks.reversed() where left > line.from {
        paid += (left - line.from) * line.unitCost
        left = line.from
      }
      paid += left * pair.unitCost
    } else {
      for line in coupled.breaks where lot >= line.from { last = line.unitCost }
      paid = lot * last
    }
    let unit = paid / lot
    let cheapest = coupled.breaks.last?.unitCost ?? pair.unitCost
    let holding = pair.holdingCost - rate * (pair.unitCost - unit)
    let average = lot * (1 - waiting) * (1 - waiting) / 2
    var cost =
      pair.orderCost * pair.demand / lot + holding * (average + safety)
      + (unit - cheapest) * pair.demand
    cost += (coupled.backorderCost ?? 0) * lot * waiting * waiting / 2
    if case .cost(let perUnit, let curve) = coupled.service {
      cost += perUnit * pair.demand / lot * curve.shortage(above: curve.mean + safety)
    }
    return (
      cost, pair.volume * (kappa * lot * (1 - waiting) + safety), pair.demand / lot,
      unit * (average + safety)
    )
  }

  func value(_ lot: Double, safety: Double, waiting: Double = 0) -> Double {
    let parts = parts(lot, safety: safety, waiting: waiting)
    let warehouse = coupled.pair.warehouse
    return prices.weight * parts.cost + prices.space[warehouse] * parts.space
      + prices.lines[warehouse] * parts.orders + prices.cash * parts.cash
  }

  func value(_ chosen: ChosenLot) -> Double {
    value(
      chosen.lot, safety: chosen.safetyStock,
      waiting: chosen.lot > 0 ? chosen.backordered / chosen.lot : 0)
  }
}

@Suite("A coupled pair's choice at prices")
struct CoupledGridTests {
  enum Kind: CaseIterable {
    case breaks, incremental, backorders, fill, cost, fillBreaks, costIncremental
  }

  static func pair(_ kind: Kind, warehouse: Int = 0, _ random: inout SplitMix64) -> CoupledPair {
    let unitCost = 2 + 50 * random.uniform()
    let rate = 0.1 + 0.2 * random.uniform()
    let volume = 0.01 + 0.2 * random.uniform()
    var pair = Pair(
      sku: 3, warehouse: warehouse, demand: 20 * pow(100, random.uniform()),
      orderCost: 5 + 60 * random.uniform(), holdingCost: rate * unitCost + 5 * volume,
      unitCost: unitCost, volume: volume, safetyStock: 20 * random.uniform())
    let free = (2 * pair.demand * pair.orderCost / pair.holdingCost).squareRoot()
    if random.uniform() < 0.3 { pair.smallestLot = free * 1.3 * random.uniform() + 0.5 }
    if random.uniform() < 0.3 { pair.largestLot = pair.smallestLot + free * random.uniform() }
    if random.uniform() < 0.4 { pair.pack = max(0.5, (free * 0.3 * random.uniform()).rounded()) }
    var coupled = CoupledPair(pair)
    coupled.holdingRate = rate
    let curve = ServiceCurveTests.random(&random)
    switch kind {
    case .backorders: coupled.backorderCost = pair.holdingCost * pow(20, random.uniform())
    case .fill, .fillBreaks:
      coupled.service = .fill(target: 1 - 0.2 * pow(0.005, random.uniform()), curve: curve)
    case .cost, .costIncremental:
      coupled.service = .cost(
        perUnit: unitCost * pow(30, random.uniform()) / 3, curve: curve)
    case .breaks, .incremental: break
    }
    coupled.isIncremental = kind == .incremental || kind == .costIncremental
    if [.breaks, .incremental, .fillBreaks, .costIncremental].contains(kind) {
      var (from, cost) = (free * (0.3 + random.uniform()), unitCost)
      for _ in 0..<(1 + Int(random.uniform() * 4)) {
        cost *= 0.85 + 0.14 * random.uniform()
        coupled.breaks.append(.init(from: from, unitCost: cost))
        from *= 1.2 + random.uniform()
      }
    }
    return coupled
  }

  static func prices(_ random: inout SplitMix64, warehouses: Int = 1) -> Prices {
    var prices = Prices(warehouseCount: warehouses)
    for warehouse in 0..<warehouses {
      if random.uniform() < 0.6 { prices.space[warehouse] = 100 * random.uniform() }
      if random.uniform() < 0.6 { prices.lines[warehouse] = 30 * random.uniform() }
    }
    if random.uniform() < 0.6 { prices.cash = 0.5 * random.uniform() }
    if random.uniform() < 0.1 { prices.weight = 0 }
    return prices
  }

  /// Lots that a pair may have, closely.
  static func lots(_ pair: Pair, around lot: Double) -> [Double] {
    let bounds = pair.bounds
    if pair.pack > 0 {
      let first = bounds.lowerBound
      return (0..<2000).map { first + Double($0) * pair.pack }.filter { $0 <= bounds.upperBound }
    }
    let coarse = (-400...400).map { lot * pow(1.02, Double($0)) }
    let fine = (-200...200).map { lot * pow(1.0005, Double($0)) }
    return (coarse + fine + [bounds.lowerBound, bounds.upperBound]).filter(bounds.contains)
  }

  @Test("is the least of all, on grids of lots and safety stocks", arguments: Kind.allCases)
  func least(kind: Kind) throws {
    var random = SplitMix64(seed: 77)
    for round in 0..<300 {
      let coupled = Self.pair(kind, &random)
      try coupled.check()
      let prices = Self.prices(&random)
      let kappa = 0.5 + 0.5 * random.uniform()
      let item = CoupledItem(pairs: [coupled])
      let chosen = try #require(item.choose(prices, kappa: kappa).first)
      let spelled = Spelled(coupled: coupled, prices: prices, kappa: kappa)
      let value = spelled.value(chosen)
      #expect(coupled.pair.bounds.contains(chosen.lot), "round \(round)")
      let parts = spelled.parts(
        chosen.lot, safety: chosen.safetyStock, waiting: chosen.backordered / chosen.lot)
      #expect(abs(chosen.cost - parts.cost) <= 1e-10 * parts.cost, "round \(round)")
      for lot in Self.lots(coupled.pair, around: chosen.lot) {
        let others: [(safety: Double, waiting: Double)]
        switch coupled.service {
        case .fixed where coupled.backorderCost != nil:
          others = (0...50).map { (coupled.pair.safetyStock, Double($0) / 50) }
        case .fixed: others = [(coupled.pair.safetyStock, 0)]
        case .fill(let target, let curve):
          // The least safety stock that is enough, by halving.
          var (low, high) = (max(0, curve.least - curve.mean), curve.quantile(score: 30))
          for _ in 0..<60 {
            let safety = (low + high) / 2
            let isShort = curve.shortage(above: curve.mean + safety) > (1 - target) * lot
            if isShort { low = safety } else { high = safety }
          }
          others = [(high, 0)]
        case .cost(_, let curve):
          let first = max(0, curve.least - curve.mean)
          others = (0...40).map { (first + pow(Double($0) / 40, 2) * 300, 0) }
        }
        for (safety, waiting) in others {
          let other = spelled.value(lot, safety: safety, waiting: waiting)
          #expect(value <= other * (1 + 1e-9) + 1e-12, "round \(round): lot \(lot)")
        }
      }
      if case .fill(let target, let curve) = coupled.service {
        let short = curve.shortage(above: curve.mean + chosen.safetyStock)
        let allowed = (1 - target) * chosen.lot + 1e-14 * curve.shortage(above: 0)
        #expect(short <= allowed * (1 + 1e-9), "round \(round)")
      }
    }
  }

  @Test("takes of the limits what it says in words", arguments: Kind.allCases)
  func uses(kind: Kind) throws {
    var random = SplitMix64(seed: 78)
    for _ in 0..<100 {
      let coupled = Self.pair(kind, &random)
      let prices = Self.prices(&random)
      let shard = try PairShard(
        warehouseCount: 1, pairs: [Pair](), coupled: [CoupledItem(pairs: [coupled])])
      let sums = try #require(shard.sums(prices, kappa: 0.7, hasLines: true).first)
      let chosen = try #require(
        CoupledItem(pairs: [coupled]).choose(prices, kappa: 0.7).first)
      let parts = Spelled(coupled: coupled, prices: prices, kappa: 0.7).parts(
        chosen.lot, safety: chosen.safetyStock, waiting: chosen.backordered / chosen.lot)
      func near(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-9 * right }
      #expect(near(sums.cost, parts.cost) && near(sums.orders, parts.orders))
      #expect(near(0.7 * sums.volume + sums.safetyVolume, parts.space))
      #expect(near(sums.cash / 2 + sums.safetyCash, parts.cash))
    }
  }

  @Test(
    "has the derivatives that differences have",
    arguments: [Kind.backorders, .fill, .cost, .incremental])
  func derivatives(kind: Kind) throws {
    var random = SplitMix64(seed: 79)
    var compared = 0
    for round in 0..<60 {
      var coupled = Self.pair(kind, &random)
      (coupled.pair.smallestLot, coupled.pair.largestLot, coupled.pair.pack) = (1e-6, 1e15, 0)
      let shard = try PairShard(
        warehouseCount: 1, pairs: [Pair](), coupled: [CoupledItem(pairs: [coupled])])
      let kappa = 0.8
      func sums(_ change: (inout Prices) -> Void) -> LimitSums {
        var prices = Prices(warehouseCount: 1)
        (prices.space[0], prices.lines[0], prices.cash) = (9, 4, 0.1)
        change(&prices)
        return shard.sums(prices, kappa: kappa, hasLines: true)[0]
      }
      let here = sums { _ in }
      let space = { (sums: LimitSums) in kappa * sums.volume + sums.safetyVolume }
      let orders = { (sums: LimitSums) in sums.orders }
      let cash = { (sums: LimitSums) in sums.cash / 2 + sums.safetyCash }
      func check(
        _ use: (LimitSums) -> Double, _ says: Double, _ raise: (inout Prices, Double) -> Void
      ) {
        func difference(_ step: Double) -> Double {
          (use(sums { raise(&$0, step) }) - use(sums { raise(&$0, -step) })) / (2 * step)
        }
        // Where a piece ends between the two, or the choice jumps, there is no derivative.
        let (near, far) = (difference(1e-4), difference(3e-4))
        guard abs(near - far) <= 1e-4 * abs(near) else { return }
        compared += 1
        #expect(abs(near - says) <= 1e-3 * abs(near) + 1e-9, "round \(round): \(near), \(says)")
      }
      check(space, -kappa * kappa * here.volumeVolume) { $0.space[0] += $1 }
      check(space, kappa * here.volumeOrders / 2) { $0.lines[0] += $1 }
      check(space, -kappa * here.volumeCash / 2 / 100) { $0.cash += $1 / 100 }
      check(orders, -here.ordersOrders / 2) { $0.lines[0] += $1 }
      check(orders, here.cashOrders / 4 / 100) { $0.cash += $1 / 100 }
      check(cash, -here.cashCash / 4 / 100) { $0.cash += $1 / 100 }
    }
    #expect(compared > 200)
  }
}
