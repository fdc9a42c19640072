import Coordination
import WireProtocol

/// Pricing in the simulated world, and what is promised of it.
extension World {
  /// Answers for shards in two portions, each of which takes its time and may fail.
  func price(_ question: RoundQuestion, on name: NodeName) {
    checkDocument(of: question.run, question.documentVersion, on: name)
    for entry in question.shards where workers[name]?.loaded[entry.shard]?.run != question.run {
      workers[name]?.loaded[entry.shard] = Loaded(
        run: question.run, settings: question.settings)
    }
    let middle = upTo(question.shards.count, .trainer)
    for part in [question.shards[..<middle], question.shards[middle...]] where !part.isEmpty {
      let isFailure = strikes(.work)
      if isFailure { coverage.note(.failedWork) }
      let loaded = part.map { workers[name]?.loaded[$0.shard]?.settings ?? [] }
      plan(.worker(name), at: now + Int64(1 + upTo(500, .trainer))) { [self] in
        let entries = zip(part, loaded).map { entry, settings in
          let outcome: RoundAnswers.Outcome =
            isFailure
            ? .failure(reason: "the disk is full", mayPass: true)
            : .answer(
              SimulatedPricing.answer(
                of: entry.shard, loadedFor: settings, to: question.question))
          return RoundAnswers.Entry(shard: entry.shard, epoch: entry.epoch, outcome: outcome)
        }
        step(
          name,
          .priced(RoundAnswers(run: question.run, round: question.round, entries: entries)))
      }
    }
  }

  func forgetPricing(of shard: Int?, on name: NodeName) {
    if let shard {
      workers[name]?.loaded[shard] = nil
    } else {
      workers[name]?.loaded = [:]
    }
  }

  /// What was loaded of a shard is gone when the shard is.
  func checkLoaded(_ served: [Int: UInt64], on name: NodeName) {
    guard let process = workers[name], process.machine != nil else { return }
    for shard in process.loaded.keys where served[shard] == nil {
      violate("\(name) keeps what it loaded of shard \(shard), which it does not serve")
    }
  }

  /// All answers and all units of a run rest on one document.
  private func checkDocument(of run: UInt64, _ version: UInt64, on name: NodeName) {
    if let known = ledger.documentOfRun[run], known != version {
      violate("run \(run) rests on the documents \(known) and \(version)")
    }
    ledger.documentOfRun[run] = version
    if workers[name]?.document.version != version {
      violate("\(name) answers for run \(run) without document \(version)")
    }
  }

  /// All units of a run carry one plan, made of each shard's answers once a round, in order.
  func checkPlan(_ order: UnitOrder, on name: NodeName) {
    let expected = SimulatedPricing.plan(
      of: order.id.shard, settings: order.settings, shardCount: shardCount)
    if order.plan != expected {
      violate("a unit of run \(order.id.run), shard \(order.id.shard), has another plan")
    }
    // An order that comes late is of a unit that is done: what comes of it now is nobody's.
    let isDone = workers[name]?.shards[order.id.shard]?.units[order.id.run]?[order.id.slice] != nil
    if !isDone, let version = ledger.documentOfRun[order.id.run] {
      checkDocument(of: order.id.run, version, on: name)
    }
  }

  /// No unit is given out before the plan is durable.
  func checkPlanIsStored(_ order: UnitOrder) {
    if order.plan == UnitPlan() { return }
    let digits = String(order.id.run, radix: 16)
    let key = "plan/" + String(repeating: "0", count: 16 - digits.count) + digits
    if coordinator.records[key] == nil {
      violate("a unit of run \(order.id.run) is given out before its plan is durable")
    }
  }
}
