import ClusterStore

/// The one way in which records are written.
extension EtcdClusterStore {
  /// How often a write is begun again because one that was given up came in before it. Each of
  /// those was a request of ours, and there are no more of them than members.
  private static let attempts = 8

  /// Makes changes of different keys in one transaction.
  ///
  /// Every write puts a word of its own under the fence's key and holds only on top of the write
  /// before it. So a request that was given up on is carried out before the next write or never;
  /// one that was put to several members is carried out once; and whether it was can be read.
  func write(
    _ changes: [Change], word: [UInt8] = freshWord()
  ) throws(EtcdFailure) -> [ChangeOutcome] {
    for _ in 0..<Self.attempts {
      let answer = try client.transaction(transaction(changes, word))
      if answer.held {
        fence = answer.header?.revision ?? 0
        return try outcomes(changes, answer)
      }
      guard answer.steps.count == 2 else { throw Self.senseless }
      let leader = answer.steps[0].entries.first
      let last = answer.steps[1].entries.first
      if let last, last.value == word {
        // The answer of another attempt was lost.
        fence = last.changed
        return try outcomes(changes, writtenAt: last.changed)
      }
      guard leader?.created == term else {
        throw EtcdFailure(
          kind: .seatLost,
          reason: leader.map { "another one leads since revision \($0.created), term \(term)" }
            ?? "nobody leads since the end of term \(term)")
      }
      fence = last?.changed ?? 0
    }
    throw EtcdFailure(
      kind: .unreachable, reason: "other writes came between \(Self.attempts) times")
  }

  /// What no other write has under the fence.
  private static func freshWord() -> [UInt8] {
    (0..<16).map { _ in UInt8.random(in: .min ... .max) }
  }

  /// The request, of which the words are held by a test.
  func transaction(_ changes: [Change], _ word: [UInt8]) -> EtcdRequest.Transaction {
    EtcdRequest.Transaction(
      conditions: [
        .created(access.leaderKey, at: term), .changed(access.fenceKey, at: fence),
      ],
      steps: [.put(EtcdRequest.Put(access.fenceKey, word))] + changes.map(step),
      otherwise: [
        .range(EtcdRequest.Range(access.leaderKey, keysOnly: true)),
        .range(EtcdRequest.Range(access.fenceKey)),
      ])
  }

  /// A change that is guarded by itself: those beside it are made whatever becomes of it.
  private func step(_ change: Change) -> EtcdRequest.Step {
    let key = stored(change.key)
    let write: EtcdRequest.Step =
      if let value = change.value {
        .put(EtcdRequest.Put(key, sealed(value, change.key)))
      } else {
        .delete(EtcdRequest.Delete(key))
      }
    return .transaction(
      EtcdRequest.Transaction(
        conditions: [.changed(key, at: Int64(clamping: change.expected))], steps: [write],
        otherwise: [.range(EtcdRequest.Range(key, keysOnly: true))]))
  }

  private func outcomes(
    _ changes: [Change], _ answer: EtcdAnswer.Transaction
  ) throws(EtcdFailure) -> [ChangeOutcome] {
    guard answer.steps.count == changes.count + 1, fence > 0 else { throw Self.senseless }
    let version = UInt64(clamping: fence)
    return try answer.steps.dropFirst().map { (step) throws(EtcdFailure) in
      guard let transaction = step.transaction else { throw Self.senseless }
      if transaction.held { return .done(version: version) }
      let current = transaction.steps.first?.entries.first?.changed ?? 0
      return .conflict(current: UInt64(clamping: current))
    }
  }

  /// What became of changes whose answer was lost: what a guard met is read from the moment before.
  private func outcomes(
    _ changes: [Change], writtenAt revision: Int64
  ) throws(EtcdFailure) -> [ChangeOutcome] {
    try changes.map { (change) throws(EtcdFailure) in
      let question = EtcdRequest.Range(stored(change.key), keysOnly: true, at: revision - 1)
      let before = UInt64(clamping: try client.range(question).entries.first?.changed ?? 0)
      return before == change.expected
        ? .done(version: UInt64(clamping: revision)) : .conflict(current: before)
    }
  }

  private static var senseless: EtcdFailure {
    EtcdFailure(kind: .unreachable, reason: "answers something else than what was asked")
  }
}
