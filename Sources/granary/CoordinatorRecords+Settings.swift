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
      let seat = try EtcdSeat(access)
      self = .shared(seat: seat) { (term) throws(StorageError) in try seat.records(in: term) }
    #else
      throw GranaryError.builtWithoutEtcd(settings.origin(of: "coordinator.store").description)
    #endif
  }

  /// Where a restore of all nodes or of one writes them; a worker's touches none.
  init(restoring only: String?, _ settings: ResolvedSettings) throws {
    let isConcerned = only == nil || only == ClusterRestore.coordinator
    self = isConcerned ? try CoordinatorRecords(settings) : .own
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
