import Coordination
import Demand
import ShardStore
import Threading
import WireProtocol

/// Carrying out what operators want of the quarantine.
extension WorkerNode {
  func change(quarantine wanted: QuarantineChange, _ ticket: Worker.Ticket) {
    let (events, node, shard) = (events, node, wanted.shard)
    let write = Write.quarantine(wanted.update, shard: shard)
    let accepted = store?.writer.submit([write], of: shard) { outcomes, position in
      let answer: Message =
        switch outcomes.first {
        case .quarantine(let count, let missing, _):
          .quarantineAnswer(QuarantineAnswer(shard: shard, count: count, missing: missing))
        case .refused(let reason): .refusal(Refusal(.malformed, reason))
        case .failed(let error): .refusal(Refusal(.failed, "worker \(node): \(error)"))
        default: .refusal(Refusal(.busy, "the worker is stopping"))
        }
      _ = events.post(
        .quarantineDecided(answer, shard: shard, for: ticket, at: position.number))
    }
    if accepted != true {
      let refusal = Refusal(.busy, "too many writes wait")
      _ = events.post(.quarantineDecided(.refusal(refusal), shard: shard, for: ticket))
    }
  }
}
