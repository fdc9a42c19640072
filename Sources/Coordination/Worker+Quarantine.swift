import Demand
import WireProtocol

/// What operators want of the quarantine of a shard.
extension Worker {
  /// Lets a change be made where the shard is served, like a batch of rows.
  mutating func admit(_ change: QuarantineChange, _ ticket: Ticket, from sender: Sender) {
    guard let grant = grants[change.shard], grant.epoch == change.epoch else {
      let reason = "shard \(change.shard) is not served here under epoch \(change.epoch)"
      return reply(.refusal(Refusal(.misplaced, reason)), ticket)
    }
    guard grant.log.isOpen, !mustWait(grant), batchesInFlight < start.maximumWrites else {
      let reason = "too much waits for the disk, or for the followers of shard \(change.shard)"
      return reply(.refusal(Refusal(.busy, reason)), ticket)
    }
    // It concerns these SKUs alone, so it stands in this log, like rows in none: the audit has what
    // is everybody's.
    log(.info, "\(sender.role.rawValue) \(sender.name) wants \(change.words)")
    batchesInFlight += 1
    writes[change.shard, default: 0] += 1
    output.append(.changeQuarantine(change, ticket))
  }

  mutating func decided(_ answer: Message, on shard: Int, _ ticket: Ticket, at number: UInt64) {
    batchesInFlight -= 1
    endWrite(to: shard)
    guard case .quarantineAnswer(let answer) = answer else { return reply(answer, ticket) }
    guard grants[shard] != nil else { return reply(misplaced(shard), ticket) }
    say(.changed(answer, ticket), of: shard, at: number)
  }

  func misplaced(_ shard: Int) -> Message {
    .refusal(Refusal(.misplaced, "shard \(shard) is not served here any more"))
  }
}

extension QuarantineChange {
  /// What is wanted, for the log.
  fileprivate var words: String {
    let deed = update.action == .retry ? "another try for" : "to release from quarantine"
    let first = update.skus.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
    let more = update.skus.count > 8 ? " and \(update.skus.count - 8) more" : ""
    return "\(deed) \(update.skus.isEmpty ? "all SKUs" : first + more) of shard \(shard)"
  }
}
