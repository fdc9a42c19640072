import ClusterStore
import CommandLineArguments
import CoordinatorNode
import Settings
import Storage

#if Etcd
  import EtcdStore
#endif

extension CoordinatorRecords {
  /// Where the settings say that the records are.
  init(_ settings: ResolvedSettings) throws {
    guard settings.coordinator.store == .etcd else {
      self = .own
      return
    }
    #if Etcd
      let access = EtcdAccess(settings.coordinator.etcd)
      self = .shared(seat: try EtcdSeat(access)) { (term) throws(StorageError) in
        try EtcdClusterStore(access, term: term)
      }
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
