import ClusterStore
import Threading

/// What one coordinator has in etcd: a lease, and under it the leader's key or one of those who
/// wait. Used from one thread.
final class SeatSession {
  /// How often a claim begins again because the lease ended under it, or etcd's members elected.
  private static let attempts = 3
  /// What a promise is shortened by: clocks are read in whole milliseconds and run differently.
  static let marginMilliseconds: Int64 = 100
  /// The most of those who wait that are told of.
  static let maximumStandbys = 64

  private struct Lease {
    var id: Int64
    /// When it was last known to be alive, by the request's sending.
    var keptAt: Moment
    var milliseconds: Int64
  }

  private let access: EtcdAccess
  private let client: EtcdClient
  private let clock = MonotonicClock()
  private var lease: Lease?
  /// The card under the key of this one among those who wait, if it is there.
  private var waitingCard: [UInt8]?

  init(_ access: EtcdAccess) throws(EtcdFailure) {
    self.access = access
    client = try EtcdClient(access)
  }

  func claim(_ card: [UInt8]) throws(EtcdFailure) -> SeatClaim {
    for _ in 0..<Self.attempts {
      let lease = try livingLease()
      let answer: EtcdAnswer.Transaction
      do { answer = try client.transaction(claim(card, under: lease)) } catch {
        guard error.kind == .gone else { throw error }
        forgetLease()
        continue
      }
      waitingCard = answer.held ? nil : card
      let term: SeatTerm
      if answer.held, let revision = answer.header?.revision, revision > 0 {
        term = SeatTerm(number: UInt64(revision))
      } else if let leader = answer.steps.first?.entries.first {
        guard leader.lease == lease else { return .held(card: leader.value) }
        // A claim whose answer was lost.
        term = SeatTerm(number: UInt64(clamping: leader.created))
        try stopWaiting(under: lease)
      } else {
        throw EtcdFailure(kind: .unreachable, reason: "answers something else than what was asked")
      }
      if let until = try renew(term) { return .taken(term, until: until) }
    }
    throw EtcdFailure(
      kind: .unreachable, reason: "the lease ended within \(Self.attempts) claims of the seat")
  }

  func renew(_ term: SeatTerm) throws(EtcdFailure) -> Moment? {
    guard let lease else { return nil }
    for _ in 0..<Self.attempts {
      let answer = try client.keepAlive(lease.id)
      let sentAt = client.sentAt
      guard answer.seconds > 0 else {
        forgetLease()
        return nil
      }
      let seat = try client.range(EtcdRequest.Range(access.leaderKey, keysOnly: true))
      guard let leader = seat.entries.first, leader.lease == lease.id,
        UInt64(clamping: leader.created) == term.number
      else { return nil }
      kept(lease.id, answer.seconds, sentAt)
      // etcd 3.4 answers for leases without asking its other members, also where these have elected
      // another leader in the meantime (etcd issue 15247). A read asks them: when no election came
      // between, it was the leader who answered before.
      guard answer.header?.raftTerm == seat.header?.raftTerm else { continue }
      return sentAt + (answer.seconds * 1_000 - Self.marginMilliseconds)
    }
    throw EtcdFailure(kind: .unreachable, reason: "its members elect again and again")
  }

  /// Puts another card under the leader's key, where it is still the one of this term: what made
  /// the key stays what it was.
  func announce(_ card: [UInt8], _ term: SeatTerm) throws(EtcdFailure) {
    guard let lease else { return }
    _ = try client.transaction(
      EtcdRequest.Transaction(
        conditions: [.created(access.leaderKey, at: Int64(clamping: term.number))],
        steps: [.put(EtcdRequest.Put(access.leaderKey, card, lease: lease.id))], otherwise: []))
  }

  func resign() {
    guard let lease else { return }
    // Where this cannot be said, the lease ends by itself.
    try? client.revoke(lease.id)
    forgetLease()
  }

  func standbys() throws(EtcdFailure) -> [[UInt8]] {
    let prefix = access.standbyPrefix
    let answer = try client.range(
      EtcdRequest.Range(
        from: prefix, to: EtcdAccess.end(ofPrefix: prefix), limit: Self.maximumStandbys, at: nil))
    return answer.entries.sorted { $0.created < $1.created }.map(\.value)
  }

  // MARK: The lease

  var leaseID: Int64? { lease?.id }

  /// What it has learnt of etcd's members.
  var members: EtcdClient.Acquaintance { client.members }

  /// The lease, made if there is none, and kept alive well before its end.
  private func livingLease() throws(EtcdFailure) -> Int64 {
    if let lease {
      if clock.now - lease.keptAt < lease.milliseconds / 3 { return lease.id }
      let answer = try client.keepAlive(lease.id)
      if answer.seconds > 0 {
        kept(lease.id, answer.seconds, client.sentAt)
        return lease.id
      }
      forgetLease()
    }
    let granted = try client.grant(seconds: access.leaseSeconds)
    guard granted.lease != 0, granted.seconds > 0 else {
      throw EtcdFailure(kind: .unreachable, reason: "grants no lease")
    }
    kept(granted.lease, granted.seconds, client.sentAt)
    return granted.lease
  }

  private func kept(_ id: Int64, _ seconds: Int64, _ moment: Moment) {
    lease = Lease(id: id, keptAt: moment, milliseconds: seconds * 1_000)
  }

  private func forgetLease() {
    lease = nil
    waitingCard = nil
  }

  // MARK: Requests

  /// Takes the seat where it is free; otherwise looks who has it, and waits.
  func claim(_ card: [UInt8], under lease: Int64) -> EtcdRequest.Transaction {
    let waiting = waitingKey(lease)
    var otherwise = [EtcdRequest.Step.range(EtcdRequest.Range(access.leaderKey))]
    if waitingCard != card {
      otherwise.append(.put(EtcdRequest.Put(waiting, card, lease: lease)))
    }
    return EtcdRequest.Transaction(
      conditions: [.created(access.leaderKey, at: 0)],
      steps: [
        .put(EtcdRequest.Put(access.leaderKey, card, lease: lease)),
        .delete(EtcdRequest.Delete(waiting)),
      ],
      otherwise: otherwise)
  }

  private func stopWaiting(under lease: Int64) throws(EtcdFailure) {
    _ = try client.transaction(
      EtcdRequest.Transaction(
        conditions: [], steps: [.delete(EtcdRequest.Delete(waitingKey(lease)))], otherwise: []))
    waitingCard = nil
  }

  private func waitingKey(_ lease: Int64) -> [UInt8] {
    access.standbyPrefix + Array(String(UInt64(bitPattern: lease), radix: 16).utf8)
  }
}
