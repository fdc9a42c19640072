/// What the coordinator asks of the shards to make a plan of packs feasible.
public struct RepairQuestion: Equatable, Sendable {
  /// The prices whose lots are the plan, but for the changes.
  public let prices: Prices
  /// The share of a lot that space is kept for.
  public let kappa: Double
  /// What a unit of each limit counts when moves are ranked: its price, and more where it is
  /// exceeded.
  var spaceWorth: [Double], linesWorth: [Double], cashWorth: Double
  /// Lots that were changed already.
  public internal(set) var changes: [PairPlace: Double] = [:]
  /// How many moves of each warehouse and direction are wanted.
  public let most: Int
  /// How many packs a move may be.
  public internal(set) var reach = 1
}

extension RepairQuestion {
  /// The rank of a move by its slope, without what bounds do to it:
  /// N D (1/to - 1/from) + p (to - from) / 2 = (to - from) (p/2 - N D / (to from)).
  @inline(__always)
  fileprivate func rank(
    _ pair: Pair, lot: Double, packs: Int, _ at: BlockPrices
  ) -> Double {
    let step = pair.pack > 0 ? pair.pack : lot / 32
    let rate = pair.demand / (lot * max(lot + Double(packs) * step, Pair.least))
    let half =
      (pair.holdingCost + at.perVolume * pair.volume + at.perCash * pair.unitCost) / 2
      - (pair.orderCost + at.perOrder) * rate
    let warehouse = pair.warehouse
    let size =
      spaceWorth[warehouse] * kappa * pair.volume + linesWorth[warehouse] * rate
      + cashWorth * pair.unitCost / 2
    return (packs < 0 ? -half : half) / size
  }
}

extension RepairQuestion {
  /// Moves of a warehouse and direction that the coordinator looks at.
  static let kept = 96

  /// The moves of several shards that can matter: a worker sends these alone, and the answer is the
  /// same however shards are put together.
  public func merged(_ offers: [[PackMove]]) -> [PackMove] {
    lists(offers).flatMap { $0 }
  }

  /// By warehouse, smaller lots first, each in the order of rank.
  func lists(_ offers: [[PackMove]]) -> [[PackMove]] {
    var best = Array(
      repeating: BestMoves(most: Self.kept), count: 2 * prices.warehouseCount)
    for move in offers.joined() { best[2 * move.warehouse + (move.isSmaller ? 0 : 1)].offer(move) }
    return best.map(\.moves)
  }
}

extension CoupledPair {
  /// The moves of up to so many packs, `most` upwards, from its choice or what that was changed to.
  fileprivate func moves(
    _ choice: PairChoice, at place: PairPlace, _ question: RepairQuestion, most: Int
  ) -> [PackMove] {
    let prices = PairPrices(question.prices, warehouse: pair.warehouse, kappa: question.kappa)
    var from = choice
    if let changed = question.changes[place] {
      guard let other = choose(prices, lot: changed) else { return [] }
      from = other
    }
    let bounds = pair.bounds
    var lots = (-question.reach...most).compactMap { packs in
      packs == 0 ? nil : PackMove.lot(pair, bounds, from: from.lot, packs: packs)
    }
    for lot in nextLots(safety: from.safety, bounds)
    where lot != from.lot && (most > 0 || lot < from.lot) && !lots.contains(lot) {
      lots.append(lot)
    }
    return lots.compactMap { lot in
      guard let to = choose(prices, lot: lot) else { return nil }
      return PackMove(self, at: place, from: from, to: to, question: question)
    }
  }
}

extension PairShard {
  /// The moves of least rank, `most` for each warehouse and direction.
  public func moves(_ question: RepairQuestion, shard: Int) -> [PackMove] {
    var best = Array(
      repeating: BestMoves(most: question.most), count: 2 * warehouseCount)
    for (number, block) in blocks.enumerated() {
      let prices = BlockPrices(question.prices, warehouse: block.warehouse, kappa: question.kappa)
      for index in 0..<block.count {
        let pair = block[index]
        let place = PairPlace(shard: shard, block: number, index: index)
        let lot =
          (question.changes.isEmpty ? nil : question.changes[place])
          ?? ScalarPass.lot(pair, prices).lot
        for packs in -question.reach...question.reach where packs != 0 {
          let list = 2 * block.warehouse + (packs < 0 ? 0 : 1)
          guard
            best[list].mayTake(question.rank(pair, lot: lot, packs: packs, prices)),
            let move = PackMove(
              pair, at: place, from: lot, packs: packs, question: question)
          else { continue }
          best[list].offer(move)
        }
      }
    }
    var index = 0
    for item in coupled {
      let answer = item.answer(question.prices, kappa: question.kappa)
      for (pair, choice) in zip(item.pairs, answer.choices) {
        let place = PairPlace(shard: shard, block: blocks.count, index: index)
        index += 1
        // Two that grow in one round could take more than their supply.
        let most = item.supply == nil ? question.reach : -1
        for move in pair.moves(choice, at: place, question, most: most) {
          best[2 * move.warehouse + (move.isSmaller ? 0 : 1)].offer(move)
        }
      }
    }
    return best.flatMap(\.moves)
  }
}
