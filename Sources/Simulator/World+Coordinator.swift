import Coordination
import WireProtocol

/// The coordinator's process: its machine and its disk.
extension World {
  func startCoordinator() {
    let settings = Coordinator.Settings(shardCount: shardCount, minimumWorkers: 2)
    do {
      // A name that every start draws anew, as a real one does.
      coordinator.machine = try Coordinator(
        settings: settings, records: coordinator.records,
        audit: coordinator.audit,
        freshID: 0x6772_616E_6172_7900 + UInt64(coordinator.life),
        merge: SimulatedClient.merge,
        pricing: { request, _, _, shardCount in
          SimulatedPricing.driver(of: request, shardCount: shardCount)
        }, at: now)
    } catch {
      violate("the coordinator cannot read its own records: \(error)")
    }
    keepTicking(.coordinator, after: 1)
  }

  func stepCoordinator(_ event: Coordinator.Event) {
    guard let instructions = coordinator.machine?.step(event, at: now) else { return }
    for instruction in instructions {
      switch instruction {
      case .send(let frame, let address):
        checkTold(frame, to: endpoint(address))
        send(frame, from: .coordinator, to: endpoint(address))
      case .store(let token, let key, let value): store(token, key, value)
      case .audit(let token, let entry): audit(token, entry)
      case .readAudit: break
      case .log(_, let text): tell { "coordinator: \(text)" }
      }
    }
  }

  /// Writes happen in the order given. One that fails may have happened all the same, and one that
  /// happened may not be answered.
  private func store(_ token: UInt64, _ key: String, _ value: [UInt8]?) {
    let isFailure = perMille(faults.failedStoresPerMille)
    if isFailure { coverage.note(.failedStore) }
    let isWritten = !isFailure || upTo(3) == 0
    coordinator.lastStore = max(now, coordinator.lastStore) + Int64(1 + upTo(10))
    plan(.coordinator, at: coordinator.lastStore) { [self] in
      if isWritten {
        coordinator.records[key] = value
        checkStored(key, value)
      }
      let answer =
        isFailure
        ? Coordinator.Event.storeFailed(token: token, reason: "the disk is full")
        : .stored(token: token)
      plan(.coordinator, at: now + Int64(upTo(5))) { [self] in stepCoordinator(answer) }
    }
  }

  /// Lines are added in the order given. One that is on the disk may not be answered, when the
  /// coordinator ends in between; one that failed is not on it.
  private func audit(_ token: UInt64?, _ entry: AuditEntry) {
    let isFailure = perMille(faults.failedStoresPerMille)
    coordinator.lastAudit = max(now, coordinator.lastAudit) + Int64(1 + upTo(10))
    plan(.coordinator, at: coordinator.lastAudit) { [self] in
      if !isFailure { coordinator.audit.append(entry) }
      let answer: Coordinator.Event? =
        isFailure
        ? Coordinator.Event.auditFailed(token: token, reason: "the disk is full")
        : token.map { Coordinator.Event.audited(token: $0) }
      guard let answer else { return }
      plan(.coordinator, at: now + Int64(upTo(5))) { [self] in stepCoordinator(answer) }
    }
  }
}
