/// A pair of a plan, whoever holds it.
public struct PairPlace: Hashable, Comparable, Sendable {
  public var shard: Int
  public var block: Int
  public var index: Int

  /// By shard, block and place in it.
  public static func < (left: PairPlace, right: PairPlace) -> Bool {
    (left.shard, left.block, left.index) < (right.shard, right.block, right.index)
  }
}

/// A lot made a pack smaller or larger, and what that changes.
public struct PackMove: Equatable, Sendable {
  public let place: PairPlace
  public let warehouse: Int
  /// The lot before and after.
  public let from: Double, to: Double
  /// What it adds to cost, space (of its warehouse), orders a year and cash.
  public let cost: Double, space: Double, orders: Double, cash: Double
  /// What it adds to the Lagrangian, for each unit of priced limits that it moves: nothing is
  /// dearer than it needs to be while only moves of rank 0 are made.
  let rank: Double

  var isSmaller: Bool { to < from }

  /// The order in which moves are offered; it leaves no two equal.
  static func isBefore(_ left: PackMove, _ right: PackMove) -> Bool {
    if left.rank != right.rank { return left.rank < right.rank }
    if left.place != right.place { return left.place < right.place }
    return left.isSmaller && !right.isSmaller
  }

  /// The move, or nothing where a bound is in the way.
  init?(
    _ pair: Pair, at place: PairPlace, from: Double, smaller: Bool, prices: BlockPrices,
    question: RepairQuestion
  ) {
    // A lot that is free of packs moves by a share.
    let step = pair.pack > 0 ? pair.pack : from / 32
    let to = min(max(smaller ? from - step : from + step, pair.smallestLot), pair.largestLot)
    guard smaller ? to < from : to > from else { return nil }
    self.place = place
    self.from = from
    self.to = to
    warehouse = pair.warehouse
    cost = pair.cost(to) - pair.cost(from)
    space = question.kappa * pair.volume * (to - from)
    orders = pair.demand / to - pair.demand / from
    cash = pair.unitCost * (to - from) / 2
    let asked = question.prices
    let priced =
      cost + asked.space[warehouse] * space + asked.lines[warehouse] * orders + asked.cash * cash
    let size =
      question.spaceWorth[warehouse] * abs(space) + question.linesWorth[warehouse] * abs(orders)
      + question.cashWorth * abs(cash)
    guard size > 0 else { return nil }
    rank = max(priced, 0) / size
  }
}

/// What the coordinator asks of the shards to make a plan of packs feasible.
public struct RepairQuestion: Equatable, Sendable {
  /// The prices whose lots are the plan, but for the changes.
  public let prices: Prices
  public let kappa: Double
  /// What a unit of each limit counts when moves are ranked: its price, and more where it is
  /// exceeded.
  var spaceWorth: [Double], linesWorth: [Double], cashWorth: Double
  /// Lots that were changed already.
  public internal(set) var changes: [PairPlace: Double] = [:]
  /// How many moves of each warehouse and direction are wanted.
  public let most: Int
}

extension RepairQuestion {
  /// The rank of a move by its slope, without what bounds do to it:
  /// N D (1/to - 1/from) + p (to - from) / 2 = (to - from) (p/2 - N D / (to from)).
  @inline(__always)
  fileprivate func rank(
    _ pair: Pair, lot: Double, smaller: Bool, _ at: BlockPrices
  ) -> Double {
    let step = pair.pack > 0 ? pair.pack : lot / 32
    let rate = pair.demand / (lot * (smaller ? max(lot - step, Pair.least) : lot + step))
    let half =
      (pair.holdingCost + at.perVolume * pair.volume + at.perCash * pair.unitCost) / 2
      - (pair.orderCost + at.perOrder) * rate
    let warehouse = pair.warehouse
    let size =
      spaceWorth[warehouse] * kappa * pair.volume + linesWorth[warehouse] * rate
      + cashWorth * pair.unitCost / 2
    return (smaller ? -half : half) / size
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
        for smaller in [true, false] {
          let list = 2 * block.warehouse + (smaller ? 0 : 1)
          guard
            best[list].mayTake(question.rank(pair, lot: lot, smaller: smaller, prices)),
            let move = PackMove(
              pair, at: place, from: lot, smaller: smaller, prices: prices, question: question)
          else { continue }
          best[list].offer(move)
        }
      }
    }
    return best.flatMap(\.moves)
  }
}

/// The first of many moves.
struct BestMoves {
  let most: Int
  /// Sorted whenever it is full; what comes after the `most`-th by then is out for good.
  private var gathered: [PackMove] = []
  private var worst: PackMove?

  init(most: Int) { self.most = most }

  /// Whether a move of about this rank could be among the first: most need not even be made.
  func mayTake(_ rank: Double) -> Bool {
    guard let worst else { return true }
    return rank <= worst.rank * (1 + 1e-6) + 1e-12
  }

  mutating func offer(_ move: PackMove) {
    if let worst, !PackMove.isBefore(move, worst) { return }
    gathered.append(move)
    if gathered.count >= 2 * most {
      gathered = moves
      worst = gathered.last
    }
  }

  var moves: [PackMove] { Array(gathered.sorted(by: PackMove.isBefore).prefix(most)) }
}
