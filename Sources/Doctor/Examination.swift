import Glibc
import Messaging
public import Settings

/// Looks a host over: each check by itself, none of them changes anything that stays.
public struct Examination {
  private let patient: Patient
  private let files: SystemFiles

  /// An examination of this machine.
  public init(_ patient: Patient, files: SystemFiles = SystemFiles()) {
    self.patient = patient
    self.files = files
  }

  /// The parts that a machine plays by the keys in its folder; a client where there are none.
  public static func parts(of folder: ClusterFolder) -> Set<Patient.Part> {
    var parts: Set<Patient.Part> = []
    if !KeyChecks.names(of: .coordinator, in: folder).isEmpty { parts.insert(.coordinator) }
    if !KeyChecks.names(of: .worker, in: folder).isEmpty { parts.insert(.worker) }
    return parts.isEmpty ? [.client] : parts
  }

  /// Everything that was found, in the order in which it is best read.
  public func findings() -> [Finding] {
    machine + LibraryChecks().findings + cluster
  }

  private var trainers: Int {
    let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let set = patient.settings.worker.trainers
    return patient.parts.contains(.worker) ? set > 0 ? set : cores : 0
  }

  /// What is the machine's own.
  private var machine: [Finding] {
    let worker = patient.settings.worker
    let isWorker = patient.parts.contains(.worker)
    var findings = LimitChecks(
      trainers: trainers, readers: worker.readers, isNode: patient.isNode
    ).findings(files)
    if patient.isNode {
      findings += MemoryChecks(
        trainers: trainers, trainerBytes: worker.trainerMemoryMiB << 20, isWorker: isWorker
      ).findings(files)
    }
    findings += ClockChecks().findings(files)
    if isWorker {
      let names = HostNameChecks(replication: patient.settings.coordinator.replication)
      findings.append(names.name(worker.host, machine: HostNameChecks.here))
    }
    return findings
  }

  /// What is of the cluster here.
  private var cluster: [Finding] {
    let folder = patient.folder
    let workers =
      patient.parts.contains(.worker) ? KeyChecks.names(of: .worker, in: folder) : []
    let coordinators =
      patient.parts.contains(.coordinator) ? KeyChecks.names(of: .coordinator, in: folder) : []
    let nodes = coordinators + workers
    var findings = FolderChecks(folder: folder, nodes: nodes, user: geteuid()).findings
    guard FolderChecks.status(folder.path) != nil else { return findings }
    findings += KeyChecks(folder: folder, parts: patient.parts).findings
    if patient.isNode {
      let places = Set(nodes.map { FolderChecks.nearest(to: folder.data(of: $0)) }).sorted()
      // Where all are on one disk, one look at it is enough.
      var disks: Set<UInt> = []
      for place in places.isEmpty ? [FolderChecks.nearest(to: folder.path)] : places {
        guard let status = FolderChecks.status(place),
          disks.insert(UInt(status.st_dev)).inserted
        else { continue }
        findings += DiskChecks().findings(place)
      }
    }
    findings +=
      SchemaChecks(
        folder: folder, workers: workers, coordinators: coordinators
      ).findings
    return findings + network(nodes)
  }

  private func network(_ nodes: [String]) -> [Finding] {
    let contact = ContactChecks(
      folder: patient.folder, isOwn: patient.parts.contains(.coordinator))
    let addresses = LocalAddresses.here()
    let hosts = (contact.addresses ?? []).compactMap { TCPEndpoint($0.endpoint)?.host }
    let isElsewhere = hosts.contains { addresses.address(of: $0) == nil }
    // Where nodes are let in whose secrets are elsewhere, there are other machines.
    let isShared = KeyChecks.isShared(patient.folder)
    func listening(_ part: String, _ setting: String, forOthers: Bool, _ endpoint: String)
      -> Finding
    {
      ListenChecks(
        part: part, setting: setting, files: files, addresses: addresses, own: running(nodes),
        nodes: nodes,
        isForOthers: forOthers
      ).finding(endpoint)
    }
    var findings: [Finding] = []
    if patient.parts.contains(.coordinator) {
      findings.append(
        listening(
          "coordinator", "coordinator.listen", forOthers: isShared,
          patient.settings.coordinator.listen))
    }
    if patient.parts.contains(.worker) {
      findings.append(
        listening(
          "worker", "worker.listen", forOthers: isShared || isElsewhere,
          patient.settings.worker.listen))
    }
    findings += contact.findings
    if patient.parts.contains(.coordinator), patient.settings.coordinator.store == .etcd {
      findings += EtcdChecks(settings: patient.settings.coordinator.etcd).findings(at: time(nil))
    }
    return findings
  }

  /// The processes that hold the locks of the nodes' folders.
  private func running(_ nodes: [String]) -> Set<Int> {
    Set(
      nodes.flatMap { node in
        ["worker.lock", "cluster.lock"].compactMap { lock in
          SystemFiles.bytes("\(patient.folder.data(of: node))/\(lock)", limit: 16)
            .flatMap { Int(String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self)) }
        }
      })
  }
}
