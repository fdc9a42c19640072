import Coordination
import FoundationEssentials
import Messaging
import NodeSupport
import Telemetry
import Threading
import WireProtocol

/// A worker's connections to those that may be its coordinator: one, or one that leads and others
/// that stand by.
///
/// The worker obeys one of them (`Obedience`); the others are greeted now and then. So a new leader
/// is found without asking who it is, and one that only believes that it leads is left. Used on the
/// loop's thread.
final class CoordinatorLinks {
  /// How often one is connected to again that is not there, and the file of addresses read.
  private static let reconnectMilliseconds: Int64 = 1_000
  /// The same for one with another key, while the one that is obeyed is not there: it may be that
  /// one, whose key was changed just now.
  private static let knockMilliseconds: Int64 = 200
  private static let framesPerTurn = 256

  private final class Link {
    let address: CoordinatorAddress
    let dealer: Dealer
    let token: Poller.Token
    var spoken = SpokenVersion()

    init(_ address: CoordinatorAddress, _ dealer: Dealer, _ token: Poller.Token) {
      self.address = address
      self.dealer = dealer
      self.token = token
    }
  }

  private let path: String
  private let context: Context
  private var keys: CurveKeyPair
  private let poller: Poller
  private let logger: Logger
  private var links: [Link] = []
  private var obedience: Obedience<CoordinatorAddress>
  private var reconnectAt = Moment(milliseconds: 0)
  private var knockAt = Moment(milliseconds: 0)
  private var text = ""

  /// When any of them could be talked to last.
  private(set) var seenAt: Moment

  init(
    file path: String, in context: Context, keys: CurveKeyPair, poller: Poller, _ logger: Logger,
    at now: Moment
  ) {
    self.path = path
    self.context = context
    self.keys = keys
    self.poller = poller
    self.logger = logger
    obedience = Obedience(at: Instant(now))
    seenAt = now
  }

  /// Connects to where the file says that they are: they may move when they are started again.
  func connect(at now: Moment) {
    if links.contains(where: { $0.dealer.problem == nil }) {
      seenAt = now
    } else if links.count > 1, now >= knockAt {
      knockAt = now + Self.knockMilliseconds
      for link in links {
        if case .handshakeFailed? = link.dealer.problem { try? link.dealer.reconnect() }
      }
    }
    guard now >= reconnectAt else { return }
    reconnectAt = now + Self.reconnectMilliseconds
    for link in links {
      // libzmq tries again by itself, but for a refused key.
      guard case .keyRefused? = link.dealer.problem else { continue }
      logger.warning("\(link.dealer.problem.map { "\($0)" } ?? "")")
      try? link.dealer.reconnect()
    }
    guard let new = try? String(contentsOfFile: path, encoding: .utf8), new != text else { return }
    guard let addresses = CoordinatorAddress.list(in: new) else {
      return logger.warning("\(path) is not lines of `ENDPOINT KEY`: start the coordinator again")
    }
    text = new
    take(addresses)
  }

  /// Connects anew with another key to each of them.
  func use(_ new: CurveKeyPair) {
    keys = new
    let (addresses, before) = (links.map(\.address), obedience)
    take([])
    take(addresses)
    obedience = before
  }

  private func take(_ addresses: [CoordinatorAddress]) {
    for link in links where !addresses.contains(link.address) {
      poller.remove(link.token)
      link.dealer.disconnect()
      obedience.forget(link.address)
    }
    links.removeAll { !addresses.contains($0.address) }
    for address in addresses where !links.contains(where: { $0.address == address }) {
      do throws(MessagingError) {
        let dealer = try Dealer(in: context, keys: keys, serverKey: address.key)
        try dealer.connect(address.endpoint)
        links.append(Link(address, dealer, poller.add(dealer)))
      } catch {
        logger.warning("cannot connect to the coordinator at \(address.endpoint): \(error)")
      }
    }
  }

  /// Takes over where the coordinators are, as the one that leads says it.
  func learn(_ coordinators: [PeerAddress]) {
    guard !coordinators.isEmpty else { return }
    let addresses = CoordinatorAddress.list(coordinators, before: links.map(\.address))
    let new = CoordinatorAddress.text(addresses)
    guard new != text else { return }
    // Also where it cannot be written down: it is found as long as this process lives.
    take(addresses)
    do {
      try Data(new.utf8).write(to: URL(filePath: path), options: .atomic)
      text = new
    } catch {
      logger.warning("cannot write \(path): \(error)")
    }
  }

  /// Looks at none of them any more.
  func leave() {
    for link in links { poller.remove(link.token) }
  }

  // MARK: Talking

  /// Says something to the coordinator; a greeting to all that may be it.
  func send(_ frame: Frame) {
    if case .hello = frame.message {
      for link in links { send(frame, over: link) }
    } else if let link = links.first(where: { $0.address == obedience.obeyed }) {
      send(frame, over: link)
    } else if links.count == 1, let link = links.first {
      send(frame, over: link)
    }
  }

  private func send(_ frame: Frame, over link: Link) {
    link.spoken.connected(times: link.dealer.watch.counts.ready)
    _ = link.dealer.send(link.spoken.packed(frame))
  }

  /// Greets those that are not obeyed, when it is time.
  func seek(with greeting: () -> Frame, at now: Moment) {
    guard links.count > 1,
      obedience.mustGreet(at: Instant(now), isObeyedThere: isObeyedThere)
    else { return }
    let frame = greeting()
    for link in links where link.address != obedience.obeyed && link.dealer.problem == nil {
      send(frame, over: link)
    }
  }

  /// What the coordinator said, and how many frames made no sense.
  func receive(at now: Moment) -> (frames: [Frame], malformed: UInt64) {
    var frames: [Frame] = []
    var malformed: UInt64 = 0
    for link in links {
      for _ in 0..<Self.framesPerTurn {
        guard let incoming = link.dealer.receive() else { break }
        guard let frame = try? Frame(packed: incoming.bytes) else {
          malformed += 1
          continue
        }
        if link.spoken.hear(frame) { continue }
        if isObeyed(frame, over: link, at: now) { frames.append(frame) }
      }
    }
    return (frames, malformed)
  }

  /// Whether the one that is obeyed can be talked to.
  private var isObeyedThere: Bool {
    links.contains { $0.address == obedience.obeyed && $0.dealer.problem == nil }
  }

  /// Whether what came is the coordinator's word.
  private func isObeyed(_ frame: Frame, over link: Link, at now: Moment) -> Bool {
    let before = obedience.obeyed
    let isTaken = obedience.takes(
      frame, from: link.address, at: Instant(now), isObeyedThere: isObeyedThere)
    if let obeyed = obedience.obeyed, obeyed != before, links.count > 1 {
      logger.info("obeying", ["coordinator": obeyed.endpoint])
    }
    return isTaken
  }
}
