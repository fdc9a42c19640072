import Demand
import WireProtocol

/// Surveys and units of runs, and the results that replicas work out for a primary.
extension Worker {
  /// How many offers are put together at once, and from how many bytes on no more is begun.
  static let offersAtOnce = 8
  static let offeredBytes = 64 << 20

  /// Who offers which unit.
  struct OfferID: Hashable, Comparable, Sendable {
    var unit: UnitID
    var from: NodeName

    static func < (left: OfferID, right: OfferID) -> Bool {
      (left.unit, left.from) < (right.unit, right.from)
    }
  }

  /// Results that come in pieces.
  struct Offer: Sendable {
    var epoch: UInt64
    var assembly = EntryAssembly()
    /// When a piece came last.
    var cameAt: Instant
  }

  /// Whether a shard is served under an epoch, and nobody may have more of it than is here.
  func hasAll(of shard: Int, _ epoch: UInt64) -> Bool {
    guard let grant = grants[shard] else { return false }
    return grant.epoch == epoch && grant.log.isOpen
  }

  mutating func answer(_ survey: Survey) {
    // Whoever is left out is asked again.
    let mine = survey.shards.filter { hasAll(of: $0.shard, $0.epoch) }
    guard !mine.isEmpty, surveys[survey.run] == nil else { return }
    surveys[survey.run] = mine.map(\.shard)
    for entry in mine { writes[entry.shard, default: 0] += 1 }
    output.append(.survey(Survey(run: survey.run, shards: mine)))
  }

  mutating func endSurvey(_ run: UInt64) {
    for shard in surveys.removeValue(forKey: run) ?? [] { endWrite(to: shard) }
  }

  // MARK: Units

  mutating func take(_ order: UnitOrder) {
    let shard = order.id.shard
    if let primary = order.giveTo {
      guard isInStep(shard, order.epoch), followed[shard]?.primary.node == primary.node
      else { return }
    } else {
      guard hasAll(of: shard, order.epoch) else { return }
    }
    guard units[order.id] == nil, !reporting.contains(order.id),
      order.network == 0 || order.network == network.run
    else { return }
    guard units.count + reporting.count < Limits.unitsInHand else {
      return log(.warning, "unit refused: \(units.count) in hand")
    }
    units[order.id] = order
    // What is worked out for another worker is not written here.
    if order.giveTo == nil { writes[shard, default: 0] += 1 }
    output.append(.execute(order))
  }

  /// A unit is done. Where its results were offered as well, one of the two ends after the other:
  /// the stored results are the same.
  mutating func unitDone(_ report: UnitReport, at number: UInt64) {
    let id = report.id
    let epoch: UInt64
    if let taken = taking.removeValue(forKey: id) {
      epoch = taken
      if units[id] != nil { reported.insert(id) }
    } else if let order = units.removeValue(forKey: id) {
      epoch = order.epoch
      if reported.remove(id) != nil { return endWrite(to: id.shard) }
    } else {
      return
    }
    endWrite(to: id.shard)
    guard grants[id.shard]?.epoch == epoch else { return }
    var report = report
    report.epoch = epoch
    reporting.insert(id)
    say(.report(report), of: id.shard, at: number)
  }

  mutating func unitFailed(_ id: UnitID, _ reason: String, mayPass: Bool) {
    let what = "unit \(id.run)/\(id.shard)/\(id.slice)"
    log(.error, "\(what) was not done: \(reason)")
    if let order = units.removeValue(forKey: id) {
      if order.giveTo != nil { return }
      endWrite(to: id.shard)
      if reported.remove(id) != nil { return }
    } else if taking.removeValue(forKey: id) != nil {
      endWrite(to: id.shard)
    }
    tell(.workFailure(WorkFailure(run: id.run, unit: id, reason: reason, mayPass: mayPass)))
  }

  // MARK: Offers

  /// A unit that was worked out for a primary: offered to it, if it still is the primary.
  mutating func unitComputed(_ id: UnitID, _ entry: [UInt8]) {
    guard let order = units[id], let primary = order.giveTo else { return }
    units[id] = nil
    guard isInStep(id.shard, order.epoch) else { return }
    guard let pieces = EntryAssembly.pieces(of: entry) else {
      return log(.error, "the results of a unit have \(entry.count) bytes: too many to offer")
    }
    for piece in pieces {
      output.append(.offer(UnitOffer(id: id, epoch: order.epoch, piece: piece), to: primary))
    }
  }

  mutating func take(_ piece: UnitOffer, from sender: Sender) {
    guard let grant = grants[piece.id.shard], grant.epoch == piece.epoch, grant.log.isOpen,
      let name = NodeName(sender.name), grant.log.followers[name]?.isFirm == true,
      taking[piece.id] == nil, !reporting.contains(piece.id), !reported.contains(piece.id)
    else { return }
    let offer = OfferID(unit: piece.id, from: name)
    if offers[offer] == nil {
      let bytes = offers.values.reduce(0) { $0 + $1.assembly.byteCount }
      guard offers.count + taking.count < Self.offersAtOnce, bytes < Self.offeredBytes
      else { return forgetOldOffers() }
      offers[offer] = Offer(epoch: piece.epoch, cameAt: clock)
    }
    offers[offer]?.cameAt = clock
    switch offers[offer]?.assembly.take(piece.piece, behind: .start) {
    case .whole(let entry):
      offers[offer] = nil
      taking[piece.id] = piece.epoch
      writes[piece.id.shard, default: 0] += 1
      output.append(.takeOffer(piece.id, epoch: piece.epoch, entry: entry))
    case .more, .torn, nil: break
    }
  }

  /// Makes room: of what lost a piece on its way, no more comes.
  private mutating func forgetOldOffers() {
    offers = offers.filter { clock - $0.value.cameAt < ReplicaLog.stuckMilliseconds }
  }

  /// Forgets offers for shards that are not served any more.
  mutating func forgetOffers() {
    offers = offers.filter { grants[$0.key.unit.shard]?.epoch == $0.value.epoch }
  }
}
