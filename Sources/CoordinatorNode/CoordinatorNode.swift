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
public final class CoordinatorNode {
  /// How many frames are taken before the finished writes are looked at again.
  private static let framesPerTurn = 256
  /// How long the loop waits for something to happen.
  private static let turnMilliseconds: Int64 = 50

  private let clock = MonotonicClock()
  private let logger = Logger("coordinator")
  private let authenticator: Authenticator
  private let router: Router
  private let events: Mailbox<Coordinator.Event>
  private let wakeUp: WakeUp
  private let keeper: RecordKeeper
  private let auditor: AuditKeeper
  private let pages: Mailbox<AuditKeeper.Answer>
  private let poller = Poller()
  private var machine: Coordinator
  private var malformedFrames: UInt64 = 0
  private let stopping = Locked(false)
  /// Where the coordinator listens.
  public let endpoint: String

  /// Opens the records and the socket; from here on workers and clients can connect.
  public init(
    folder: ClusterFolder, settings: ResolvedSettings, merge: @escaping Coordinator.Merge,
    pricing: @escaping Coordinator.MakeDriver
  ) throws(CoordinatorError) {
    let data = folder.data(of: "coordinator")
    do {
      try FileManager.default.createDirectory(
        atPath: data, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw CoordinatorError("cannot make the folder \(data): \(error)", isStorage: true)
    }
    do {
      let wakeUp = try WakeUp()
      let events = Mailbox<Coordinator.Event>(limit: 1 << 17, wakeUp: wakeUp)
      let store = try SQLiteClusterStore(folder: data)
      let records = try store.list(prefix: "")
      let log = AuditLog(folder: folder.path)
      machine = try Coordinator(
        settings: Self.machineSettings(settings),
        records: Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0.entry.value) }),
        audit: log.recent(),
        freshID: UInt64.random(in: 1...UInt64.max), merge: merge, pricing: pricing,
        at: Instant(clock.now))
      let versions = Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0.entry.version) })
      keeper = try RecordKeeper(store, versions: versions) { _ = events.post($0) }
      let pages = Mailbox<AuditKeeper.Answer>(limit: 1 << 10, wakeUp: wakeUp)
      auditor = try AuditKeeper(log) {
        _ = events.post($0)
      } answer: {
        _ = pages.post($0)
      }
      self.pages = pages
      self.events = events
      self.wakeUp = wakeUp
      authenticator = try Authenticator(try Context(), allowListPath: folder.allowList)
      let keys = try KeyFile.readSecret(folder.secretKey(of: "coordinator"))
      router = try Router(authenticator, keys: keys)
      endpoint = try router.bind(settings.coordinator.listen)
      try Self.publish("\(endpoint) \(keys.publicKey.text)\n", at: folder.coordinatorEndpoint)
    } catch let error as CoordinatorError {
      throw error
    } catch let error as StorageError {
      throw CoordinatorError(error.description, isStorage: true)
    } catch let error as PackingError {
      throw CoordinatorError("the records in \(data) cannot be read: \(error)", isStorage: true)
    } catch {
      throw CoordinatorError("\(error)")
    }
  }

  private static func machineSettings(_ settings: ResolvedSettings) -> Coordinator.Settings {
    Coordinator.Settings(
      shardCount: settings.cluster.shards, minimumWorkers: settings.cluster.minimumWorkers,
      heartbeatMilliseconds: Int64(settings.coordinator.heartbeatSeconds * 1_000),
      lostAfterMilliseconds: Int64(settings.coordinator.lostAfterSeconds * 1_000),
      replication: settings.coordinator.replication,
      copyMiBPerSecond: settings.worker.copyMiBPerSecond)
  }

  /// Tells clients and workers on this machine where the coordinator is.
  private static func publish(_ line: String, at path: String) throws(CoordinatorError) {
    do {
      try Data(line.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CoordinatorError("cannot write \(path): \(error)", isStorage: true)
    }
  }

  /// Works until `stop`.
  public func run() {
    logger.info("listening", ["endpoint": endpoint])
    _ = poller.add(router)
    _ = poller.add(wakeUp)
    step(.tick)
    while !stopping.withLock({ $0 }) {
      _ = poller.wait(timeoutMilliseconds: Self.turnMilliseconds)
      wakeUp.clear()
      step(.clock(Date().timeIntervalSince1970))
      for event in events.drain() { step(event) }
      for page in pages.drain() { send(page.frame, to: page.address) }
      for _ in 0..<Self.framesPerTurn {
        guard let incoming = router.receive() else { break }
        take(incoming)
      }
      router.dismissRevoked { revoked in
        if let sender = Sender(revoked) { step(.revoked(sender)) }
      }
      step(.refused(refusedFrames()))
    }
    keeper.stop()
    auditor.stop()
    logger.info("stopped")
  }

  /// Ends `run` soon; any thread may call it.
  public var stop: @Sendable () -> Void {
    { [stopping, wakeUp] in
      stopping.withLock { $0 = true }
      wakeUp.signal()
    }
  }

  private func take(_ incoming: Incoming) {
    guard let sender = Sender(incoming), let from = incoming.from else {
      malformedFrames += 1
      return
    }
    do {
      step(.received(try Frame(packed: incoming.bytes), from: sender))
    } catch {
      malformedFrames += 1
      let refusal = Refusal(.malformed, "a frame that makes no sense: \(error)")
      _ = router.send(Frame(.refusal(refusal)).packed(), to: from)
    }
  }

  private func step(_ event: Coordinator.Event) {
    for instruction in machine.step(event, at: Instant(clock.now)) {
      switch instruction {
      case .send(let frame, let address): send(frame, to: address)
      case .store(let token, let key, let value):
        if !keeper.keep(RecordKeeper.Write(token: token, key: key, value: value)) {
          _ = events.post(.storeFailed(token: token, reason: "too many writes wait"))
        }
      case .audit(let token, let entry):
        if !auditor.take(.line(token: token, entry)) {
          _ = events.post(.auditFailed(token: token, reason: "too many lines of the audit wait"))
        }
      case .readAudit(let question, let request, let address):
        if !auditor.take(.page(question, request: request, to: address)) {
          let refusal = Refusal(.busy, "too many questions for the audit wait; ask again")
          send(Frame(request: request, .refusal(refusal)), to: address)
        }
      case .log(let severity, let text): logger.log(LogLevel(severity), text)
      }
    }
  }

  /// Sends a frame. What cannot be sent is lost, as on any network: everything is asked for again.
  private func send(_ frame: Frame, to address: Address) {
    if let to = RoutingID(address) { _ = router.send(frame.packed(), to: to) }
  }

  private func refusedFrames() -> [String: UInt64] {
    router.refusals(authenticator, malformed: malformedFrames)
  }
}
