public import ClusterStore
public import Storage

/// The records of a coordinator that holds the seat, in etcd. Used from one thread.
///
/// Each request is a transaction that etcd carries out only while the leader's key is the one that
/// was made with this term, and while no other write of this store came between: see DESIGN.md.
public final class EtcdClusterStore: ClusterStore {
  /// Seals need the number of a table; there is one.
  private static let table: UInt8 = 1

  let client: EtcdClient
  let access: EtcdAccess
  let term: Int64
  /// The revision of the last write that is known of; every write is made on top of one.
  var fence: Int64 = 0

  /// The records, for the one who leads in `term`. From here on no write of an earlier leader can
  /// come in any more.
  public convenience init(_ access: EtcdAccess, term: SeatTerm) throws(StorageError) {
    try self.init(access, term: term, members: EtcdClient.Acquaintance())
  }

  /// The same, with what is known of etcd's members.
  init(
    _ access: EtcdAccess, term: SeatTerm, members: EtcdClient.Acquaintance
  ) throws(StorageError) {
    guard let number = Int64(exactly: term.number), number > 0 else {
      throw EtcdFailure(kind: .seatLost, reason: "no term has the number \(term.number)")
        .storageError
    }
    self.access = access
    self.term = number
    client = try wording { () throws(EtcdFailure) in try EtcdClient(access, members: members) }
    _ = try wording { () throws(EtcdFailure) in try write([]) }
  }

  /// The value of a key, or nothing.
  public func get(_ key: String) throws(StorageError) -> Versioned? {
    let answer = try wording { () throws(EtcdFailure) in
      try client.range(EtcdRequest.Range(stored(key)))
    }
    return try answer.entries.first.map { (entry) throws(StorageError) in
      try opened(entry).entry
    }
  }

  /// Makes changes, as many as possible in one transaction. After an error some may have been made,
  /// or may yet be until the next call that succeeds.
  public func make(_ changes: [Change]) throws(StorageError) -> [ChangeOutcome] {
    for change in changes {
      let count = change.value?.count ?? 0
      guard count <= EtcdAccess.recordBytes else {
        throw StorageError(
          path: "etcd", kind: .other,
          message: "the record \(change.key) has \(count) bytes, "
            + "at most \(EtcdAccess.recordBytes) go into one request")
      }
    }
    var outcomes: [ChangeOutcome] = []
    for group in ChangeGroups.cut(changes) {
      outcomes += try wording { () throws(EtcdFailure) in try write(group) }
    }
    return outcomes
  }

  // MARK: Records

  /// The name of a record in etcd.
  func stored(_ key: String) -> [UInt8] { access.recordPrefix + Array(key.utf8) }

  /// etcd does not notice a flipped bit in its file either.
  func sealed(_ value: [UInt8], _ key: String) -> [UInt8] {
    Seal(table: Self.table).key(Array(key.utf8)).close(value)
  }

  func opened(
    _ found: EtcdAnswer.KeyValue
  ) throws(StorageError) -> (key: String, entry: Versioned) {
    let name = Array(found.key.dropFirst(access.recordPrefix.count))
    let text = String(decoding: name, as: UTF8.self)
    guard let value = Seal(table: Self.table).key(name).open(found.value) else {
      throw .damagedRow(
        path: "etcd", table: "\(access.prefix)record", key: text,
        reason: "checksum does not match")
    }
    return (text, Versioned(value: value, version: UInt64(clamping: found.changed)))
  }
}
