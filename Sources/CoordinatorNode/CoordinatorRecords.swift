public import ClusterStore
public import Storage

/// Where the records of a cluster are kept, and by whom.
public enum CoordinatorRecords: Sendable {
  /// In the coordinator's own folder: it is the only one, and leads as long as it runs.
  case own
  /// Elsewhere: several coordinators share them, of which one has the seat and leads.
  case shared(
    seat: any LeaderSeat,
    open: @Sendable (SeatTerm) throws(StorageError) -> any ClusterStore)
}
