import Coordination
import WireProtocol

/// The coordinator's process: its machine and its disk.
extension World {
  func startCoordinator() {
    let settings = Coordinator.Settings(shardCount: shardCount, minimumWorkers: 2)
    do {
      coordinator.machine = try Coordinator(
        settings: settings, records: coordinator.records, freshID: 0x6772_616E_6172_7900,
        merge: SimulatedClient.merge, at: now)
    } catch {
      violate("the coordinator cannot read its own records: \(error)")
    }
    agenda.plan(.tick(.coordinator), at: now + 1)
  }

  func stepCoordinator(_ event: Coordinator.Event) {
    guard var machine = coordinator.machine else { return }
    let instructions = machine.step(event, at: now)
    coordinator.machine = machine
    let life = coordinator.life
    for instruction in instructions {
      switch instruction {
      case .send(let frame, let address): send(frame, from: .coordinator, to: endpoint(address))
      case .store(let token, let key, let value):
        let written = now + Int64(1 + upTo(10))
        if perMille(faults.failedStoresPerMille) {
          let failure = Coordinator.Event.storeFailed(token: token, reason: "the disk is full")
          agenda.plan(.coordinator(failure, life: life), at: written)
        } else {
          // The write may be durable although its answer never comes.
          let effect = { [self] in coordinator.records[key] = value }
          agenda.plan(.effect(life: life, of: .coordinator, effect), at: written)
          let answered = written + Int64(upTo(5))
          agenda.plan(.coordinator(.stored(token: token), life: life), at: answered)
        }
      case .log(_, let text): if tellsStory { note("coordinator: \(text)") }
      }
    }
  }
}
