import Demand
import WireProtocol

/// A worker in a backup's cut: for at most a second it acknowledges nothing.
///
/// All workers hold at one moment, when the asker has heard from each of them within the second. A
/// worker takes its snapshot while it holds, and what it said before rests on what it had then. It
/// says nothing as a primary, and nothing as a follower either: what is acknowledged elsewhere
/// meanwhile does not rest on an entry that came here after the snapshot. So whatever was
/// acknowledged before that moment is in every copy's snapshot, whichever of them is read.
extension Worker {
  /// How long it holds at most: the asker goes by the same number.
  public static let holdMilliseconds: Int64 = 1_000

  /// A cut that is held.
  struct Hold: Sendable {
    var session: UInt64
    var until: Instant
  }

  mutating func take(_ request: CutRequest, _ ticket: Ticket, from sender: Sender) {
    switch request.action {
    case .hold: hold(request, ticket, from: sender)
    case .goOn:
      if hold?.session == request.session { goOn() }
      reply(.cutAnswer(CutAnswer(session: request.session)), ticket)
    case .positions: output.append(.cut(request, ticket))
    case .end:
      if hold?.session == request.session { goOn() }
      output.append(.cut(request, ticket))
    }
  }

  private mutating func hold(_ request: CutRequest, _ ticket: Ticket, from sender: Sender) {
    func refuse(_ code: Refusal.Code, _ reason: String) {
      reply(.refusal(Refusal(code, reason)), ticket)
    }
    let other = request.shards.first { readable[$0.shard] != $0.epoch }
    if let other {
      let reason = "shard \(other.shard) is not served here under epoch \(other.epoch)"
      return refuse(.misplaced, reason)
    }
    // A second that has passed is not begun again: a word that comes late, or twice, holds nothing.
    guard request.session != lastCut else { return refuse(.stale, "this cut was begun before") }
    guard hold == nil else { return refuse(.busy, "another backup is at its cut; ask again") }
    lastCut = request.session
    hold = Hold(session: request.session, until: clock + Self.holdMilliseconds)
    log(.info, "\(sender.role.rawValue) \(sender.name) makes a cut for a backup")
    output.append(.cut(request, ticket))
  }

  /// Goes on by itself when the second is over.
  mutating func tickHold() {
    if let hold, clock >= hold.until { goOn() }
  }

  /// Says what waited.
  private mutating func goOn() {
    hold = nil
    for (shard, grant) in inOrder(grants) where !grant.waiting.isEmpty { release(shard) }
  }
}
