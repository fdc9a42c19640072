import Messaging
import Settings
import Threading
public import WireProtocol

/// Talks to a cluster from one thread: to the coordinator in questions and answers, to workers in
/// frames, and keeps the map by which workers are found.
///
/// Everything is asked again until it is answered, since everything that a client says is
/// idempotent.
public final class ClusterClient {
  /// How the cluster was found.
  public private(set) var access: ClusterAccess
  /// How long is waited for what.
  public let patience: Patience
  /// Where the shards and the workers are, as far as was told.
  public var map: ClusterMap? { known.map }
  /// Rises with every map that came.
  var mapsReceived: Int { known.received }

  let clock = MonotonicClock()
  private let context: Context
  private let poller = Poller()
  private let coordinators: CoordinatorLinks
  private var workers: [NodeName: Link] = [:]
  private var answers: [Frame] = []
  private var inbox: [(node: NodeName, frame: Frame)] = []
  /// When each worker was heard last, and who was silent for longer than an answer takes mostly.
  private var heardAt: [NodeName: Moment] = [:]
  /// When each was found to be elsewhere, or to have another key: what was asked before is lost.
  private var movedAt: [NodeName: Moment] = [:]
  private var silent: Set<NodeName> = []
  private var lastRequest: UInt64 = 0
  /// The file of the key, where another one may be put.
  private var keyWatch: KeyWatch
  private var known = KnownMap()

  /// Prepares to talk; nobody is reached yet.
  public init(_ access: ClusterAccess, patience: Patience = Patience()) throws(ClientError) {
    self.access = access
    self.patience = patience
    keyWatch = KeyWatch(access.keyFile, holding: access.keys)
    do throws(MessagingError) { context = try Context() } catch { throw .messaging(error) }
    coordinators = try CoordinatorLinks(access, in: context, poller: poller)
  }

  // MARK: The coordinator

  /// Asks the coordinator and waits for its answer; a refusal is thrown.
  public func ask(_ question: Message) throws(ClientError) -> Message {
    let request = nextRequest()
    let frame = Frame(request: request, question)
    let start = clock.now
    var sendAt = start
    answers = []
    while true {
      if clock.now >= sendAt {
        if sendAt > start { try coordinators.moveOn() }
        coordinators.send(frame)
        sendAt = clock.now + (coordinators.areSeveral ? patience.resendToOther : patience.resend)
      }
      try pump(timeoutMilliseconds: min(20, patience.resend))
      if coordinators.takeMisunderstanding() { coordinators.send(frame) }
      for answer in answers where answer.request == request {
        guard case .refusal(let refusal) = answer.message else { return answer.message }
        guard refusal.code == .busy || refusal.code == .standby,
          clock.now - start < patience.answer
        else { throw .refused(refusal) }
        sendAt = repeatTime(after: refusal, frame)
      }
      answers = []
      try checkCoordinator(since: start)
    }
  }

  /// Where those are that may be the coordinator, for `ask(_:ofCoordinatorAt:)`.
  var coordinatorEndpoints: [String] { coordinators.endpoints }

  /// Asks one of those that may be the coordinator for what it has, whether it leads or not.
  func ask(_ question: Message, ofCoordinatorAt endpoint: String) throws(ClientError) -> Message {
    let frame = Frame(request: nextRequest(), question)
    let start = clock.now
    var sendAt = start
    answers = []
    while clock.now - start < patience.contact {
      if clock.now >= sendAt {
        coordinators.send(frame, toEach: endpoint)
        sendAt = clock.now + patience.resend
      }
      try pump(timeoutMilliseconds: min(20, patience.resend))
      for answer in answers where answer.request == frame.request {
        guard case .refusal(let refusal) = answer.message else { return answer.message }
        guard refusal.code == .busy else { throw .refused(refusal) }
        sendAt = clock.now + patience.rest
      }
      answers = []
      if let link = coordinators.refusing(at: endpoint) { try checkRefusal(link) }
    }
    throw .silent(
      node: "the coordinator at \(endpoint)", seconds: Int(patience.contact / 1_000), detail: "")
  }

  /// When to ask again: one that stands by is not waited for, unless all of them do.
  private func repeatTime(after refusal: Refusal, _ frame: Frame) -> Moment {
    guard refusal.code == .standby else { return clock.now + patience.rest }
    guard coordinators.currentStandsBy() else { return clock.now + patience.rest * 2 }
    coordinators.send(frame)
    return clock.now + patience.resendToOther
  }

  /// The map to begin a read by: the one that is known, or the first one, for which it waits. Of
  /// one that is old a newer one is asked for, and comes while the read is under way.
  func readingMap() throws(ClientError) -> ClusterMap {
    guard let map else { return try refreshMap() }
    if known.isOld(at: clock.now, after: patience.map) { try requestMap() }
    return map
  }

  /// Asks for the map as it is now and waits for it.
  public func refreshMap() throws(ClientError) -> ClusterMap {
    guard case .map(let new) = try ask(.mapRequest) else {
      throw .unexpected(node: "the coordinator", what: "something else than a map")
    }
    return new
  }

  private func checkCoordinator(since start: Moment) throws(ClientError) {
    let current = coordinators.current
    try checkRefusal(current)
    let waited = clock.now - start
    guard waited >= (coordinators.wasReached ? patience.answer : patience.contact) else { return }
    let endpoint = current.address.endpoint
    if coordinators.areUnreachable {
      throw .nobodyListens(endpoint: endpoint, file: access.folder.coordinatorEndpoint)
    }
    if current.state == .mismatched, !coordinators.areSeveral {
      throw .handshakeFailed(node: "the coordinator", endpoint: endpoint)
    }
    guard waited >= patience.answer else { return }
    throw .silent(
      node: "the coordinator at \(endpoint)", seconds: Int(patience.answer / 1_000), detail: "")
  }

  // MARK: Workers

  /// A number for a request that no other has.
  package func nextRequest() -> UInt64 {
    lastRequest += 1
    return lastRequest
  }

  /// Sends a frame to a worker, now or when it is reached.
  package func send(_ frame: Frame, to node: NodeName) throws(ClientError) {
    try link(to: node).send(frame)
  }

  /// Asks for the map without waiting for it; it is there when `mapsReceived` has risen.
  package func requestMap() throws(ClientError) {
    let wasAsked = known.askedAt != nil
    guard known.ask(at: clock.now, rest: patience.rest * 3) else { return }
    if wasAsked { try coordinators.moveOn() }
    coordinators.send(Frame(request: nextRequest(), .mapRequest))
  }

  /// What workers said; waits for it, `timeoutMilliseconds` at most.
  package func receive(timeoutMilliseconds: Int64) throws(ClientError) -> [Frame] {
    try receiveNamed(timeoutMilliseconds: timeoutMilliseconds).map(\.frame)
  }

  /// The same, with who said it.
  func receiveNamed(
    timeoutMilliseconds: Int64
  ) throws(ClientError) -> [(node: NodeName, frame: Frame)] {
    try pump(timeoutMilliseconds: inbox.isEmpty ? timeoutMilliseconds : 0)
    try checkRefusal(coordinators.current)
    for link in workers.values {
      try checkRefusal(link)
      // Frames that wait for a connection that does not come: the worker may be elsewhere by now.
      if link.isWaiting, link.state != .ready { try requestMap() }
    }
    defer { inbox = [] }
    return inbox
  }

  /// A worker that was asked has not answered in the time in which it does mostly.
  func noteSilence(of node: NodeName, since: Moment) {
    if heardAt[node].map({ $0 < since }) ?? true { silent.insert(node) }
  }

  /// Whether what a worker was asked at a time went to where it is no more.
  func hasMoved(_ node: NodeName, since asked: Moment) -> Bool {
    movedAt[node].map { $0 >= asked } ?? false
  }

  /// Whether a worker had better not be asked where another one can be: it is silent, or the
  /// connection to it is broken.
  func isDoubtful(_ node: NodeName) -> Bool {
    if silent.contains(node) { return true }
    guard let link = workers[node] else { return false }
    return link.state != .ready && (link.wasReached || link.hasFailed)
  }

  /// The workers that the map names and that are not reached, in words.
  package var unreachedWorkers: String {
    guard let map else { return "the coordinator has not told where the workers are" }
    guard map.placement.assignments.contains(where: { $0.primary != nil }) else {
      return "no worker has joined the cluster yet; start one with `granary worker`"
    }
    let names = Set(map.placement.assignments.compactMap(\.primary)).sorted().filter { node in
      workers[node].map { $0.state != .ready } ?? true
    }
    return names.isEmpty
      ? "" : "\(names.map(\.text).joined(separator: ", ")) cannot be reached"
  }

  private func link(to node: NodeName) throws(ClientError) -> Link {
    if let link = workers[node] { return link }
    let link = Link("worker \(node)", in: context, keys: access.keys, poller: poller)
    if let peer = map?.peers.first(where: { $0.node == node }) {
      try link.move(to: peer.endpoint, key: peer.publicKey)
    }
    workers[node] = link
    return link
  }

  private func take(_ new: ClusterMap) {
    guard known.take(new, at: clock.now) else { return }
    for peer in new.peers {
      if !peer.endpoint.isEmpty, let address = workers[peer.node]?.address,
        address.endpoint != peer.endpoint || address.key != peer.publicKey
      {
        movedAt[peer.node] = clock.now
      }
      // An address that cannot be connected to shows as a worker that is not reached.
      try? workers[peer.node]?.move(to: peer.endpoint, key: peer.publicKey)
    }
    try? coordinators.learn(new.coordinators)
  }

  // MARK: The key

  /// Takes over the pair that was put in the place of this client's; whether there was one.
  private func followKey(atOnce: Bool = false) throws(ClientError) -> Bool {
    guard keyWatch.hasChanged(at: clock.now, atOnce: atOnce), let new = keyWatch.keys,
      new.publicKey != access.keys.publicKey
    else { return false }
    access.keys = new
    try coordinators.use(new)
    for link in workers.values { try link.use(new) }
    return true
  }

  /// Why a node will not be reached however long one waits, unless there is another key by now.
  private func checkRefusal(_ link: Link) throws(ClientError) {
    guard link.state == .refused, try !followKey(atOnce: true) else { return }
    try link.checkRefusal(access)
  }

  // MARK: Sockets

  private func pump(timeoutMilliseconds: Int64) throws(ClientError) {
    _ = try followKey()
    for link in workers.values { link.flush() }
    coordinators.flush()
    let isWaiting = coordinators.isWaiting || workers.values.contains(where: \.isWaiting)
    // Nothing tells that a queue has room again, so whoever waits for that looks often.
    _ = poller.wait(
      timeoutMilliseconds: isWaiting ? min(2, timeoutMilliseconds) : timeoutMilliseconds)
    while let frame = try coordinators.receive() {
      if try isOfFormerKey(frame) { continue }
      if case .map(let new) = frame.message { take(new) }
      answers.append(frame)
    }
    if answers.count > Self.maximumStaleAnswers { answers.removeFirst(answers.count / 2) }
    for node in workers.keys.sorted() {
      while let frame = try workers[node]?.receive() {
        if try isOfFormerKey(frame) { continue }
        heardAt[node] = clock.now
        silent.remove(node)
        inbox.append((node, frame))
      }
    }
  }

  /// A key that was taken off the list ends whatever is under way, as nothing more will be
  /// answered; unless another one has come into its place.
  private func isOfFormerKey(_ frame: Frame) throws(ClientError) -> Bool {
    guard case .refusal(let refusal) = frame.message, refusal.code == .revoked else { return false }
    guard try followKey(atOnce: true) else { throw .refused(refusal) }
    return true
  }

  /// Answers of the coordinator that nobody waits for any more.
  private static let maximumStaleAnswers = 64
}
