import Demand
import Replenishment

/// A small market's pricing, word for word: what a shard was asked and what it answered.
struct PricingTalk: Sendable {
  let cases: [ItemCase]
  let planning: ItemPlanning
  /// The shard before it was asked anything.
  let shard: PlanShard
  private(set) var questions: [[UInt8]] = []
  private(set) var answers: [[UInt8]] = []
  /// Whoever asks, before each answer.
  private(set) var stages: [PlanRounds] = []
  private(set) var priced: PricedPlan
  private(set) var moved: [MovedLot] = []
  private(set) var plans: [LocationPlan] = []

  /// It takes a while, so it is had once.
  static let shared = Result { try PricingTalk() }

  private init() throws {
    cases = try FuzzMarket.cases()
    var settings = PolicySettings()
    settings.usesClasses = true
    planning = ItemPlanning(
      asOf: FuzzMarket.asOf, settings: settings, document: try FuzzMarket.document())
    shard = PlanShard(shard: 0, planning: planning)
    priced = planning.plan
    var (rounds, asked) = (PlanRounds(planning, shardCount: 1), shard)
    var move = rounds.begin()
    let cases = cases
    while case .ask(let question) = move {
      let answer = try asked.answer(question) { body in for known in cases { try body(known) } }
      stages.append(rounds)
      questions.append(question)
      answers.append(answer)
      move = rounds.take([answer])
    }
    if case .planned(let plan, let lots) = move {
      priced = plan
      moved = lots[0] ?? []
    }
    let final = planning.under(priced, moved: moved)
    plans = cases.flatMap { final.plan(for: $0).plans }
  }
}
