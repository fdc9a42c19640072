import Coordination
import Messaging
import Telemetry
import Threading
import WireProtocol

/// A worker whose key is changed while it runs: the pair that comes into the place of its secret
/// file is taken over.
///
/// Its own connections are made anew under the new key. What listens begins anew as well, which
/// ends the connections to it; the coordinator hears of the key at once, and others of it from the
/// coordinator. Whoever asked in between asks again, or another copy.
extension WorkerNode {
  /// Takes over another pair where there is one; whether there was.
  @discardableResult
  func followKey(atOnce: Bool = false) -> Bool {
    if let trouble = router.resumeListening() {
      logger.error("nobody can connect since the key was changed", ["reason": trouble])
    }
    let trouble = keyWatch.trouble
    let hasChanged = keyWatch.hasChanged(at: clock.now, atOnce: atOnce)
    if let new = keyWatch.trouble, new != trouble {
      logger.error("the key before stays", ["reason": new])
    }
    // A secret that is gone was revoked, which others decide on.
    guard hasChanged, let new = keyWatch.keys, new.publicKey != keys.publicKey else { return false }
    keys = new
    do throws(MessagingError) { try router.listen(with: new) } catch {
      logger.error("nobody can connect under the new key", ["reason": error])
    }
    links.use(new, at: clock.now)
    coordinators.use(new)
    step(.keyChanged(new.publicKey.text))
    logger.info("another key is used", ["key": new.publicKey.beginning])
    return true
  }

  /// Whether a frame is the end of a key that is not used any more: others were quicker to take it
  /// off the list than this worker to look for the next one.
  func isOfFormerKey(_ frame: Frame) -> Bool {
    guard case .refusal(let refusal) = frame.message, refusal.code == .revoked else { return false }
    return followKey(atOnce: true)
  }
}
