import Coordination
import Packing
import WireProtocol

/// The coordinator's process: its machine and its disk.
extension World {
  func startCoordinator() {
    let settings = Coordinator.Settings(
      shardCount: shardCount, minimumWorkers: min(2, start.workers.count),
      replication: start.replication, moveDeadlineMilliseconds: 5_000)
    do {
      // A name that every start draws anew, as a real one does.
      coordinator.machine = try Coordinator(
        settings: settings, records: coordinator.records,
        audit: coordinator.audit,
        freshID: 0x6772_616E_6172_7900 + UInt64(coordinator.life),
        merge: SimulatedClient.merge,
        pricing: { request, _, _, shardCount in
          SimulatedPricing.driver(of: request, shardCount: shardCount)
        }, at: time(at: .coordinator))
    } catch {
      violate("the coordinator cannot read its own records: \(error)")
    }
    coordinator.known = ledger.placement
    keepTicking(.coordinator, after: 1)
  }

  func stepCoordinator(_ event: Coordinator.Event) {
    let time = time(at: .coordinator)
    let instructions = coordinator.machine?.step(event, at: time) ?? []
    let crashPoint = crashPoint(of: .coordinator, in: instructions.count)
    for (index, instruction) in instructions.enumerated() {
      if index == crashPoint { return crashInStep(.coordinator) }
      switch instruction {
      case .send(let frame, let address):
        checkTold(frame, to: endpoint(address))
        send(frame, from: .coordinator, to: endpoint(address))
      case .store(let token, let key, let value): store(token, key, value)
      case .audit(let token, let entry): audit(token, entry)
      case .readAudit: break
      case .log(.debug, let text): tell(.debug) { "coordinator: \(text)" }
      case .log(_, let text): tell(.log) { "coordinator: \(text)" }
      }
    }
  }

  /// Writes happen in the order given. One that fails may have happened, and one that happened may
  /// not be answered.
  private func store(_ token: UInt64, _ key: String, _ value: [UInt8]?) {
    let isFailure = strikes(.store)
    if isFailure { coverage.note(.failedStore) }
    if key == "placement", let value, let next = Self.placement(value) {
      coordinator.placementsInStore.append(next)
    }
    coordinator.lastStore = max(now, coordinator.lastStore) + Int64(1 + upTo(10, .disk))
    plan(.coordinator, at: coordinator.lastStore) { [self] in
      let isFull = now < coordinator.fullUntil
      if !isFull, !isFailure || upTo(3, .disk) == 0 {
        coordinator.records[key] = value
        checkStored(key, value)
      }
      let next = key == "placement" && !isFailure && !isFull ? ledger.placement : nil
      let answer =
        isFailure || isFull
        ? Coordinator.Event.storeFailed(token: token, reason: "the disk is full")
        : .stored(token: token)
      plan(.coordinator, at: now + Int64(upTo(5, .disk))) { [self] in
        if let next { coordinator.known = next }
        stepCoordinator(answer)
      }
    }
  }

  static func placement(_ record: [UInt8]) -> Placement? {
    guard var reader = try? ByteReader(verifyingChecksum: record) else { return nil }
    return try? Placement(from: &reader)
  }

  /// Lines are added in the order given. One that is on the disk may not be answered, when the
  /// coordinator ends in between; one that failed is not on it.
  private func audit(_ token: UInt64?, _ entry: AuditEntry) {
    let isDrawn = strikes(.store)
    coordinator.lastAudit = max(now, coordinator.lastAudit) + Int64(1 + upTo(10, .disk))
    plan(.coordinator, at: coordinator.lastAudit) { [self] in
      let isFailure = isDrawn || now < coordinator.fullUntil
      if !isFailure { coordinator.audit.append(entry) }
      let answer: Coordinator.Event? =
        isFailure
        ? Coordinator.Event.auditFailed(token: token, reason: "the disk is full")
        : token.map { Coordinator.Event.audited(token: $0) }
      guard let answer else { return }
      plan(.coordinator, at: now + Int64(upTo(5, .disk))) { [self] in stepCoordinator(answer) }
    }
  }
}
