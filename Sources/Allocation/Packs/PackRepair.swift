/// Makes the lots at the best prices keep all limits, and uses what is left.
///
/// At the prices each lot is the best of its grid, but together they take a little more or less
/// than there is: the last pack does not fit. A round asks all shards for the moves of one pack
/// that cost least for what they move; of these the coordinator takes, while a limit is exceeded,
/// the one that costs least for each unit of excess, then single moves and exchanges of two that
/// save cost and fit. What is taken is told with the next question. Each choice has one winner, so
/// that the plan does not depend on who answers.
public struct PackRepair: Sendable {
  /// What comes next.
  public enum Move: Equatable, Sendable {
    case ask(RepairQuestion)
    case done(PackPlan)
  }

  /// A shard offers its share of the moves that a round looks at, four times over and these more,
  /// because shares are not even.
  private static let leastOffered = 8
  /// Packs that a lot may move by, once moves of one do not help.
  private static let reachWhenStuck = 4
  /// Rounds that only improve, and rounds at all.
  private static let improvements = 6, roundLimit = 128
  /// Rounds in which what is exceeded may become no less, before it is taken for impossible.
  private static let patience = 20
  /// Steps of improvement in a round.
  private static let stepLimit = 400

  private let settled: PricePlan
  private let gap: Double
  private var rooms: Rooms
  private var cost: Double
  private var question: RepairQuestion
  private let worths: (space: [Double], lines: [Double], cash: Double)
  private var rounds = 0, improvements = 0
  /// The least that limits were exceeded by, as shares of them, and how many rounds ago.
  private var leastExcess = Double.infinity, stale = 0

  /// Starts from the prices of the best bound, and the sums there. Within `gap` of the bound
  /// nothing more is looked for.
  public init(
    _ settled: PricePlan, sums: [LimitSums], limits: Limits, extremes: [BlockExtremes],
    shardCount: Int, gap: Double = 1e-6
  ) {
    self.gap = gap
    let standing = Standing(settled.boundPrices, sums, limits, extremes)
    self.settled = settled
    rooms = Rooms(standing)
    cost = standing.cost
    func worth(_ line: Standing.Line) -> Double {
      guard line.isLimited else { return 0 }
      let size = max(abs(line.room), line.use, Rooms.leastSize)
      return line.price + (line.excess > 0 ? 1e-3 : 1e-9) * standing.cost / size
    }
    worths = (
      standing.space.map(worth), standing.lines.map(worth), worth(standing.cash)
    )
    question = RepairQuestion(
      prices: settled.boundPrices, kappa: limits.kappa, spaceWorth: worths.space,
      linesWorth: worths.lines, cashWorth: worths.cash,
      most: min(
        RepairQuestion.kept, Self.leastOffered + 4 * RepairQuestion.kept / max(1, shardCount)))
  }

  /// The moves that are wanted.
  public var asked: RepairQuestion { question }

  /// Takes what all shards offer, merged or not, in any order.
  public mutating func step(_ offers: [[PackMove]]) -> Move {
    rounds += 1
    let hasOffers = offers.contains { !$0.isEmpty }
    var moves = question.lists(offers)
    let before = cost
    let moved = relieve(&moves)
    guard rooms.isKept else {
      if !moved {
        rooms.stress()
        question.reach = Self.reachWhenStuck
      }
      let excess = rooms.excess
      stale = excess < leastExcess * (1 - 1e-9) ? 0 : stale + 1
      leastExcess = min(leastExcess, excess)
      if !hasOffers { return .done(plan(.withoutMoves)) }
      if stale >= Self.patience { return .done(plan(.stuck)) }
      return rounds >= Self.roundLimit ? .done(plan(.withoutRounds)) : .ask(question)
    }
    let improved = improve(&moves)
    improvements += 1
    let gain = before - cost
    let plan = plan(.kept)
    if plan.gap <= self.gap { return .done(plan) }
    let isWorthIt = moved || (improved && gain > 1e-9 * abs(cost))
    return isWorthIt && improvements < Self.improvements ? .ask(question) : .done(plan)
  }

  private func plan(_ ending: PackPlan.Ending) -> PackPlan {
    if settled.cost < (ending == .kept ? cost : .infinity) {
      return PackPlan(
        prices: settled.prices, changes: [:], cost: settled.cost, ending: .kept,
        bound: settled.bound, passes: settled.passes, rounds: rounds)
    }
    return PackPlan(
      prices: question.prices, changes: question.changes, cost: cost, ending: ending,
      bound: settled.bound, passes: settled.passes, rounds: rounds)
  }

  private mutating func take(_ move: PackMove, _ moves: inout [[PackMove]]) {
    rooms.take(move)
    cost += move.cost
    question.changes[move.place] = move.to
    // What else was offered for this pair started from another lot.
    for list in [2 * move.warehouse, 2 * move.warehouse + 1] {
      moves[list].removeAll { $0.place == move.place }
    }
  }

  /// Takes the moves of least cost for their relief until no limit is exceeded, or none helps.
  private mutating func relieve(_ moves: inout [[PackMove]]) -> Bool {
    var moved = false
    while !rooms.isKept {
      guard let (first, second) = reliever(moves) ?? relievers(moves) else { break }
      take(first, &moves)
      if let second { take(second, &moves) }
      moved = true
    }
    return moved
  }

  /// What relief costs; what even saves is the better, the more it relieves.
  private static func price(_ cost: Double, _ relief: Double) -> Double {
    cost > 0 ? cost / relief : cost * relief
  }

  /// The move of least cost for its relief.
  private func reliever(_ moves: [[PackMove]]) -> (PackMove, PackMove?)? {
    var best: (move: PackMove, price: Double)?
    for move in moves.joined() {
      let relief = rooms.relief(of: move)
      guard relief > 0 else { continue }
      let price = Self.price(move.cost, relief)
      if price < best?.price ?? .infinity { best = (move, price) }
    }
    return best.map { ($0.move, nil) }
  }

  /// The same for two moves of a warehouse in opposite directions.
  private func relievers(_ moves: [[PackMove]]) -> (PackMove, PackMove?)? {
    var best: (first: PackMove, second: PackMove, price: Double)?
    for warehouse in rooms.space.indices {
      for smaller in moves[2 * warehouse] {
        for larger in moves[2 * warehouse + 1] where larger.place != smaller.place {
          let relief = rooms.relief(of: smaller, larger)
          guard relief > 0 else { continue }
          let price = Self.price(smaller.cost + larger.cost, relief)
          if price < best?.price ?? .infinity { best = (smaller, larger, price) }
        }
      }
    }
    return best.map { ($0.first, $0.second) }
  }

  /// Takes what saves most: one move, or two of a warehouse in opposite directions.
  private mutating func improve(_ moves: inout [[PackMove]]) -> Bool {
    var improved = false
    for _ in 0..<Self.stepLimit {
      var best: (first: PackMove, second: PackMove?, saved: Double)?
      for move in moves.joined() where -move.cost > (best?.saved ?? 0) && rooms.hasRoom(for: move) {
        best = (move, nil, -move.cost)
      }
      for warehouse in rooms.space.indices {
        for smaller in moves[2 * warehouse] {
          for larger in moves[2 * warehouse + 1] where larger.place != smaller.place {
            let saved = -(smaller.cost + larger.cost)
            if saved > (best?.saved ?? 0), rooms.hasRoom(for: smaller, larger) {
              best = (smaller, larger, saved)
            }
          }
        }
      }
      guard let best, best.saved > 1e-12 * abs(cost) else { break }
      take(best.first, &moves)
      if let second = best.second { take(second, &moves) }
      improved = true
    }
    return improved
  }
}
