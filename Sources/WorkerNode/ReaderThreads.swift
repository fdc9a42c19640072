import ShardStore
import Storage
import Threading

/// Threads that each have a reader of their own and take jobs in turn.
final class ReaderThreads: Sendable {
  typealias Job = @Sendable (ShardReader) -> Void

  private let jobs: Mailbox<Job>
  private let threads: [Thread]
  private let stopping = Locked(false)

  /// Starts `count` threads on the data in `folder`.
  init(
    name: String, count: Int, folder: String, queueLimit: Int
  ) throws(WorkerError) {
    let jobs = Mailbox<Job>(limit: queueLimit)
    self.jobs = jobs
    let stopping = stopping
    var threads: [Thread] = []
    do {
      for number in 1...count {
        let reader = Locked<ShardReader?>(try ShardReader(folder: folder))
        threads.append(
          try Thread(name: "\(name)-\(number)") {
            guard let reader = reader.withLock({ $0.take() }) else { return }
            while true {
              let next = jobs.take(timeoutMilliseconds: nil, atMost: 1)
              guard let job = next.first, !stopping.withLock({ $0 }) else { return }
              job(reader)
            }
          })
      }
    } catch let error as StorageError {
      throw WorkerError(error.description, isStorage: true)
    } catch {
      throw WorkerError("\(error)")
    }
    self.threads = threads
  }

  /// Takes a job; false when too many wait.
  func submit(_ job: @escaping Job) -> Bool { jobs.post(job) }

  /// Whether the threads are to end: who does something long looks now and then.
  var isStopping: Bool { stopping.withLock { $0 } }

  /// Ends the threads once what they are at is done; what waits is asked for again elsewhere.
  func stop() {
    stopping.withLock { $0 = true }
    jobs.close()
    for thread in threads { thread.join() }
  }
}
