import Coordination
import Messaging
import Threading
import WireProtocol

/// A worker's connections to other workers: one each, made when needed. Over it go its questions
/// for rows, in requests with numbers, and the logs of its shards, in frames without; what the
/// other one says comes back the same way.
///
/// Used on the loop's thread. A question that is not answered in time, or a giver that is not
/// there, is an answer too. Of a log nothing is promised: what cannot be sent for a while is lost,
/// and the mind sends it again.
final class PeerLinks {
  private final class Link {
    let dealer: Dealer
    let token: Poller.Token
    /// Questions that are not answered, and until when they may be.
    var waiting: [UInt64: Moment] = [:]
    /// What waits for the connection, or for room in it, in order.
    var outbox: [Parcel] = []
    var outboxBytes = 0
    var reconnectAt = Moment(milliseconds: 0)

    init(dealer: Dealer, token: Poller.Token) {
      self.dealer = dealer
      self.token = token
    }
  }

  /// A frame on its way.
  private struct Parcel {
    /// The question's number; 0 for what is no question.
    var step: UInt64
    var bytes: [UInt8]
    /// When it is of no use any more.
    var until: Moment
  }

  /// How long a giver may take to answer.
  private static let patienceMilliseconds: Int64 = 5_000
  /// How long a piece of a log waits to be sent: after that the mind sends it again.
  private static let logMilliseconds: Int64 = 1_000
  /// The most bytes that wait for one peer.
  private static let outboxBytes = 64 << 20
  /// How often a giver is tried again that does not have our key on its list yet.
  private static let refusedMilliseconds: Int64 = 500
  /// How many frames of one peer are taken before others have their turn.
  private static let framesPerTurn = 256
  /// Many small pieces of logs, and few large ones.
  private static let limits = SocketLimits(sendQueue: 64, receiveQueue: 64)

  private let context: Context
  private var keys: CurveKeyPair
  private let poller: Poller
  private var links: [PeerAddress: Link] = [:]
  /// Those of the key before, as long as answers may come over them.
  private var former: [(peer: PeerAddress, link: Link, until: Moment)] = []

  init(in context: Context, keys: CurveKeyPair, poller: Poller) {
    self.context = context
    self.keys = keys
    self.poller = poller
  }

  /// Connects with another key from now on. What was asked under the one before is answered yet.
  func use(_ new: CurveKeyPair, at now: Moment) {
    keys = new
    for (peer, link) in links { former.append((peer, link, now + Self.patienceMilliseconds)) }
    links = [:]
  }

  /// Whether frames wait for room in a connection that is there: nothing tells when there is some.
  var isWaitingForRoom: Bool {
    links.values.contains { !$0.outbox.isEmpty && $0.dealer.problem == nil }
  }

  /// Asks a giver for rows, for a step of a copy or of the sample.
  func fetch(
    _ request: RowsRequest, from giver: PeerAddress, step: UInt64, at now: Moment
  ) -> Worker.Event? {
    do {
      let link = try link(to: giver)
      // A step that is asked for again has no longer time for that.
      let until = link.waiting[step] ?? now + Self.patienceMilliseconds
      link.waiting[step] = until
      // Asked again before it could be sent: once is enough.
      if !link.outbox.contains(where: { $0.step == step }) {
        let bytes = Frame(request: step, .rowsRequest(request)).packed()
        add(Parcel(step: step, bytes: bytes, until: until), to: link)
      }
      flush(link, at: now)
      return nil
    } catch {
      let reason = "cannot reach \(giver.node): \(error)"
      return .stepFailed(step: step, reason: reason, mayPass: true)
    }
  }

  /// Sends what needs no answer under a number.
  func send(_ message: Message, to peer: PeerAddress, at now: Moment) {
    guard let link = try? link(to: peer) else { return }
    let bytes = Frame(message).packed()
    add(Parcel(step: 0, bytes: bytes, until: now + Self.logMilliseconds), to: link)
    flush(link, at: now)
  }

  /// What came in, and what took too long.
  func events(at now: Moment) -> [Worker.Event] {
    var events: [Worker.Event] = []
    for (peer, link) in links {
      knockAgain(link, at: now)
      take(link, of: peer, at: now, &events)
      if link.waiting.isEmpty, link.outbox.isEmpty, link.dealer.problem != nil {
        poller.remove(link.token)
        links[peer] = nil
      }
    }
    for (peer, link, _) in former { take(link, of: peer, at: now, &events) }
    former.removeAll { _, link, until in
      guard now > until || link.waiting.isEmpty && link.outbox.isEmpty else { return false }
      poller.remove(link.token)
      return true
    }
    return events
  }

  /// Sends what waits for a connection, and takes what came over it or takes too long.
  private func take(
    _ link: Link, of peer: PeerAddress, at now: Moment, _ events: inout [Worker.Event]
  ) {
    flush(link, at: now)
    for _ in 0..<Self.framesPerTurn {
      guard let incoming = link.dealer.receive() else { break }
      guard let frame = try? Frame(packed: incoming.bytes) else { continue }
      events.append(event(of: frame, from: peer.node, link))
    }
    for (step, deadline) in link.waiting where now > deadline {
      link.waiting[step] = nil
      let reason = "\(peer.node) does not answer"
      events.append(.stepFailed(step: step, reason: reason, mayPass: true))
    }
  }

  private func event(of frame: Frame, from node: NodeName, _ link: Link) -> Worker.Event {
    let isAnswer = link.waiting.removeValue(forKey: frame.request) != nil
    switch frame.message {
    case .rows(let chunk): return .rowsReceived(chunk, step: frame.request)
    case .refusal(let refusal) where isAnswer:
      return .stepFailed(
        step: frame.request, reason: refusal.reason, mayPass: refusal.code.mayPass)
    default: return .fromPeer(frame, node)
    }
  }

  /// After a refused key libzmq does not try again by itself, and a giver that reads its list now
  /// and then learns of a new worker a little late.
  private func knockAgain(_ link: Link, at now: Moment) {
    guard case .keyRefused? = link.dealer.problem, now >= link.reconnectAt else { return }
    link.reconnectAt = now + Self.refusedMilliseconds
    try? link.dealer.reconnect()
  }

  private func add(_ parcel: Parcel, to link: Link) {
    link.outbox.append(parcel)
    link.outboxBytes += parcel.bytes.count
    // As if the oldest had been lost on the way.
    while link.outboxBytes > Self.outboxBytes {
      link.outboxBytes -= link.outbox.removeFirst().bytes.count
    }
  }

  private func flush(_ link: Link, at now: Moment) {
    var done = 0
    while done < link.outbox.count {
      let parcel = link.outbox[done]
      guard now > parcel.until || link.dealer.send(parcel.bytes) == .sent else { break }
      link.outboxBytes -= parcel.bytes.count
      done += 1
    }
    if done > 0 { link.outbox.removeFirst(done) }
  }

  private func link(to peer: PeerAddress) throws -> Link {
    if let link = links[peer] { return link }
    let dealer = try Dealer(
      in: context, keys: keys, serverKey: try PublicKey(peer.publicKey), limits: Self.limits)
    try dealer.connect(peer.endpoint)
    let link = Link(dealer: dealer, token: poller.add(dealer))
    links[peer] = link
    return link
  }
}
