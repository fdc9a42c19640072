import Storage

/// Why etcd did not do what it was asked for.
struct EtcdFailure: Error, Equatable {
  enum Kind: Equatable {
    /// No member answered, or none that has a quorum: it may have happened.
    case unreachable
    /// The answer was too long to be read.
    case tooLong
    /// What is asked for is not known any more, or was not known: a lease, or an old revision.
    case gone
    /// etcd's space is used up.
    case full
    /// etcd does not take the request.
    case refused
    /// The term is over.
    case seatLost
  }

  var kind: Kind
  /// Who said so: an endpoint, or nothing where several failed and `reason` names them.
  var endpoint = ""
  var reason = ""

  /// What the room's callers are told.
  var storageError: StorageError {
    let kind: StorageError.Kind =
      switch self.kind {
      case .unreachable: .unreachable
      case .full: .diskFull
      case .seatLost: .seatLost
      case .tooLong, .gone, .refused: .other
      }
    return StorageError(
      path: endpoint.isEmpty ? "etcd" : "etcd at \(endpoint)", kind: kind, message: reason)
  }
}

/// Does something, and words its failure for the room's callers.
func wording<Result>(
  _ body: () throws(EtcdFailure) -> Result
) throws(StorageError) -> Result {
  do { return try body() } catch { throw error.storageError }
}
