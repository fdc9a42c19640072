import Coordination
import Packing
import WireProtocol

/// A driver that finds out whether each answer is used once a round and in the order of shards:
/// every answer is that of one shard to one question, and every question rests on all answers
/// before.
struct SimulatedPricing: PricingDriver {
  private let settings: [UInt8]
  private let shardCount: Int
  private var roundsLeft: Int
  private var chain: UInt64

  /// A driver for a run whose settings ask for rounds, or nobody.
  static func driver(of request: RunRequest, shardCount: Int) -> (any PricingDriver)? {
    let driver = SimulatedPricing(request.settings, shardCount: shardCount)
    return driver.roundsLeft > 0 ? driver : nil
  }

  private init(_ settings: [UInt8], shardCount: Int) {
    self.settings = settings
    self.shardCount = shardCount
    roundsLeft = Int(settings[3])
    chain = XXH64.hash(settings)
  }

  /// Settings of a run whose pricing takes so many rounds; those of two runs differ.
  static func settings(rounds: Int, token: UInt64) -> [UInt8] {
    [1, 2, 3, UInt8(rounds), UInt8(token)]
  }

  mutating func begin() -> PricingMove { .ask(SimulatedClient.bytes(chain)) }

  mutating func take(_ answers: [[UInt8]]) -> PricingMove {
    let question = SimulatedClient.bytes(chain)
    guard answers.count == shardCount else { return .failed("\(answers.count) answers came") }
    for (shard, answer) in answers.enumerated() {
      guard answer == Self.answer(of: shard, loadedFor: settings, to: question) else {
        return .failed("the answer of shard \(shard) is to something else")
      }
      chain = XXH64.hash(answer, seed: chain)
    }
    roundsLeft -= 1
    guard roundsLeft == 0 else { return .ask(SimulatedClient.bytes(chain)) }
    let parts = (0..<shardCount).filter { $0 % 2 == 1 }.map { shard in
      (shard, SimulatedClient.bytes(chain ^ UInt64(shard)))
    }
    return .planned(
      shared: SimulatedClient.bytes(chain),
      byShard: Dictionary(parts, uniquingKeysWith: { $1 }))
  }

  /// What a shard answers that was loaded for a run with these settings.
  static func answer(
    of shard: Int, loadedFor settings: [UInt8], to question: [UInt8]
  ) -> [UInt8] {
    let loaded = XXH64.hash(settings, seed: UInt64(shard))
    return SimulatedClient.bytes(XXH64.hash(question, seed: loaded))
  }

  /// The plan that a unit of a shard must carry, found without a cluster.
  static func plan(of shard: Int, settings: [UInt8], shardCount: Int) -> UnitPlan {
    var driver = SimulatedPricing(settings, shardCount: shardCount)
    guard driver.roundsLeft > 0 else { return UnitPlan() }
    var move = driver.begin()
    while case .ask(let question) = move {
      move = driver.take(
        (0..<shardCount).map { answer(of: $0, loadedFor: settings, to: question) })
    }
    guard case .planned(let shared, let parts) = move else { return UnitPlan() }
    return UnitPlan(shared: shared, part: parts[shard] ?? [])
  }
}
