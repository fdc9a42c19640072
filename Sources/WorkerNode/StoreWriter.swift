import ShardStore
import Storage
import Threading

/// The thread that makes everything durable. What waits when it comes round shares one commit, so
/// the price of the disk is paid once for many batches and units.
final class StoreWriter: Sendable {
  /// Writes that belong together in one commit, and who hears what became of them.
  struct Job: Sendable {
    var writes: [Write]
    var done: @Sendable ([WriteOutcome]) -> Void
  }

  /// The most jobs that share a commit: about 16 MiB of batches.
  private static let jobsPerCommit = 256
  /// The most jobs that may wait.
  private static let maximumWaiting = 8_192

  private let jobs = Mailbox<Job>(limit: StoreWriter.maximumWaiting)
  private let thread: Thread
  private let lastFailure = Locked<StorageError?>(nil)

  /// Why nothing can be stored; nothing again once a commit wrote something.
  var failure: StorageError? { lastFailure.withLock { $0 } }

  init(_ writer: sending ShardWriter) throws(ThreadingError) {
    let (jobs, lastFailure) = (jobs, lastFailure)
    let handedOver = Locked<ShardWriter?>(writer)
    thread = try Thread(name: "writer") {
      guard let writer = handedOver.withLock({ $0.take() }) else { return }
      while true {
        let group = jobs.take(timeoutMilliseconds: nil, atMost: Self.jobsPerCommit)
        if group.isEmpty { break }
        let before = writer.commitNumber
        var outcomes = writer.commit(group.flatMap(\.writes))[...]
        if case .failed(let error)? = outcomes.first(where: \.isFailure) {
          lastFailure.withLock { $0 = error }
        } else if writer.commitNumber != before {
          lastFailure.withLock { $0 = nil }
        }
        for job in group {
          job.done(Array(outcomes.prefix(job.writes.count)))
          outcomes = outcomes.dropFirst(job.writes.count)
        }
      }
      try? writer.checkpoint()
    }
  }

  /// Takes a job; false when too many wait already or the writer was stopped.
  func submit(
    _ writes: [Write], _ done: @escaping @Sendable ([WriteOutcome]) -> Void
  ) -> Bool {
    jobs.post(Job(writes: writes, done: done))
  }

  /// Does a job and waits for it, for threads that have nothing else to do meanwhile.
  func perform(_ writes: [Write]) -> [WriteOutcome]? {
    let answer = Mailbox<[WriteOutcome]>(limit: 1)
    guard submit(writes, { _ = answer.post($0) }) else { return nil }
    return answer.take(timeoutMilliseconds: nil).first
  }

  /// Ends the thread once what waits is durable.
  func stop() {
    jobs.close()
    thread.join()
  }
}

extension WriteOutcome {
  /// Whether the database was at fault.
  var isFailure: Bool {
    if case .failed = self { true } else { false }
  }
}
