import CZeroMQ
import Glibc

/// The side that listens: it talks to many dealers, each named by the connection that it came over.
///
/// A message is one payload. Nothing is lost without a word: a full queue and a connection that is
/// gone are outcomes of `send`. One thread, the one that made it, uses a router.
///
/// No peer has a routing id of its own choice: a second one with the same id would be mute, and
/// with handover it would take over the first one's answers. Who a peer is says its key (`userID`).
public final class Router {
  let socket: Socket
  /// What happened to connections; `Poller.wait` keeps it up to date.
  public let watch: ConnectionWatch
  private let isLocal: Bool
  /// Held because CURVE without an authenticator lets every key in.
  private let authenticator: Authenticator?
  private var counts = Traffic()

  /// The most bad messages that one `receive` passes over, so that a flood of them cannot keep the
  /// loop from its other work.
  static let maximumRefusalsPerReceive = 64

  /// A router that talks CURVE only, and only to keys that the authenticator knows.
  public convenience init(
    _ authenticator: Authenticator, keys: CurveKeyPair, limits: SocketLimits = .control
  ) throws(MessagingError) {
    let socket = try Socket(.router, in: authenticator.context, limits: limits)
    try socket.set(ZMQ_CURVE_SERVER, to: 1)
    try socket.set(ZMQ_CURVE_SECRETKEY, to: keys.secret)
    try socket.set(ZMQ_ZAP_DOMAIN, to: Authenticator.domain)
    try self.init(socket, authenticator)
  }

  /// A router without encryption, which can listen on this machine only.
  public convenience init(
    localIn context: Context, limits: SocketLimits = .control
  ) throws(MessagingError) {
    try self.init(try Socket(.router, in: context, limits: limits), nil)
  }

  private init(_ socket: Socket, _ authenticator: Authenticator?) throws(MessagingError) {
    try socket.set(ZMQ_ROUTER_MANDATORY, to: 1)
    self.socket = socket
    self.authenticator = authenticator
    isLocal = authenticator == nil
    watch = try ConnectionWatch(socket, listens: true)
  }

  deinit { watch.end(socket) }

  /// Listens at an endpoint and returns it with the port that `*` became.
  public func bind(_ endpoint: String) throws(MessagingError) -> String {
    guard !isLocal || Endpoint.isLocal(endpoint) else { throw .notLocal(endpoint: endpoint) }
    return try socket.bind(endpoint)
  }

  /// Listens there no more; connections that exist go on.
  public func unbind(_ endpoint: String) throws(MessagingError) { try socket.unbind(endpoint) }

  /// What passed and what was refused.
  public var traffic: Traffic { counts }

  /// Sends a payload to a connection, without waiting. It has at most `MessageLimit.maximumBytes`.
  public func send(_ bytes: [UInt8], to peer: RoutingID) -> SendOutcome {
    precondition(bytes.count <= MessageLimit.maximumBytes, "a frame of \(bytes.count) bytes")
    // The zero byte and the number, in the order of memory: the low byte of the integer comes
    // first.
    let id = UInt64(peer.number.bigEndian) << 8
    let refusal = unsafe withUnsafeBytes(of: id.littleEndian) { id in
      unsafe socket.send(
        part: UnsafeRawBufferPointer(rebasing: id[..<RoutingID.byteCount]), more: true)
    }
    switch refusal {
    case nil: break
    case EAGAIN:
      counts.wouldBlock += 1
      return .wouldBlock
    case EHOSTUNREACH:
      counts.unreachable += 1
      return .unreachable
    default: preconditionFailure("sending: \(MessagingError.lastReason())")
    }
    // A queue that took the address takes the payload: libzmq counts whole messages.
    let failure = unsafe bytes.withUnsafeBytes { unsafe socket.send(part: $0, more: false) }
    precondition(failure == nil, "sending: \(MessagingError.lastReason())")
    counts.sent += 1
    return .sent
  }

  /// The next message, without waiting. Nil when there is none just now, so a loop calls this until
  /// nil and polls again.
  public func receive() -> Incoming? {
    for _ in 0..<Self.maximumRefusalsPerReceive {
      guard let from = socket.receive({ part in unsafe RoutingID(bytes: part.bytes) }) else {
        return nil
      }
      // The payload is in the same message, so it is there.
      let incoming = socket.receivePayload(from: from, &counts)
      guard from != nil else {
        counts.refusedRouting += 1
        continue
      }
      guard let incoming else { continue }
      counts.received += 1
      return incoming
    }
    return nil
  }
}
