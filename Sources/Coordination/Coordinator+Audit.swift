import Demand
import Packing
import WireProtocol

/// A change that waits for its line of the audit to be durable.
struct PendingAudit: Sendable {
  enum Change: Sendable {
    case document(Document)
    /// A new run, and who wants it.
    case run(Run, String)
    /// A run that is to end, and who wants it.
    case cancel(run: UInt64, String)
    /// What an operator wants of a worker, and their line.
    case nodes(NodeChange, AuditEntry)
    /// None: the line says of an earlier one that it did not happen.
    case undone(AuditEntry)
  }

  var change: Change
  var callers: [PendingStore.Caller] = []
  var retryAt: Instant?
  /// Whether the line is on the disk; the change follows once those before it have.
  var isDurable = false
}

/// Which refusals get a line: whoever asks again and again must not fill the disk.
struct RefusalPace: Sendable {
  /// The most different refusals that get a line in a minute.
  static let perMinute = 100

  private var known: Set<String> = []
  private var since: Instant?

  /// Whether this one gets a line: it is none of those of the last minute.
  mutating func admits(_ refusal: String, at now: Instant) -> Bool {
    if let since, now - since < 60_000 {
      return known.count < Self.perMinute && known.insert(refusal).inserted
    }
    since = now
    known = [refusal]
    return true
  }
}

/// The audit: each change that somebody asks for has its line on the disk before it is stored.
extension Coordinator {
  /// The lines of changes that were accepted and did not happen: the coordinator ended in between.
  ///
  /// Versions of the document and numbers of runs rise by one, so what is above that of the records
  /// was never stored; of a run that was cancelled and is `active` the end was not. What was said
  /// before to be undone is not said again.
  static func undone(
    _ entries: [AuditEntry], document: UInt64, run: UInt64, workers: UInt64 = 0,
    active: Set<UInt64> = []
  ) -> [AuditEntry] {
    var open: [(key: String, entry: AuditEntry)] = []
    for entry in entries {
      let isOpen =
        (entry.document ?? 0) > document || (entry.run ?? 0) > run
        || (entry.workers ?? 0) > workers
        || entry.cancels.map(active.contains) ?? false
      guard isOpen else { continue }
      let key =
        "\(entry.document ?? 0)/\(entry.run ?? 0)/\(entry.cancels ?? 0)/\(entry.workers ?? 0)"
      if entry.result == .undone { open.removeAll { $0.key == key } }
      if entry.result == .accepted { open.append((key, entry)) }
    }
    return open.map { _, entry in
      var entry = entry
      entry.result = .undone
      entry.reason = "the coordinator ended before it was stored"
      return entry
    }
  }

  /// Has a change's line written; what follows from it waits.
  mutating func audit(_ change: PendingAudit.Change, _ entry: AuditEntry, answer callers: [Caller])
  {
    let token = nextToken
    nextToken += 1
    pendingAudits[token] = PendingAudit(change: change, callers: callers)
    output.append(.audit(token: token, entry))
  }

  /// Why no change is taken just now: of an earlier one it is not written yet that it did not
  /// happen, and a new one would have its number.
  var auditObstacle: Refusal? {
    let isBehind = pendingAudits.values.contains { pending in
      if case .undone = pending.change { true } else { false }
    }
    return isBehind ? Refusal(.busy, "the audit is being brought up to date; try again") : nil
  }

  mutating func audited(_ token: UInt64, at now: Instant) {
    guard pendingAudits[token] != nil else { return }
    pendingAudits[token]?.isDurable = true
    auditTrouble = ""
    carryOutAudited(at: now)
  }

  /// Makes the changes whose lines are durable in the order in which they were asked for, whatever
  /// the order of the answers: of two runs the one with the lower number comes first.
  private mutating func carryOutAudited(at now: Instant) {
    while let token = pendingAudits.keys.min(), let pending = pendingAudits[token],
      pending.isDurable
    {
      pendingAudits[token] = nil
      carryOut(pending, at: now)
    }
  }

  private mutating func carryOut(_ pending: PendingAudit, at now: Instant) {
    switch pending.change {
    case .undone: break
    case .document(let next):
      var writer = ByteWriter()
      next.pack(into: &writer)
      writer.seal()
      store(Key.document, writer.bytes, .document(next), answer: pending.callers)
    case .run(let run, let name):
      runs.append(run)
      log(.info, "run \(run.id) (\(run.request.kind.name)) was asked for by \(name)")
      store(Key.run(run.id), run.packed(at: now), .newRun(run.id), answer: pending.callers)
      forgetOldRuns()
    case .cancel(let id, let name): cancel(id, name, answer: pending.callers, at: now)
    case .nodes(let change, let line): carryOut(change, line, answer: pending.callers, at: now)
    }
  }

  mutating func auditFailed(_ token: UInt64?, _ reason: String, at now: Instant) {
    if auditTrouble.isEmpty { log(.error, reason) }
    auditTrouble = reason
    guard let token, let pending = pendingAudits[token] else { return }
    if case .undone = pending.change {
      pendingAudits[token]?.retryAt = now + 1_000
      return
    }
    pendingAudits[token] = nil
    if case .document = pending.change { documentInStore = nil }
    let refusal = Refusal(.failed, "nothing was changed: \(reason)")
    for caller in pending.callers {
      output.append(.send(Frame(request: caller.request, .refusal(refusal)), to: caller.address))
    }
    carryOutAudited(at: now)
  }

  mutating func retryAudits(at now: Instant) {
    for (token, pending) in inOrder(pendingAudits) {
      guard case .undone(let entry) = pending.change, let retry = pending.retryAt, retry <= now
      else { continue }
      pendingAudits[token]?.retryAt = nil
      output.append(.audit(token: token, entry))
    }
  }

  /// Has those who ask for the same thing answered with the first; whether there is one.
  mutating func joinAudit(
    _ sender: Sender, _ request: UInt64, where isSame: (PendingAudit.Change) -> Bool
  ) -> Bool {
    for (token, pending) in inOrder(pendingAudits) where isSame(pending.change) {
      let caller = Caller(address: sender.address, request: request)
      if pending.callers.count < PendingStore.maximumCallers, !pending.callers.contains(caller) {
        pendingAudits[token]?.callers.append(caller)
      }
      return true
    }
    return false
  }

  /// Whether a line is on its way to the disk.
  package var isAuditing: Bool { !pendingAudits.isEmpty }

  /// The runs that wait for their line.
  var auditedRuns: [Run] {
    inOrder(pendingAudits).compactMap { _, pending in
      if case .run(let run, _) = pending.change { run } else { nil }
    }
  }

  /// Writes a line of a change that was refused. Nobody waits for it.
  mutating func auditRefusal(_ refusal: Refusal, of frame: Frame, from sender: Sender) {
    let what: String
    switch frame.message {
    case .runRequest(let request): what = "run to be started: \(request.words)"
    case .runCancel(let id): what = "run \(id) to be cancelled"
    case .documentChange(let base, _):
      what = "planning document to be changed from version \(base)"
    case .nodeChange(let change): what = "\(change.words), to be done"
    default: return
    }
    let key = "\(sender.role)/\(sender.name)/\(frame.message.kind)/\(refusal.code)"
    guard refusalPace.admits(key, at: lastSweep) else { return }
    let entry = AuditEntry(sender, what, .refused, reason: refusal.reason)
    output.append(.audit(token: nil, entry))
  }

  /// What a change of the document is called.
  static func words(from old: [UInt8], to next: PlanningDocument, version: UInt64) -> String {
    let before = (try? PlanningDocument(packed: old)) ?? PlanningDocument()
    var parts: [String] = []
    if before.warehouses != next.warehouses { parts.append("warehouses") }
    if before.rules != next.rules { parts.append("rules") }
    if before.limits != next.limits { parts.append("limits") }
    if before.lanes != next.lanes { parts.append("lanes") }
    if before.events != next.events { parts.append("events") }
    let what = parts.isEmpty ? "the same in another form" : parts.joined(separator: ", ")
    return "planning document changed: \(what); version \(version - 1) to \(version)"
  }
}

extension RunRequest {
  /// What is asked for, in words.
  var words: String {
    var words = [kind.name]
    if let asOf { words.append("as of \(asOf)") }
    var reader = ByteReader(settings)
    if let settings = try? RunSettings(from: &reader) {
      words.append("season \(settings.season), horizon \(settings.horizonDays) days")
      if kind == .train { words.append("models \(settings.models.joined(separator: ","))") }
      if settings.isUpdate { words.append("update") }
      if !settings.scenario.isEmpty { words.append("scenario") }
    }
    return words.joined(separator: ", ")
  }
}
