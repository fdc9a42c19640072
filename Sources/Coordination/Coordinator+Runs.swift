import Packing
import WireProtocol

/// Runs: one at a time, the others wait their turn.
extension Coordinator {
  /// Takes up the runs where they were; returns the records of shards whose run needs them no more.
  mutating func restoreRuns(
    _ records: [String: [UInt8]], at now: Instant
  ) throws(PackingError) -> [String] {
    var stale: [String] = []
    for (key, value) in inOrder(records) where key.hasPrefix("run/") {
      if key.split(separator: "/").count == 2 {
        runs.append(try Run(packed: value, at: now))
      } else if let index = runs.indices.last, runs[index].phase == .running,
        key.hasPrefix(Key.run(runs[index].id))
      {
        var reader = try ByteReader(verifyingChecksum: value)
        let shard = try reader.count("shard", limit: max(0, runs[index].shards.count - 1))
        let slices = try reader.count("slices", limit: Int(UInt32.max))
        runs[index].shards[shard].restore(
          done: try UnitOutcome(from: &reader), sliceCount: slices)
      } else {
        stale.append(key)
      }
    }
    return stale
  }

  mutating func accept(
    _ request: RunRequest, _ number: UInt64, from sender: Sender, at now: Instant
  ) {
    let frame = Frame(request: number, .runRequest(request))
    if let known = runs.first(where: { $0.request.token == request.token }) {
      let isNew = join(Key.run(known.id), sender, number) { purpose in
        if case .newRun = purpose { true } else { false }
      }
      return isNew ? () : reply(.runStatus(known.status(at: now)), to: frame, from: sender)
    }
    let isAudited = joinAudit(sender, number) { change in
      if case .run(let run, _) = change { run.request.token == request.token } else { false }
    }
    if isAudited { return }
    if let obstacle = auditObstacle { return reply(.refusal(obstacle), to: frame, from: sender) }
    if request.kind == .allocate, !runs.contains(where: { $0.request.kind == .forecast }) {
      let reason = "there are no forecasts to plan from yet: `granary forecast` first"
      return reply(.refusal(Refusal(.failed, reason)), to: frame, from: sender)
    }
    let known = runs + auditedRuns
    guard known.count(where: \.isActive) < Self.maximumWaitingRuns else {
      let reason = "\(Self.maximumWaitingRuns) runs wait already; try again when one has ended"
      return reply(.refusal(Refusal(.busy, reason)), to: frame, from: sender)
    }
    let run = Run(
      id: (known.map(\.id).max() ?? 0) + 1, request: request, shardCount: placement.shardCount,
      at: now)
    let words = "run \(run.id) started: \(request.words)"
    audit(
      .run(run, sender.name), AuditEntry(sender, words, .accepted, run: run.id),
      answer: [Caller(address: sender.address, request: number)])
  }

  /// Forgets the oldest runs, but for the last of each kind that was done.
  mutating func forgetOldRuns() {
    let lasting = Set(
      RunKind.allCases.compactMap { kind in
        runs.last { $0.request.kind == kind && $0.phase == .done }?.id
      })
    let ended = runs.filter { !$0.isActive && !lasting.contains($0.id) }
    for run in ended.prefix(max(0, ended.count - Self.rememberedRuns)) {
      runs.removeAll { $0.id == run.id }
      store(Key.run(run.id), nil, .record)
    }
  }

  mutating func answerRunQuery(
    _ id: UInt64, _ frame: Frame, from sender: Sender, at now: Instant
  ) {
    guard let run = runs.first(where: { $0.id == id }) else {
      let reason = "there is no run \(id); `granary status` lists the last ones"
      return reply(.refusal(Refusal(.notFound, reason)), to: frame, from: sender)
    }
    reply(.runStatus(run.status(at: now)), to: frame, from: sender)
  }

  // MARK: Driving

  /// The run at work: the oldest that has not ended.
  var activeRun: Int? { runs.firstIndex(where: \.isActive) }

  mutating func driveRuns(at now: Instant) {
    guard let index = activeRun else { return }
    switch runs[index].phase {
    case .surveying: surveyShards(index, at: now)
    case .teaching: teach(index, at: now)
    case .pricing: price(index, at: now)
    case .running:
      noteEffort(of: index, at: now)
      handOutUnits(index, at: now)
    case .done, .failed: break
    }
  }

  private mutating func surveyShards(_ index: Int, at now: Instant) {
    if let last = runs[index].lastSurvey, now - last < 1_000 { return }
    // A run that waited for its turn begins here.
    if runs[index].lastSurvey == nil { runs[index].startedAt = now }
    runs[index].lastSurvey = now
    var questions: [NodeName: [HeldShard]] = [:]
    var waiting: Set<String> = []
    for (shard, work) in runs[index].shards.enumerated() where !work.isSurveyed {
      let assignment = placement.assignments[shard]
      guard let primary = assignment.primary, let member = members[primary], member.isPresent
      else {
        waiting.insert(assignment.primary?.text ?? "enough workers to place its shards")
        continue
      }
      questions[primary, default: []].append(HeldShard(shard: shard, epoch: assignment.epoch))
    }
    runs[index].trouble =
      waiting.isEmpty ? "" : "waits for \(waiting.sorted().joined(separator: ", "))"
    for (node, shards) in inOrder(questions) {
      guard let member = members[node] else { continue }
      tell(member, .survey(Survey(run: runs[index].id, shards: shards)))
    }
  }

  mutating func take(_ report: SurveyReport, from sender: Sender) {
    guard let index = activeRun, runs[index].id == report.run,
      runs[index].phase == .surveying, !runs[index].isBeginning
    else { return }
    for entry in report.shards
    where placement.assignments.indices.contains(entry.shard)
      && placement.assignments[entry.shard].primary?.text == sender.name
    {
      runs[index].survey(entry)
    }
    if let day = report.latestDay {
      runs[index].latestDay = max(day, runs[index].latestDay ?? day)
    }
    if runs[index].shards.allSatisfy(\.isSurveyed) { endSurvey(index) }
  }

  /// Fixes the day and how the shards are cut. No unit is given out before that is durable: after a
  /// crash the shards would be cut otherwise, on another day, and a SKU done twice or not at all.
  private mutating func endSurvey(_ index: Int) {
    let id = runs[index].id
    runs[index].asOf = runs[index].request.asOf ?? runs[index].latestDay
    guard runs[index].asOf != nil else {
      let reason = "there are no sales yet: `granary ingest FILE` first"
      runs[index].finish(.failed, trouble: reason, at: lastSweep)
      log(.warning, "run \(id) failed: \(reason)")
      return store(Key.run(id), runs[index].packed(at: lastSweep), .record)
    }
    if runs[index].request.network == .latest { runs[index].network = latestNetwork ?? 0 }
    goOn(index, at: lastSweep)
  }

  /// Stores that a run goes on to its next phase, before anything is done in it.
  mutating func goOn(_ index: Int, at now: Instant) {
    // It may have been cancelled while something of it was being stored.
    guard runs[index].isActive else { return }
    runs[index].isBeginning = true
    var begun = runs[index]
    begun.phase =
      begun.needsTeaching ? .teaching : needsPricing(begun) ? .pricing : .running
    begun.trouble = ""
    store(Key.run(begun.id), begun.packed(at: now), .runBegins(begun.id, begun.phase))
  }

  mutating func runBegins(_ id: UInt64, _ phase: RunStatus.Phase, at now: Instant) {
    guard let index = runs.firstIndex(where: { $0.id == id }), runs[index].isBeginning else {
      return
    }
    runs[index].isBeginning = false
    runs[index].phase = phase
    runs[index].trouble = ""
    runs[index].teachingSince = runs[index].elapsed(at: now)
    for (_, member) in inOrder(members) where member.isPresent { tellNetwork(to: member) }
    driveRuns(at: now)
  }

  private mutating func handOutUnits(_ index: Int, at now: Instant) {
    for node in members.keys.sorted() { handOutUnits(index, to: node, at: now) }
    helpStragglers(index, at: now)
    let absent = shardsByNode.filter { node, shards in
      !(members[node]?.isPresent ?? false) && shards.contains { !runs[index].shards[$0].isDone }
    }
    let names = absent.keys.map(\.text).sorted().joined(separator: ", ")
    runs[index].trouble = names.isEmpty ? "" : "waits for \(names), not heard"
  }

  /// Gives a worker what it can take of the run at work.
  mutating func handOutUnits(to node: NodeName, at now: Instant) {
    guard let index = activeRun, runs[index].phase == .running else { return }
    handOutUnits(index, to: node, at: now)
  }

  private mutating func handOutUnits(_ index: Int, to node: NodeName, at now: Instant) {
    guard let member = members[node], isEquipped(member, runs[index]) else { return }
    var free = member.credits - runs[index].unitsOut(with: node)
    guard free > 0 else { return }
    for shard in runs[index].openShards(shardsByNode[node] ?? [], of: node) {
      guard free > 0 else { return }
      guard runs[index].shards[shard].hasWork, flips[shard] == nil else { continue }
      while free > 0, let unit = runs[index].takeNext(of: shard, for: node, at: now) {
        free -= 1
        guard let order = order(for: unit, runs[index]) else { return }
        tell(member, .unitOrder(order))
      }
    }
  }

  /// Whether a worker has what the units of a run need: a plan rests on the warehouses and models
  /// on a network, and whoever has not got them yet has to wait for them.
  func isEquipped(_ member: Member, _ run: Run) -> Bool {
    member.isServing && documentInStore == nil && member.documentVersion == document.version
      && (run.network == 0 || member.networkVersion == run.network)
  }

  func order(for unit: UnitID, _ run: Run) -> UnitOrder? {
    guard let asOf = run.asOf else { return nil }
    return UnitOrder(
      id: unit, sliceCount: run.shards[unit.shard].sliceCount ?? 1,
      epoch: placement.assignments[unit.shard].epoch, kind: run.request.kind, asOf: asOf,
      settings: run.request.settings, network: run.network,
      plan: plans[run.id]?.unitPlan(of: unit.shard) ?? UnitPlan())
  }

  mutating func take(_ report: UnitReport, from sender: Sender, at now: Instant) {
    guard let index = activeRun, runs[index].id == report.id.run,
      runs[index].phase == .running, runs[index].shards.indices.contains(report.id.shard)
    else { return }
    let shard = report.id.shard
    let assignment = placement.assignments[shard]
    guard assignment.primary?.text == sender.name, assignment.epoch == report.epoch else { return }
    let add = adding(runs[index].request.kind)
    guard runs[index].finish(report.id, report.outcome, at: now, merge: add) else { return }
    if runs[index].shards[shard].isDone { shardDone(index, shard, at: now) }
    if let primary = assignment.primary, runs[index].phase == .running {
      handOutUnits(index, to: primary, at: now)
    }
  }

  private func adding(_ kind: RunKind) -> ([UInt8], [UInt8]) -> [UInt8] {
    { [merge] in merge(kind, $0, $1) }
  }

  private mutating func shardDone(_ index: Int, _ shard: Int, at now: Instant) {
    let work = runs[index].shards[shard]
    // Looked for from the end: units are given out from the front, so it is found at once.
    guard runs[index].shards.lastIndex(where: { !$0.isDone }) != nil else {
      return runDone(index, at: now)
    }
    var writer = ByteWriter()
    writer.count(shard)
    writer.count(work.sliceCount ?? 0)
    work.outcome.pack(into: &writer)
    writer.seal()
    store(Key.shard(shard, of: runs[index].id), writer.bytes, .record)
  }

  private mutating func runDone(_ index: Int, at now: Instant) {
    var sum = UnitOutcome()
    let add = adding(runs[index].request.kind)
    for work in runs[index].shards { sum.merge(work.outcome, merge: add) }
    runs[index].outcome = sum
    noteEffort(of: index, at: now)
    runs[index].finish(.done, at: now)
    let run = runs[index]
    let seconds = Double(run.elapsed(at: now)) / 1_000
    let aside = sum.quarantined > 0 ? ", \(sum.quarantined) of them in quarantine" : ""
    log(
      .info,
      "run \(run.id) (\(run.request.kind.name)): \(sum.skus) SKUs in \(seconds) s\(aside)")
    store(Key.run(run.id), run.packed(at: now), .runEnded(run.id))
  }

  /// The outcome of the whole is durable; those of its shards are not needed any more.
  mutating func forgetShards(of id: UInt64) {
    for shard in placement.assignments.indices { store(Key.shard(shard, of: id), nil, .record) }
  }

  /// A worker could not do what a run needs. It is asked again after a while, as if its answer had
  /// been lost; what fails again and again for a reason that stays fails the run.
  mutating func take(_ failure: WorkFailure, from sender: Sender, at now: Instant) {
    guard let node = NodeName(sender.name), let index = activeRun, runs[index].id == failure.run
    else { return }
    if let unit = failure.unit, runs[index].noteHelperFailure(of: unit, on: node) { return }
    guard !failure.mayPass, !runs[index].isBeginning,
      (failure.unit == nil) == (runs[index].phase == .surveying),
      runs[index].noteFailure(of: failure.unit, on: node)
    else { return }
    let work = failure.unit.map { "do a unit of shard \($0.shard)" } ?? "count its shards"
    let reason = "worker \(node) cannot \(work), \(Run.maximumFailures) attempts: \(failure.reason)"
    fail(index, reason, at: now)
  }

  /// Ends a run that cannot be done.
  mutating func fail(_ index: Int, _ reason: String, at now: Instant) {
    log(.error, "run \(runs[index].id) failed: \(reason)")
    end(index, reason, at: now)
  }

  /// Ends a run undone; `caller` is told once that is durable.
  mutating func end(
    _ index: Int, _ reason: String, answer callers: [Caller] = [], at now: Instant
  ) {
    let id = runs[index].id
    runs[index].finish(.failed, trouble: reason, at: now)
    store(Key.run(id), runs[index].packed(at: now), .runEnded(id), answer: callers)
  }
}
