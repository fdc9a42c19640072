import Coordination
import Messaging
import Telemetry
import Threading
import TrainerNode

/// The end of a worker's process.
extension WorkerNode {
  /// How long followers may take to keep what was committed last. Entries are in memory only:
  /// a follower that lacks one of them when this worker is started again is copied whole.
  private static let shippingMilliseconds: Int64 = 2_000

  /// Ends the threads, with what they are at made durable, and gives it to the followers. Nothing
  /// more is taken in.
  func finish(_ tokens: [Poller.Token]) {
    logger.info("stopping")
    teachers?.cancel()
    store?.stop()
    // What waits there is not looked at any more, and would end each wait at once.
    for token in tokens { poller.remove(token) }
    coordinators.leave()
    let deadline = clock.now + Self.shippingMilliseconds
    repeat {
      wakeUp.clear()
      for event in events.drain() { step(event) }
      for answer in replies.drain() { reply(answer.bytes, to: answer.address) }
      for event in links.events(at: clock.now) { step(event) }
      step(.tick)
      if machine.isReplicated { return }
      _ = poller.wait(timeoutMilliseconds: Self.crowdedMilliseconds)
    } while clock.now < deadline
    logger.warning("stopped before all followers had the last entries: they are copied anew")
  }
}
