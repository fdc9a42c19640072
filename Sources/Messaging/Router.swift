import CZeroMQ
import Glibc
import Threading

/// The side that listens: it talks to many dealers, each named by the connection that it came over.
///
/// A message is one payload. Nothing is lost without a word: a full queue and a connection that is
/// gone are outcomes of `send`. One thread, the one that made it, uses a router.
///
/// No peer has a routing id of its own choice: a second one with the same id would be mute, and
/// with handover it would take over the first one's answers. Who a peer is says its key.
///
/// What a key may is asked of the list in force at every message and every answer. A connection
/// whose key was taken off stays open, because libzmq cannot close a single one, but nothing that
/// comes over it is handed out and nothing is sent over it but one last word (`takeRevoked`).
public final class Router {
  let socket: Socket
  /// What happened to connections; `Poller.wait` keeps it up to date.
  public let watch: ConnectionWatch
  private let isLocal: Bool
  /// Held because CURVE without an authenticator lets every key in.
  private let authenticator: Authenticator?
  private var counts = Traffic()
  private var book = PeerBook()
  private var list = AllowList([:])
  private var listVersion: UInt64 = 0
  private var revoked: [RevokedPeer] = []
  private var ledger: ConnectionLedger
  private let clock = MonotonicClock()
  private var lookAt = Moment(milliseconds: 0)
  private var endpoint: String?
  /// Whether it listens where it was bound last: not for a moment after its key was changed.
  public private(set) var isListening = false
  /// When to say that it does not, and how long that is after it should have begun.
  private var complainAt = Moment(milliseconds: 0)
  private static let complainMilliseconds: Int64 = 2_000

  /// A connection whose key was taken off the list.
  public struct RevokedPeer: Sendable, Equatable {
    /// The connection.
    public let peer: RoutingID
    /// The key.
    public let key: PublicKey
    /// Who held it, if the list named it while this router talked to it.
    public let identity: Identity?
    /// Whether its queue was full when it was to be told the last time.
    public internal(set) var wasMissed = false
  }

  /// The most bad messages that one `receive` passes over, so that a flood of them cannot keep the
  /// loop from its other work.
  static let maximumRefusalsPerReceive = 64

  /// A router that talks CURVE only, and only to keys that the authenticator knows.
  public convenience init(
    _ authenticator: Authenticator, keys: CurveKeyPair, limits: SocketLimits = .control,
    mostConnections: Int = SocketLimits.mostConnections
  ) throws(MessagingError) {
    let socket = try Socket(.router, in: authenticator.context, limits: limits)
    try socket.set(ZMQ_CURVE_SERVER, to: 1)
    try socket.set(ZMQ_CURVE_SECRETKEY, to: keys.secret)
    try socket.set(ZMQ_ZAP_DOMAIN, to: Authenticator.domain)
    try self.init(socket, authenticator, mostConnections)
  }

  /// A router without encryption, which can listen on this machine only.
  public convenience init(
    localIn context: Context, limits: SocketLimits = .control
  ) throws(MessagingError) {
    try self.init(
      try Socket(.router, in: context, limits: limits), nil, SocketLimits.mostConnections)
  }

  private init(
    _ socket: Socket, _ authenticator: Authenticator?, _ mostConnections: Int
  ) throws(MessagingError) {
    let room = ConnectionDescriptor.raiseLimit() - SocketLimits.otherDescriptors
    ledger = ConnectionLedger(
      ConnectionLedger.Limits(connections: max(16, min(mostConnections, room))))
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
    let bound = try socket.bind(endpoint)
    (self.endpoint, isListening) = (bound, true)
    return bound
  }

  /// Listens where it does under another key from now on. libzmq gives a key to what listens when
  /// that begins, and ends the connections with what listened: whoever knows the new key connects
  /// again at once. `resumeListening` says whether it listens.
  public func listen(with keys: CurveKeyPair) throws(MessagingError) {
    try socket.set(ZMQ_CURVE_SECRETKEY, to: keys.secret)
    guard isListening, let endpoint else { return }
    try socket.unbind(endpoint)
    isListening = false
    complainAt = clock.now + Self.complainMilliseconds
    _ = resumeListening()
  }

  /// Listens again where it did. libzmq lets go of a port a moment after it was told to, so that
  /// the first attempt mostly fails: to be called again until it listens. What is in the way for
  /// longer than that, as somebody else who has the port now, is given every few seconds.
  public func resumeListening() -> MessagingError? {
    guard !isListening, let endpoint else { return nil }
    do throws(MessagingError) {
      _ = try socket.bind(endpoint)
      isListening = true
    } catch {
      guard clock.now >= complainAt else { return nil }
      complainAt = clock.now + Self.complainMilliseconds
      return error
    }
    return nil
  }

  /// What passed and what was refused.
  public var traffic: Traffic {
    var traffic = counts
    traffic.refusedCrowd = ledger.cut[.crowded] ?? 0
    traffic.refusedEndless = ledger.cut[.endless] ?? 0
    traffic.refusedSlow = ledger.cut[.slowReader] ?? 0
    return traffic
  }

  /// Follows connections as they come and go, and cuts off those that take too much.
  private func tend() {
    let now = clock.now
    guard now >= lookAt else { return }
    lookAt = now + SocketLimits.ledgerMilliseconds
    for change in watch.takeChanges() {
      if change.began {
        // One that has ended by now has none, or that of another one whose beginning comes later.
        if let cookie = ConnectionDescriptor.cookie(change.descriptor) {
          ledger.began(change.descriptor, cookie: cookie, at: now.milliseconds)
        }
      } else {
        ledger.ended(change.descriptor)
      }
    }
    let doomed = ledger.look(at: now.milliseconds) { descriptor, cookie in
      ConnectionDescriptor.cookie(descriptor) == cookie ? TCPCounts(of: descriptor) : nil
    }
    for (descriptor, cookie) in doomed
    where ConnectionDescriptor.cookie(descriptor) == cookie {
      ConnectionDescriptor.cut(descriptor)
    }
  }

  /// Sends a payload to a connection, without waiting. It has at most `MessageLimit.maximumBytes`.
  public func send(_ bytes: [UInt8], to peer: RoutingID) -> SendOutcome {
    followList()
    guard isLocal || book.peer(peer)?.isRevoked == false else {
      counts.unreachable += 1
      return .unreachable
    }
    guard !ledger.isFull(peer) else {
      counts.refusedFull += 1
      return .wouldBlock
    }
    return transmit(bytes, to: peer)
  }

  /// The connections whose key was taken off the list since this was asked last, each once: to be
  /// told so by `sendLast`.
  public func takeRevoked() -> [RevokedPeer] {
    followList()
    defer { revoked = [] }
    return revoked
  }

  /// Says why to a connection that gets no answers any more. While its queue is full it is among
  /// those to be told.
  public func sendLast(_ bytes: [UInt8], to peer: RevokedPeer) {
    guard transmit(bytes, to: peer.peer) == .wouldBlock, revoked.count < PeerBook.peersPerAge else {
      return
    }
    var missed = peer
    missed.wasMissed = true
    revoked.append(missed)
  }

  /// Takes over the list in force, where it is another.
  private func followList() {
    guard let authenticator, authenticator.allowListVersion != listVersion else { return }
    // The version first: a list that comes in between is taken the next time.
    listVersion = authenticator.allowListVersion
    list = authenticator.allowList
    revoked += book.take(list).compactMap { id in
      book.peer(id).map { RevokedPeer(peer: id, key: $0.key, identity: $0.identity) }
    }
  }

  /// Who sent a message, by the list in force; false when its key is revoked. One that was never
  /// heard before its key was taken off is told so too.
  private func admit(_ incoming: inout Incoming) -> Bool {
    guard !isLocal else { return true }
    guard let from = incoming.from, let key = incoming.key else { return false }
    let isKnown = book.peer(from)?.key == key
    let peer = book.hear(from, key, by: list)
    incoming.identity = peer.identity
    guard peer.isRevoked else { return true }
    if !isKnown, revoked.count < PeerBook.peersPerAge {
      revoked.append(RevokedPeer(peer: from, key: key, identity: nil))
    }
    counts.refusedRevoked += 1
    return false
  }

  private func transmit(_ bytes: [UInt8], to peer: RoutingID) -> SendOutcome {
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
    ledger.gave(MessageLimit.wireBytes(bytes.count, isEncrypted: !isLocal), to: peer)
    return .sent
  }

  /// The next message, without waiting. Nil when there is none just now, so a loop calls this until
  /// nil and polls again.
  public func receive() -> Incoming? {
    followList()
    tend()
    for _ in 0..<Self.maximumRefusalsPerReceive {
      guard let from = socket.receive({ part in unsafe RoutingID(bytes: part.bytes) }) else {
        return nil
      }
      // The payload is in the same message, so it is there.
      let now = clock.now.milliseconds
      let incoming = socket.receivePayload(from: from, &counts) { bytes, descriptor in
        guard let descriptor else { return }
        let bytes = MessageLimit.wireBytes(bytes, isEncrypted: !isLocal)
        ledger.took(bytes, from: from, over: descriptor, at: now)
      }
      guard from != nil else {
        counts.refusedRouting += 1
        continue
      }
      guard var incoming, admit(&incoming) else { continue }
      counts.received += 1
      return incoming
    }
    return nil
  }
}
