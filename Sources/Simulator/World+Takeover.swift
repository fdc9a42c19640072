import Coordination
import WireProtocol

/// Several coordinators that share the records: another one takes the seat, and the one before may
/// not know it for a while. It goes on as if it led, and only the store refuses it.
///
/// The one that leads is always the endpoint `coordinator`, the one before it is `former`.
extension World {
  /// The coordinator that had the seat before, as long as it believes that it still has.
  final class FormerCoordinator {
    var machine: Coordinator?
    var life = 0
    /// Whether there ever was one, so that everybody knows of two.
    var wasThere: Bool { life > 0 }
  }

  /// How long one that lost the seat believes in it at the most, and until another one has it.
  private static let beliefMilliseconds = 4_000, vacancyMilliseconds = 3_000

  // MARK: The seat

  func takeOver() {
    let vacancy = Int64(1 + upTo(Self.vacancyMilliseconds, .takeover))
    let belief = Int64(1 + upTo(Self.beliefMilliseconds, .takeover))
    guard coordinator.machine != nil, former.machine == nil, spend() else { return }
    noteStrike(.takeover)
    record("another coordinator takes the seat in \(vacancy) ms; the one before believes in it")
    former.machine = coordinator.machine
    former.life += 1
    let isStopped = held[.coordinator] != nil
    if isStopped { held[.former] = [] }
    kill(.coordinator)
    for process in workers.values {
      // Whom they obeyed before, if it was an earlier one still, is gone.
      process.obedience = Obedience(
        process.obedience.obeyed == .coordinator ? .former : nil, at: now)
    }
    agenda.plan(.restart(.coordinator), at: now + vacancy)
    if isStopped {
      agenda.plan(.resume(.former, life: former.life), at: now + belief)
      plan(.former, at: now + belief + Int64(upTo(500, .takeover))) { [self] in endFormer() }
    } else {
      plan(.former, at: now + belief) { [self] in endFormer() }
    }
    keepTicking(.former, after: 1)
  }

  /// The one before knows it now: it stands by.
  func endFormer() {
    guard former.machine != nil else { return }
    former.machine = nil
    former.life += 1
    held[.former] = nil
    record("the coordinator before stands by")
  }

  func stepFormer(_ event: Coordinator.Event) {
    for instruction in former.machine?.step(event, at: time(at: .former)) ?? [] {
      switch instruction {
      case .send(let frame, let address):
        checkTold(frame, to: endpoint(address))
        send(frame, from: .former, to: endpoint(address))
      case .store(let token, let key, let value):
        plan(.former, at: now + Int64(1 + upTo(1_500, .takeover))) { [self] in
          if start.restriction.sabotage == .unfencedStore {
            coordinator.records[key] = value
            checkStored(key, value)
            return stepFormer(.stored(token: token))
          }
          coverage.note(.fencedStore)
          stepFormer(.storeFailed(token: token, reason: "another coordinator leads"))
        }
      case .audit(let token, _):
        // Its own file, on its own host.
        guard let token else { continue }
        plan(.former, at: now + Int64(1 + upTo(10, .disk))) { [self] in
          stepFormer(.audited(token: token))
        }
      case .readAudit: break
      case .log(_, let text): tell(.debug) { "the coordinator before: \(text)" }
      }
    }
  }

  // MARK: Who is asked, and obeyed

  /// Whom a client asks, which does not know who leads.
  var askedCoordinator: Endpoint {
    former.machine != nil && upTo(1, .takeover) == 0 ? .former : .coordinator
  }

  /// Says something to whom a worker obeys; a greeting to all.
  func tellCoordinator(_ frame: Frame, by name: NodeName) {
    let from = Endpoint.worker(name)
    guard former.wasThere else { return send(frame, from: from, to: .coordinator) }
    if case .hello = frame.message {
      send(frame, from: from, to: .coordinator)
      send(frame, from: from, to: .former)
    } else if let obeyed = workers[name]?.obedience.obeyed {
      send(frame, from: from, to: obeyed)
    }
  }

  /// Greets those that a worker does not obey, when it is time.
  func seekCoordinator(_ name: NodeName) {
    guard former.wasThere, let process = workers[name], let machine = process.machine,
      process.obedience.mustGreet(at: now)
    else { return }
    for other in [Endpoint.coordinator, .former] where other != process.obedience.obeyed {
      send(machine.greeting, from: .worker(name), to: other)
    }
  }

  /// Whether what came is the word of whom a worker obeys.
  func isObeyed(_ frame: Frame, by name: NodeName, from: Endpoint) -> Bool {
    guard former.wasThere else { return true }
    return workers[name]?.obedience.takes(frame, from: from, at: now) ?? false
  }

  /// What comes to the coordinator before; when it stands by it says so.
  func deliverToFormer(_ frame: Frame, from: Endpoint, _ sender: Sender) {
    guard former.machine == nil else { return stepFormer(.received(frame, from: sender)) }
    guard case .worker = from else { return }
    let refusal = Refusal(.standby, "another coordinator leads")
    send(Frame(request: frame.request, .refusal(refusal)), from: .former, to: from)
  }
}
