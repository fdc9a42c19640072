import CZeroMQ
import Glibc

/// The side that connects: it talks to one router, and libzmq connects again by itself after a
/// loss.
///
/// One peer a dealer: with two it would deal messages out in turn, to nobody in particular. While
/// there is no connection nothing is queued, so nothing stale arrives after it heals. One thread,
/// the one that made it, uses a dealer.
public final class Dealer {
  let socket: Socket
  /// What happened to the connection; `Poller.wait` keeps it up to date.
  public let watch: ConnectionWatch
  /// Where the dealer was told to connect to.
  public private(set) var endpoint: String?
  private let key: PublicKey?
  private var counts = Traffic()

  /// A dealer that proves who it is with `keys`, and talks only to who has the secret of
  /// `serverKey`.
  public convenience init(
    in context: Context, keys: CurveKeyPair, serverKey: PublicKey, limits: SocketLimits = .control
  ) throws(MessagingError) {
    // What comes was asked for, which bounds it. A full queue whose peer goes aborts the process.
    let socket = try Socket(.dealer, in: context, limits: limits, takesAll: true)
    try socket.set(ZMQ_CURVE_SERVERKEY, to: serverKey.text)
    try socket.set(ZMQ_CURVE_PUBLICKEY, to: keys.publicKey.text)
    try socket.set(ZMQ_CURVE_SECRETKEY, to: keys.secret)
    try self.init(socket, keys.publicKey)
  }

  /// A dealer without encryption, which can connect on this machine only.
  public convenience init(
    localIn context: Context, limits: SocketLimits = .control
  ) throws(MessagingError) {
    try self.init(try Socket(.dealer, in: context, limits: limits), nil)
  }

  private init(_ socket: Socket, _ key: PublicKey?) throws(MessagingError) {
    try socket.set(ZMQ_IMMEDIATE, to: 1)
    self.socket = socket
    self.key = key
    watch = try ConnectionWatch(socket, listens: false)
  }

  deinit { watch.end(socket) }

  /// Connects, and goes on trying until `disconnect()`. Whether it worked shows in `problem`.
  public func connect(_ endpoint: String) throws(MessagingError) {
    if let connected = self.endpoint { throw .alreadyConnected(endpoint: connected) }
    guard key != nil || Endpoint.isLocal(endpoint) else { throw .notLocal(endpoint: endpoint) }
    // Within a context nothing is connected that a monitor could report.
    watch.restart(endpoint.hasPrefix("inproc://") ? .ready : .unreachable)
    try socket.connect(endpoint)
    self.endpoint = endpoint
  }

  /// Leaves the peer, with what is queued for it.
  public func disconnect() {
    guard let endpoint else { return }
    socket.disconnect(endpoint)
    self.endpoint = nil
  }

  /// Disconnects and connects again. Needed after a key was refused, because then libzmq does not
  /// try again by itself: whoever waits to be let in calls this now and then.
  public func reconnect() throws(MessagingError) {
    guard let endpoint else { return }
    disconnect()
    try connect(endpoint)
  }

  /// Why the peer cannot be talked to just now, with the way out; nil when it can, or when the
  /// dealer was told to connect nowhere.
  public var problem: MessagingError? {
    guard let endpoint else { return nil }
    switch watch.state {
    case .ready: return nil
    case .unreachable: return .nobodyListens(endpoint: endpoint)
    case .handshaking: return .handshakePending(endpoint: endpoint)
    case .mismatched: return .handshakeFailed(endpoint: endpoint)
    case .refused:
      return key.map { .keyRefused(endpoint: endpoint, key: $0) }
        ?? .handshakeFailed(endpoint: endpoint)
    }
  }

  /// What passed and what was refused.
  public var traffic: Traffic { counts }

  /// Sends a payload without waiting. It has at most `MessageLimit.maximumBytes`.
  public func send(_ bytes: [UInt8]) -> SendOutcome {
    precondition(bytes.count <= MessageLimit.maximumBytes, "a frame of \(bytes.count) bytes")
    // Between a loss and the next handshake libzmq may still take a message, and loses it with the
    // pipe that it put it in: a message is worth sending only after the handshake.
    if watch.state != .ready { watch.drain() }
    guard watch.state == .ready else {
      counts.unreachable += 1
      return .unreachable
    }
    let refusal = unsafe bytes.withUnsafeBytes { unsafe socket.send(part: $0, more: false) }
    guard refusal == nil else {
      precondition(refusal == EAGAIN, "sending: \(MessagingError.lastReason())")
      counts.wouldBlock += 1
      return .wouldBlock
    }
    counts.sent += 1
    return .sent
  }

  /// The next message, without waiting; nil when there is none just now.
  public func receive() -> Incoming? {
    for _ in 0..<Router.maximumRefusalsPerReceive {
      let refusedBefore = counts.refused
      if let incoming = socket.receivePayload(from: nil, &counts) {
        counts.received += 1
        return incoming
      }
      if counts.refused == refusedBefore { return nil }
    }
    return nil
  }
}
