import Coordination
import Demand
import NodeSupport
import ShardStore
import Storage
import Threading
import WireProtocol

/// The copies of shards: logs that are followed, rows that are copied, and results that a replica
/// worked out.
extension WorkerNode {
  // MARK: Logs

  /// Stores entries of a log in one commit, each right behind the one before; those behind one that
  /// is not taken are not taken either, as they do not follow then.
  func follow(_ shard: Int, _ epoch: UInt64, after start: LogPosition, _ entries: [[UInt8]]) {
    guard let store else { return }
    var writes: [Write] = []
    var position = start
    for entry in entries {
      writes.append(.follow(shard: shard, after: position, entry: entry))
      position = position.after(entry)
    }
    let events = events
    let accepted = store.writer.submit(writes, of: shard) { outcomes, found in
      var reached = start
      for outcome in outcomes {
        switch outcome {
        case .followed(let position): reached = position
        case .failed(let error):
          let reason = error.description
          _ = events.post(.followed(shard: shard, epoch: epoch, found, failure: reason))
          return
        case .refused(let reason):
          _ = events.post(.followed(shard: shard, epoch: epoch, found, failure: reason))
          return
        default: break
        }
      }
      _ = events.post(.followed(shard: shard, epoch: epoch, reached))
    }
    if !accepted {
      let reason = "too many writes wait"
      _ = events.post(.followed(shard: shard, epoch: epoch, start, failure: reason))
    }
    noteFresh(bytes: entries.reduce(0) { $0 + $1.count }, in: shard)
  }

  // MARK: Rows

  /// Gives rows of a copy to a worker that makes one, and to a backup what it asks of its cut.
  func answer(_ wish: CopyDesk.Wish, _ ticket: Worker.Ticket) {
    let replies = replies
    let accepted = store?.copies.submit(
      CopyDesk.Question(wish: wish) { answer in
        let bytes = ReadAnswers.packed(answer, answering: ticket.request)
        _ = replies.post(Reply(address: ticket.address, bytes: bytes))
      })
    if accepted != true {
      let refusal = Refusal(.busy, "too many copies wait; ask again")
      reply(Frame(request: ticket.request, .refusal(refusal)), to: ticket.address)
    }
  }

  func importRows(_ chunk: RowsChunk, _ epoch: UInt64, _ step: UInt64) {
    guard let store else { return }
    var writes: [Write] = [.chunk(chunk.rows, shard: chunk.shard)]
    let isLast = chunk.next == nil
    if isLast { writes.append(.epoch(shard: chunk.shard, to: epoch)) }
    let events = events
    let accepted = store.writer.submit(writes, of: chunk.shard) { outcomes, position in
      for outcome in outcomes {
        switch outcome {
        case .failed(let error):
          let reason = error.description
          _ = events.post(.stepFailed(step: step, reason: reason, mayPass: error.mayPass))
          return
        case .refused(let reason):
          _ = events.post(.stepFailed(step: step, reason: reason, mayPass: false))
          return
        default: break
        }
      }
      _ = events.post(.imported(step: step, position: isLast ? position : nil))
    }
    if !accepted {
      let reason = "too many writes wait"
      _ = events.post(.stepFailed(step: step, reason: reason, mayPass: true))
    }
  }

  /// Removes the data of a shard, and with them what was damaged.
  func drop(_ shard: Int) {
    let troubles = alarm.troubles
    freshBytes[shard] = nil
    write([.dropShard(shard)]) {
      troubles.endDamage(of: shard)
      return .dropped(shard: shard)
    }
  }

  // MARK: Units

  /// Stores what a replica worked out, unless the unit is done by then. Reading it takes a while,
  /// so a thread does it that is not in the middle of the unit.
  func takeOffer(_ id: UnitID, _ epoch: UInt64, _ entry: [UInt8]) {
    let events = events
    let accepted = store?.readers.submit { [weak writer = store?.writer] _ in
      guard case .unit(let unit)? = try? LogEntryContent(packed: entry), unit.run == id.run,
        unit.shard == id.shard, unit.slice.index == id.slice
      else {
        let reason = "what was offered for it is not its result"
        _ = events.post(.unitFailed(id, reason: reason, mayPass: false))
        return
      }
      let accepted = writer?.submit([.unit(unit)], of: id.shard) { outcomes, position in
        _ = events.post(Self.event(of: id, epoch, outcomes.first, at: position.number))
      }
      if accepted != true {
        _ = events.post(.unitFailed(id, reason: "too many writes wait", mayPass: true))
      }
    }
    if accepted != true {
      _ = events.post(.unitFailed(id, reason: "too many reads wait", mayPass: true))
    }
  }
}
