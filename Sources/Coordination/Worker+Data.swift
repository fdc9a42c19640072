import Demand
import WireProtocol

/// What clients and other workers ask on the data socket.
extension Worker {
  mutating func receive(_ frame: Frame, from sender: Sender) {
    let ticket = Ticket(address: sender.address, request: frame.request)
    let permission = frame.message.permission
    guard permission.covers(sender.role) else {
      return reply(.refusal(permission.refusal(of: sender.role, sender.name)), ticket)
    }
    switch frame.message {
    case .batch(let batch): admit(batch, ticket)
    case .get(let get): admit(readOf: get.skus, frame, ticket)
    case .explainRequest(let sku):
      // What is no SKU is refused by whoever reads.
      admit(readOf: (try? SKU(bytes: sku)).map { [$0] } ?? [], frame, ticket)
    case .rowsRequest(let request): admit(request, frame, ticket)
    case .quarantineChange(let change): admit(change, ticket, from: sender)
    default:
      let reason = "a worker does not take messages of kind \(frame.message.kind) here"
      reply(.refusal(Refusal(.malformed, reason)), ticket)
    }
  }

  private mutating func admit(_ batch: Batch, _ ticket: Ticket) {
    let identity = batch.identity
    func answer(_ outcome: BatchAnswer.Outcome, _ reason: String) -> Message {
      .batchAnswer(
        BatchAnswer(
          source: identity.source, shard: identity.shard, sequence: identity.sequence,
          outcome: outcome, reason: reason))
    }
    guard let grant = grants[identity.shard], grant.epoch == batch.epoch else {
      let reason = "shard \(identity.shard) is not served here under epoch \(batch.epoch)"
      return reply(answer(.misplaced, reason), ticket)
    }
    guard !grant.isFrozen else {
      return reply(answer(.busy, "shard \(identity.shard) is being moved"), ticket)
    }
    guard batchesInFlight < start.maximumWrites else {
      return reply(answer(.busy, "\(batchesInFlight) batches wait for the disk"), ticket)
    }
    batchesInFlight += 1
    writes[identity.shard, default: 0] += 1
    output.append(.commit(batch, ticket))
  }

  mutating func decided(_ answer: BatchAnswer, _ ticket: Ticket) {
    batchesInFlight -= 1
    endWrite(to: answer.shard)
    reply(.batchAnswer(answer), ticket)
  }

  private mutating func admit(_ request: RowsRequest, _ frame: Frame, _ ticket: Ticket) {
    guard let grant = grants[request.shard], grant.epoch == request.epoch else {
      let reason = "shard \(request.shard) is not served here under epoch \(request.epoch)"
      return reply(.refusal(Refusal(.misplaced, reason)), ticket)
    }
    if request.scope == .handOff {
      guard grant.isFrozen, writes[request.shard, default: 0] == 0 else {
        let reason = "shard \(request.shard) is not still yet"
        return reply(.refusal(Refusal(.busy, reason)), ticket)
      }
    }
    if case .sku(_, let sku) = request.scope, sku.shard(of: shardCount) != request.shard {
      let reason = "SKU \"\(sku)\" is not in shard \(request.shard)"
      return reply(.refusal(Refusal(.malformed, reason)), ticket)
    }
    output.append(.read(frame, ticket))
  }

  /// Lets SKUs be read that are served here. Of others there is nothing, or what was left behind:
  /// an answer would say that they are unknown.
  private mutating func admit(readOf skus: [SKU], _ frame: Frame, _ ticket: Ticket) {
    let other = skus.first { shardCount == 0 || grants[$0.shard(of: shardCount)] == nil }
    if let other {
      return reply(.refusal(Refusal(.misplaced, "SKU \"\(other)\" is not served here")), ticket)
    }
    output.append(.read(frame, ticket))
  }

  mutating func endWrite(to shard: Int) {
    let left = writes[shard, default: 0] - 1
    writes[shard] = left > 0 ? left : nil
  }

  mutating func reply(_ message: Message, _ ticket: Ticket) {
    note(refusal: message)
    output.append(.reply(Frame(request: ticket.request, message), to: ticket.address))
  }

  /// Counts what is refused and does not pass by waiting alone.
  private mutating func note(refusal message: Message) {
    let reason: String? =
      switch message {
      case .refusal(let refusal):
        switch refusal.code {
        case .forbidden: "forbidden"
        case .misplaced: "stale epoch"
        case .malformed: "malformed"
        default: nil
        }
      case .batchAnswer(let answer) where answer.outcome == .misplaced: "stale epoch"
      case .batchAnswer(let answer) where answer.outcome == .invalid: "invalid rows"
      default: nil
      }
    if let reason { refusals[reason, default: 0] += 1 }
  }

  // MARK: Runs

  mutating func answer(_ survey: Survey) {
    let mine = survey.shards.filter { entry in
      grants[entry.shard].map { $0.epoch == entry.epoch && !$0.isFrozen } ?? false
    }
    guard !mine.isEmpty, surveys[survey.run] == nil else { return }
    surveys[survey.run] = mine.map(\.shard)
    for entry in mine { writes[entry.shard, default: 0] += 1 }
    output.append(.survey(Survey(run: survey.run, shards: mine)))
  }

  mutating func endSurvey(_ run: UInt64) {
    for shard in surveys.removeValue(forKey: run) ?? [] { endWrite(to: shard) }
  }

  mutating func take(_ order: UnitOrder) {
    guard let grant = grants[order.id.shard], grant.epoch == order.epoch, !grant.isFrozen,
      units[order.id] == nil, order.network == 0 || order.network == network.run
    else { return }
    guard units.count < Limits.unitsInHand else {
      return log(.warning, "unit refused: \(units.count) in hand")
    }
    units[order.id] = order
    writes[order.id.shard, default: 0] += 1
    output.append(.execute(order))
  }

  mutating func unitEnded(_ id: UnitID, report: UnitReport?) {
    guard let order = units.removeValue(forKey: id) else { return }
    endWrite(to: id.shard)
    guard var report, grants[id.shard]?.epoch == order.epoch else { return }
    report.epoch = order.epoch
    tell(.unitReport(report))
  }
}
