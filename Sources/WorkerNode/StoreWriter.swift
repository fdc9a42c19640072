import Coordination
import Demand
import ShardStore
import Storage
import Threading

/// The thread that makes everything durable. What waits when it comes round shares one commit, so
/// the price of the disk is paid once for many batches and units.
///
/// What a commit added to the logs of shards is told before anyone hears what became of the writes:
/// an answer that waits for other copies finds what it waits for.
final class StoreWriter: Sendable {
  /// Told what became of writes to a shard, and how far its log is by now.
  typealias Done = @Sendable (_ outcomes: [WriteOutcome], _ position: LogPosition) -> Void

  /// Writes that belong together in one commit, and who hears what became of them.
  struct Job: Sendable {
    var writes: [Write]
    /// The shard whose log matters, if any does.
    var shard: Int?
    var done: Done
  }

  /// The most jobs that share a commit: about 16 MiB of batches.
  private static let jobsPerCommit = 256
  /// The most jobs that may wait.
  private static let maximumWaiting = 8_192

  private let jobs = Mailbox<Job>(limit: StoreWriter.maximumWaiting)
  private let thread: Thread

  /// Starts the thread; `tell` hears of logs and of damage.
  init(
    _ writer: sending ShardWriter, _ alarm: DamageAlarm,
    tell: @escaping @Sendable (Worker.Event) -> Void
  ) throws(ThreadingError) {
    let jobs = jobs
    let handedOver = Locked<ShardWriter?>(writer)
    thread = try Thread(name: "writer") {
      guard let writer = handedOver.withLock({ $0.take() }) else { return }
      while true {
        let group = jobs.take(timeoutMilliseconds: nil, atMost: Self.jobsPerCommit)
        if group.isEmpty { break }
        let lastCommit = writer.commitNumber
        var outcomes = writer.commit(group.flatMap(\.writes))[...]
        // Damage is a shard's own, and noted below.
        if let error = outcomes.lazy.compactMap(\.error).first(where: { !$0.isDamage }) {
          alarm.troubles.begin(.writing, error)
        } else if writer.commitNumber != lastCommit {
          alarm.troubles.end(.writing)
        }
        for (shard, entries) in writer.takeLogged() { tell(.logged(shard: shard, entries)) }
        for job in group {
          let own = Array(outcomes.prefix(job.writes.count))
          outcomes = outcomes.dropFirst(job.writes.count)
          Self.end(job, own, writer, alarm)
        }
      }
      // What is not copied back stays in the WAL, and is read from there at the next start.
      try? writer.checkpoint()
    }
  }

  private static func end(
    _ job: Job, _ outcomes: [WriteOutcome], _ writer: ShardWriter, _ alarm: DamageAlarm
  ) {
    guard let shard = job.shard else { return job.done(outcomes, .start) }
    for outcome in outcomes {
      if let error = outcome.error { alarm.note(error, shard: shard) }
    }
    do {
      job.done(outcomes, try writer.position(of: shard))
    } catch {
      alarm.note(error, shard: shard)
      job.done(outcomes.map { _ in .failed(error) }, .start)
    }
  }

  /// Takes a job; false when too many wait already or the writer was stopped.
  func submit(
    _ writes: [Write], of shard: Int? = nil, _ done: @escaping Done
  ) -> Bool {
    jobs.post(Job(writes: writes, shard: shard, done: done))
  }

  /// Does a job and waits for it, for threads that have nothing else to do meanwhile.
  func perform(_ writes: [Write]) -> [WriteOutcome]? {
    let answer = Mailbox<[WriteOutcome]>(limit: 1)
    guard submit(writes, { outcomes, _ in _ = answer.post(outcomes) }) else { return nil }
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
