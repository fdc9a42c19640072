/// A limit that no lots within their bounds keep: found before any price is asked for.
public struct BrokenLimit: Equatable, Sendable {
  /// Which.
  public let limit: Limit
  /// What the least lots (of lines: the largest) and the safety stocks take, in the limit's unit.
  public let needed: Double
  /// What there is.
  public let available: Double

  /// By how much.
  public var excess: Double { needed - available }
}

extension Limits {
  /// The limits that cannot be kept, each by itself: smallest lots need too much space or cash,
  /// largest lots too many lines. What holds alone may still break together; the search finds that.
  public func broken(by extremes: [BlockExtremes]) -> [BrokenLimit] {
    var broken: [BrokenLimit] = []
    func test(_ limit: Limit, _ needed: Double, _ available: Double) {
      if needed > available * (1 + Standing.rounding) {
        broken.append(BrokenLimit(limit: limit, needed: needed, available: available))
      }
    }
    var leastCash = 0.0
    for (warehouse, least) in extremes.enumerated() {
      test(
        .space(warehouse: warehouse),
        kappa * least.leastVolume + least.safetyVolume + least.coupledSpace,
        space[warehouse])
      test(
        .lines(warehouse: warehouse), least.leastOrders / Standing.daysPerYear,
        linesPerDay[warehouse])
      leastCash += least.leastCash / 2 + least.safetyCash + least.coupledCash
    }
    test(.cash, leastCash, cash)
    return broken
  }
}

/// What a SKU needs of a limit at the least.
public struct LimitNeed: Equatable, Sendable {
  /// The SKU's number.
  public let sku: Int
  /// In the limit's unit; of cash in all its warehouses.
  public let needed: Double
}

extension [LimitNeed] {
  /// The first of these by need, then by number.
  public func worst(_ most: Int) -> [LimitNeed] {
    Array(
      sorted { ($0.needed, -$0.sku) > ($1.needed, -$1.sku) }.prefix(most))
  }
}

extension PairShard {
  /// The SKUs that need most of a limit, when the lots are those that need least. All pairs of a
  /// SKU are in one shard, so the worst of all are among the shards' worst.
  public func worst(_ limit: Limit, kappa: Double, most: Int = 10) -> [LimitNeed] {
    var needs: [Int: Double] = [:]
    for block in blocks {
      switch limit {
      case .space(let warehouse), .lines(let warehouse):
        guard block.warehouse == warehouse else { continue }
      case .cash: break
      }
      for index in 0..<block.count {
        let pair = block[index]
        let needed =
          switch limit {
          case .space: pair.volume * (kappa * pair.smallestLot + pair.safetyStock)
          case .lines: pair.demand / pair.largestLot / Standing.daysPerYear
          case .cash: pair.unitCost * (pair.smallestLot / 2 + pair.safetyStock)
          }
        needs[pair.sku, default: 0] += needed
      }
    }
    for item in coupled {
      for index in item.pairs.indices {
        let pair = item.pairs[index].pair
        switch limit {
        case .space(let warehouse), .lines(let warehouse):
          guard pair.warehouse == warehouse else { continue }
        case .cash: break
        }
        needs[pair.sku, default: 0] += item.least(index, of: limit, kappa: kappa)
      }
    }
    return needs.map { LimitNeed(sku: $0.key, needed: $0.value) }.worst(most)
  }
}
