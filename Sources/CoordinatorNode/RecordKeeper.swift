import ClusterStore
import Coordination
import Storage
import Telemetry
import Threading

/// The thread that makes the coordinator's records durable, in the order in which they are written.
///
/// The versions that guard each write are those of the records that this process read or wrote
/// last: whoever else wrote in between is found out and nothing is overwritten.
final class RecordKeeper: Sendable {
  struct Write: Sendable {
    var token: UInt64
    var key: String
    var value: [UInt8]?
  }

  /// The most writes that may wait; a run of many shards ends with one for each.
  private static let maximumWaiting = 65_536

  private let writes = Mailbox<Write>(limit: RecordKeeper.maximumWaiting)
  private let thread: Thread

  /// Keeps records in `store`, whose contents have these versions, and answers each write.
  init(
    _ store: sending SQLiteClusterStore, versions: [String: UInt64],
    answer: @escaping @Sendable (Coordinator.Event) -> Void
  ) throws(ThreadingError) {
    let writes = writes
    let handedOver = Locked<SQLiteClusterStore?>(store)
    thread = try Thread(name: "records") {
      guard let store = handedOver.withLock({ $0.take() }) else { return }
      var versions = versions
      while true {
        let waiting = writes.take(timeoutMilliseconds: nil)
        if waiting.isEmpty { return }
        for write in waiting { answer(Self.keep(write, in: store, &versions)) }
      }
    }
  }

  /// Takes a write; false when too many wait already.
  func keep(_ write: Write) -> Bool { writes.post(write) }

  /// Ends the thread once what waits is written.
  func stop() {
    writes.close()
    thread.join()
  }

  private static func keep(
    _ write: Write, in store: SQLiteClusterStore, _ versions: inout [String: UInt64]
  ) -> Coordinator.Event {
    let expected = versions[write.key] ?? 0
    do {
      let outcome: ChangeOutcome
      if let value = write.value {
        outcome = try store.compareAndSet(write.key, to: value, expected: expected)
      } else if expected == 0 {
        return .stored(token: write.token)
      } else {
        outcome = try store.delete(write.key, expected: expected)
      }
      switch outcome {
      case .done(let version):
        versions[write.key] = write.value == nil ? nil : version
        return .stored(token: write.token)
      case .conflict(let current):
        let reason = "\(write.key) is at version \(current), not \(expected): someone else wrote it"
        return .storeFailed(token: write.token, reason: reason)
      }
    } catch {
      return .storeFailed(token: write.token, reason: error.description)
    }
  }
}
