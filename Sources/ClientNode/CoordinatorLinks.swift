import Messaging
import NodeSupport
import Threading
import WireProtocol

/// A client's ways to those that may be the coordinator: one, or one that leads and others that
/// stand by. It talks to one of them, and to the next where that one stands by or is silent.
final class CoordinatorLinks {
  private var access: ClusterAccess
  private let context: Context
  private let poller: Poller
  private var known: [CoordinatorAddress] = []
  private var links: [Link] = []
  private var place = 0
  /// How many in a row have said that they stand by.
  private var standbysInARow = 0

  init(_ access: ClusterAccess, in context: Context, poller: Poller) throws(ClientError) {
    self.access = access
    self.context = context
    self.poller = poller
    try take(try access.coordinators())
  }

  /// Whether there are several.
  var areSeveral: Bool { links.count > 1 }

  /// Where they are, each once: one whose key is changed has two links.
  var endpoints: [String] {
    var seen: Set<String> = []
    return known.map(\.endpoint).filter { seen.insert($0).inserted }
  }

  /// Whom the client talks to.
  var current: Link { links[place] }

  /// Whether none of them listens.
  var areUnreachable: Bool { links.allSatisfy { $0.state == .unreachable && $0.hasFailed } }

  /// Whether any was reached at any time.
  var wasReached: Bool { links.contains(where: \.wasReached) }

  /// Asks somebody else next time: where there is one, another one. A coordinator that was started
  /// again may listen elsewhere.
  func moveOn() throws(ClientError) {
    standbysInARow = 0
    place = (place + 1) % links.count
    guard links.allSatisfy({ $0.state != .ready }), let new = try? access.coordinators() else {
      return
    }
    try take(new)
  }

  /// The one that was asked stands by; whether there is another one that has not said so.
  func currentStandsBy() -> Bool {
    standbysInARow += 1
    place = (place + 1) % links.count
    return standbysInARow < links.count
  }

  /// Connects with another key.
  func use(_ new: CurveKeyPair) throws(ClientError) {
    access.keys = new
    for link in links { try link.use(new) }
  }

  /// Goes by what a coordinator told of where they are, and keeps it.
  func learn(_ told: [PeerAddress]) throws(ClientError) {
    let list = told.isEmpty ? known : CoordinatorAddress.list(told, before: known)
    guard Set(list) != Set(known) else { return }
    access.keep(told)
    try take(list)
  }

  private func take(_ addresses: [CoordinatorAddress]) throws(ClientError) {
    guard Set(addresses) != Set(known) else { return }
    var kept: [Link] = []
    for address in addresses {
      if let place = known.firstIndex(of: address) {
        kept.append(links[place])
      } else {
        let link = Link("the coordinator", in: context, keys: access.keys, poller: poller)
        try link.move(to: address.endpoint, key: address.key.text)
        kept.append(link)
      }
    }
    // What was asked is answered yet, where whoever was asked is among them.
    let now = known.indices.contains(place) ? addresses.firstIndex(of: known[place]) : nil
    (links, known, place) = (kept, addresses, now ?? 0)
  }

  // MARK: Talking

  /// Sends a frame to whom the client talks to, in place of what waits.
  func send(_ frame: Frame) {
    current.forget()
    current.send(frame)
  }

  /// Sends a frame to the one at an endpoint, under each key that it may have.
  func send(_ frame: Frame, toEach endpoint: String) {
    for link in links where link.address.endpoint == endpoint {
      link.forget()
      link.send(frame)
    }
  }

  /// A link to the one at an endpoint that refuses this client's key.
  func refusing(at endpoint: String) -> Link? {
    links.first { $0.address.endpoint == endpoint && $0.state == .refused }
  }

  func flush() {
    for link in links { link.flush() }
  }

  var isWaiting: Bool { links.contains(where: \.isWaiting) }

  /// The next frame of any of them.
  func receive() throws(ClientError) -> Frame? {
    for link in links {
      if let frame = try link.receive() { return frame }
    }
    return nil
  }

  /// Whether one of them understands only the version before, so that the question must be
  /// repeated; once.
  func takeMisunderstanding() -> Bool {
    var found = false
    for link in links where link.takeMisunderstanding() { found = true }
    return found
  }
}
