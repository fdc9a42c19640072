import ClusterStore
import Coordination
import Storage
import Telemetry
import Threading

/// The thread that makes the coordinator's records durable, in the order in which they are
/// written. What waits shares a commit: a run of a thousand shards leaves as many records behind,
/// and the next run's first record would wait for the disk as often.
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

  /// The most writes that share a commit.
  private static let writesPerCommit = 1_024

  private let writes = Mailbox<Write>(limit: RecordKeeper.maximumWaiting)
  private let thread: Thread

  /// Keeps records in `store`, whose contents have these versions, and answers each write.
  init(
    _ store: sending any ClusterStore, versions: [String: UInt64],
    answer: @escaping @Sendable (Coordinator.Event) -> Void
  ) throws(ThreadingError) {
    let writes = writes
    let handedOver = Locked<(any ClusterStore)?>(store)
    thread = try Thread(name: "records") {
      guard let store = handedOver.withLock({ $0.take() }) else { return }
      var versions = versions
      while true {
        var waiting = writes.take(timeoutMilliseconds: nil, atMost: Self.writesPerCommit)[...]
        if waiting.isEmpty { return }
        while !waiting.isEmpty {
          let group = Self.takeGroup(from: &waiting)
          for event in Self.keep(group, in: store, &versions) { answer(event) }
        }
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

  /// The first writes up to one to a key that is among them: what that one rests on is known only
  /// when they are done.
  private static func takeGroup(from waiting: inout ArraySlice<Write>) -> [Write] {
    var keys: Set<String> = []
    let group = Array(waiting.prefix { keys.insert($0.key).inserted })
    waiting = waiting.dropFirst(group.count)
    return group
  }

  private static func keep(
    _ group: [Write], in store: any ClusterStore, _ versions: inout [String: UInt64]
  ) -> [Coordinator.Event] {
    // A record that is not there needs not be removed.
    let real = group.filter { $0.value != nil || versions[$0.key] != nil }
    let changes = real.map { Change($0.key, to: $0.value, expected: versions[$0.key] ?? 0) }
    var events = group.filter { $0.value == nil && versions[$0.key] == nil }
      .map { Coordinator.Event.stored(token: $0.token) }
    do {
      for (write, outcome) in zip(real, changes.isEmpty ? [] : try store.make(changes)) {
        switch outcome {
        case .done(let version):
          versions[write.key] = write.value == nil ? nil : version
          events.append(.stored(token: write.token))
        case .conflict(let current):
          // A write that failed late may have happened all the same: repeated, it meets itself.
          let entry = try store.get(write.key)
          if entry?.value == write.value {
            versions[write.key] = entry?.version
            events.append(.stored(token: write.token))
            continue
          }
          let expected = versions[write.key] ?? 0
          let reason =
            "\(write.key) is at version \(current), not \(expected): someone else wrote it"
          events.append(.storeFailed(token: write.token, reason: reason))
        }
      }
    } catch {
      events += real.map { .storeFailed(token: $0.token, reason: error.description) }
    }
    return events
  }
}
