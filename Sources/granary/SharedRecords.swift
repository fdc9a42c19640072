import ClusterStore
import CommandLineArguments
import Settings
import Storage

#if Etcd
  import EtcdStore
#endif

/// What coordinators share that take turns: the seat, and the records of the one who has it.
struct SharedRecords {
  /// The seat that they take turns in.
  let seat: any LeaderSeat
  /// The records, for the one who leads in this term.
  let records: (SeatTerm) throws(StorageError) -> any ClusterStore

  /// What the settings name; nothing where the coordinator is alone with a file of its own.
  init?(_ settings: ResolvedSettings) throws {
    guard settings.coordinator.store == .etcd else { return nil }
    #if Etcd
      let access = EtcdAccess(settings.coordinator.etcd)
      seat = try EtcdSeat(access)
      records = { (term) throws(StorageError) in try EtcdClusterStore(access, term: term) }
    #else
      throw GranaryError.builtWithoutEtcd(settings.origin(of: "coordinator.store").description)
    #endif
  }
}

#if Etcd
  extension EtcdAccess {
    /// What the settings say of it.
    init(_ settings: EtcdSettings) {
      self.init(endpoints: settings.endpoints)
      prefix = settings.prefix
      authorityPath = settings.ca
      certificatePath = settings.certificate
      keyPath = settings.key
      leaseSeconds = settings.leaseSeconds
      timeoutMilliseconds = Int64(settings.timeoutSeconds * 1_000)
    }
  }
#endif
