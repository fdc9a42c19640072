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

  init(_ writer: sending ShardWriter, _ troubles: Troubles) throws(ThreadingError) {
    let jobs = jobs
    let handedOver = Locked<ShardWriter?>(writer)
    thread = try Thread(name: "writer") {
      guard let writer = handedOver.withLock({ $0.take() }) else { return }
      while true {
        let group = jobs.take(timeoutMilliseconds: nil, atMost: Self.jobsPerCommit)
        if group.isEmpty { break }
        let lastCommit = writer.commitNumber
        var outcomes = writer.commit(group.flatMap(\.writes))[...]
        if let error = outcomes.lazy.compactMap(\.error).first {
          troubles.begin(.writing, error)
        } else if writer.commitNumber != lastCommit {
          troubles.end(.writing)
        }
        for job in group {
          job.done(Array(outcomes.prefix(job.writes.count)))
          outcomes = outcomes.dropFirst(job.writes.count)
        }
      }
      // What is not copied back stays in the WAL, and is read from there at the next start.
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
  /// Why the write failed, if the database is to blame.
  var error: StorageError? {
    if case .failed(let error) = self { error } else { nil }
  }
}
