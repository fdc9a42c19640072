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
}
