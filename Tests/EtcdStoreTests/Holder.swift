import ClusterStore
import EtcdStore
import Storage
import TestSupport
import Testing

/// A coordinator that has the seat.
struct Holder {
  let access: EtcdAccess
  let seat: EtcdSeat
  let term: SeatTerm

  init(_ access: EtcdAccess, card: [UInt8] = [1]) throws {
    self.access = access
    seat = try EtcdSeat(access)
    term = try #require(try seat.claim(card).term)
  }

  func store() throws(StorageError) -> EtcdClusterStore {
    try EtcdClusterStore(access, term: term)
  }
}

extension EtcdServer {
  /// Access with times that a slow machine keeps: for tests that are not about them.
  var patientAccess: EtcdAccess {
    var access = EtcdAccess(endpoints: endpoints)
    access.leaseSeconds = 120
    access.timeoutMilliseconds = 20_000
    return access
  }
}

extension SeatClaim {
  /// The term of one who has the seat.
  var term: SeatTerm? {
    if case .taken(let term, _) = self { term } else { nil }
  }
}

extension ChangeOutcome {
  var version: UInt64? {
    if case .done(let version) = self { version } else { nil }
  }
}
