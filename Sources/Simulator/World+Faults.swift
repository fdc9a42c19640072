import Coordination
import WireProtocol

/// What goes wrong with processes and links, and how it ends.
extension World {
  enum Fault: CaseIterable {
    case crash, pause, cut, membership
  }

  /// Lets faults happen from now on.
  func unleash(_ plan: FaultPlan) {
    faults = plan
    season += 1
    for fault in Fault.allCases { planNext(fault) }
  }

  private func planNext(_ fault: Fault) {
    let mean =
      switch fault {
      case .crash: faults.millisecondsBetweenCrashes
      case .pause: faults.millisecondsBetweenPauses
      case .cut: faults.millisecondsBetweenCuts
      case .membership: faults.membershipChanges ? 4_000 : 0
      }
    guard mean > 0 else { return }
    agenda.plan(.fault(fault, season: season), at: now + Int64(mean / 2 + upTo(mean)))
  }

  func strike(_ fault: Fault) {
    planNext(fault)
    switch fault {
    case .crash: crash(anyProcess())
    case .pause: pause(anyProcess())
    case .cut: cutSomething()
    case .membership: changeMembership()
    }
  }

  private func anyProcess() -> Endpoint {
    let names = workers.keys.sorted()
    let number = upTo(names.count)
    return number < names.count ? .worker(names[number]) : .coordinator
  }

  // MARK: Crashes

  private func crash(_ endpoint: Endpoint) {
    guard isAlive(endpoint) else { return }
    noteStrike(endpoint == .coordinator ? .coordinatorCrash : .workerCrash)
    kill(endpoint)
    record("crash \(endpoint)")
    let down = Int64(1 + upTo(faults.longestDownMilliseconds))
    agenda.plan(.restart(endpoint), at: now + down)
  }

  /// Ends a process; what it had not made durable is gone, and so is what was on its way into it.
  func kill(_ endpoint: Endpoint) {
    held[endpoint] = nil
    switch endpoint {
    case .coordinator:
      coordinator.machine = nil
      coordinator.life += 1
    case .worker(let name):
      workers[name]?.machine = nil
      workers[name]?.life += 1
    case .client: break
    }
  }

  private func isAlive(_ endpoint: Endpoint) -> Bool {
    switch endpoint {
    case .coordinator: coordinator.machine != nil
    case .worker(let name): workers[name]?.machine != nil
    case .client: true
    }
  }

  func restart(_ endpoint: Endpoint) {
    guard !isAlive(endpoint) else { return }
    switch endpoint {
    case .coordinator: startCoordinator()
    case .worker(let name): if workers[name]?.hasLeft == false { startWorker(name) }
    case .client: break
    }
  }

  // MARK: Pauses

  /// Stops a process: nothing reaches it and it does nothing, then it goes on where it was.
  private func pause(_ endpoint: Endpoint) {
    guard isAlive(endpoint), held[endpoint] == nil else { return }
    noteStrike(endpoint == .coordinator ? .coordinatorPause : .workerPause)
    held[endpoint] = []
    record("pause \(endpoint)")
    let end = now + Int64(1 + upTo(faults.longestPauseMilliseconds))
    agenda.plan(.resume(endpoint, life: life(of: endpoint)), at: end)
  }

  func resume(_ endpoint: Endpoint) {
    guard let events = held.removeValue(forKey: endpoint) else { return }
    record("resume \(endpoint)")
    for event in events { happen(event) }
  }

  // MARK: Cuts

  private func cutSomething() {
    let names = workers.keys.sorted()
    let worker = names[upTo(names.count - 1)]
    let side = [Cut.Side.coordinator, .coordinator, .workers, .clients][upTo(3)]
    // Now and then one direction goes on.
    let directions = [[true, false], [true, false], [true], [false]][upTo(3)]
    let end = now + Int64(1 + upTo(faults.longestCutMilliseconds))
    noteStrike(directions.count == 2 ? .cut : .oneWayCut)
    for isInward in directions {
      let cut = Cut(worker: worker, side: side, isInward: isInward)
      guard cuts.insert(cut).inserted else { continue }
      record("cut \(cut)")
      agenda.plan(.mend(cut), at: end)
    }
  }

  // MARK: Members

  /// A worker joins, comes back or is asked to leave; the first two stay, as a cluster must have
  /// them.
  private func changeMembership() {
    let gone = workers.keys.sorted().filter { workers[$0]?.hasLeft ?? false }
    let present = leavers
    switch upTo(3) {
    case 0:
      guard workers.count < 6, let name = NodeName("late-\(workers.count)") else { return }
      coverage.note(.join)
      workers[name] = WorkerProcess()
      startWorker(name)
    case 1:
      guard !gone.isEmpty else { return }
      comeBack(gone[upTo(gone.count - 1)])
    default:
      guard !present.isEmpty else { return }
      askToLeave(present[upTo(present.count - 1)])
    }
  }

  /// The workers that may be asked to leave.
  var leavers: [NodeName] {
    workers.keys.sorted().filter {
      workers[$0]?.hasLeft == false && $0.text != "worker-0" && $0.text != "worker-1"
    }
  }

  func askToLeave(_ name: NodeName) {
    coverage.note(.leave)
    record("\(name) is asked to leave")
    if held[.worker(name)] == nil { step(name, .leaveRequested) }
  }

  private func comeBack(_ name: NodeName) {
    coverage.note(.comeBack)
    workers[name]?.hasLeft = false
    startWorker(name)
  }

  /// Everything works from now on. A worker that left with its shards, because nobody was there to
  /// take them, comes back.
  func heal() {
    record("heal")
    faults = .calm
    season += 1
    cuts = []
    for endpoint in [.coordinator] + workers.keys.sorted().map(Endpoint.worker) {
      resume(endpoint)
    }
    if coordinator.machine == nil { startCoordinator() }
    for name in workers.keys.sorted() where workers[name]?.machine == nil {
      let isMissed = ledger.placement?.assignments.contains { $0.primary == name } ?? false
      if isMissed || workers[name]?.hasLeft == false { comeBack(name) }
    }
  }
}
