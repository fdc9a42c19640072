import Glibc
import Settings
import TestSupport
import Threading

/// Makes things go wrong, and right again.
struct FaultWork: Sendable {
  /// What a slow link carries.
  private static let slowKilobitsPerSecond = 400

  let stage: Stage
  let clock = MonotonicClock()

  init(_ stage: Stage) { self.stage = stage }

  /// Carries the faults of a step out, one after the other or beside each other. The step has begun
  /// and takes that long where nothing disturbs it.
  func carryOut(_ faults: [PlannedFault], during step: Step, milliseconds: Int) throws {
    let begin = clock.now
    guard stage.scenario.isOverlapping else {
      for fault in faults {
        try carryOut(fault, during: step, since: begin, milliseconds: milliseconds)
      }
      return
    }
    let threads = try faults.map { fault in
      try Thread(name: "fault") {
        stage.noteFailure {
          try carryOut(fault, during: step, since: begin, milliseconds: milliseconds)
        }
      }
    }
    for thread in threads { thread.join() }
  }

  /// Carries a fault out at its moment, and waits until everything is served again.
  private func carryOut(
    _ fault: PlannedFault, during step: Step, since begin: Moment, milliseconds: Int
  ) throws {
    // Who leads is found out before the moment, which steps that are short would not wait for.
    let target = fault.wish.kind.isOfTheLeaders ? try find(fault) : nil
    let moment = begin + Int64(fault.fraction * Double(milliseconds))
    try stage.stopping.sleep(milliseconds: Int(max(0, moment - clock.now)))
    guard !stage.hasFoundDamage else { return }
    if fault.wish.kind.isOfTheLeaders { return try hurt(target, fault, during: step) }
    guard fault.wish.kind == .roll else {
      try happen(fault.wish.kind, during: step) { try carryOut(fault) }
      if fault.wish.kind.isOfAnUpgrade {
        try awaitHealth(after: "the \(fault.wish.kind.rawValue) in \(step.rawValue)")
      }
      return
    }
    for name in stage.nodes.wantedWorkers {
      try happen(.roll, during: step) {
        try restart(name)
        return name
      }
    }
  }

  /// Has a fault happen, writes it down with its victim, and waits until it is over.
  func happen(
    _ kind: FaultKind, during step: Step, _ body: () throws -> String?
  ) throws {
    let start = clock.now
    guard let victim = try body() else { return }
    let lifted = clock.now
    defer {
      stage.journal.add(
        Journal.Fault(
          kind: kind, victim: victim, step: step, startedAt: start, liftedAt: lifted,
          overAt: clock.now))
    }
    try stage.awaitCalm(after: "\(kind.rawValue) of \(victim) in \(step.rawValue)")
  }

  /// Carries a fault out, and gives its victim; nothing where there was none.
  private func carryOut(_ fault: PlannedFault) throws -> String? {
    var random = SplitMix64(seed: fault.chance)
    let nodes = stage.nodes
    switch fault.wish.kind {
    case .coordinatorKill:
      nodes.kill(Nodes.coordinator)
      try hold(fault)
      try nodes.start(Nodes.coordinator)
      return Nodes.coordinator
    case .coordinatorStop:
      nodes.signal(Nodes.coordinator, SIGSTOP)
      try hold(fault)
      nodes.signal(Nodes.coordinator, SIGCONT)
      return Nodes.coordinator
    case .clientKill: return stage.verbs.killCurrent() ? "client" : nil
    case .upgrade: return try upgrade()
    case .downgrade: return try downgrade(&random)
    default: break
    }
    let workers = fault.wish.kind.victims(
      among: nodes.wantedWorkers.shuffled(using: &random), in: nodes.layout)
    guard let victim = workers.first else { return nil }
    switch fault.wish.kind {
    case .kill:
      nodes.kill(victim)
      try hold(fault)
      try nodes.start(victim)
    case .stop:
      nodes.signal(victim, SIGSTOP)
      try hold(fault)
      nodes.signal(victim, SIGCONT)
    case .full:
      try stage.nodes.disk(of: victim).fill()
      try hold(fault)
      try stage.nodes.disk(of: victim).empty()
    case .flip: try flip(fault, victim, &random)
    default: return try disturb(fault, workers)
    }
    return victim
  }

  /// Faults of the network.
  private func disturb(_ fault: PlannedFault, _ workers: [String]) throws -> String? {
    guard let victim = workers.first else { return nil }
    let (network, layout) = (stage.network, stage.nodes.layout)
    let host = layout.host(of: victim)
    let others = (1...Network.hostCount).filter { $0 != host }
    switch fault.wish.kind {
    case .cut:
      try network.plug(host, isIn: false)
      try hold(fault)
      try network.plug(host, isIn: true)
    case .mute:
      try network.hear(host, by: others, isHeard: false)
      try hold(fault)
      try network.hear(host, by: others, isHeard: true)
    case .deaf:
      for other in others { try network.hear(other, by: [host], isHeard: false) }
      try hold(fault)
      for other in others { try network.hear(other, by: [host], isHeard: true) }
    case .part:
      guard workers.count > 1 else { return nil }
      let pair = [host, layout.host(of: workers[1])]
      for (one, other) in [(0, 1), (1, 0)] {
        try network.hear(pair[one], by: [pair[other]], isHeard: false)
      }
      try hold(fault)
      for (one, other) in [(0, 1), (1, 0)] {
        try network.hear(pair[one], by: [pair[other]], isHeard: true)
      }
      return "\(victim) and \(workers[1])"
    case .slow:
      try network.slow(host, kilobitsPerSecond: Self.slowKilobitsPerSecond)
      try hold(fault)
      try network.quicken(host)
    default: return nil
    }
    return victim
  }

  func hold(_ fault: PlannedFault) throws {
    try stage.stopping.sleep(milliseconds: fault.holdMilliseconds)
  }

  /// Stops a node in order and starts it again.
  private func restart(_ name: String) throws {
    if stage.nodes.end(name, with: SIGINT) != .code(0) {
      stage.journal.violate("\(name) did not stop in order when it was asked to")
      stage.nodes.kill(name)
    }
    try stage.nodes.start(name)
  }

  /// Makes a bit of a worker's files another one.
  private func flip(
    _ fault: PlannedFault, _ victim: String, _ random: inout SplitMix64
  ) throws {
    let nodes = stage.nodes
    if !fault.wish.whileRunning { nodes.kill(victim) }
    let data = nodes.disk(of: victim).folder.data(of: victim)
    var flipped = FlippedBit(in: "\(data)/\(fault.wish.file.name)", &random)
    // There is no log after the last one was taken into the database.
    if flipped == nil { flipped = FlippedBit(in: "\(data)/granary.sqlite", &random) }
    if let flipped {
      try flipped.flip()
      stage.journal.damage(victim)
    }
    try hold(fault)
    try nodes.start(victim)
  }
}
