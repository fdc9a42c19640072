import Allocation
import Demand
import TestSupport
import Testing

@testable import Replenishment

@Suite struct ItemProblemTests {
  static let names = ["Brno", "Gdynia", "Lyon"]

  /// A SKU at three locations whose every figure is drawn.
  static func someKept(_ random: inout SplitMix64) -> Kept {
    var kept = Kept()
    kept.locations = names
    kept.item.unitCost = 0.1 + 50 * random.uniform()
    kept.item.price = 80 * random.uniform()
    kept.item.volumeCubicMetres = 0.1 * random.uniform()
    kept.item.orderCost = 60 * random.uniform()
    kept.item.orderMultiple = [nil, 1, 6, 10, 24, 0.1, 0.25][Int(random.next() % 7)]
    kept.item.minimumOrder = random.uniform() < 0.3 ? 40 * random.uniform() : nil
    kept.forecast = Records.normal(
      rate: 0.05 + 8 * random.uniform(), deviation: 3 * random.uniform())
    let warehouses = names.enumerated().compactMap { index, name in
      (try? Location(name)).map {
        Warehouse(location: $0, storageCostPerCubicMetreYear: 10 * Double(index))
      }
    }
    kept.document.warehouses = WarehouseList(warehouses)
    return kept
  }

  static func somePrices(_ random: inout SplitMix64) -> Prices {
    var prices = Prices(warehouseCount: names.count)
    for warehouse in names.indices {
      prices.space[warehouse] = 100 * random.uniform()
      prices.lines[warehouse] = 20 * random.uniform()
    }
    prices.cash = 0.3 * random.uniform()
    return prices
  }

  static func warehouse(_ location: Location) -> Int {
    names.firstIndex(of: location.description) ?? 0
  }

  @Test func `what the policies take of each limit is what the passes over their pairs summed`()
    throws
  {
    for seed in UInt64(0)..<40 {
      var random = SplitMix64(seed: seed)
      var settings = PolicySettings()
      settings.serviceType = [.cycle, .cycle, .fill, .cost][Int(random.next() % 4)]
      let prices = Self.somePrices(&random)
      var pairs: [Pair] = []
      var coupled: [CoupledItem] = []
      var (volume, orders) = ([0.0, 0, 0], [0.0, 0, 0])
      for number in 0..<12 {
        var kept = Self.someKept(&random)
        kept.settings = settings
        if random.uniform() < 0.2 {
          kept.options = [SupplyOption(origin: .supplier("acme"), available: 30)]
        }
        let policies = try kept.policies()
        let problem = policies.problem(number: number, warehouse: Self.warehouse)
        pairs += problem.plain
        coupled += problem.coupled
        let priced = policies.priced(prices, warehouse: Self.warehouse)
        #expect(problem.plain.count + problem.coupledPlaces.joined().count == 3)
        for (place, policy) in priced.enumerated() {
          volume[place] += Double(Float(policy.volumeCubicMetres)) * policy.lot
          orders[place] += policy.annualDemand / policy.lot
        }
      }
      let shard = try PairShard(warehouseCount: 3, pairs: pairs, coupled: coupled)
      let sums = shard.sums(prices, kappa: settings.spaceShare, hasLines: true)
      for place in 0..<3 {
        #expect(near(sums[place].volume, volume[place], 1e-6), "seed \(seed)")
        #expect(near(sums[place].orders, orders[place], 1e-6), "seed \(seed)")
      }
    }
  }

  @Test func `no data of a SKU, however absurd, keeps all others from being priced`() throws {
    let figures = [0, 1e-300, 1e-9, 0.001, 0.333, 12, 1e6, 1e12, 1e15, 1e300, .infinity, -1, .nan]
    for seed in UInt64(0)..<3_000 {
      var random = SplitMix64(seed: seed)
      func figure() -> Double { figures[Int(random.next() % UInt64(figures.count))] }
      var kept = Self.someKept(&random)
      kept.settings.serviceType = ServiceType.allCases[Int(random.next() % 3)]
      kept.settings.stockoutShare = 1_000 * random.uniform()
      kept.item.unitCost = figure()
      kept.item.price = figure()
      kept.item.volumeCubicMetres = figure()
      kept.item.orderCost = figure()
      kept.item.orderMultiple = figure()
      kept.item.minimumOrder = figure()
      kept.document.warehouses.warehouses[0].storageCostPerCubicMetreYear = figure()
      var rule = PolicyRule(scope: PolicyScope())
      rule.holdingRate = figure()
      rule.stockoutCost = figure()
      rule.backorderCost = random.uniform() < 0.3 ? figure() : nil
      rule.fixedLot = random.uniform() < 0.3 ? figure() : nil
      rule.maximumCoverDays = random.uniform() < 0.3 ? figure() : nil
      kept.document.rules = [rule]
      kept.options = [
        SupplyOption(
          origin: .supplier("acme"), leadTimeDeviation: figure(), maximumOrder: figure(),
          breaks: [
            PriceBreak(from: figure(), unitCost: figure()),
            PriceBreak(from: figure(), unitCost: figure()),
          ], isIncremental: random.uniform() < 0.5, available: figure())
      ]
      let problem = try kept.policies().problem(number: 0, warehouse: Self.warehouse)
      #expect(throws: Never.self, "seed \(seed)") {
        try PairShard(warehouseCount: 3, pairs: problem.plain, coupled: problem.coupled)
      }
    }
  }

  @Test func `a plain pair's lot is, to the bit, the one of the block that stores it`() throws {
    for seed in UInt64(0)..<400 {
      var random = SplitMix64(seed: seed)
      let policies = try Self.someKept(&random).policies()
      let prices = Self.somePrices(&random)
      let problem = policies.problem(number: 1, warehouse: Self.warehouse)
      let priced = policies.priced(prices, warehouse: Self.warehouse)
      guard !problem.plain.isEmpty else { continue }
      let shard = try PairShard(warehouseCount: 3, pairs: problem.plain)
      for (block, place) in zip(shard.blocks, problem.plainPlaces) {
        #expect(block[0].lot(prices, kappa: 0.5) == priced[place].lot, "seed \(seed)")
        #expect(
          block.sums(prices, kappa: 0.5, hasLines: false).volume
            == block[0].volume * priced[place].lot, "seed \(seed)")
      }
    }
  }

  @Test func `of two lots that cost the same but for bits no block stores, the block's is taken`()
    throws
  {
    // 2 D N / p is 48 * 49 for a demand of 735; the millionth beyond it asks for one more.
    var kept = Kept()
    kept.forecast = Records.normal(rate: 735.000001 / 365, deviation: 1)
    let policies = try kept.policies()
    let pair = try #require(policies.problem(number: 1, warehouse: { _ in 0 }).plain.first)
    let prices = Prices(warehouseCount: 1)
    let shard = try PairShard(warehouseCount: 1, pairs: [pair])
    #expect(pair.lot(prices, kappa: 0.5) == 49)
    #expect(shard.blocks[0][0].lot(prices, kappa: 0.5) == 48)
    #expect(policies.policies[0].lot == 48)
  }

  @Test func `prices are shown as what they add to the costs of a unit and an order`() throws {
    var random = SplitMix64(seed: 3)
    let policies = try Self.someKept(&random).policies()
    let prices = Self.somePrices(&random)
    let free = policies.policies
    for (place, policy) in policies.priced(prices, warehouse: Self.warehouse).enumerated() {
      #expect(policy.spacePrice == prices.space[place] * policy.volumeCubicMetres)
      #expect(policy.cashPrice == prices.cash * policy.unitCost)
      #expect(policy.linePrice == prices.lines[place])
      #expect(policy.lotBeforePrices == free[place].lot)
    }
    #expect(free.allSatisfy { $0.spacePrice == 0 && $0.cashPrice == 0 && $0.linePrice == 0 })
  }

  @Test func `a lot at prices is the cheapest of all that can be ordered`() throws {
    for seed in UInt64(0)..<60 {
      var random = SplitMix64(seed: seed)
      var kept = Self.someKept(&random)
      kept.item.orderMultiple = Double(1 + random.next() % 12)
      let prices = Self.somePrices(&random)
      for (place, policy) in try kept.policies().priced(prices, warehouse: Self.warehouse)
        .enumerated()
      {
        let holding = policy.holdingCost + policy.spacePrice + policy.cashPrice
        let economics = EOQ(
          annualDemand: policy.annualDemand, orderCost: policy.orderCost + policy.linePrice,
          holdingCost: holding)
        let best = economics.bestLot(
          minimum: policy.minimumOrder, multiple: policy.orderMultiple)
        #expect(
          near(economics.cost(lot: policy.lot), economics.cost(lot: best), 1e-6),
          "seed \(seed), \(place)")
      }
    }
  }

  @Test func `what sells nothing is in no problem`() throws {
    var kept = Kept()
    kept.forecast = Records.zero()
    let policies = try kept.policies()
    #expect(policies.problem(number: 1, warehouse: { _ in 0 }).isEmpty)
    #expect(policies.policies[0].basis.contains(.noDemand))
  }

  @Test func `hostile values give sound pairs and finite policies`() throws {
    for seed in UInt64(0)..<1_500 {
      var random = SplitMix64(seed: seed)
      let odd = try HostileTests.someCase(&random)
      let option = SupplyOption(
        origin: .supplier("acme"), unitCost: HostileTests.maybe(&random),
        leadTimeDays: HostileTests.maybe(&random),
        leadTimeDeviation: HostileTests.maybe(&random),
        minimumOrder: HostileTests.maybe(&random), orderMultiple: HostileTests.maybe(&random),
        maximumOrder: HostileTests.maybe(&random), orderCost: HostileTests.maybe(&random),
        breaks: [
          PriceBreak(from: HostileTests.value(&random), unitCost: HostileTests.value(&random))
        ], isIncremental: random.uniform() < 0.5, available: HostileTests.maybe(&random))
      var rule = PolicyRule(scope: PolicyScope())
      rule.serviceType = ServiceType(rawValue: UInt8(random.next() % 4))
      rule.minimumCoverDays = HostileTests.maybe(&random)
      rule.maximumCoverDays = HostileTests.maybe(&random)
      rule.stockoutCost = HostileTests.maybe(&random)
      if random.uniform() < 0.2 { rule.backorderCost = HostileTests.maybe(&random) }
      if random.uniform() < 0.1 { rule.fixedLot = HostileTests.maybe(&random) }
      var document = PlanningDocument()
      document.rules = [rule]
      var item = odd.item
      item?.shelfLifeDays = random.uniform() < 0.3 ? Int(random.next() % 400) - 100 : nil
      item?.lifecycle = Lifecycle(rawValue: UInt8(random.next() % 6)) ?? .active
      let policies = ItemPolicies(
        ItemCase(
          sku: odd.sku, item: item,
          locations: [
            LocationCase(
              location: odd.location, forecast: odd.forecast,
              options: random.uniform() < 0.7 ? [option] : [])
          ]),
        PlanContext(
          asOf: asOf, settings: HostileTests.someSettings(&random), document: document))
      let problem = policies.problem(number: 1) { _ in 0 }
      _ = try PairShard(warehouseCount: 1, pairs: problem.plain, coupled: problem.coupled)
      let policy = policies.policies[0]
      for figure in HostileTests.figures(LocationPlan(policy: policy)) + [policy.stockoutCost] {
        #expect(figure.isFinite && figure >= 0, "seed \(seed)")
      }
      #expect((0...1).contains(policy.expectedFill), "seed \(seed)")
    }
  }
}
