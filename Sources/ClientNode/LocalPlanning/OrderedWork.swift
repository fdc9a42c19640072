import Threading

/// Jobs on several threads whose results are taken one by one in the order of the jobs, so that
/// nothing depends on how many threads there are.
final class OrderedWork {
  /// How often the user is looked at while nothing is finished.
  private static let turnMilliseconds: Int64 = 200

  private let pool: ComputePool
  private let window: Int
  private let stop: () throws(ClientError) -> Void

  /// Starts the threads; `stop` is asked all the time and throws to end the work.
  init(
    threads: Int, stop: @escaping () throws(ClientError) -> Void = {}
  ) throws(ThreadingError) {
    window = threads * OrderedResults<Int>.windowPerThread
    self.stop = stop
    pool = try ComputePool(name: "plan", threadCount: threads, queueLimit: window)
  }

  deinit { pool.stop() }

  /// Does the jobs 0, 1, ... and hands each result to `each`, in that order.
  func run<Result: Sendable>(
    _ count: Int, job: @escaping @Sendable (Int) -> Result,
    each: (Int, Result) throws(ClientError) -> Void
  ) throws(ClientError) {
    let results = OrderedResults<Result>(pool, window: window)
    // What is queued when the work is stopped is not worth waiting for.
    defer { results.cancel() }
    while results.taken < count {
      try stop()
      while results.submitted < count, results.hasRoom {
        let index = results.submitted
        results.submit { job(index) }
      }
      var timeout = Self.turnMilliseconds
      while let result = results.next(timeoutMilliseconds: timeout) {
        try each(results.taken - 1, result)
        timeout = 0
      }
    }
  }
}
