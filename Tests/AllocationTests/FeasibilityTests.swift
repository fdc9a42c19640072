import Testing

@testable import Allocation

@Suite("Limits that cannot be kept")
struct FeasibilityTests {
  private static func pairs() -> [Pair] {
    (0..<30).flatMap { sku in
      (0..<2).map { warehouse in
        Pair(
          sku: sku, warehouse: warehouse, demand: 365, orderCost: 20, holdingCost: 1,
          unitCost: Double(sku + 1), volume: Double(30 - sku), smallestLot: 10, largestLot: 100,
          pack: warehouse == 0 ? 0 : 15, safetyStock: 2)
      }
    }
  }

  @Test("are named with what they lack, before any pass")
  func named() throws {
    var limits = Limits(warehouseCount: 2, kappa: 0.5)
    let planning = try Planning(Self.pairs(), limits: limits)
    #expect(limits.broken(by: planning.extremes) == [])
    // Volumes 1 to 30 add up to 465, and so do costs. Lots of 10, and of 15 where there are packs.
    (limits.space, limits.linesPerDay) = ([465 * 7, 465 * 9.5 - 1], [0.3 - 1e-6, 30 / 90.0])
    limits.cash = 465 * (7 + 9.5) - 10
    let broken = limits.broken(by: planning.extremes)
    #expect(broken.map(\.limit) == [.lines(warehouse: 0), .space(warehouse: 1), .cash])
    for (limit, (needed, excess)) in zip(broken, [(0.3, 1e-6), (4417.5, 1), (7672.5, 10)]) {
      #expect(abs(limit.needed / needed - 1) < 1e-9)
      #expect(abs(limit.excess - excess) < 1e-6 * excess + 1e-9)
    }
  }

  @Test("come with the SKUs that need most, over all shards")
  func worst() throws {
    let pairs = Self.pairs()
    let shards = try (0..<3).map { shard in
      try PairShard(warehouseCount: 2, pairs: pairs.filter { $0.sku % 3 == shard })
    }
    func worst(_ limit: Limit) -> [LimitNeed] {
      shards.flatMap { $0.worst(limit, kappa: 0.5) }.worst(10)
    }
    let space = worst(.space(warehouse: 0))
    #expect(space.map(\.sku) == Array(0..<10))
    #expect(space.first == LimitNeed(sku: 0, needed: 210))
    let cash = worst(.cash)
    #expect(cash.map(\.sku) == (20..<30).reversed())
    #expect(cash.first == LimitNeed(sku: 29, needed: 495))
    // All need the same: the first numbers are named.
    #expect(worst(.lines(warehouse: 1)).map(\.sku) == Array(0..<10))
    #expect(abs((worst(.lines(warehouse: 1)).first?.needed ?? 0) * 90 - 1) < 1e-12)
  }

  @Test("are refused where they are no numbers")
  func refused() throws {
    for change: (inout Limits) -> Void in [
      { $0.space[1] = -.leastNonzeroMagnitude }, { $0.linesPerDay[0] = .nan }, { $0.cash = -1 },
      { $0.kappa = 0.4 },
    ] {
      var limits = Limits(warehouseCount: 2)
      change(&limits)
      let extremes = [BlockExtremes(), BlockExtremes()]
      #expect(throws: AllocationError.self) { try PriceSearch(limits: limits, extremes: extremes) }
    }
  }
}

@Suite("A pair that cannot be planned")
struct PairTests {
  private static let sound = Pair(
    sku: 7, warehouse: 0, demand: 100, orderCost: 10, holdingCost: 1, unitCost: 2, volume: 0.1)

  @Test("is refused by name and value")
  func refused() throws {
    let changes: [(String, (inout Pair) -> Void)] = [
      ("demand", { $0.demand = -1 }), ("order cost", { $0.orderCost = .nan }),
      ("holding cost", { $0.holdingCost = 0 }), ("unit cost", { $0.unitCost = .infinity }),
      ("volume", { $0.volume = -0.1 }), ("smallest lot", { $0.smallestLot = 0 }),
      ("largest lot", { $0.largestLot = $0.smallestLot / 2 }), ("pack", { $0.pack = 1e-9 }),
      ("safety stock", { $0.safetyStock = -1 }), ("warehouse", { $0.warehouse = 1 }),
    ]
    for (what, change) in changes {
      var pair = Self.sound
      change(&pair)
      let error = #expect(throws: AllocationError.self) {
        try PairShard(warehouseCount: 1, pairs: [pair])
      }
      #expect("\(error.map { "\($0)" } ?? "")".hasPrefix("SKU 7: \(what) "))
    }
  }

  @Test("keeps its lots on the grid, and the minimum wins over the maximum")
  func bounds() throws {
    var pair = Self.sound
    (pair.pack, pair.smallestLot, pair.largestLot) = (12, 30, 100)
    #expect(pair.bounds == 36...96)
    (pair.smallestLot, pair.largestLot) = (36, 36)
    #expect(pair.bounds == 36...36)
    (pair.smallestLot, pair.largestLot) = (37, 40)
    #expect(pair.bounds == 48...48)
    (pair.pack, pair.smallestLot, pair.largestLot) = (0.1, 0.3, 0.7)
    #expect(abs(pair.bounds.lowerBound - 0.3) < 1e-12)
    #expect(abs(pair.bounds.upperBound - 0.7) < 1e-12)
  }

  @Test("stands in a block as it was given, to the digits of Float")
  func stored() throws {
    var pair = Self.sound
    (pair.pack, pair.safetyStock, pair.sku) = (2.5, 3, 4_000_000_000)
    (pair.smallestLot, pair.largestLot) = (2.5, 50)
    pair.volume = 0.125
    let shard = try PairShard(warehouseCount: 1, pairs: Array(repeating: pair, count: 4097))
    #expect(shard.blocks.map(\.count) == [4096, 1])
    #expect(shard.blocks[1][0] == pair)
    #expect(shard.extremes(kappa: 0.5)[0].safetyVolume == 4097 * 3 * 0.125)
  }
}
