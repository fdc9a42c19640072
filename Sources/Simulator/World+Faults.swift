import Coordination
import WireProtocol

/// What goes wrong with processes and their clocks, and how it ends.
extension World {
  /// Lets faults happen from now on.
  func unleash(_ plan: FaultPlan) {
    faults = plan.without(start.restriction.without)
    season += 1
    for kind in FaultClass.allCases where kind.isTimed { planNext(kind) }
    chooseLiar()
  }

  private func planNext(_ kind: FaultClass) {
    let mean = faults[kind]
    guard mean > 0 else { return }
    let wait = Int64(mean / 2 + upTo(mean, kind))
    agenda.plan(.fault(kind, season: season), at: now + wait)
  }

  func strike(_ kind: FaultClass) {
    planNext(kind)
    if let wound, wound.needsCalm || wound.excludes(kind) || isUnnoticed(wound) { return }
    switch kind {
    case .crash: crash(anyProcess(kind))
    case .pause: pause(anyProcess(kind))
    case .clock: disturbClock(of: anyProcess(kind))
    case .cut: cutSomething()
    case .fullDisk: fillDisk(of: anyProcess(kind))
    case .failedSync: breakSync(of: anyWorker(kind))
    case .lyingSync: crashLiar()
    case .bitFlip: flipBit()
    case .destruction: destroySomething()
    case .membership: changeMembership()
    case .drain: askOperator()
    case .takeover: takeOver()
    case .loss, .doubling, .lateness, .store, .write, .work, .straggler: break
    }
  }

  func anyWorker(_ kind: FaultClass) -> NodeName {
    let names = workers.keys.sorted()
    return names[upTo(names.count - 1, kind)]
  }

  private func anyProcess(_ kind: FaultClass) -> Endpoint {
    let names = workers.keys.sorted()
    let number = upTo(names.count, kind)
    return number < names.count ? .worker(names[number]) : .coordinator
  }

  // MARK: Crashes

  /// Crashes a process now, or between two of its next instructions.
  private func crash(_ endpoint: Endpoint) {
    let later = upTo(1, .crash) == 0 ? nil : upTo(40, .crash)
    guard isAlive(endpoint), spend() else { return }
    if let later, held[endpoint] == nil {
      doomed[endpoint] = later
    } else {
      crashNow(endpoint)
    }
  }

  func crashNow(_ endpoint: Endpoint) {
    noteStrike(endpoint == .coordinator ? .coordinatorCrash : .workerCrash)
    kill(endpoint)
    record("\(endpoint) crashes")
    let down = Int64(1 + upTo(faults.longestDownMilliseconds, .crash))
    agenda.plan(.restart(endpoint), at: now + down)
  }

  /// Counts the instructions of a process that is to crash; before which of this step's it does, if
  /// in this step. It is one with several, of which some are carried out and the others never.
  func crashPoint(of endpoint: Endpoint, in instructions: Int) -> Int? {
    if doomed.isEmpty { return nil }
    guard let left = doomed[endpoint] else { return nil }
    guard left <= 0, instructions > 1 else {
      doomed[endpoint] = left - instructions
      return nil
    }
    return 1 + upTo(instructions - 2, .crash)
  }

  func crashInStep(_ endpoint: Endpoint) {
    coverage.note(endpoint == .coordinator ? .coordinatorHalfStep : .workerHalfStep)
    crashNow(endpoint)
  }

  /// Ends a process; what it had not made durable is gone, and so is what was on its way into it.
  func kill(_ endpoint: Endpoint) {
    held[endpoint] = nil
    doomed[endpoint] = nil
    switch endpoint {
    case .coordinator:
      coordinator.machine = nil
      coordinator.life += 1
      coordinator.placementsInStore = []
    case .worker(let name):
      workers[name]?.machine = nil
      workers[name]?.life += 1
    case .former, .client: break
    }
  }

  func isAlive(_ endpoint: Endpoint) -> Bool {
    switch endpoint {
    case .coordinator: coordinator.machine != nil
    case .worker(let name): workers[name]?.machine != nil
    case .former: former.machine != nil
    case .client: true
    }
  }

  func restart(_ endpoint: Endpoint) {
    guard !isAlive(endpoint) else { return }
    switch endpoint {
    case .coordinator: startCoordinator()
    case .worker(let name): if workers[name]?.hasLeft == false { startWorker(name) }
    case .former, .client: break
    }
  }

  // MARK: Pauses and clocks

  /// Stops a process: nothing reaches it and it does nothing, then it goes on where it was.
  private func pause(_ endpoint: Endpoint) {
    let length = Int64(1 + upTo(faults.longestPauseMilliseconds, .pause))
    guard isAlive(endpoint), held[endpoint] == nil, spend() else { return }
    noteStrike(endpoint == .coordinator ? .coordinatorPause : .workerPause)
    held[endpoint] = []
    record("\(endpoint) stops for \(length) ms")
    agenda.plan(.resume(endpoint, life: life(of: endpoint)), at: now + length)
  }

  func resume(_ endpoint: Endpoint) {
    guard let events = held.removeValue(forKey: endpoint) else { return }
    record("\(endpoint) goes on")
    for event in events { happen(event) }
  }

  private func disturbClock(of endpoint: Endpoint) {
    let length = Int64(100 + upTo(20_000, .clock))
    let isJump = upTo(1, .clock) == 0
    // A coordinator without time cannot tell who is gone.
    if wound != nil, endpoint == .coordinator, !isJump { return }
    guard spend() else { return }
    noteStrike(isJump ? .clockJump : .clockStandstill)
    var clock = clocks[endpoint] ?? Clock()
    if isJump {
      clock.jump(ahead: length, at: now)
      record("the clock of \(endpoint) jumps ahead by \(length) ms")
    } else {
      clock.standStill(for: min(length, 10_000), at: now)
      record("the clock of \(endpoint) stands still for \(min(length, 10_000)) ms")
    }
    clocks[endpoint] = clock
  }

  // MARK: Cuts

  private func cutSomething() {
    let workerBits = workers.values.map { Cut.worker($0.index) }.sorted()
    func someWorker() -> UInt64 { workerBits[upTo(workerBits.count - 1, .cut)] }
    func someWorkers() -> UInt64 { workerBits.reduce(0) { upTo(1, .cut) == 0 ? $0 | $1 : $0 } }
    let all = Cut.allWorkers
    let shape = Cut.Shape.allCases[upTo(Cut.Shape.allCases.count - 1, .cut)]
    var (from, to) =
      switch shape {
      case .workerFromAll: (someWorker(), ~UInt64(0))
      case .workerFromCoordinator: (someWorker(), Cut.coordinator)
      case .workerFromWorkers: (someWorker(), all)
      case .workerFromClients: (someWorker(), Cut.allClients)
      case .halves: (someWorkers() | (upTo(1, .cut) == 0 ? Cut.coordinator : 0), ~UInt64(0))
      case .workersFromEachOther: (all, all)
      case .pair: (someWorker(), someWorker())
      case .clientsFromSome: (Cut.allClients, someWorkers())
      case .coordinatorFromWorkers: (Cut.coordinator, someWorkers())
      }
    if shape == .halves { to &= ~from }
    let isBothWays = upTo(2, .cut) > 0
    if !isBothWays, upTo(1, .cut) == 0 { swap(&from, &to) }
    let length = Int64(1 + upTo(faults.longestCutMilliseconds, .cut))
    guard spend() else { return }
    noteStrike(isBothWays ? .cut : .oneWayCut)
    note(shape)
    cutsMade += 1
    cuts.append(
      Cut(number: cutsMade, shape: shape, from: from, to: to, isBothWays: isBothWays))
    record(
      "cut \(shape)\(isBothWays ? "" : " one way"), \(String(from, radix: 16)) to "
        + "\(String(to, radix: 16)), for \(length) ms")
    agenda.plan(.mend(cutsMade), at: now + length)
  }

  /// Everything works from now on. A worker that left with its shards, because nobody was there to
  /// take them, comes back.
  func heal() {
    record("everything heals")
    endFormer()
    faults = .calm
    season += 1
    cuts = []
    doomed = [:]
    lastHealed = now
    for endpoint in [.coordinator] + workers.keys.sorted().map(Endpoint.worker) {
      resume(endpoint)
    }
    coordinator.fullUntil = now
    if coordinator.machine == nil { startCoordinator() }
    for name in workers.keys.sorted() { healDisk(of: name) }
    for name in workers.keys.sorted() where workers[name]?.machine == nil {
      let isMissed = ledger.placement?.assignments.contains { $0.copies.contains(name) } ?? false
      if isMissed || workers[name]?.hasLeft == false { comeBack(name) }
    }
    keepPlaces()
  }
}
