import Messaging
import Telemetry
import Threading
import WireProtocol

/// A coordinator whose key is changed while it runs.
///
/// | there is          | it listens under | and tells                        |
/// |-------------------|------------------|----------------------------------|
/// | a secret          | it               | itself, where others may lead    |
/// | a next one beside | the secret       | itself twice, under either key   |
/// | the next as secret| the new one      | itself under the new one         |
///
/// Whoever was told twice finds it after the change, whenever that is; so it takes no key over that
/// it has not told, but where a secret was put into the place of another one by hand.
extension CoordinatorNode {
  /// Looks at the files, and takes over what changed in them.
  func followKeys() {
    if let trouble = router.resumeListening() {
      logger.error("nobody can connect since the key was changed", ["reason": trouble])
    }
    let now = surroundings.clock.now
    let troubles = (keyWatch.trouble, nextKeyWatch.trouble)
    let hasNext = nextKeyWatch.hasChanged(at: now)
    // The next pair is gone when it has become the secret, in one moment: not to be told as gone
    // before that is seen.
    let hasNew = keyWatch.hasChanged(at: now, atOnce: hasNext)
    for (trouble, before) in [(keyWatch.trouble, troubles.0), (nextKeyWatch.trouble, troubles.1)] {
      if let trouble, trouble != before { logger.error("a key is not used", ["reason": trouble]) }
    }
    guard hasNext || hasNew else { return }
    let before = (card, nextCard)
    if hasNew, let keys = keyWatch.keys { take(keys) }
    nextCard = nextKeyWatch.keys.map { keys in
      PeerAddress(node: card.node, endpoint: endpoint, publicKey: keys.publicKey.text)
    }.flatMap { $0 == card ? nil : $0 }
    if let nextCard, nextCard != before.1 {
      logger.info("a next key is there", ["key": String(nextCard.publicKey.prefix(8))])
    }
    if before.0 != card || before.1 != nextCard { announce() }
  }

  private func take(_ keys: CurveKeyPair) {
    guard keys.publicKey.text != card.publicKey else { return }
    do throws(MessagingError) { try router.listen(with: keys) } catch {
      logger.error("nobody can connect under the new key", ["reason": error])
    }
    card.publicKey = keys.publicKey.text
    logger.info("another key is used", ["key": keys.publicKey.beginning])
  }
}
