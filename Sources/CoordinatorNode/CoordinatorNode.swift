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

  let logger = Logger("coordinator")
  private let authenticator: Authenticator
  let router: Router
  private let wakeUp: WakeUp
  private let poller = Poller()
  let surroundings: LeadingCoordinator.Surroundings
  private let addressFile: String
  /// Itself.
  var card: PeerAddress
  /// The same with the key that it will have next, while that is changed.
  var nextCard: PeerAddress?
  /// The files of both keys.
  var keyWatch: KeyWatch
  var nextKeyWatch: KeyWatch
  /// Whether its key was changed, so that others must be told where it is also when it is the only
  /// one.
  var hasMoved = false
  /// Who leads, if that is not this one, with both of its keys; and who stands by beside it.
  private var leader: [PeerAddress] = []
  private var standbys: [PeerAddress] = []
  private var seatTrouble = ""
  private var leading: LeadingCoordinator?
  private var seat: SeatKeeper?
  /// Reads the audit of this host for those who ask while another one leads.
  private var auditor: AuditKeeper?
  private let pages: Mailbox<AuditKeeper.Answer>
  private let news: Mailbox<SeatKeeper.News>
  private var greetings: WorkerGreetings
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
    greetings = WorkerGreetings(lostAfterSeconds: settings.coordinator.lostAfterSeconds)
    do {
      let wakeUp = try WakeUp()
      self.wakeUp = wakeUp
      news = Mailbox<SeatKeeper.News>(limit: 1 << 10, wakeUp: wakeUp)
      let pages = Mailbox<AuditKeeper.Answer>(limit: 1 << 10, wakeUp: wakeUp)
      self.pages = pages
      let authenticator = try Authenticator(try Context(), allowListPath: folder.allowList)
      let keys = try KeyFile.readSecret(folder.secretKey(of: name))
      let router = try Router(authenticator, keys: keys)
      keyWatch = KeyWatch(folder.secretKey(of: name), holding: keys)
      nextKeyWatch = KeyWatch(folder.nextSecretKey(of: name))
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
        auditor = try AuditKeeper(AuditLog(folder: folder.path)) { _ in
        } answer: {
          _ = pages.post($0)
        }
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
    let list = CoordinatorAddress.list(coordinators, before: known, areHere: true)
    let text = CoordinatorAddress.text(list)
    do {
      try Data(text.utf8).write(to: URL(filePath: addressFile), options: .atomic)
    } catch {
      throw CoordinatorError("cannot write \(addressFile): \(error)", isStorage: true)
    }
  }

  /// All that are known, the one that leads first. Where there is no room for the second keys of
  /// all, as those of several are changed at a time, the last ones are told later.
  private var coordinators: [PeerAddress] {
    let own = [card] + (nextCard.map { [$0] } ?? [])
    let others = standbys.filter { other in !leader.contains { $0.node == other.node } }
    let all = leading != nil ? own + others : leader.filter { $0.node != card.node } + own + others
    var seen: Set<NodeName> = []
    let areFirst = all.map { seen.insert($0.node).inserted }
    var room = Limits.coordinators - seen.count
    return zip(all, areFirst).filter { _, isFirst in
      if !isFirst { room -= 1 }
      return isFirst || room >= 0
    }.map(\.0)
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
      greetings.turn(at: surroundings.clock.now)
      followKeys()
      for word in news.drain() { take(word) }
      for page in pages.drain() { surroundings.send(page.frame, page.address) }
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
    auditor?.stop()
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
        "standing by", ["leader": other.first.map { "\($0.node) at \($0.endpoint)" } ?? "nobody"])
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
      leader = []
    }
  }

  private func lead(_ opened: SeatKeeper.OpenedRecords) {
    guard let store = opened.takeStore() else { return }
    logger.info("leading", ["records": opened.records.count])
    do {
      leading = try LeadingCoordinator(
        store, records: opened.records, greeted: greetings.take(), surroundings)
    } catch {
      // Nobody else would fare better with a program of this version: people must look.
      failure = CoordinatorError("the records cannot be read: \(error)", isStorage: true)
      return
    }
    leader = []
    tellOfSeat()
    leading?.step(.tick)
    publishAgain()
  }

  private func tellOfSeat() {
    guard seat != nil || hasMoved else { return }
    let status = SeatStatus(
      coordinators: coordinators, trouble: seatTrouble, isOnly: seat == nil)
    leading?.step(.seat(status))
  }

  /// Tells everybody where this one is.
  func announce() {
    hasMoved = true
    seat?.announce([card] + (nextCard.map { [$0] } ?? []))
    publishAgain()
    tellOfSeat()
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
      if let leading { return leading.step(.received(frame, from: sender)) }
      greetings.note(frame, from: sender, at: surroundings.clock.now)
      if !readAudit(frame, sender) { sendOn(frame, from) }
    } catch {
      malformedFrames += 1
      let refusal = Refusal(.malformed, "a frame that makes no sense: \(error)")
      _ = router.send(Frame(.refusal(refusal)).packed(), to: from)
    }
  }

  /// Reads the audit of this host for who may see it: each coordinator wrote down what it was asked
  /// for while it led.
  private func readAudit(_ frame: Frame, _ sender: Sender) -> Bool {
    guard case .auditRequest(let question) = frame.message, let auditor,
      frame.message.permission.covers(sender.role)
    else { return false }
    return auditor.take(.page(question, request: frame.request, to: sender.address))
  }

  /// Tells who asks a coordinator that stands by where to go.
  private func sendOn(_ frame: Frame, _ from: RoutingID) {
    let who = leader.first.map { "\($0.node) at \($0.endpoint) leads" } ?? "nobody leads just now"
    let trouble = seatTrouble.isEmpty ? "" : " (\(seatTrouble))"
    let refusal = Refusal(.standby, "\(card.node) stands by, and \(who)\(trouble)")
    _ = router.send(Frame(request: frame.request, .refusal(refusal)).packed(), to: from)
  }
}
