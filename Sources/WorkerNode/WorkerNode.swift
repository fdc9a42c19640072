import Coordination
import Demand
import FoundationEssentials
import Glibc
import Messaging
import NodeSupport
import Packing
public import Settings
import ShardStore
import Storage
import Telemetry
import Threading
import TrainerNode
public import WireProtocol

/// The worker's process: one loop that polls its sockets and the finished work of its threads,
/// hands what comes to `Worker` and carries out what it says. The loop neither computes nor touches
/// the disk, so that its heartbeat tells the truth.
public final class WorkerNode {
  /// How many frames are taken before finished work is looked at again.
  static let framesPerTurn = 256
  /// How long the loop waits for something to happen.
  static let turnMilliseconds: Int64 = 50
  /// The same while what is sent to a peer waits for room: nothing tells when there is some.
  static let crowdedMilliseconds: Int64 = 2
  /// How long a worker that wants to leave waits for a coordinator that is not there.
  static let farewellMilliseconds: Int64 = 10_000
  /// How often disk and data are measured for `status`.
  static let gaugeMilliseconds: Int64 = 2_000

  /// A peer that asks and does not read, or sends faster than it is heard, takes at most 64 MiB
  /// and 16 MiB of memory.
  private static let dataLimits = SocketLimits(sendQueue: 256, receiveQueue: 64)

  let clock = MonotonicClock()
  let logger = Logger("worker")
  let folder: ClusterFolder
  let node: NodeName
  let settings: ResolvedSettings
  let data: String
  let acceptLoss: Bool
  /// The data folder is this process's from the start, also before there is a database to lock.
  private let lock: FileLock
  let context: Context
  let authenticator: Authenticator
  let router: Router
  var keys: CurveKeyPair
  /// The file of the key, where another one may be put.
  var keyWatch: KeyWatch
  let poller = Poller()
  let events: Mailbox<Worker.Event>
  let wakeUp: WakeUp
  let replies: Mailbox<Reply>
  let postponed: Mailbox<PostponedWrite>
  let links: PeerLinks
  let trainersLost = Locked<UInt64>(0)
  let alarm: DamageAlarm
  /// What the data was measured to be.
  private let measured = Locked(DataGauges())
  let coordinators: CoordinatorLinks
  var nextGauges = Moment(milliseconds: 0)
  var identity: WorkerIdentity?
  var store: DataStore?
  /// The database that could not be used at the start, until the worker is taken in without it.
  var loss: DatabaseLoss?
  let incarnation: UInt64
  var machine: Worker
  var planning = PlanningDocument() {
    didSet { calendar = EventCalendar(planning.events) }
  }
  /// The document's events, by whom they concern.
  private(set) var calendar = EventCalendar()
  /// What is loaded of the shards for the run that is priced.
  var pricing = PricingDesk()
  /// The network that the units of the run at work use.
  var network = LearnedNetwork()
  /// What was gathered to learn a network from, and the trainer that learns one.
  var sample = GatheredSample()
  var teachers: TrainerCrew?
  var gauges = WorkerGauges()
  var malformedFrames: UInt64 = 0
  /// The reads that wait or are being answered, by who asked.
  var readsInHand: [Address: Int] = [:]
  /// Bytes of sales that came to a shard since its tail was folded.
  var freshBytes: [Int: Int] = [:]
  var ending: WorkerEnd?
  private let requests: Locked<Requests>

  /// An answer of a reader thread on its way to the socket: a packed frame, because the loop should
  /// not have to pack what is large.
  struct Reply: Sendable {
    var address: Address
    var bytes: [UInt8]
    /// Whether it is one of those that `readsInHand` counts.
    var isRead = false
  }

  /// The most reads of one connection that wait at once.
  static let readsPerPeer = 64

  /// A write that failed and will be tried again.
  struct PostponedWrite: Sendable {
    var writes: [Write]
    var event: @Sendable () -> Worker.Event
  }

  /// What other threads ask of the loop.
  struct Requests: Sendable {
    var stop = false
    var leave = false
  }

  /// Opens keys, socket and data; from here on others can connect.
  public init(
    folder: ClusterFolder, node: NodeName, settings: ResolvedSettings, acceptLoss: Bool
  ) throws(WorkerError) {
    self.folder = folder
    self.node = node
    self.settings = settings
    self.acceptLoss = acceptLoss
    data = folder.data(of: node.text)
    do {
      try FileManager.default.createDirectory(
        atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      lock = try FileLock("\(data)/worker.lock")
      let wakeUp = try WakeUp()
      self.wakeUp = wakeUp
      let events = Mailbox<Worker.Event>(limit: 1 << 17, wakeUp: wakeUp)
      self.events = events
      alarm = DamageAlarm(troubles: Troubles()) { _ = events.post($0) }
      replies = Mailbox<Reply>(limit: 1 << 14, wakeUp: wakeUp)
      postponed = Mailbox<PostponedWrite>(limit: 1 << 15)
      context = try Context()
      keys = try KeyFile.readSecret(folder.secretKey(of: node.text))
      keyWatch = KeyWatch(folder.secretKey(of: node.text), holding: keys)
      authenticator = try Authenticator(context, allowListPath: folder.allowList)
      router = try Router(authenticator, keys: keys, limits: Self.dataLimits)
    } catch let error as WorkerError {
      throw error
    } catch let error as StorageError {
      throw WorkerError(error.description, isStorage: true)
    } catch {
      throw WorkerError("\(error)")
    }
    links = PeerLinks(in: context, keys: keys, poller: poller)
    coordinators = CoordinatorLinks(
      file: folder.coordinatorEndpoint, in: context, keys: keys, poller: poller, logger,
      at: clock.now)
    requests = Locked(Requests())
    let endpoint: String
    do { endpoint = try router.bind(settings.worker.listen) } catch {
      throw WorkerError("\(error)")
    }
    identity = try WorkerIdentity.read(in: data)
    var held = DataStore.Held()
    if var known = identity {
      let opened = try Self.openOrSetAside(
        data, known.shardCount, acceptLoss, settings, trainersLost, alarm)
      store = opened.store
      loss = opened.loss
      known.starts += 1
      try known.write(in: data)
      identity = known
      held = opened.held
    }
    incarnation = (identity?.starts ?? 0) << 20 | UInt64.random(in: 1..<1 << 20)
    machine = Worker(
      Worker.Start(
        node: node, incarnation: incarnation,
        clusterID: identity?.clusterID ?? 0, endpoint: endpoint,
        publicKey: keys.publicKey.text,
        credits: min(Self.trainers(settings) * settings.worker.credits, Limits.unitsInHand),
        held: held.shards, positions: held.positions, term: held.term, host: Self.host(settings),
        program: ProgramVersion(name: Release.version, schema: ShardReader.schema),
        heartbeatMilliseconds: Int64(settings.coordinator.heartbeatSeconds * 1_000),
        copyBytesPerSecond: settings.worker.copyMiBPerSecond << 20))
    logger.info("listening", ["node": node, "endpoint": endpoint])
  }

  /// Ends `run` at once; the shards wait for the worker to come back. Any thread may call it.
  public var stop: @Sendable () -> Void {
    { [requests, wakeUp] in
      requests.withLock { $0.stop = true }
      wakeUp.signal()
    }
  }

  /// Hands the shards over and ends `run` when that is done. Any thread may call it; asked twice,
  /// it stops at once.
  public var leave: @Sendable () -> Void {
    { [requests, wakeUp] in
      requests.withLock { requests in
        requests.stop = requests.stop || requests.leave
        requests.leave = true
      }
      wakeUp.signal()
    }
  }

  /// Works until it is told to stop or leave, or must not go on.
  public func run() -> WorkerEnd {
    let socket = poller.add(router)
    _ = poller.add(wakeUp)
    var isLeaving = false
    while ending == nil {
      coordinators.connect(at: clock.now)
      _ = poller.wait(
        timeoutMilliseconds: links.isWaitingForRoom || !router.isListening
          ? Self.crowdedMilliseconds
          : Self.turnMilliseconds)
      wakeUp.clear()
      let asked = requests.withLock { $0 }
      if asked.stop { break }
      if asked.leave, !isLeaving {
        isLeaving = true
        step(.leaveRequested)
      }
      if isLeaving, clock.now - coordinators.seenAt > Self.farewellMilliseconds {
        logger.warning("no coordinator to hand the shards over to: they wait for this worker")
        break
      }
      for event in events.drain() { step(event) }
      for answer in replies.drain() {
        if answer.isRead { endRead(of: answer.address) }
        reply(answer.bytes, to: answer.address)
      }
      followKey()
      takeFrames()
      router.dismissRevoked { revoked in
        let holder = revoked.identity.map { "\($0)" } ?? "nobody that is known"
        logger.warning("key revoked", ["holder": holder, "key": revoked.key.beginning])
      }
      for event in links.events(at: clock.now) { step(event) }
      measure()
      step(.tick)
    }
    finish([socket])
    return ending ?? .wished
  }

  private func takeFrames() {
    let (frames, malformed) = coordinators.receive(at: clock.now)
    malformedFrames += malformed
    for frame in frames where !isOfFormerKey(frame) {
      noteRefusal(frame)
      if case .welcome(let welcome) = frame.message { coordinators.learn(welcome.coordinators) }
      step(.fromCoordinator(frame))
    }
    coordinators.seek(with: { machine.greeting }, at: clock.now)
    for _ in 0..<Self.framesPerTurn {
      guard let incoming = router.receive() else { break }
      guard let sender = Sender(incoming), let from = incoming.from else {
        malformedFrames += 1
        continue
      }
      do {
        step(.received(try Frame(packed: incoming.bytes), from: sender))
      } catch {
        malformedFrames += 1
        let refusal = Refusal(.malformed, "a frame that makes no sense: \(error)")
        _ = router.send(Frame(.refusal(refusal)).packed(), to: from)
      }
    }
  }

  func step(_ event: Worker.Event) {
    for instruction in machine.step(event, at: Instant(clock.now)) { carryOut(instruction) }
  }

  // MARK: Gauges

  private func measure() {
    let now = clock.now
    gauges.trainersLost = trainersLost.withLock { $0 }
    gauges.trouble = alarm.troubles.sentence
    gauges.refusals = router.refusals(authenticator, malformed: malformedFrames)
    gauges.refusedFrames = gauges.refusals.values.reduce(0, +)
    let data = measured.withLock { $0 }
    gauges.skus = data.skus
    gauges.databaseBytes = data.databaseBytes
    gauges.diskFreeBytes = data.diskFreeBytes
    step(.gauges(gauges))
    guard now >= nextGauges, let store else { return }
    nextGauges = now + Self.gaugeMilliseconds
    for late in postponed.drain() { write(late.writes, late.event) }
    let (folder, measured, troubles) = (store.folder, measured, alarm.troubles)
    let isWhole = machine.isWhole
    // Refused while the last one has not begun: a disk that hangs piles nothing up.
    _ = store.gauging.submit { reader in
      if isWhole { DatabaseLoss.forget(in: folder) }
      let new = DataGauges(of: folder, with: reader, troubles)
      measured.withLock { $0 = new }
    }
  }
}
