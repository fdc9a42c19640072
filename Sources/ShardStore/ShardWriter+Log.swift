import Demand
import Packing
import Storage

/// How a shard's log grows: at its primary with what is applied there, at a follower with the
/// entries that come.
extension ShardWriter {
  /// Applies a change and makes it the next entry of the shard's log, in the same transaction.
  func logging(
    _ content: LogEntryContent, _ shard: Int
  ) throws(StorageError) -> WriteOutcome {
    let outcome = try apply(content)
    guard outcome.isApplied else { return outcome }
    let bytes = content.packed()
    let position = try state(shard).position.after(bytes)
    try move(shard, to: position)
    note(LogEntry(position: position, bytes: bytes), shard)
    return outcome
  }

  /// Applies an entry that the primary of the shard applied. An entry that cannot be applied here
  /// means that the copies differ; as the primary's is the one that counts, this one is damaged.
  func follow(
    _ shard: Int, after position: LogPosition, _ entry: [UInt8]
  ) throws(StorageError) -> WriteOutcome {
    guard (0..<shardCount).contains(shard) else {
      return .refused("log of shard \(shard): there are \(shardCount)")
    }
    let current = try self.position(of: shard)
    guard current == position else {
      return .refused(
        "log of shard \(shard): it is at entry \(current.number), not \(position.number)"
          + (current.number == position.number ? " of the same log" : ""))
    }
    let content: LogEntryContent
    do { content = try LogEntryContent(packed: entry) } catch {
      return .refused("entry \(position.number + 1) of the log of shard \(shard): \(error)")
    }
    guard content.shard == shard else {
      return .refused("log of shard \(shard): the entry is of shard \(content.shard)")
    }
    let outcome = try apply(content)
    guard outcome.isApplied else {
      return .failed(
        .damagedRow(
          path: connection.path, table: "log",
          key: "shard \(shard) entry \(position.number + 1)",
          reason: "the primary applied it, here it \(outcome.refusal)"))
    }
    let reached = position.after(entry)
    try move(shard, to: reached)
    return .followed(reached)
  }

  private func apply(_ content: LogEntryContent) throws(StorageError) -> WriteOutcome {
    switch content {
    case .batch(let batch, let table, let payload): try apply(batch, table, payload)
    case .unit(let unit): try complete(unit)
    case .quarantine(let update, let shard): try change(quarantine: update, shard)
    }
  }

  private func move(_ shard: Int, to position: LogPosition) throws(StorageError) {
    var state = try state(shard)
    state.position = position
    set(state, shard)
  }
}

extension WriteOutcome {
  /// Whether the write changed what is read: then it is an entry of the log.
  fileprivate var isApplied: Bool {
    switch self {
    case .batch(.apply, _), .unit(_, wasDone: false), .quarantine(_, _, isChange: true): true
    default: false
    }
  }

  /// Why what a primary applied was not applied, in words.
  fileprivate var refusal: String {
    switch self {
    case .batch(let verdict, let progress):
      "is a \(verdict) behind batch \(progress.sequence) of its source"
    case .unit: "was done before"
    case .quarantine: "changes nothing"
    case .refused(let reason): "is refused: \(reason)"
    default: "was not applied"
    }
  }
}
