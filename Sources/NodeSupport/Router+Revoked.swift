import Coordination
public import Messaging
import WireProtocol

extension Router {
  /// Tells those whose key was taken off the list so, once, and names them. From then on they are
  /// neither heard nor answered.
  public func dismissRevoked(_ note: (RevokedPeer) -> Void) {
    for revoked in takeRevoked() {
      let holder = revoked.identity.map { "the key of \($0.role) \($0.node)" } ?? "this key"
      let role = revoked.identity?.role.rawValue ?? "ROLE"
      let reason =
        "\(holder) was revoked: it is on the list no more; ask an operator for a new one "
        + "(`granary keys add NAME --role \(role)`)"
      sendLast(Frame(.refusal(Refusal(.revoked, reason))).packed(), to: revoked)
      if !revoked.wasMissed { note(revoked) }
    }
  }
}
