import Threading

/// Jobs on several threads whose results are taken one by one in the order of the jobs, so that
/// nothing depends on how many threads there are.
final class OrderedWork {
  /// How many finished jobs may wait for one before them: a long one must not idle the others.
  private static let windowPerThread = 8
  /// How often the user is looked at while nothing is finished.
  private static let turnMilliseconds: Int64 = 200

  private let pool: ComputePool
  private let window: Int
  private let stop: () throws(ClientError) -> Void

  /// Starts the threads; `stop` is asked all the time and throws to end the work.
  init(
    threads: Int, stop: @escaping () throws(ClientError) -> Void = {}
  ) throws(ThreadingError) {
    window = threads * Self.windowPerThread
    self.stop = stop
    pool = try ComputePool(name: "plan", threadCount: threads, queueLimit: window)
  }

  deinit { pool.stop() }

  /// Does the jobs 0, 1, ... and hands each result to `each`, in that order.
  func run<Result: Sendable>(
    _ count: Int, job: @escaping @Sendable (Int) -> Result,
    each: (Int, Result) throws(ClientError) -> Void
  ) throws(ClientError) {
    let finished = Mailbox<(Int, Result)>(limit: window)
    // What is queued when the work is stopped is not worth waiting for.
    let isOver = Locked(false)
    defer { isOver.withLock { $0 = true } }
    var waiting: [Int: Result] = [:]
    var (submitted, done) = (0, 0)
    while done < count {
      try stop()
      while submitted < count, submitted - done < window {
        let index = submitted
        let isTaken = pool.submit {
          guard !isOver.withLock({ $0 }) else { return }
          precondition(
            finished.post((index, job(index))), "more results under way than there is room")
        }
        guard isTaken else { break }
        submitted += 1
      }
      for (index, result) in finished.take(timeoutMilliseconds: Self.turnMilliseconds) {
        waiting[index] = result
      }
      while let result = waiting.removeValue(forKey: done) {
        try each(done, result)
        done += 1
      }
    }
  }
}
