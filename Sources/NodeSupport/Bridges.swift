public import Coordination
public import Messaging
public import Telemetry
public import Threading
import WireProtocol

// Between the words of the mind and those of the tools: the mind knows neither sockets nor clocks.

extension Instant {
  /// The instant of a moment on the monotonic clock.
  public init(_ moment: Moment) { self.init(milliseconds: moment.milliseconds) }
}

extension Address {
  /// The address of a connection.
  public init(_ id: RoutingID) { self.init(id.bytes) }
}

extension RoutingID {
  /// The connection of an address.
  public init?(_ address: Address) { self.init(bytes: address.bytes) }
}

extension Sender {
  /// Who sent a message, as its key proved and the list in force says.
  public init?(_ incoming: Incoming) {
    guard let from = incoming.from else { return nil }
    self.init(from, incoming.identity, incoming.key)
  }

  /// Whose connection it was until its key was taken off the list.
  public init?(_ revoked: Router.RevokedPeer) {
    self.init(revoked.peer, revoked.identity, revoked.key)
  }

  private init?(_ from: RoutingID, _ identity: Identity?, _ key: PublicKey?) {
    guard let identity, let role = WireProtocol.Role(rawValue: identity.role.rawValue) else {
      return nil
    }
    self.init(
      address: Address(from), role: role, name: identity.node, key: key?.beginning ?? "")
  }
}

extension LogLevel {
  /// The level of a sentence of the mind.
  public init(_ severity: Severity) {
    switch severity {
    case .debug: self = .debug
    case .info: self = .info
    case .warning: self = .warning
    case .error: self = .error
    }
  }
}
