import Coordination
import Demand
import Packing
import WireProtocol

/// A worker's process: its machine, its disk and its trainers.
extension World {
  /// How many SKUs a row stands for when a shard is cut into units, so that there are many.
  private static let skusPerRow: UInt64 = 37
  /// The most bytes of a chunk of a hand-off.
  private static let chunkBytes = 600

  func startWorker(_ name: NodeName) {
    guard let process = workers[name] else { return }
    // A copy that was not complete is no data.
    process.shards = process.shards.filter { $0.value.epoch != nil }
    process.document = Document()
    process.network = LearnedNetwork()
    process.sample = []
    process.loaded = [:]
    let held = process.shards.compactMap { shard, state in
      state.epoch.map { HeldShard(shard: shard, epoch: $0) }
    }
    process.machine = Worker(
      Worker.Start(
        node: name, incarnation: UInt64(process.life + 1), clusterID: process.clusterID,
        endpoint: "sim://\(name)", publicKey: "", credits: 4,
        held: held.sorted { $0.shard < $1.shard }))
    keepTicking(.worker(name), after: 1)
  }

  func step(_ name: NodeName, _ event: Worker.Event) {
    guard let instructions = workers[name]?.machine?.step(event, at: now) else { return }
    for instruction in instructions { carryOut(instruction, for: name) }
    checkGrants(of: name)
    checkLoaded(on: name)
  }

  private func carryOut(_ instruction: Worker.Instruction, for name: NodeName) {
    switch instruction {
    case .tellCoordinator(let frame): send(frame, from: .worker(name), to: .coordinator)
    case .reply(let frame, let address): send(frame, from: .worker(name), to: endpoint(address))
    case .commit(let batch, let ticket):
      let failure = Worker.Event.batchDecided(Self.failure(of: batch.identity), for: ticket)
      write(name, orElse: failure) { [self] in .batchDecided(commit(batch, on: name), for: ticket) }
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
      let failure = Worker.Event.surveyFailed(
        run: survey.run, reason: "the disk is full", mayPass: true)
      work(name, orElse: failure) { [self] in .surveyed(foldAndCount(survey, on: name)) }
    case .execute(let order):
      let failure = Worker.Event.unitFailed(
        order.id, reason: "the disk is full", mayPass: true)
      work(name, orElse: failure) { [self] in .unitDone(complete(order, on: name)) }
    case .read(let frame, let ticket): read(frame, ticket, on: name)
    case .append, .follow, .offer, .takeOffer: break
    case .fetch(let request, let giver, let step):
      send(
        Frame(request: step, .rowsRequest(request)), from: .worker(name), to: .worker(giver.node))
    case .importRows(let chunk, let epoch, let step):
      let failure = Worker.Event.stepFailed(
        step: step, reason: "the disk is full", mayPass: true)
      write(name, orElse: failure) { [self] in
        importRows(chunk, epoch: epoch, on: name)
        return .imported(step: step)
      }
    case .gather(let chunk):
      workers[name]?.sample += SimulatedShard.rows(in: chunk.rows)
    case .teach(let order): teach(order, on: name)
    case .forgetSample:
      workers[name]?.sample = []
      workers[name]?.lessons += 1
    case .keepNetwork(let network): workers[name]?.network = network
    case .price(let question): price(question, on: name)
    case .forgetPricing(let shard): forgetPricing(of: shard, on: name)
    case .keepDocument(let document): workers[name]?.document = document
    case .log(_, let text): tell { "\(name): \(text)" }
    case .exit(let reason, let wished):
      if !wished { violate("worker \(name) gave up: \(reason)") }
      record("\(name) exits")
      kill(.worker(name))
      workers[name]?.hasLeft = true
    }
  }

  // MARK: The disk

  /// A write of the one thread that does them in order: it takes effect after a while and is
  /// answered a little later, unless the process ends before either. One that fails may have
  /// happened; one that may not fail is tried again until it does not.
  private func write(
    _ name: NodeName, orElse failure: Worker.Event? = nil, _ effect: @escaping () -> Worker.Event
  ) {
    let isFailure = perMille(faults.failedWritesPerMille)
    if isFailure { coverage.note(.failedWrite) }
    let delay = 1 + upTo(8) + (isFailure && failure == nil ? 500 : 0)
    let landing = max(now, workers[name]?.lastWrite ?? now) + Int64(delay)
    workers[name]?.lastWrite = landing
    land(name, at: landing, isFailure ? failure : nil, effect)
  }

  /// Something that is computed first, beside the others, and written then.
  private func work(
    _ name: NodeName, orElse failure: Worker.Event, _ effect: @escaping () -> Worker.Event
  ) {
    let isFailure = perMille(faults.failedWritesPerMille)
    if isFailure { coverage.note(.failedWork) }
    land(name, at: now + Int64(1 + upTo(400)), isFailure ? failure : nil, effect)
  }

  private func land(
    _ name: NodeName, at landing: Instant, _ failure: Worker.Event?,
    _ effect: @escaping () -> Worker.Event
  ) {
    let isWritten = failure == nil || upTo(3) == 0
    plan(.worker(name), at: landing) { [self] in
      let answer = isWritten ? effect() : nil
      guard let event = failure ?? answer else { return }
      plan(.worker(name), at: now + Int64(upTo(4))) { [self] in step(name, event) }
    }
  }

  private static func failure(of batch: BatchIdentity) -> BatchAnswer {
    BatchAnswer(
      source: batch.source, shard: batch.shard, sequence: batch.sequence, outcome: .failed,
      reason: "the disk is full")
  }

  private func commit(_ batch: Batch, on name: NodeName) -> BatchAnswer {
    let shard = batch.identity.shard
    guard let answer = workers[name]?.shards[shard, default: SimulatedShard()].apply(batch) else {
      return Self.failure(of: batch.identity)
    }
    if answer.outcome == .applied { checkWrite(to: shard, epoch: batch.epoch, on: name) }
    return answer
  }

  private func raise(_ entry: HeldShard, on name: NodeName) {
    let known = workers[name]?.shards[entry.shard]?.epoch ?? 0
    if entry.epoch < known {
      violate("\(name) is told epoch \(entry.epoch) of shard \(entry.shard) after \(known)")
    }
    workers[name]?.shards[entry.shard, default: SimulatedShard()].epoch = entry.epoch
  }

  private func foldAndCount(_ survey: Survey, on name: NodeName) -> SurveyReport {
    var latest = Day(year: 2026, month: 1, day: 1)
    var counted: [SurveyedShard] = []
    for entry in survey.shards {
      checkWrite(to: entry.shard, epoch: entry.epoch, on: name)
      noteSurveyed(entry.shard, of: survey.run, on: name)
      workers[name]?.shards[entry.shard]?.folds += 1
      let rows = workers[name]?.shards[entry.shard]?.rows.count ?? 0
      latest = max(latest, Day(year: 2026, month: 1, day: 1) + rows)
      counted.append(SurveyedShard(shard: entry.shard, skus: UInt64(rows) * Self.skusPerRow))
    }
    return SurveyReport(run: survey.run, shards: counted, latestDay: latest)
  }

  private func complete(_ order: UnitOrder, on name: NodeName) -> UnitReport {
    checkWrite(to: order.id.shard, epoch: order.epoch, on: name)
    checkCut(order)
    checkNetwork(order, on: name)
    checkPlan(order, on: name)
    let network = workers[name]?.network ?? LearnedNetwork()
    let outcome = workers[name]?.shards[order.id.shard, default: SimulatedShard()].complete(
      order, with: network)
    return UnitReport(id: order.id, epoch: order.epoch, outcome: outcome ?? UnitOutcome())
  }

  // MARK: Hand-off

  private func read(_ frame: Frame, _ ticket: Worker.Ticket, on name: NodeName) {
    guard case .rowsRequest(let request) = frame.message,
      let shard = workers[name]?.shards[request.shard, default: SimulatedShard()]
    else { return }
    if case .sample(let threshold) = request.scope {
      let chunk = shard.sample(threshold, request)
      return send(
        Frame(request: ticket.request, .rows(chunk)), from: .worker(name),
        to: endpoint(ticket.address))
    }
    let bytes = shard.packed()
    let start = Int(SimulatedClient.number(request.cursor))
    let end = min(bytes.count, start + Self.chunkBytes)
    let piece = start < end ? Array(bytes[start..<end]) : []
    let next = end < bytes.count ? SimulatedClient.bytes(UInt64(end)) : nil
    let chunk = RowsChunk(shard: request.shard, rows: piece, next: next)
    send(
      Frame(request: ticket.request, .rows(chunk)), from: .worker(name),
      to: endpoint(ticket.address))
  }

  private func importRows(_ chunk: RowsChunk, epoch: UInt64, on name: NodeName) {
    var copy = workers[name]?.shards[chunk.shard] ?? SimulatedShard()
    copy.pieces += chunk.rows
    if chunk.next == nil {
      do {
        copy = try SimulatedShard(packed: copy.pieces)
        copy.epoch = epoch
      } catch { violate("the copy of shard \(chunk.shard) on \(name) is damaged: \(error)") }
    }
    workers[name]?.shards[chunk.shard] = copy
  }
}
