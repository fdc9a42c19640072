/// The results of jobs on several threads, taken in the order in which the jobs were submitted. To
/// be used by one thread.
package final class OrderedResults<Result: Sendable> {
  /// How many finished jobs may wait for one before them: a long one must not idle the others.
  package static var windowPerThread: Int { 8 }

  private let pool: ComputePool
  private let window: Int
  private let finished: Mailbox<(Int, Result)>
  private let isOver = Locked(false)
  private var waiting: [Int: Result] = [:]
  /// How many jobs were submitted, and how many of their results were taken.
  package private(set) var submitted = 0, taken = 0

  /// Does jobs in a pool whose queue has room for `window` of them, and that nobody else uses.
  package init(_ pool: ComputePool, window: Int) {
    self.pool = pool
    self.window = window
    finished = Mailbox(limit: window)
  }

  /// Does jobs on threads of its own.
  package convenience init(name: String, threads: Int) throws(ThreadingError) {
    let window = threads * Self.windowPerThread
    self.init(
      try ComputePool(name: name, threadCount: threads, queueLimit: window), window: window)
  }

  /// Whether another job may be submitted.
  package var hasRoom: Bool { submitted - taken < window }
  /// Whether there are results to come.
  package var isAnyUnderWay: Bool { taken < submitted }

  /// Submits a job, for which there must be room.
  package func submit(_ job: @escaping @Sendable () -> Result) {
    precondition(hasRoom, "more jobs under way than there is room")
    let index = submitted
    let isTaken = pool.submit { [finished, isOver] in
      guard !isOver.withLock({ $0 }) else { return }
      precondition(finished.post((index, job())), "more results under way than there is room")
    }
    precondition(isTaken, "the pool was stopped")
    submitted += 1
  }

  /// The next result in order; nothing where it does not come in time.
  package func next(timeoutMilliseconds: Int64) -> Result? {
    if waiting[taken] == nil {
      for (index, result) in finished.take(timeoutMilliseconds: timeoutMilliseconds) {
        waiting[index] = result
      }
    }
    guard let result = waiting.removeValue(forKey: taken) else { return nil }
    taken += 1
    return result
  }

  /// Leaves out what was not begun.
  package func cancel() { isOver.withLock { $0 = true } }
}
