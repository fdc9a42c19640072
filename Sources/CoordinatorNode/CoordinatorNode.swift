import ClusterStore
public import Coordination
import FoundationEssentials
import Messaging
import NodeSupport
import Packing
public import Settings
import Storage
import Telemetry
import Threading
import WireProtocol

/// The coordinator's process: one loop that polls its socket and the finished writes, hands what
/// comes to `Coordinator` and carries out what it says. Nothing that takes time happens in the
/// loop.
///
/// Where several share the records, one leads and the others stand by: they listen, tell whoever
/// asks who leads, and start a mind of their own from the records when the seat is theirs.
public final class CoordinatorNode {
  /// How many frames are taken before the finished writes are looked at again.
  private static let framesPerTurn = 256
  /// How long the loop waits for something to happen.
  private static let turnMilliseconds: Int64 = 50

  private let logger = Logger("coordinator")
  private let authenticator: Authenticator
  private let router: Router
  private let wakeUp: WakeUp
  private let poller = Poller()
  private let surroundings: LeadingCoordinator.Surroundings
  private let addressFile: String
  /// Itself.
  private let card: PeerAddress
  /// Who leads, if that is not this one; and who stands by beside it.
  private var leader: PeerAddress?
  private var standbys: [PeerAddress] = []
  private var seatTrouble = ""
  private var leading: LeadingCoordinator?
  private var seat: SeatKeeper?
  private let news: Mailbox<SeatKeeper.News>
  private var failure: CoordinatorError?
  private var malformedFrames: UInt64 = 0
  private let stopping = Locked(false)
  /// Where the coordinator listens.
  public let endpoint: String

  /// Opens the socket, and the records if they are its own; from here on workers and clients can
  /// connect.
  public init(
    folder: ClusterFolder, name: String = "coordinator", settings: ResolvedSettings,
    records: CoordinatorRecords = .own, merge: @escaping Coordinator.Merge,
    pricing: @escaping Coordinator.MakeDriver
  ) throws(CoordinatorError) {
    guard let node = NodeName(name) else {
      throw CoordinatorError("\"\(name)\" is no name of a node; use letters, digits, . - _")
    }
    addressFile = folder.coordinatorEndpoint
    do {
      let wakeUp = try WakeUp()
      self.wakeUp = wakeUp
      news = Mailbox<SeatKeeper.News>(limit: 1 << 10, wakeUp: wakeUp)
      let authenticator = try Authenticator(try Context(), allowListPath: folder.allowList)
      let keys = try KeyFile.readSecret(folder.secretKey(of: name))
      let router = try Router(authenticator, keys: keys)
      (self.authenticator, self.router) = (authenticator, router)
      surroundings = LeadingCoordinator.Surroundings(
        folder: folder, settings: settings, merge: merge, pricing: pricing,
        clock: MonotonicClock(), logger: logger, wakeUp: wakeUp
      ) { frame, address in
        if let to = RoutingID(address) { _ = router.send(frame.packed(), to: to) }
      }
      // Whoever has the records open is the one that may be found.
      if case .own = records {
        leading = try Self.open(folder.data(of: name), surroundings)
      }
      endpoint = try router.bind(settings.coordinator.listen)
      card = PeerAddress(node: node, endpoint: endpoint, publicKey: keys.publicKey.text)
      if case .shared(let seat, let open) = records {
        self.seat = try SeatKeeper(seat, card: card, open: open) { [news] in _ = news.post($0) }
      }
    } catch let error as CoordinatorError {
      throw error
    } catch let error as StorageError {
      throw CoordinatorError(error.description, isStorage: true)
    } catch {
      throw CoordinatorError("\(error)")
    }
    try publish()
  }

  private static func open(
    _ data: String, _ surroundings: LeadingCoordinator.Surroundings
  ) throws -> LeadingCoordinator {
    do {
      try FileManager.default.createDirectory(
        atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CoordinatorError("cannot make the folder \(data): \(error)", isStorage: true)
    }
    do {
      let store = try SQLiteClusterStore(folder: data)
      let records = try store.list(prefix: "")
      return try LeadingCoordinator(store, records: records, surroundings)
    } catch let error as PackingError {
      throw CoordinatorError("the records in \(data) cannot be read: \(error)", isStorage: true)
    }
  }

  /// Tells clients and workers on this machine where the coordinators are.
  private func publish() throws(CoordinatorError) {
    var known: [CoordinatorAddress] = []
    if seat != nil, let text = try? String(contentsOfFile: addressFile, encoding: .utf8) {
      known = CoordinatorAddress.list(in: text) ?? []
    }
    let text = CoordinatorAddress.text(CoordinatorAddress.list(coordinators, before: known))
    do {
      try Data(text.utf8).write(to: URL(filePath: addressFile), options: .atomic)
    } catch {
      throw CoordinatorError("cannot write \(addressFile): \(error)", isStorage: true)
    }
  }

  /// All that are known, the one that leads first.
  private var coordinators: [PeerAddress] {
    let others = standbys.filter { $0 != leader }
    if leading != nil { return [card] + others }
    return (leader.map { [$0] } ?? []) + [card].filter { $0 != leader } + others
  }

  /// Works until `stop`; fails where it was to lead and cannot read the records.
  public func run() throws(CoordinatorError) {
    logger.info("listening", ["endpoint": endpoint])
    _ = poller.add(router)
    _ = poller.add(wakeUp)
    leading?.step(.tick)
    while !stopping.withLock({ $0 }), failure == nil {
      _ = poller.wait(timeoutMilliseconds: Self.turnMilliseconds)
      wakeUp.clear()
      for word in news.drain() { take(word) }
      leading?.takeFinished()
      leading?.step(.clock(Date().timeIntervalSince1970))
      for _ in 0..<Self.framesPerTurn {
        guard let incoming = router.receive() else { break }
        take(incoming)
      }
      router.dismissRevoked { revoked in
        if let sender = Sender(revoked) { leading?.step(.revoked(sender)) }
      }
      leading?.step(.refused(router.refusals(authenticator, malformed: malformedFrames)))
    }
    leading?.stop()
    seat?.stop()
    logger.info("stopped")
    if let failure { throw failure }
  }

  /// Ends `run` soon; any thread may call it.
  public var stop: @Sendable () -> Void {
    { [stopping, wakeUp] in
      stopping.withLock { $0 = true }
      wakeUp.signal()
    }
  }

  // MARK: The seat

  private func take(_ word: SeatKeeper.News) {
    switch word {
    case .follows(let other):
      logger.info(
        "standing by", ["leader": other.map { "\($0.node) at \($0.endpoint)" } ?? "nobody"])
      leader = other
      publishAgain()
    case .leads(let opened): lead(opened)
    case .standbys(let cards):
      standbys = cards
      publishAgain()
      tellOfSeat()
    case .trouble(let reason):
      if !reason.isEmpty { logger.warning("\(reason)") }
      seatTrouble = reason
      tellOfSeat()
    case .lost:
      logger.warning("another coordinator leads, or will: standing by")
      leading?.abandon()
      leading = nil
      leader = nil
    }
  }

  private func lead(_ opened: SeatKeeper.OpenedRecords) {
    guard let store = opened.takeStore() else { return }
    logger.info("leading", ["records": opened.records.count])
    do {
      leading = try LeadingCoordinator(store, records: opened.records, surroundings)
    } catch {
      // Nobody else would fare better with a program of this version: people must look.
      failure = CoordinatorError("the records cannot be read: \(error)", isStorage: true)
      return
    }
    leader = nil
    tellOfSeat()
    leading?.step(.tick)
    publishAgain()
  }

  private func tellOfSeat() {
    leading?.step(.seat(SeatStatus(coordinators: coordinators, trouble: seatTrouble)))
  }

  private func publishAgain() {
    do throws(CoordinatorError) { try publish() } catch { logger.error("\(error.description)") }
  }

  // MARK: Frames

  private func take(_ incoming: Incoming) {
    guard let sender = Sender(incoming), let from = incoming.from else {
      malformedFrames += 1
      return
    }
    do {
      let frame = try Frame(packed: incoming.bytes)
      if let leading { leading.step(.received(frame, from: sender)) } else { sendOn(frame, from) }
    } catch {
      malformedFrames += 1
      let refusal = Refusal(.malformed, "a frame that makes no sense: \(error)")
      _ = router.send(Frame(.refusal(refusal)).packed(), to: from)
    }
  }

  /// Tells who asks a coordinator that stands by where to go.
  private func sendOn(_ frame: Frame, _ from: RoutingID) {
    let who = leader.map { "\($0.node) at \($0.endpoint) leads" } ?? "nobody leads just now"
    let trouble = seatTrouble.isEmpty ? "" : " (\(seatTrouble))"
    let refusal = Refusal(.standby, "\(card.node) stands by, and \(who)\(trouble)")
    _ = router.send(Frame(request: frame.request, .refusal(refusal)).packed(), to: from)
  }
}
