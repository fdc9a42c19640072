import Coordination
import Demand
import Packing
import WireProtocol

/// A worker's process: its machine, its disk and its trainers.
extension World {
  func startWorker(_ name: NodeName) {
    guard var process = workers[name] else { return }
    // A copy that was not complete is no data.
    process.shards = process.shards.filter { $0.value.epoch != nil }
    let held = process.shards.compactMap { shard, state in
      state.epoch.map { HeldShard(shard: shard, epoch: $0) }
    }
    process.machine = Worker(
      Worker.Start(
        node: name, incarnation: UInt64(process.life + 1), clusterID: process.clusterID,
        endpoint: "sim://\(name)", publicKey: "", credits: 4,
        held: held.sorted { $0.shard < $1.shard }))
    workers[name] = process
    agenda.plan(.tick(.worker(name)), at: now + 1)
  }

  func step(_ name: NodeName, _ event: Worker.Event) {
    guard var machine = workers[name]?.machine else { return }
    let instructions = machine.step(event, at: now)
    workers[name]?.machine = machine
    for instruction in instructions { carryOut(instruction, for: name) }
  }

  /// Something durable: it takes effect after a while and is answered a little later, unless the
  /// process dies before either.
  private func write(
    _ name: NodeName, slow: Bool = false, _ effect: @escaping () -> Worker.Event
  ) {
    guard let life = workers[name]?.life else { return }
    let done = max(now, lastWrite[name] ?? now) + Int64(1 + upTo(slow ? 400 : 8))
    lastWrite[name] = slow ? lastWrite[name] : done
    let act = { [self] in
      let answer = effect()
      agenda.plan(.worker(name, answer, life: life), at: now + Int64(upTo(4)))
    }
    agenda.plan(.effect(life: life, of: .worker(name), act), at: done)
  }

  private func carryOut(_ instruction: Worker.Instruction, for name: NodeName) {
    switch instruction {
    case .tellCoordinator(let frame): send(frame, from: .worker(name), to: .coordinator)
    case .reply(let frame, let address): send(frame, from: .worker(name), to: endpoint(address))
    case .commit(let batch, let ticket):
      write(name) { [self] in .batchDecided(commit(batch, on: name), for: ticket) }
    case .openStore(let clusterID, _): workers[name]?.clusterID = clusterID
    case .keepEpochs(let epochs, let version):
      write(name) { [self] in
        for entry in epochs { raise(entry, on: name) }
        return .epochsKept(ordersVersion: version)
      }
    case .drop(let shard):
      write(name) { [self] in
        checkDrop(shard, on: name)
        workers[name]?.shards[shard] = nil
        return .dropped(shard: shard)
      }
    case .survey(let survey):
      write(name, slow: true) { [self] in .surveyed(count(survey, on: name)) }
    case .execute(let order):
      write(name, slow: true) { [self] in
        let outcome = workers[name]?.shards[order.id.shard, default: SimulatedShard()]
          .complete(order)
        return .unitDone(
          UnitReport(id: order.id, epoch: order.epoch, outcome: outcome ?? UnitOutcome()))
      }
    case .read(let frame, let ticket): read(frame, ticket, on: name)
    case .fetch(let request, let giver, let move):
      send(
        Frame(request: move, .rowsRequest(request)), from: .worker(name), to: .worker(giver.node))
    case .importRows(let chunk, let epoch, let move):
      write(name) { [self] in
        importRows(chunk, epoch: epoch, on: name) ?? .imported(move: move)
      }
    case .keepDocument: break
    case .log(_, let text): if tellsStory { note("\(name): \(text)") }
    case .exit(let reason, let wished):
      if !wished { violate("worker \(name) gave up: \(reason)") }
      workers[name]?.machine = nil
      workers[name]?.life += 1
      workers[name]?.hasLeft = true
    }
  }

  // MARK: The disk

  private func commit(_ batch: Batch, on name: NodeName) -> BatchAnswer {
    let shard = batch.identity.shard
    let answer = workers[name]?.shards[shard, default: SimulatedShard()].apply(batch)
    guard let answer else {
      return BatchAnswer(source: batch.identity.source, shard: shard, sequence: 0, outcome: .failed)
    }
    if answer.outcome == .applied { checkCommit(shard, epoch: batch.epoch, on: name) }
    return answer
  }

  private func raise(_ entry: HeldShard, on name: NodeName) {
    let known = workers[name]?.shards[entry.shard]?.epoch ?? 0
    if entry.epoch < known {
      violate("\(name) is told epoch \(entry.epoch) of shard \(entry.shard) after \(known)")
    }
    workers[name]?.shards[entry.shard, default: SimulatedShard()].epoch = entry.epoch
  }

  private func count(_ survey: Survey, on name: NodeName) -> SurveyReport {
    let shards = survey.shards.map { entry in
      SurveyedShard(
        shard: entry.shard, skus: UInt64(workers[name]?.shards[entry.shard]?.rows.count ?? 0))
    }
    return SurveyReport(
      run: survey.run, shards: shards, latestDay: Day(year: 2026, month: 11, day: 19))
  }

  private func read(_ frame: Frame, _ ticket: Worker.Ticket, on name: NodeName) {
    guard case .rowsRequest(let request) = frame.message,
      let bytes = workers[name]?.shards[request.shard, default: SimulatedShard()].packed()
    else { return }
    let start = request.cursor.isEmpty ? 0 : Int(request.cursor[0]) * 64
    let end = min(bytes.count, start + 64 * 40)
    let piece = start < end ? Array(bytes[start..<end]) : []
    let next: [UInt8]? = end < bytes.count ? [UInt8(end / 64)] : nil
    let chunk = RowsChunk(shard: request.shard, rows: piece, next: next)
    send(
      Frame(request: ticket.request, .rows(chunk)), from: .worker(name),
      to: endpoint(ticket.address))
  }

  /// What a taker hears from a giver.
  func deliver(_ frame: Frame, to name: NodeName, from other: NodeName) {
    switch frame.message {
    case .rows(let chunk): step(name, .rowsReceived(chunk, move: frame.request))
    case .refusal(let refusal):
      step(name, .copyFailed(move: frame.request, reason: refusal.reason))
    default:
      let sender = Sender(address: address(.worker(other)), role: .worker, name: other.text)
      step(name, .received(frame, from: sender))
    }
  }

  private func importRows(_ chunk: RowsChunk, epoch: UInt64, on name: NodeName) -> Worker.Event? {
    var copy = workers[name]?.shards[chunk.shard] ?? SimulatedShard()
    copy.pieces += chunk.rows
    if chunk.next == nil {
      do {
        copy = try SimulatedShard(packed: copy.pieces)
        copy.epoch = epoch
      } catch { violate("the copy of shard \(chunk.shard) on \(name) is damaged: \(error)") }
    }
    workers[name]?.shards[chunk.shard] = copy
    return nil
  }

  // MARK: Promises at the disk

  func placement() -> Placement? {
    guard let bytes = coordinator.records["placement"] else { return nil }
    var reader = ByteReader(bytes)
    return try? Placement(from: &reader)
  }

  private func checkCommit(_ shard: Int, epoch: UInt64, on name: NodeName) {
    guard let assignment = placement()?.assignments[shard] else {
      return violate("\(name) committed to shard \(shard) before any placement")
    }
    if assignment.primary != name || assignment.epoch != epoch {
      violate(
        "\(name) committed to shard \(shard) under epoch \(epoch), the placement has "
          + "\(assignment.epoch) at \(assignment.primary?.text ?? "nobody")")
    }
    if let other = committers[shard]?[epoch], other != name {
      violate("\(name) and \(other) committed to shard \(shard) under epoch \(epoch)")
    }
    committers[shard, default: [:]][epoch] = name
  }

  private func checkDrop(_ shard: Int, on name: NodeName) {
    if placement()?.assignments[shard].primary == name {
      violate("\(name) drops shard \(shard), which the placement gives to it")
    }
  }
}
