import ClientNode
import Coordination
import Glibc
import Messaging
import Threading

/// Asks a cluster how it is, again and again, on a thread of its own: whoever draws never waits.
final class StatusFeed: Sendable {
  /// What came of the last questions.
  struct Latest: Sendable {
    /// The last answer, and when it came.
    var answer: (status: ClusterStatus, at: Moment)?
    /// Why there was none since.
    var failure: String?
    /// Counts the answers.
    var number = 0
  }

  /// Sooner than for a verb: the picture says that there is no answer, and it is asked again.
  private static let patience: Patience = {
    var patience = Patience()
    patience.answer = 3_000
    return patience
  }()
  private static let turnMicroseconds: UInt32 = 20_000

  private let cluster: ClusterOptions
  private let intervalMilliseconds: Int64
  private let clock = MonotonicClock()
  private let latestState = Locked(Latest())
  private let isOver = Locked(false)

  init(_ cluster: ClusterOptions, intervalSeconds: Double) {
    self.cluster = cluster
    intervalMilliseconds = Int64(intervalSeconds * 1_000)
  }

  /// What came of the last questions.
  var latest: Latest { latestState.withLock { $0 } }

  /// Asks once, here: where that fails nobody needs to go on. Then asks on a thread.
  func start() throws -> Thread {
    let client = try connect()
    take(try client.status())
    return try Thread(name: "status") { [self] in work() }
  }

  /// Ends the thread after the question that it waits for.
  func stop() { isOver.withLock { $0 = true } }

  private func connect() throws(ClientError) -> ClusterClient {
    try cluster.client(as: .observer, patience: Self.patience)
  }

  private func take(_ status: ClusterStatus) {
    let now = clock.now
    latestState.withLock { latest in
      latest.answer = (status, now)
      latest.failure = nil
      latest.number += 1
    }
  }

  private func work() {
    var client: ClusterClient?
    var nextAt = clock.now + intervalMilliseconds
    while !isOver.withLock({ $0 }) {
      guard clock.now >= nextAt else {
        usleep(Self.turnMicroseconds)
        continue
      }
      nextAt = clock.now + intervalMilliseconds
      do throws(ClientError) {
        if client == nil { client = try connect() }
        if let client { take(try client.status()) }
      } catch {
        // A new client reads anew where the cluster is: it may be elsewhere when it is back.
        client = nil
        latestState.withLock { $0.failure = error.description }
      }
    }
  }
}
