import Coordination
import WireProtocol

extension World {
  /// The coordinator: its machine and its disk.
  final class CoordinatorProcess {
    var machine: Coordinator?
    var life = 0
    var records: [String: [UInt8]] = [:]
    var lastStore = Instant(milliseconds: 0)
    /// Placements on their way to the disk.
    var placementsInStore: [Placement] = []
    /// The placement that it knows to be durable.
    var known: Placement?
    /// Until when its disk is full.
    var fullUntil = Instant(milliseconds: 0)
    /// The lines of the audit that are on its disk.
    var audit: [AuditEntry] = []
    var lastAudit = Instant(milliseconds: 0)
  }

  /// A worker: its machine, its disk and what it has in memory.
  final class WorkerProcess {
    let host: String
    /// Which it is, for the shapes of cuts.
    let index: Int
    var machine: Worker?
    var life = 0
    var disk = SimulatedDisk()
    var document = Document()
    var network = LearnedNetwork()
    /// What was loaded of shards to answer rounds.
    var loaded: [Int: Loaded] = [:]
    /// The rows of the sample that were gathered so far.
    var sample: [UInt64] = []
    /// Counts the samples that were forgotten, so that what is learned from one of them is void.
    var lessons = 0
    /// Copies of shards that are held for those who read them, oldest first.
    var snapshots: [Snapshot] = []
    /// Writes that wait for the one thread that does them in order.
    var writes: [PendingWrite] = []
    var isWriting = false
    /// A write that was not made durable for all that the process knows, and is.
    var afterAll: (() -> [Worker.Event])?
    /// When the last answer of the writer comes: they come in order.
    var lastAnswer = Instant(milliseconds: 0)
    /// Whether it was asked to leave since it started.
    var isLeaving = false
    var hasLeft = false
    /// The latest start of the coordinator whose orders it carried out; a disk that lies keeps it.
    var keptTerm: UInt64 = 0
    /// Whom it takes for its coordinator.
    var obedience = Obedience<Endpoint>(.coordinator, at: Instant(milliseconds: 0))
    /// Whether it was destroyed for good and never comes back.
    var isDestroyed = false

    init(host: String, index: Int) {
      self.host = host
      self.index = index
    }

    /// What is on its disk; it is changed there, in its place.
    var shards: [Int: SimulatedShard] { disk.shards }

    /// What a process has only as long as it lives.
    func forget() {
      document = Document()
      network = LearnedNetwork()
      sample = []
      loaded = [:]
      snapshots = []
      writes = []
      isWriting = false
      isLeaving = false
    }
  }

  struct Loaded {
    var run: UInt64
    var settings: [UInt8]
  }

  /// A shard as it was when somebody began to copy it.
  struct Snapshot {
    var asker: Address
    var session: UInt64
    var shard: Int
    var bytes: [UInt8]
  }

  /// A write that waits.
  struct PendingWrite {
    var failure: (() -> Worker.Event)?
    var effect: () -> [Worker.Event]
  }
}
