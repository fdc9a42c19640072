import WireProtocol

/// How far the pricing of a run is: the round that is asked, and what came of it.
///
/// Answers are pure functions of the question and of what a shard holds, so it does not matter who
/// gives one; the first one of each shard counts.
struct Pricing: Sendable {
  /// The most rounds: whoever asks more does not come to an end.
  static let maximumRounds: UInt64 = 1_000
  /// The most bytes of the answers of a round.
  static let maximumRoundBytes = 256 << 20

  /// Who was asked about a shard, and when.
  struct Asked: Sendable {
    var node: NodeName
    /// Which start of the worker: a later one knows nothing of it.
    var incarnation: UInt64
    var epoch: UInt64
    var at: Instant
    /// A failure that comes twice counts once.
    var hasFailed = false
  }

  var driver: any PricingDriver
  /// Names the round among all that were ever asked.
  private(set) var round: UInt64 = 0
  /// Counts the rounds from 1.
  private(set) var number: UInt64 = 0
  private(set) var question: [UInt8] = []
  private var answers: [[UInt8]?]
  private(set) var missing: Int
  private(set) var bytes = 0
  var asked: [Asked?]
  /// Why workers could not answer, for `status`.
  var troubles: [NodeName: String] = [:]
  let startedAt: Instant
  /// When the first round was over: whoever answers loads its shards first.
  private(set) var loadedAt: Instant?

  init(_ driver: any PricingDriver, shardCount: Int, at now: Instant) {
    self.driver = driver
    answers = Array(repeating: nil, count: shardCount)
    asked = Array(repeating: nil, count: shardCount)
    missing = shardCount
    startedAt = now
  }

  mutating func begin(_ question: [UInt8], round: UInt64, at now: Instant) {
    if number == 1 { loadedAt = now }
    self.question = question
    self.round = round
    number += 1
    missing = answers.count
    bytes = 0
    for shard in answers.indices {
      answers[shard] = nil
      asked[shard] = nil
    }
    troubles = [:]
  }

  func isMissing(_ shard: Int) -> Bool { answers[shard] == nil }

  /// Takes the answer of a shard, the first one only.
  mutating func take(_ answer: [UInt8], of shard: Int) {
    guard answers[shard] == nil else { return }
    answers[shard] = answer
    missing -= 1
    bytes += answer.count
  }

  /// What the driver wants next, when all answers are there.
  mutating func move() -> PricingMove { driver.take(answers.compactMap(\.self)) }
}
