import Coordination
import Messaging
import Threading
import WireProtocol

/// A worker's connections to the workers from which it copies shards, or gathers its sample: one
/// each, made when needed.
///
/// Used on the loop's thread. A request that is not answered in time, or a giver that is not there,
/// is an answer too: the copy starts over, and the sample's rows are asked for again.
final class GiverLinks {

  private final class Link {
    let dealer: Dealer
    let token: Poller.Token
    var waiting: [UInt64: Moment] = [:]
    /// Requests that wait for the connection.
    var unsent: [(step: UInt64, bytes: [UInt8])] = []
    var reconnectAt = Moment(milliseconds: 0)

    init(dealer: Dealer, token: Poller.Token) {
      self.dealer = dealer
      self.token = token
    }
  }

  /// How long a giver may take to answer.
  private static let patienceMilliseconds: Int64 = 5_000
  /// How often a giver is tried again that does not have our key on its list yet.
  private static let refusedMilliseconds: Int64 = 500

  private let context: Context
  private let keys: CurveKeyPair
  private let poller: Poller
  private var links: [PeerAddress: Link] = [:]

  init(in context: Context, keys: CurveKeyPair, poller: Poller) {
    self.context = context
    self.keys = keys
    self.poller = poller
  }

  /// Asks a giver for rows, for a step of a copy or of the sample.
  func fetch(
    _ request: RowsRequest, from giver: PeerAddress, step: UInt64, at now: Moment
  ) -> Worker.Event? {
    do {
      let link = try link(to: giver)
      // Asked again before it could be sent: once is enough.
      if !link.unsent.contains(where: { $0.step == step }) {
        link.unsent.append((step, Frame(request: step, .rowsRequest(request)).packed()))
      }
      // A step that is asked for again has no longer time for that.
      if link.waiting[step] == nil { link.waiting[step] = now + Self.patienceMilliseconds }
      flush(link)
      return nil
    } catch {
      let reason = "cannot reach \(giver.node): \(error)"
      return .stepFailed(step: step, reason: reason, mayPass: true)
    }
  }

  /// What came in, and what took too long.
  func events(at now: Moment) -> [Worker.Event] {
    var events: [Worker.Event] = []
    for (giver, link) in links {
      knockAgain(link, at: now)
      flush(link)
      while let incoming = link.dealer.receive() {
        guard let frame = try? Frame(packed: incoming.bytes) else { continue }
        link.waiting[frame.request] = nil
        switch frame.message {
        case .rows(let chunk): events.append(.rowsReceived(chunk, step: frame.request))
        case .refusal(let refusal):
          events.append(
            .stepFailed(
              step: frame.request, reason: refusal.reason, mayPass: refusal.code.mayPass))
        default: break
        }
      }
      for (step, deadline) in link.waiting where now > deadline {
        link.waiting[step] = nil
        link.unsent.removeAll { $0.step == step }
        let reason = "\(giver.node) does not answer"
        events.append(.stepFailed(step: step, reason: reason, mayPass: true))
      }
      if link.waiting.isEmpty, link.dealer.problem != nil {
        poller.remove(link.token)
        links[giver] = nil
      }
    }
    return events
  }

  /// After a refused key libzmq does not try again by itself, and a giver that reads its list now
  /// and then learns of a new worker a little late.
  private func knockAgain(_ link: Link, at now: Moment) {
    guard case .keyRefused? = link.dealer.problem, now >= link.reconnectAt else { return }
    link.reconnectAt = now + Self.refusedMilliseconds
    try? link.dealer.reconnect()
  }

  private func flush(_ link: Link) {
    while let next = link.unsent.first, link.dealer.send(next.bytes) == .sent {
      link.unsent.removeFirst()
    }
  }

  private func link(to giver: PeerAddress) throws -> Link {
    if let link = links[giver] { return link }
    let dealer = try Dealer(
      in: context, keys: keys, serverKey: try PublicKey(giver.publicKey), limits: .bulk)
    try dealer.connect(giver.endpoint)
    let link = Link(dealer: dealer, token: poller.add(dealer))
    links[giver] = link
    return link
  }
}
