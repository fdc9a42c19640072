import Coordination
import Threading
import WireProtocol

/// The workers that a coordinator hears while it stands by.
///
/// Workers greet all coordinators every two seconds, and more often while the one that they obey is
/// silent. So whoever takes over knows whom the loss of a host took away together with the leader:
/// to wait for them from the beginning would leave their shards unserved for as long once more.
struct WorkerGreetings {
  /// Within what time a worker that is well greets again, with half of it to spare.
  private static let greetsWithinMilliseconds: Int64 = 3_000

  private let lostAfterMilliseconds: Int64
  private var heardAt: [NodeName: Moment] = [:]
  private var turnedAt: Moment?

  init(lostAfterSeconds: Double) { lostAfterMilliseconds = Int64(lostAfterSeconds * 1_000) }

  /// The loop turns. After it was held up it heard nobody, and nobody was silent.
  mutating func turn(at now: Moment) {
    if let turnedAt, now - turnedAt > lostAfterMilliseconds / 2 { heardAt = [:] }
    turnedAt = now
  }

  /// Notes a greeting.
  mutating func note(_ frame: Frame, from sender: Sender, at now: Moment) {
    guard case .hello(let hello) = frame.message, sender.role == .worker,
      sender.name == hello.node.text,
      heardAt[hello.node] != nil || heardAt.count < Limits.nodes
    else { return }
    heardAt[hello.node] = now
  }

  /// When each was heard last, for the one who leads from now on and for whom silence is a loss
  /// after its own time.
  mutating func take() -> [NodeName: Moment] {
    defer { heardAt = [:] }
    let spare = max(0, Self.greetsWithinMilliseconds - lostAfterMilliseconds)
    return heardAt.mapValues { $0 + spare }
  }
}
