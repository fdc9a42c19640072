import ClusterStore
import Coordination
import Messaging
import NodeSupport
import Settings
import Storage
import Telemetry
import Threading
import WireProtocol

/// A coordinator while it leads: its mind, the thread of its records and that of its audit.
///
/// Used on the loop's thread. When the seat is lost all of it is thrown away, and what comes back
/// late to its threads with it.
final class LeadingCoordinator {
  /// What it needs of the process around it.
  struct Surroundings {
    var folder: ClusterFolder
    var settings: ResolvedSettings
    var merge: Coordinator.Merge
    var pricing: Coordinator.MakeDriver
    var clock: MonotonicClock
    var logger: Logger
    var wakeUp: WakeUp
    /// Sends a frame; what cannot be sent is lost, as on any network.
    var send: (Frame, Address) -> Void
  }

  private let around: Surroundings
  private let events: Mailbox<Coordinator.Event>
  private let pages: Mailbox<AuditKeeper.Answer>
  private let keeper: RecordKeeper
  private let auditor: AuditKeeper
  private var machine: Coordinator

  /// Begins to lead, from what is in the store; workers that greeted this one before did so then.
  init(
    _ store: sending any ClusterStore, records: [(key: String, entry: Versioned)],
    greeted: [NodeName: Moment] = [:], _ around: Surroundings
  ) throws {
    self.around = around
    let events = Mailbox<Coordinator.Event>(limit: 1 << 17, wakeUp: around.wakeUp)
    let pages = Mailbox<AuditKeeper.Answer>(limit: 1 << 10, wakeUp: around.wakeUp)
    (self.events, self.pages) = (events, pages)
    let log = AuditLog(folder: around.folder.path)
    machine = try Coordinator(
      settings: Self.machineSettings(around.settings),
      records: Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0.entry.value) }),
      audit: log.recent(), greeted: greeted.mapValues { Instant($0) },
      freshID: UInt64.random(in: 1...UInt64.max), merge: around.merge, pricing: around.pricing,
      at: Instant(around.clock.now))
    let versions = Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0.entry.version) })
    keeper = try RecordKeeper(store, versions: versions) { _ = events.post($0) }
    auditor = try AuditKeeper(log) {
      _ = events.post($0)
    } answer: {
      _ = pages.post($0)
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

  /// Takes what its threads have done.
  func takeFinished() {
    for event in events.drain() { step(event) }
    for page in pages.drain() { around.send(page.frame, page.address) }
  }

  func step(_ event: Coordinator.Event) {
    for instruction in machine.step(event, at: Instant(around.clock.now)) {
      switch instruction {
      case .send(let frame, let address): around.send(frame, address)
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
          around.send(Frame(request: request, .refusal(refusal)), address)
        }
      case .log(let severity, let text): around.logger.log(LogLevel(severity), text)
      }
    }
  }

  /// Ends with all that waits done.
  func stop() {
    keeper.stop()
    auditor.stop()
  }

  /// Ends at once: another one leads, or will.
  func abandon() {
    keeper.abandon()
    auditor.stop()
  }
}
