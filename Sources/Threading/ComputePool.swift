/// A few named threads that run jobs from one bounded queue, in the order of submission.
///
/// A job answers through whatever it captured, usually a `Mailbox`; the pool knows no results.
public final class ComputePool: Sendable {
  /// One piece of work.
  public typealias Job = @Sendable () -> Void

  private let jobs: Mailbox<Job>
  private let threads: [Thread]

  /// Starts `threadCount` threads named `name-0`, `name-1` and so on, over a queue of `queueLimit`.
  public init(name: String, threadCount: Int, queueLimit: Int) throws(ThreadingError) {
    precondition(threadCount > 0, "a pool has at least one thread")
    let jobs = Mailbox<Job>(limit: queueLimit)
    var threads: [Thread] = []
    do {
      for index in 0..<threadCount {
        threads.append(
          try Thread(name: "\(name)-\(index)") {
            while let job = jobs.take(timeoutMilliseconds: nil, atMost: 1).first { job() }
          })
      }
    } catch {
      jobs.close()
      for thread in threads { thread.join() }
      throw error
    }
    self.jobs = jobs
    self.threads = threads
  }

  /// Queues a job. False when the queue is full or the pool was stopped: then it will not run.
  public func submit(_ job: @escaping Job) -> Bool { jobs.post(job) }

  /// How many jobs wait, for a metric.
  public var waiting: Int { jobs.count }

  /// Takes no more jobs, finishes those that were queued and waits for the threads to end. Not to
  /// be called from a job.
  public func stop() {
    jobs.close()
    for thread in threads { thread.join() }
  }

  deinit { jobs.close() }
}
