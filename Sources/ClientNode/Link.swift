import Messaging
import NodeSupport
import Packing
import WireProtocol

/// The way to one node: what cannot be sent yet waits here, up to a bound.
///
/// A node that comes back at another endpoint gets what waits over the new connection.
final class Link {
  /// The most bytes that wait. Of what is more the oldest goes, as if it had been lost on the way:
  /// it is sent again when no answer comes.
  private static let maximumWaitingBytes = 64 << 20

  let name: String
  private(set) var address: (endpoint: String, key: String)
  private let context: Context
  private var keys: CurveKeyPair
  private let poller: Poller
  private var connection: (dealer: Dealer, token: Poller.Token)?
  /// That of the key before: what was asked over it may be answered yet.
  private var former: (dealer: Dealer, token: Poller.Token)?
  private var outbox: [[UInt8]] = []
  private var waitingBytes = 0
  private var wasReady = false
  private var spoken = SpokenVersion()
  private var wasMisunderstood = false

  init(_ name: String, in context: Context, keys: CurveKeyPair, poller: Poller) {
    self.name = name
    self.context = context
    self.keys = keys
    self.poller = poller
    address = ("", "")
  }

  deinit {
    leave()
    leaveFormer()
  }

  /// Connects with another key to where it is connected to.
  func use(_ new: CurveKeyPair) throws(ClientError) {
    keys = new
    leaveFormer()
    (former, connection) = (connection, nil)
    let (endpoint, key) = address
    address = ("", "")
    try move(to: endpoint, key: key)
  }

  /// Connects to an endpoint, unless it is the one already; an empty one is nowhere.
  func move(to endpoint: String, key: String) throws(ClientError) {
    guard address.endpoint != endpoint || address.key != key else { return }
    leave()
    address = (endpoint, key)
    guard !endpoint.isEmpty else { return }
    do throws(MessagingError) {
      let dealer = try Dealer(
        in: context, keys: keys, serverKey: try PublicKey(key), limits: Self.limits)
      try dealer.connect(endpoint)
      connection = (dealer, poller.add(dealer))
    } catch {
      throw .messaging(error)
    }
  }

  /// Batches under credit and a window of chunks: a few hundred at most.
  private static let limits = SocketLimits(sendQueue: 256, receiveQueue: 256)

  private func leave() {
    guard let (dealer, token) = connection else { return }
    poller.remove(token)
    dealer.disconnect()
    connection = nil
  }

  private func leaveFormer() {
    guard let (dealer, token) = former else { return }
    poller.remove(token)
    dealer.disconnect()
    former = nil
  }

  /// What came over the connection of the key before, as long as that is let in.
  private func receiveFormer() -> Frame? {
    guard let dealer = former?.dealer else { return nil }
    guard let incoming = dealer.receive(), let frame = try? Frame(packed: incoming.bytes) else {
      if dealer.watch.state != .ready { leaveFormer() }
      return nil
    }
    if case .refusal(let refusal) = frame.message, refusal.code == .revoked {
      leaveFormer()
      return nil
    }
    return frame
  }

  /// How things stand with the node.
  var state: ConnectionState { connection?.dealer.watch.state ?? .unreachable }

  /// Whether the node was reached at any time.
  var wasReached: Bool {
    if !wasReady, let connection, connection.dealer.watch.counts.ready > 0 { wasReady = true }
    return wasReady
  }

  /// Whether an attempt to connect failed, so that `unreachable` is more than "not tried yet".
  var hasFailed: Bool { (connection?.dealer.watch.counts.connectsFailed ?? 0) > 0 }

  /// Whether frames wait.
  var isWaiting: Bool { !outbox.isEmpty }

  /// Sends a frame, now or when that becomes possible.
  func send(_ frame: Frame) {
    if let connection { spoken.connected(times: connection.dealer.watch.counts.ready) }
    let bytes = spoken.packed(frame)
    outbox.append(bytes)
    waitingBytes += bytes.count
    while waitingBytes > Self.maximumWaitingBytes { waitingBytes -= outbox.removeFirst().count }
    flush()
  }

  /// Forgets what waits.
  func forget() {
    outbox = []
    waitingBytes = 0
  }

  /// Sends what waits, as far as it goes.
  func flush() {
    guard !outbox.isEmpty, let dealer = connection?.dealer else { return }
    var sent = 0
    while sent < outbox.count, dealer.send(outbox[sent]) == .sent {
      waitingBytes -= outbox[sent].count
      sent += 1
    }
    if sent > 0 { outbox.removeFirst(sent) }
  }

  /// Takes the next frame that came. Whoever sends one that makes no sense proved to be the node
  /// that was meant, so it speaks another version.
  func receive() throws(ClientError) -> Frame? {
    guard let incoming = connection?.dealer.receive() else { return receiveFormer() }
    do throws(PackingError) {
      let frame = try Frame(packed: incoming.bytes)
      if spoken.hear(frame) { wasMisunderstood = true }
      return frame
    } catch {
      throw .unexpected(node: name, what: "with \(error)")
    }
  }

  /// Whether the node understands only the version before, so that what was asked must be asked
  /// again; once.
  func takeMisunderstanding() -> Bool {
    defer { wasMisunderstood = false }
    return wasMisunderstood
  }

  /// Why the node will not be reached however long one waits, or nothing.
  func checkRefusal(_ access: ClusterAccess) throws(ClientError) {
    guard state == .refused else { return }
    throw .keyRefused(node: name, keyFile: access.keyFile, line: access.allowLine)
  }
}
