import WireProtocol

/// Answering the rounds of a run's pricing for the shards that are served here.
extension Worker {
  /// The latest round that was asked, and the shards whose answers are being worked on.
  struct Round: Sendable {
    var run: UInt64 = 0
    var round: UInt64 = 0
    /// The epochs under which shards were asked.
    var inHand: [Int: UInt64] = [:]
    /// Whether something may have been loaded for the run.
    var isLoaded = false
  }

  mutating func take(_ question: RoundQuestion) {
    // Rounds rise: a question of an earlier one comes late, and nobody waits for its answers.
    guard question.round >= round.round, question.run >= round.run else { return }
    if question.run != round.run { forgetPricing() }
    if question.round != round.round { round.inHand = [:] }
    round.run = question.run
    round.round = question.round
    let mine = question.shards.filter { entry in
      hasAll(of: entry.shard, entry.epoch) && round.inHand[entry.shard] != entry.epoch
    }
    guard !mine.isEmpty else { return }
    guard question.documentVersion == document.version else {
      let reason =
        "it holds version \(document.version) of the document, not \(question.documentVersion)"
      return tell(
        RoundAnswers(
          run: question.run, round: question.round,
          entries: mine.map { entry in
            RoundAnswers.Entry(
              shard: entry.shard, epoch: entry.epoch,
              outcome: .failure(reason: reason, mayPass: true))
          }))
    }
    for entry in mine { round.inHand[entry.shard] = entry.epoch }
    round.isLoaded = true
    var asked = question
    asked.shards = mine
    output.append(.price(asked))
  }

  mutating func priced(_ answers: RoundAnswers) {
    guard answers.run == round.run, answers.round == round.round else { return }
    var current = answers
    current.entries = answers.entries.filter { entry in
      round.inHand[entry.shard] == entry.epoch && grants[entry.shard]?.epoch == entry.epoch
    }
    for entry in answers.entries where round.inHand[entry.shard] == entry.epoch {
      round.inHand[entry.shard] = nil
    }
    tell(current)
  }

  private mutating func tell(_ answers: RoundAnswers) {
    guard !answers.entries.isEmpty else { return }
    for message in answers.cutToFrames() { tell(.roundAnswers(message)) }
  }

  // MARK: What was loaded

  /// A shard that is not served any more is not priced either.
  mutating func forgetPricing(of shard: Int) {
    round.inHand[shard] = nil
    if round.isLoaded { output.append(.forgetPricing(shard: shard)) }
  }

  /// The coordinator says which run is priced or works by its plan: what was loaded for another one
  /// is of no use.
  mutating func take(_ pulse: Pulse) {
    if pulse.priced != round.run { forgetPricing() }
  }

  private mutating func forgetPricing() {
    round.inHand = [:]
    guard round.isLoaded else { return }
    round.isLoaded = false
    output.append(.forgetPricing(shard: nil))
  }
}
