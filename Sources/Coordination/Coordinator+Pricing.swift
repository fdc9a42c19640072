import Packing
import WireProtocol

/// The pricing of runs: rounds of one question to every shard, until there is a plan. It is durable
/// before a unit that goes by it is given out, so that all units of a run go by the same.
extension Coordinator {
  mutating func restorePlans(_ records: [String: [UInt8]]) throws(PackingError) -> [String] {
    var known: Set<String> = []
    for (key, value) in inOrder(records) where key.hasPrefix("plan/") {
      guard key.split(separator: "/").count == 2,
        let plan = try RunPlan(
          first: value, piece: { run, number in records[Key.plan(run, piece: number)] })
      else { continue }
      plans[plan.run] = plan
      known.formUnion(Self.keys(of: plan))
    }
    return records.keys.filter { $0.hasPrefix("plan/") && !known.contains($0) }.sorted()
  }

  private static func keys(of plan: RunPlan) -> [String] {
    plan.pieces().indices.map { Key.plan(plan.run, piece: $0) }
  }

  /// Whether the next thing that a run needs is a plan.
  func needsPricing(_ run: Run) -> Bool {
    guard plans[run.id] == nil, let asOf = run.asOf else { return false }
    return pricing(run.request, asOf, document, placement.shardCount) != nil
  }

  /// The run for which workers keep what they loaded; 0 for none.
  var pricedRun: UInt64 {
    guard let index = activeRun else { return 0 }
    let isPriced = runs[index].phase == .pricing || plans[runs[index].id] != nil
    return isPriced ? runs[index].id : 0
  }

  // MARK: Asking

  /// Sees to it that a run comes to its plan.
  mutating func price(_ index: Int, at now: Instant) {
    guard !runs[index].isBeginning, let asOf = runs[index].asOf else { return }
    // The coordinator was started again between the two writes.
    if plans[runs[index].id] != nil { return goOn(index, at: now) }
    // All answers rest on one document: none is changed from here on.
    guard documentInStore == nil else { return }
    if runs[index].pricing != nil { return askShards(index, at: now) }
    guard let driver = pricing(runs[index].request, asOf, document, placement.shardCount) else {
      return goOn(index, at: now)
    }
    var pricing = Pricing(driver, shardCount: placement.shardCount, at: now)
    let move = pricing.driver.begin()
    runs[index].pricing = pricing
    carryOut(move, index, at: now)
  }

  private mutating func carryOut(_ move: PricingMove, _ index: Int, at now: Instant) {
    let rounds = runs[index].pricing?.number ?? 0
    switch move {
    case .ask(let question):
      guard question.count <= Limits.questionBytes else {
        let reason = "a question has \(question.count) bytes, \(Limits.questionBytes) can be sent"
        return fail(index, "its prices cannot be found: \(reason)", at: now)
      }
      guard rounds < Pricing.maximumRounds else {
        return fail(index, "its prices are not found after \(rounds) rounds", at: now)
      }
      nextAttempt += 1
      runs[index].pricing?.begin(question, round: nextAttempt, at: now)
      runs[index].pricingProgress = PricingProgress(rounds: rounds + 1)
      askShards(index, at: now)
    case .planned(let shared, let parts):
      let plan = RunPlan(run: runs[index].id, shared: shared, parts: parts)
      if let fault = plan.fault(shardCount: placement.shardCount) {
        return fail(index, fault, at: now)
      }
      if let pricing = runs[index].pricing {
        let (all, loading) = (
          now - pricing.startedAt, (pricing.loadedAt ?? now) - pricing.startedAt
        )
        runs[index].pricingProgress = PricingProgress(
          rounds: rounds, milliseconds: UInt64(max(0, all)),
          loadingMilliseconds: UInt64(max(0, loading)))
        log(
          .info,
          "run \(plan.run): priced in \(rounds) rounds, \(Double(all) / 1_000) s, the first in "
            + "\(Double(loading) / 1_000) s")
      }
      runs[index].isBeginning = true
      runs[index].pricing = nil
      runs[index].trouble = ""
      store(plan)
    case .failed(let reason): fail(index, reason, at: now)
    }
  }

  /// Asks for what is missing of the round: at once, and again after a while of whoever owns the
  /// shard by then.
  private mutating func askShards(_ index: Int, at now: Instant) {
    guard let pricing = runs[index].pricing else { return }
    let patience = 2 * settings.heartbeatMilliseconds
    var questions: [NodeName: [HeldShard]] = [:]
    var absent: Set<String> = []
    for (shard, assignment) in placement.assignments.enumerated() where pricing.isMissing(shard) {
      guard let primary = assignment.primary, let member = members[primary], member.isPresent
      else {
        absent.insert(assignment.primary?.text ?? "enough workers to place its shards")
        continue
      }
      // Whoever has not got the document yet is told it with every heartbeat.
      guard member.documentVersion == document.version else { continue }
      if let known = pricing.asked[shard], known.node == primary, known.epoch == assignment.epoch,
        known.incarnation == member.incarnation, now - known.at <= patience
      {
        continue
      }
      runs[index].pricing?.asked[shard] = Pricing.Asked(
        node: primary, incarnation: member.incarnation, epoch: assignment.epoch, at: now)
      questions[primary, default: []].append(HeldShard(shard: shard, epoch: assignment.epoch))
    }
    for (node, shards) in inOrder(questions) { ask(node, shards, index) }
    let trouble = inOrder(pricing.troubles).first.map { "waits for \($0.key): \($0.value)" } ?? ""
    let names = absent.sorted().joined(separator: ", ")
    runs[index].trouble = names.isEmpty ? trouble : "waits for \(names), not heard"
  }

  private mutating func ask(_ node: NodeName, _ shards: [HeldShard], _ index: Int) {
    guard let member = members[node], let asOf = runs[index].asOf,
      let pricing = runs[index].pricing
    else { return }
    for start in stride(from: 0, to: shards.count, by: Limits.shardsPerQuestion) {
      let some = shards[start..<min(shards.count, start + Limits.shardsPerQuestion)]
      tell(
        member,
        .roundQuestion(
          RoundQuestion(
            run: runs[index].id, round: pricing.round, asOf: asOf,
            documentVersion: document.version, settings: runs[index].request.settings,
            question: pricing.question, shards: Array(some))))
    }
  }

  // MARK: Answers

  mutating func take(_ report: RoundAnswers, from sender: Sender, at now: Instant) {
    guard let node = NodeName(sender.name), let index = activeRun,
      runs[index].id == report.run, runs[index].phase == .pricing,
      runs[index].pricing?.round == report.round
    else { return }
    for entry in report.entries where placement.assignments.indices.contains(entry.shard) {
      let assignment = placement.assignments[entry.shard]
      guard assignment.primary == node, assignment.epoch == entry.epoch else { continue }
      switch entry.outcome {
      case .answer(let bytes):
        runs[index].pricing?.take(bytes, of: entry.shard)
        runs[index].pricing?.troubles[node] = nil
      case .failure(let reason, let mayPass):
        noteFailure(index, of: entry.shard, on: node, reason, at: now)
        guard !mayPass, runs[index].noteRoundFailure(of: entry.shard) else { continue }
        return fail(
          index,
          "worker \(node) cannot price shard \(entry.shard), \(Run.maximumFailures) attempts: "
            + reason, at: now)
      }
    }
    advance(index, at: now)
  }

  /// Lets the shard rest before it is asked again.
  private mutating func noteFailure(
    _ index: Int, of shard: Int, on node: NodeName, _ reason: String, at now: Instant
  ) {
    runs[index].pricing?.asked[shard]?.at = now
    runs[index].pricing?.troubles[node] = reason
  }

  /// Goes on to the next round when all shards have answered this one.
  private mutating func advance(_ index: Int, at now: Instant) {
    guard let round = runs[index].pricing, round.missing == 0 else { return }
    guard round.bytes <= Pricing.maximumRoundBytes else {
      return fail(index, "its shards answer a question by \(round.bytes) bytes", at: now)
    }
    guard let move = runs[index].pricing?.move() else { return }
    carryOut(move, index, at: now)
  }

  // MARK: The plan

  private mutating func store(_ plan: RunPlan) {
    let pieces = plan.pieces()
    planInStore = PlanInStore(plan: plan, first: pieces[0], piecesLeft: pieces.count - 1)
    if pieces.count == 1 { return storeFirstPiece() }
    for number in pieces.indices.dropFirst() {
      store(Key.plan(plan.run, piece: number), pieces[number], .planPiece(plan.run))
    }
  }

  private mutating func storeFirstPiece() {
    guard let plan = planInStore else { return }
    store(Key.plan(plan.plan.run, piece: 0), plan.first, .plan(plan.plan.run))
  }

  mutating func planPieceStored(of run: UInt64) {
    guard planInStore?.plan.run == run else { return }
    planInStore?.piecesLeft -= 1
    if planInStore?.piecesLeft == 0 { storeFirstPiece() }
  }

  mutating func planStored(of run: UInt64, at now: Instant) {
    guard let stored = planInStore, stored.plan.run == run,
      let index = runs.firstIndex(where: { $0.id == run })
    else { return }
    planInStore = nil
    plans[run] = stored.plan
    goOn(index, at: now)
    forgetOldPlans()
  }

  /// Forgets the oldest plans, of scenarios and of real runs alike: the last ones of each stay, as
  /// their lines do.
  private mutating func forgetOldPlans() {
    var lasting: Set<UInt64> = []
    if let index = activeRun { lasting.insert(runs[index].id) }
    let isScenario = Dictionary(
      runs.map { ($0.id, $0.request.isScenario) }, uniquingKeysWith: { $1 })
    for ofScenario in [false, true] {
      let same = plans.keys.filter { (isScenario[$0] ?? false) == ofScenario }
      lasting.formUnion(same.sorted().suffix(Self.rememberedPlans))
    }
    for (run, plan) in inOrder(plans) where !lasting.contains(run) {
      plans[run] = nil
      for key in Self.keys(of: plan) { store(key, nil, .record) }
    }
  }

  mutating func answerPlanRequest(_ run: UInt64, _ frame: Frame, from sender: Sender) {
    guard let plan = plans[run] else {
      let reason =
        "there is no plan of run \(run): the last \(Self.rememberedPlans) are kept, and of "
        + "scenarios as many; `granary status` lists runs"
      return reply(.refusal(Refusal(.notFound, reason)), to: frame, from: sender)
    }
    reply(.plan(content: plan.shared), to: frame, from: sender)
  }
}

extension RunRequest {
  /// Whether it asks what would be, beside what is.
  fileprivate var isScenario: Bool {
    (try? RunSettings(packed: settings))?.scenario.isEmpty == false
  }
}
