public import ClusterStore
public import Storage
public import Threading

/// The seat of a leader as a key in etcd, which a lease takes away when its owner falls silent. The
/// revision that made the key is the term.
public final class EtcdSeat: LeaderSeat {
  private let access: EtcdAccess
  private let session: Locked<SeatSession>

  /// The seat that all share who give the same prefix.
  public init(_ access: EtcdAccess) throws(StorageError) {
    self.access = access
    session = Locked(try wording { () throws(EtcdFailure) in try SeatSession(access) })
  }

  /// Takes the seat, or waits for it.
  public func claim(_ card: [UInt8]) throws(StorageError) -> SeatClaim {
    try session.withLock { (session) throws(StorageError) in
      try wording { () throws(EtcdFailure) in try session.claim(card) }
    }
  }

  /// Says that the one who leads is alive.
  public func renew(_ term: SeatTerm) throws(StorageError) -> Moment? {
    try session.withLock { (session) throws(StorageError) in
      try wording { () throws(EtcdFailure) in try session.renew(term) }
    }
  }

  /// Has others be told another card of the one who leads.
  public func announce(_ card: [UInt8], _ term: SeatTerm) throws(StorageError) {
    try session.withLock { (session) throws(StorageError) in
      try wording { () throws(EtcdFailure) in try session.announce(card, term) }
    }
  }

  /// Gives the seat back at once, where etcd can be told.
  public func resign() {
    session.withLock { session in session.resign() }
  }

  /// The cards of those who wait.
  public func standbys() throws(StorageError) -> [[UInt8]] {
    try session.withLock { (session) throws(StorageError) in
      try wording { () throws(EtcdFailure) in try session.standbys() }
    }
  }

  /// The records, for the one who has this seat in `term`. Members that did not answer the seat are
  /// not asked first again: whoever takes over from a host that is gone has no time for that.
  public func records(in term: SeatTerm) throws(StorageError) -> EtcdClusterStore {
    let members = session.withLock { $0.members }
    return try EtcdClusterStore(access, term: term, members: members)
  }
}
