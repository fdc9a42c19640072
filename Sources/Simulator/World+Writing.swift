import Coordination
import Demand
import Packing
import WireProtocol

/// The one thread of a worker that writes, and what it writes.
extension World {
  /// A write takes effect after a while, behind those before it, and is answered a little later,
  /// unless the process ends before either. One that fails has not happened; one that may not fail
  /// is tried again until it does not.
  func write(
    _ name: NodeName, orElse failure: (() -> Worker.Event)? = nil,
    _ effect: @escaping () -> [Worker.Event]
  ) {
    guard let process = workers[name] else { return }
    process.writes.append(PendingWrite(failure: failure, effect: effect))
    if !process.isWriting { writeNext(name) }
  }

  private func writeNext(_ name: NodeName, after rest: Int = 0) {
    guard let process = workers[name] else { return }
    process.isWriting = !process.writes.isEmpty
    guard process.isWriting else { return }
    plan(.worker(name), at: now + Int64(1 + upTo(8, .disk) + rest)) { [self] in land(name) }
  }

  private func land(_ name: NodeName) {
    guard let process = workers[name], let write = process.writes.first else { return }
    // A disk that refused to make something durable takes nothing until the process starts anew.
    let isRefused = process.disk.isSyncBroken || now < process.disk.fullUntil
    var fails = isRefused
    if !isRefused, process.disk.failsNextSync {
      fails = true
      process.disk.failsNextSync = false
      process.disk.isSyncBroken = true
      // It may be on the disk all the same: that is seen when the process starts again.
      if upTo(1, .disk) == 0 { process.afterAll = write.effect }
      coverage.note(.failedSync)
    } else if !isRefused, strikes(.write) {
      fails = true
      coverage.note(.failedWrite)
    }
    if fails, write.failure == nil { return writeNext(name, after: 300) }
    process.writes.removeFirst()
    if !fails { process.disk.noteWrite() }
    let events = fails ? [] : write.effect()
    answer(name, fails ? write.failure.map { [$0()] } ?? [] : events)
    writeNext(name)
  }

  /// Answers come in the order of the writes.
  private func answer(_ name: NodeName, _ events: [Worker.Event]) {
    guard let process = workers[name], !events.isEmpty else { return }
    process.lastAnswer = max(process.lastAnswer, now + Int64(upTo(4, .disk)))
    plan(.worker(name), at: process.lastAnswer) { [self] in
      let life = process.life
      for event in events where process.life == life { step(name, event) }
    }
  }

  // MARK: Batches

  func commit(_ batch: Batch, _ ticket: Worker.Ticket, on name: NodeName) {
    let identity = batch.identity
    let failed = BatchAnswer(
      source: identity.source, shard: identity.shard, sequence: identity.sequence,
      outcome: .failed, reason: "the disk is full")
    write(name, orElse: { .batchDecided(failed, for: ticket) }) { [self] in
      guard let (answer, entry) = workers[name]?.disk.shards[identity.shard]?.take(batch),
        let position = workers[name]?.shards[identity.shard]?.position
      else { return [.batchDecided(failed, for: ticket)] }
      if let entry { noteWrite(to: identity.shard, epoch: batch.epoch, entry, on: name) }
      let logged = entry.map { Worker.Event.logged(shard: identity.shard, [$0]) }
      return (logged.map { [$0] } ?? [])
        + [.batchDecided(answer, for: ticket, at: position.number)]
    }
  }

  /// Stores entries of a log that is followed, if they are the next ones.
  func follow(
    _ shard: Int, _ epoch: UInt64, _ after: LogPosition, _ entries: [[UInt8]], on name: NodeName
  ) {
    let failure: () -> Worker.Event = { [self] in
      let position = workers[name]?.shards[shard]?.position ?? .start
      return .followed(shard: shard, epoch: epoch, position, failure: "the disk is full")
    }
    write(name, orElse: failure) { [self] in
      let position = workers[name]?.shards[shard]?.position ?? .start
      guard position == after, workers[name]?.shards[shard]?.pieces.isEmpty == true else {
        let reason = "the log is at \(position), not at \(after)"
        return [.followed(shard: shard, epoch: epoch, position, failure: reason)]
      }
      if start.restriction.sabotage != .lostEntries {
        do {
          for entry in entries { try workers[name]?.disk.shards[shard]?.follow(entry) }
        } catch { violate("an entry of shard \(shard) that \(name) follows is damaged: \(error)") }
      }
      let end = entries.reduce(after) { $0.after($1) }
      return [.followed(shard: shard, epoch: epoch, end)]
    }
  }

  // MARK: Runs

  func survey(_ survey: Survey, on name: NodeName) {
    let isFailure = strikes(.work)
    let failure = Worker.Event.surveyFailed(
      run: survey.run, reason: "the disk is full", mayPass: true)
    plan(.worker(name), at: now + Int64(1 + upTo(400, .trainer))) { [self] in
      guard !isFailure else {
        coverage.note(.failedWork)
        return step(name, failure)
      }
      write(name, orElse: { failure }) { [self] in [.surveyed(foldAndCount(survey, on: name))] }
    }
  }

  private func foldAndCount(_ survey: Survey, on name: NodeName) -> SurveyReport {
    var latest = Day(year: 2026, month: 1, day: 1)
    var counted: [SurveyedShard] = []
    for entry in survey.shards {
      noteSurveyed(entry.shard, of: survey.run)
      workers[name]?.disk.shards[entry.shard]?.folds += 1
      let rows = workers[name]?.shards[entry.shard]?.rows.count ?? 0
      latest = max(latest, Day(year: 2026, month: 1, day: 1) + rows)
      // A row stands for many SKUs when a shard is cut into units, so that there are many.
      counted.append(SurveyedShard(shard: entry.shard, skus: UInt64(rows) * 37))
    }
    return SurveyReport(run: survey.run, shards: counted, latestDay: latest)
  }

  func execute(_ order: UnitOrder, on name: NodeName) {
    checkNetwork(order, on: name)
    checkPlan(order, on: name)
    checkCut(order)
    let isFailure = strikes(.work)
    let isSlow = strikes(.straggler)
    if isSlow { coverage.note(.straggler) }
    let time = isSlow ? 8_000 + upTo(25_000, .trainer) : 1 + upTo(400, .trainer)
    let shard = order.id.shard
    let network = workers[name]?.network ?? LearnedNetwork()
    plan(.worker(name), at: now + Int64(time)) { [self] in
      if isFailure { coverage.note(.failedWork) }
      guard !isFailure, !findDamage(of: shard, on: name), let state = workers[name]?.shards[shard]
      else { return step(name, Self.failure(of: order.id)) }
      if let known = state.units[order.id.run]?[order.id.slice], order.giveTo == nil {
        let report = UnitReport(id: order.id, epoch: order.epoch, outcome: known)
        return step(name, .unitDone(report, at: state.position.number))
      }
      let entry = state.work(out: order, with: network).packed
      if order.giveTo != nil { return step(name, .unitComputed(order.id, entry: entry)) }
      store(order.id, epoch: order.epoch, entry, isOffer: false, on: name)
    }
  }

  private static func failure(of id: UnitID) -> Worker.Event {
    .unitFailed(id, reason: "the disk is full", mayPass: true)
  }

  /// Stores the results of a unit unless it is done.
  func store(
    _ id: UnitID, epoch: UInt64, _ bytes: [UInt8], isOffer: Bool, on name: NodeName
  ) {
    write(name, orElse: { Self.failure(of: id) }) { [self] in
      guard let position = workers[name]?.shards[id.shard]?.position else {
        return [Self.failure(of: id)]
      }
      if let known = workers[name]?.shards[id.shard]?.units[id.run]?[id.slice] {
        if isOffer { coverage.note(.offerTooLate) }
        let report = UnitReport(id: id, epoch: epoch, outcome: known)
        return [.unitDone(report, at: position.number)]
      }
      do {
        let parsed = try SimulatedEntry(packed: bytes)
        guard case .unit(id, let outcome, _, _) = parsed,
          let entry = workers[name]?.disk.shards[id.shard]?.append(parsed)
        else {
          violate("\(name) is to store an entry as unit \(id) that is another")
          return []
        }
        noteWrite(to: id.shard, epoch: epoch, entry, on: name)
        if isOffer { coverage.note(.offerFirst) }
        let report = UnitReport(id: id, epoch: epoch, outcome: outcome)
        return [
          .logged(shard: id.shard, [entry]), .unitDone(report, at: entry.position.number),
        ]
      } catch { violate("the results of unit \(id) that \(name) is to store: \(error)") }
      return []
    }
  }
}
