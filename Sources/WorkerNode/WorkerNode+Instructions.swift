import Coordination
import Demand
import Messaging
import NodeSupport
import Packing
import ShardStore
import Storage
import Telemetry
import Threading
import WireProtocol

/// Carrying out what the worker's mind says: every instruction goes to the thread that can take its
/// time, and its answer comes back as an event.
extension WorkerNode {
  func carryOut(_ instruction: Worker.Instruction) {
    switch instruction {
    case .tellCoordinator(let frame): coordinators.send(frame)
    case .reply(let frame, let address): reply(frame, to: address)
    case .commit(let batch, let ticket): commit(batch, ticket)
    case .changeQuarantine(let wanted, let ticket): change(quarantine: wanted, ticket)
    case .openStore(let clusterID, let shardCount): openStore(clusterID, shardCount)
    case .keepEpochs(let epochs, let version):
      let epochs = epochs.map { Write.epoch(shard: $0.shard, to: $0.epoch) }
      write(epochs + [.term(Orders(version: version).term)]) {
        .epochsKept(ordersVersion: version)
      }
    case .drop(let shard): drop(shard)
    case .survey(let survey): carryOut(survey)
    case .execute(let order): execute(order)
    case .read(let frame, let ticket): read(frame, ticket)
    case .cut(let request, let ticket): answer(.cut(request), ticket)
    case .readCut(let request, let ticket): answer(.cutRows(request), ticket)
    case .append(let append, let peer): links.send(.append(append), to: peer, at: clock.now)
    case .offer(let offer, let peer): links.send(.unitOffer(offer), to: peer, at: clock.now)
    case .follow(let shard, let epoch, let position, let entries):
      follow(shard, epoch, after: position, entries)
    case .takeOffer(let id, let epoch, let entry): takeOffer(id, epoch, entry)
    case .fetch(let request, let giver, let step):
      if let event = links.fetch(request, from: giver, step: step, at: clock.now) {
        _ = events.post(event)
      }
    case .importRows(let chunk, let epoch, let step): importRows(chunk, epoch, step)
    case .gather(let chunk): gather(chunk)
    case .teach(let order): teach(order)
    case .forgetSample: forgetSample()
    case .keepNetwork(let network): self.network = network
    case .price(let question): price(question)
    case .forgetPricing(let shard): pricing.forget(shard)
    case .keepDocument(let document):
      do { planning = try PlanningDocument(packed: document.content) } catch {
        logger.error("the planning document cannot be read, the one before is used: \(error)")
      }
    case .exit(let reason, let wished):
      logger.log(wished ? .info : .error, reason)
      ending = wished ? .wished : .refused
    case .log(let severity, let text): logger.log(LogLevel(severity), text)
    }
  }

  func reply(_ frame: Frame, to address: Address) { reply(frame.packed(), to: address) }

  /// Sends a packed frame. What cannot be sent is lost, as on any network: whoever asked asks
  /// again.
  func reply(_ bytes: [UInt8], to address: Address) {
    if let to = RoutingID(address) { _ = router.send(bytes, to: to) }
  }

  private func openStore(_ clusterID: UInt64, _ shardCount: Int) {
    do {
      let new = WorkerIdentity(clusterID: clusterID, shardCount: shardCount, starts: 1)
      store = try Self.open(data, shardCount, acceptLoss, settings, trainersLost, alarm)
      try new.write(in: data)
      identity = new
    } catch {
      carryOut(.exit(error.description, wished: false))
      if error.isStorage { ending = .withoutData }
    }
  }

  /// Makes something durable that must be done sooner or later: while it fails (a full disk) it is
  /// said and tried again, and the coordinator sees that its orders are not carried out yet.
  func write(_ writes: [Write], _ event: @escaping @Sendable () -> Worker.Event) {
    guard let store else { return }
    let (events, logger, postponed) = (events, logger, postponed)
    let again = PostponedWrite(writes: writes, event: event)
    let accepted = store.writer.submit(writes) { outcomes, _ in
      if let error = outcomes.lazy.compactMap(\.error).first {
        logger.error("\(error)")
        _ = postponed.post(again)
      } else {
        _ = events.post(event())
      }
    }
    if !accepted { _ = postponed.post(again) }
  }

  // MARK: Rows

  private func commit(_ batch: Batch, _ ticket: Worker.Ticket) {
    let identity = batch.identity
    var answer = BatchAnswer(
      source: identity.source, shard: identity.shard, sequence: identity.sequence,
      outcome: .failed, reason: "the worker is stopping")
    let (events, node) = (events, node)
    let write = Write.batch(identity, batch.table, payload: batch.payload)
    let accepted = store?.writer.submit([write], of: identity.shard) {
      [answer] outcomes, position in
      var answer = answer
      answer.take(outcomes.first, of: node)
      _ = events.post(.batchDecided(answer, for: ticket, at: position.number))
    }
    if accepted != true {
      answer.reason = "too many writes wait"
      _ = events.post(.batchDecided(answer, for: ticket))
    }
    gauges.batchesApplied += 1
    noteFresh(bytes: batch.payload.count, in: identity.shard)
  }

  /// Folds a shard's tail when enough came to it, beside everything else.
  func noteFresh(bytes: Int, in shard: Int) {
    freshBytes[shard, default: 0] += bytes
    guard freshBytes[shard, default: 0] > ShardStoreLimits.tailBytes, let store,
      machine.beginMaintenance(of: shard)
    else { return }
    freshBytes[shard] = 0
    let (events, logger) = (events, logger)
    let accepted = store.housekeeping.submit { reader in
      do throws(StorageError) {
        try Housekeeper(of: store).fold([shard], with: reader)
      } catch {
        logger.error("shard \(shard) cannot be folded: \(error)")
      }
      _ = events.post(.maintained(shard: shard))
    }
    if !accepted { _ = events.post(.maintained(shard: shard)) }
  }

  // MARK: Reads and runs

  private func read(_ frame: Frame, _ ticket: Worker.Ticket) {
    if case .rowsRequest(let request) = frame.message, case .copy(let session) = request.scope {
      return answer(.copy(request, session: session), ticket)
    }
    // Whoever asks without end has its own questions wait, and not those of others.
    guard readsInHand[ticket.address, default: 0] < Self.readsPerPeer else {
      let refusal = Refusal(.busy, "\(Self.readsPerPeer) of your reads wait; ask again")
      return reply(Frame(request: ticket.request, .refusal(refusal)), to: ticket.address)
    }
    let (replies, node, calendar, alarm) = (replies, node, calendar, alarm)
    let accepted = store?.readers.submit { reader in
      let bytes = ReadAnswers.frame(
        answering: frame, node: node, with: reader, calendar: calendar, alarm)
      _ = replies.post(Reply(address: ticket.address, bytes: bytes, isRead: true))
    }
    if accepted == true {
      readsInHand[ticket.address, default: 0] += 1
    } else {
      let refusal = Refusal(.busy, "too many reads wait; ask again")
      reply(Frame(request: ticket.request, .refusal(refusal)), to: ticket.address)
    }
  }

  func endRead(of address: Address) {
    let left = readsInHand[address, default: 0] - 1
    readsInHand[address] = left > 0 ? left : nil
  }

  private func carryOut(_ survey: Survey) {
    guard let store else { return }
    let events = events
    let accepted = store.housekeeping.submit { reader in
      do throws(StorageError) {
        let report = try Housekeeper(of: store).survey(survey, with: reader)
        _ = events.post(.surveyed(report))
      } catch {
        _ = events.post(
          .surveyFailed(run: survey.run, reason: error.description, mayPass: error.mayPass))
      }
    }
    if !accepted {
      let reason = "too much housekeeping waits"
      _ = events.post(.surveyFailed(run: survey.run, reason: reason, mayPass: true))
    }
    for entry in survey.shards { freshBytes[entry.shard] = 0 }
  }

  private func execute(_ order: UnitOrder) {
    guard let store else { return }
    let (events, planning, calendar, network) = (events, planning, calendar, network)
    let accepted = store.desks.submit { [logger] reader in
      let work = UnitWork(
        order: order, reader: reader, crew: store.crew, document: planning,
        calendar: calendar, network: network, alarm: store.alarm)
      do throws(UnitWork.Failure) {
        let accepted: Bool
        if let outcome = try work.earlierOutcome() {
          let report = UnitReport(id: order.id, epoch: order.epoch, outcome: outcome)
          // The writer knows how far the log is that has it.
          accepted = store.writer.submit([], of: order.id.shard) { _, position in
            _ = events.post(.unitDone(report, at: position.number))
          }
        } else {
          let id = order.id
          logger.debug("working on a unit", ["unit": "\(id.run)/\(id.shard)/\(id.slice)"])
          let unit = try work.results()
          guard order.giveTo == nil else {
            _ = events.post(
              .unitComputed(order.id, entry: LogEntryContent.unit(unit).packed()))
            return
          }
          accepted = store.writer.submit([.unit(unit)], of: order.id.shard) { outcomes, position in
            _ = events.post(
              Self.event(of: order.id, order.epoch, outcomes.first, at: position.number))
          }
        }
        if !accepted { throw UnitWork.Failure(busy: "too many writes wait") }
      } catch {
        _ = events.post(.unitFailed(order.id, reason: error.reason, mayPass: error.mayPass))
      }
    }
    if !accepted {
      _ = events.post(.unitFailed(order.id, reason: "too many units wait", mayPass: true))
    }
  }

  /// What became of a unit: the stored summary counts, which is the first one if it was done
  /// before.
  static func event(
    of id: UnitID, _ epoch: UInt64, _ outcome: WriteOutcome?, at number: UInt64
  ) -> Worker.Event {
    switch outcome {
    case .unit(let summary, _):
      var reader = ByteReader(summary)
      guard let stored = try? UnitOutcome(from: &reader) else {
        let reason = "its stored summary cannot be read"
        return .unitFailed(id, reason: reason, mayPass: false)
      }
      return .unitDone(UnitReport(id: id, epoch: epoch, outcome: stored), at: number)
    case .failed(let error):
      return .unitFailed(id, reason: error.description, mayPass: error.mayPass)
    case .refused(let reason): return .unitFailed(id, reason: reason, mayPass: false)
    default: return .unitFailed(id, reason: "the writer was stopped", mayPass: true)
    }
  }
}

extension BatchAnswer {
  /// What the store decided.
  fileprivate mutating func take(_ decided: WriteOutcome?, of node: NodeName) {
    reason = ""
    switch decided {
    case .batch(let verdict, let progress):
      self.progress = progress.sequence
      outcome =
        switch verdict {
        case .apply: .applied
        case .duplicate: .duplicate
        case .gap: .gap
        case .conflict: .conflict
        }
    case .refused(let why): (outcome, reason) = (.invalid, String(why.prefix(500)))
    case .failed(let error):
      (outcome, reason) = (.failed, String("worker \(node): \(error)".prefix(500)))
    default: (outcome, reason) = (.failed, "the worker is stopping")
    }
  }
}
