/// A pair of a plan, whoever holds it.
public struct PairPlace: Hashable, Comparable, Sendable {
  /// Its shard.
  public var shard: Int
  /// Its block in the shard, and its place in the block. Coupled pairs follow as one block more, in
  /// the order of their items.
  public var block: Int, index: Int

  /// By shard, block and place in it.
  public static func < (left: PairPlace, right: PairPlace) -> Bool {
    (left.shard, left.block, left.index) < (right.shard, right.block, right.index)
  }
}

/// A lot made some packs smaller or larger, and what that changes.
public struct PackMove: Equatable, Sendable {
  /// Which pair's.
  public let place: PairPlace
  /// The pair's warehouse.
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
    return left.to < right.to
  }

  /// The lot some packs away, or nothing where a bound is in the way. One that is free of packs
  /// moves by a share.
  static func lot(
    _ pair: Pair, _ bounds: ClosedRange<Double>, from: Double, packs: Int
  ) -> Double? {
    let step = pair.pack > 0 ? pair.pack : from / 32
    let to = min(max(from + Double(packs) * step, bounds.lowerBound), bounds.upperBound)
    return (packs < 0 ? to < from : to > from) ? to : nil
  }

  /// The move, or nothing where a bound is in the way.
  init?(
    _ pair: Pair, at place: PairPlace, from: Double, packs: Int, question: RepairQuestion
  ) {
    let bounds = pair.smallestLot...pair.largestLot
    guard let to = Self.lot(pair, bounds, from: from, packs: packs) else { return nil }
    self.init(
      at: place, warehouse: pair.warehouse, lots: (from, to),
      cost: pair.cost(to) - pair.cost(from),
      space: question.kappa * pair.volume * (to - from),
      orders: pair.demand / to - pair.demand / from, cash: pair.unitCost * (to - from) / 2,
      question: question)
  }

  /// The move of a coupled pair between two choices.
  init?(
    _ coupled: CoupledPair, at place: PairPlace, from: PairChoice, to: PairChoice,
    question: RepairQuestion
  ) {
    let (before, after) = (from.sums(coupled), to.sums(coupled))
    self.init(
      at: place, warehouse: coupled.pair.warehouse, lots: (from.lot, to.lot),
      cost: after.cost - before.cost,
      space: question.kappa * (after.volume - before.volume)
        + (after.safetyVolume - before.safetyVolume),
      orders: after.orders - before.orders,
      cash: (after.cash - before.cash) / 2 + (after.safetyCash - before.safetyCash),
      question: question)
  }

  private init?(
    at place: PairPlace, warehouse: Int, lots: (from: Double, to: Double), cost: Double,
    space: Double, orders: Double, cash: Double, question: RepairQuestion
  ) {
    self.place = place
    self.warehouse = warehouse
    (from, to) = lots
    self.cost = cost
    self.space = space
    self.orders = orders
    self.cash = cash
    let asked = question.prices
    let priced =
      cost + asked.space[warehouse] * space + asked.lines[warehouse] * orders + asked.cash * cash
    let size =
      question.spaceWorth[warehouse] * abs(space) + question.linesWorth[warehouse] * abs(orders)
      + question.cashWorth * abs(cash)
    guard size > 0 else { return nil }
    rank = min(max(priced, 0) / size, .greatestFiniteMagnitude)
  }
}
