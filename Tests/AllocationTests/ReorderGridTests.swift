import Glibc
import TestSupport
import Testing

@testable import Allocation

@Suite("A coupled pair whose reorder points lie on a grid")
struct ReorderGridTests {
  static let kinds: [CoupledGridTests.Kind] = [.fill, .cost, .fillBreaks, .costIncremental]

  /// A pair of some kind, with packs or without, fine and coarse grids; fill rates come with
  /// incremental breaks as well.
  private static func pair(
    _ kind: CoupledGridTests.Kind, _ random: inout SplitMix64
  ) -> CoupledPair {
    var coupled = CoupledGridTests.pair(kind, &random)
    coupled.reorderUnit = [0.25, 1, 1, 7][Int(random.uniform() * 4)]
    if kind == .fillBreaks { coupled.isIncremental = random.uniform() < 0.5 }
    if random.uniform() < 0.3 { coupled.pair.pack = 1 }
    return coupled
  }

  private static func curve(_ coupled: CoupledPair) -> (curve: ServiceCurve, missing: Double?) {
    switch coupled.service {
    case .fixed: preconditionFailure("service without a curve")
    case .fill(let target, let curve): (curve, 1 - target)
    case .cost(_, let curve): (curve, nil)
    }
  }

  @Test("a shortage that is no number ends the search for what serves it")
  func noNumber() {
    var random = SplitMix64(seed: 1)
    let grid = ReorderGrid(Self.curve(Self.pair(.fill, &random)).curve, unit: 1)
    #expect(grid.serving(shortage: .nan).isFinite)
    #expect(grid.serving(shortage: 0.5) >= grid.least)
  }

  /// All reorder points from the first above which nothing is expected to lie but by chance.
  private static func points(_ coupled: CoupledPair) -> [Double] {
    let curve = curve(coupled).curve
    let first = (max(curve.mean, curve.least) / coupled.reorderUnit).rounded(.up)
    let last = (curve.quantile(score: 4) / coupled.reorderUnit).rounded(.up)
    return stride(from: first, through: max(first, last), by: 1).map { $0 * coupled.reorderUnit }
  }

  /// Lots to compare with: packs around the chosen one, or lots close to it and far from it.
  private static func lots(_ pair: Pair, around lot: Double) -> [Double] {
    guard pair.pack > 0 else {
      return (-40...40).map { lot * pow(1.05, Double($0)) } + [lot * 0.999, lot * 1.001]
    }
    let near = (lot / pair.pack).rounded()
    return (-60...60).map { (near + Double($0)) * pair.pack }
      + (1...20).map { (near * Double($0) / 10).rounded() * pair.pack }
  }

  @Test("has the best lot and reorder point of all, gone through one by one", arguments: kinds)
  func least(kind: CoupledGridTests.Kind) throws {
    var random = SplitMix64(seed: 91)
    for round in 0..<120 {
      let coupled = Self.pair(kind, &random)
      try coupled.check()
      let prices = CoupledGridTests.prices(&random)
      let kappa = 0.5 + 0.5 * random.uniform()
      let chosen = try #require(CoupledItem(pairs: [coupled]).choose(prices, kappa: kappa).first)
      let spelled = Spelled(coupled: coupled, prices: prices, kappa: kappa)
      let (value, bounds) = (spelled.value(chosen), coupled.pair.bounds)
      let (curve, missing) = Self.curve(coupled)
      let count = (curve.mean + chosen.safetyStock) / coupled.reorderUnit
      #expect(abs(count - count.rounded()) < 1e-9, "round \(round)")
      #expect(bounds.contains(chosen.lot), "round \(round)")
      if let missing {
        let short = curve.shortage(above: curve.mean + chosen.safetyStock)
        #expect(short <= missing * chosen.lot * (1 + 1e-9) + 1e-12, "round \(round)")
      }
      for point in Self.points(coupled) {
        let safety = point - curve.mean
        let short = curve.shortage(above: point)
        var lots = Self.lots(coupled.pair, around: chosen.lot)
        if let missing, coupled.pair.pack == 0 { lots.append(short / missing) }
        for lot in lots + [bounds.lowerBound, min(bounds.upperBound, 1e6)]
        where lot > 0 && bounds.contains(lot) {
          if let missing, short > missing * lot { continue }
          let other = spelled.value(lot, safety: safety)
          #expect(value <= other * (1 + 1e-9) + 1e-12, "round \(round): \(lot), \(point)")
        }
      }
    }
  }

  @Test("has for a given lot the reorder point of the choice that has it", arguments: kinds)
  func given(kind: CoupledGridTests.Kind) throws {
    var random = SplitMix64(seed: 92)
    for round in 0..<200 {
      let coupled = Self.pair(kind, &random)
      let prices = CoupledGridTests.prices(&random)
      let chosen = try #require(CoupledItem(pairs: [coupled]).choose(prices, kappa: 0.6).first)
      let same = try #require(coupled.chosen(lot: chosen.lot, prices, kappa: 0.6))
      let spelled = Spelled(coupled: coupled, prices: prices, kappa: 0.6)
      let (value, again) = (spelled.value(chosen), spelled.value(same))
      #expect(abs(value - again) <= 1e-12 * value, "round \(round)")
      // Without prices safety stock may cost nothing, so that any is as good.
      guard prices.weight > 0 else { continue }
      #expect(same.safetyStock == chosen.safetyStock, "round \(round)")
    }
  }

  @Test("comes to what it is without a grid as the grid becomes finer", arguments: kinds)
  func finer(kind: CoupledGridTests.Kind) throws {
    var random = SplitMix64(seed: 93)
    for round in 0..<100 {
      var coupled = Self.pair(kind, &random)
      var prices = CoupledGridTests.prices(&random)
      prices.weight = 1
      var values: [Double] = []
      for unit in [0, 1e-5, 0.25, 1, 4] {
        coupled.reorderUnit = unit
        let item = CoupledItem(pairs: [coupled])
        let chosen = try #require(item.choose(prices, kappa: 0.6).first)
        values.append(Spelled(coupled: coupled, prices: prices, kappa: 0.6).value(chosen))
      }
      let slack = 1e-9 * values[0]
      #expect(values[1] <= values[0] * (1 + 1e-5), "round \(round)")
      // Each grid is part of all that are finer.
      for (fine, coarse) in zip(values, values.dropFirst()) {
        #expect(fine <= coarse + slack, "round \(round)")
      }
    }
  }

  @Test("moves by packs to lots at which the next reorder points begin")
  func moves() throws {
    var random = SplitMix64(seed: 94)
    var neighbours = 0
    for _ in 0..<60 {
      var coupled = Self.pair(.fill, &random)
      coupled.pair.pack = 1
      coupled.reorderUnit = 1
      (coupled.pair.smallestLot, coupled.pair.largestLot) = (1, 1e6)
      let shard = try PairShard(
        warehouseCount: 1, pairs: [Pair](), coupled: [CoupledItem(pairs: [coupled])])
      var prices = Prices(warehouseCount: 1)
      prices.space[0] = 10 * random.uniform()
      let question = RepairQuestion(
        prices: prices, kappa: 0.7, spaceWorth: [1], linesWorth: [0], cashWorth: 0, most: 50)
      let here = try #require(CoupledItem(pairs: [coupled]).choose(prices, kappa: 0.7).first)
      let moves = shard.moves(question, shard: 0)
      #expect(Set(moves.map(\.to)).count == moves.count)
      for move in moves {
        let there = try #require(coupled.chosen(lot: move.to, prices, kappa: 0.7))
        #expect(move.from == here.lot)
        #expect(abs(move.cost - (there.cost - here.cost)) <= 1e-9 * here.cost)
        let space = { (lot: ChosenLot) in coupled.pair.volume * (0.7 * lot.lot + lot.safetyStock) }
        #expect(abs(move.space - (space(there) - space(here))) <= 1e-9 * space(here))
        // One less would not do for its reorder point.
        guard abs(move.to - move.from) > 1, move.to > 1 else { continue }
        let less = try #require(coupled.chosen(lot: move.to - 1, prices, kappa: 0.7))
        #expect(less.safetyStock > there.safetyStock)
        neighbours += 1
      }
    }
    #expect(neighbours > 50)
  }

  @Test("is refused by name where the unit is none")
  func refused() {
    var random = SplitMix64(seed: 95)
    for unit in [-1, 1e-9, .infinity, .nan] {
      var coupled = CoupledGridTests.pair(.fill, &random)
      coupled.reorderUnit = unit
      let error = #expect(throws: AllocationError.self) { try coupled.check() }
      #expect("\(error.map { "\($0)" } ?? "")".hasPrefix("SKU 3: unit of reorder points "))
    }
  }
}

@Suite("Plans whose reorder points lie on a grid")
struct ReorderGridPlanTests {
  @Test("have a certificate of 1e-5 at 2,000 pairs", arguments: [CoupledPlanTests.Mix.fill, .cost])
  func certificate(mix: CoupledPlanTests.Mix) throws {
    for seed in 1...2 as ClosedRange<UInt64> {
      let drawn = try CoupledPlanTests.planning(skus: 200, mix, seed: seed, hasLines: false)
      var items = drawn.shards[0].coupled
      for item in items.indices {
        for index in items[item].pairs.indices {
          items[item].pairs[index].reorderUnit = 1
          items[item].pairs[index].pair.pack = 1
          items[item].pairs[index].pair.smallestLot = 1
        }
      }
      let plain = drawn.shards[0].blocks.flatMap { block in
        (0..<block.count).map { index in
          var pair = block[index]
          pair.smallestLot = max(pair.smallestLot, Pair.least)
          return pair
        }
      }
      let planning = try Planning(plain, coupled: items, limits: drawn.limits)
      guard case .plan(let plan) = try PackPlanTests.answer(planning) else {
        Issue.record("\(mix) seed \(seed): no plan")
        continue
      }
      let lost = planning.sums(plan.prices).reduce(0) { $0 + $1.overshoot } / plan.cost
      #expect(plan.isFeasible && plan.bound <= plan.cost, "\(mix) seed \(seed)")
      #expect(plan.gap - lost <= 1e-5, "\(mix) seed \(seed): \(plan.gap), \(lost)")
      try CoupledPlanTests.expectKept(
        planning, plan.prices, changes: plan.changes, cost: plan.cost)
    }
  }
}
