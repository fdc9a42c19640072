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
    case .rowsRequest(let request): admit(request, frame, ticket, from: sender)
    case .append(let append): take(append, from: sender)
    case .unitOffer(let offer): take(offer, from: sender)
    case .quarantineChange(let change): admit(change, ticket, from: sender)
    case .cutRequest(let request): take(request, ticket, from: sender)
    case .cutRowsRequest(let request): output.append(.readCut(request, ticket))
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
    guard grant.log.isOpen else {
      let reason = "shard \(identity.shard) has not heard from its followers yet"
      return reply(answer(.busy, reason), ticket)
    }
    guard !mustWait(grant) else {
      let reason = "batches of shard \(identity.shard) wait for its followers"
      return reply(answer(.busy, reason), ticket)
    }
    guard batchesInFlight < start.maximumWrites else {
      return reply(answer(.busy, "\(batchesInFlight) batches wait for the disk"), ticket)
    }
    batchesInFlight += 1
    writes[identity.shard, default: 0] += 1
    output.append(.commit(batch, ticket))
  }

  private mutating func admit(
    _ request: RowsRequest, _ frame: Frame, _ ticket: Ticket, from sender: Sender
  ) {
    guard mayRead(request, sender) else {
      let reason = "shard \(request.shard) is not served here under epoch \(request.epoch)"
      return reply(.refusal(Refusal(.misplaced, reason)), ticket)
    }
    if case .sku(_, let sku) = request.scope, sku.shard(of: shardCount) != request.shard {
      let reason = "SKU \"\(sku)\" is not in shard \(request.shard)"
      return reply(.refusal(Refusal(.malformed, reason)), ticket)
    }
    if case .sample = request.scope, !hasAll(of: request.shard, request.epoch) {
      let reason = "shard \(request.shard) has not heard from its followers yet"
      return reply(.refusal(Refusal(.busy, reason)), ticket)
    }
    output.append(.read(frame, ticket))
  }

  /// Whether rows may be read here: results from every copy in step, what others rest on from the
  /// primary alone, and whole shards by those that are to follow them. A copy under a later epoch
  /// than the reader knows has all that an earlier one had; the coordinator that could tell the
  /// reader of it may be away.
  private func mayRead(_ request: RowsRequest, _ sender: Sender) -> Bool {
    let grant = grants[request.shard].flatMap { $0.epoch == request.epoch ? $0 : nil }
    switch request.scope {
    case .table, .sku, .digest: return readable[request.shard].map { $0 >= request.epoch } ?? false
    case .sample: return grant != nil
    case .copy: return NodeName(sender.name).map { grant?.log.followers[$0] != nil } ?? false
    }
  }

  /// Lets SKUs be read that are served here. Of others there is nothing, or what was left behind:
  /// an answer would say that they are unknown.
  private mutating func admit(readOf skus: [SKU], _ frame: Frame, _ ticket: Ticket) {
    let other = skus.first { shardCount == 0 || readable[$0.shard(of: shardCount)] == nil }
    if let other {
      return reply(.refusal(Refusal(.misplaced, "SKU \"\(other)\" is not served here")), ticket)
    }
    output.append(.read(frame, ticket))
  }

  mutating func endWrite(to shard: Int) {
    let left = writes[shard, default: 0] - 1
    writes[shard] = left > 0 ? left : nil
    if left <= 0, unsettled.contains(shard) { mustSettle = true }
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
}
