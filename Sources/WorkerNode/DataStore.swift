import Coordination
import Demand
import ShardStore
import Storage
import TrainerNode
import WireProtocol

/// Everything of a worker that stands on its data: the writer, the readers and the desks at which
/// units are done. It is there once the worker belongs to a cluster.
final class DataStore: Sendable {
  /// How many threads of each kind, and what trainers may use.
  struct Staff: Sendable {
    var readers: Int
    var trainers: Int
    var trainer: TrainerSettings
    /// The same for the one that learns a network, which takes longer than a SKU.
    var teacher: TrainerSettings
    /// How fast is looked for damage; 0 is never.
    var scrubBytesPerSecond: Int
  }

  let folder: String
  let writer: StoreWriter
  /// Answer reads.
  let readers: ReaderThreads
  /// Do units, each with a trainer of its own, and answer the rounds of pricing before them.
  let desks: ReaderThreads
  /// Folds and counts.
  let housekeeping: ReaderThreads
  /// Measures; what is long does not keep it waiting.
  let gauging: ReaderThreads
  /// Gives copies of shards to other workers.
  let copies: CopyDesk
  /// Looks for damage.
  private let scrubber: Scrubber
  let crew: TrainerCrew
  private let teacher: TrainerSettings
  private let report: @Sendable (TrainerEvent) -> Void
  /// Rung by whoever meets damage.
  let alarm: DamageAlarm

  init(
    folder: String, shardCount: Int, acceptLoss: Bool, staff: Staff, alarm: DamageAlarm,
    report: @escaping @Sendable (TrainerEvent) -> Void
  ) throws(WorkerError) {
    self.folder = folder
    self.alarm = alarm
    self.report = report
    teacher = staff.teacher
    do {
      writer = try StoreWriter(
        try ShardWriter(folder: folder, shardCount: shardCount, acceptLoss: acceptLoss), alarm,
        tell: alarm.tell)
      copies = try CopyDesk(folder: folder, alarm)
      scrubber = try Scrubber(
        folder: folder, bytesPerSecond: staff.scrubBytesPerSecond, alarm)
      crew = try TrainerCrew(settings: staff.trainer, seats: staff.trainers, report: report)
    } catch let error as StorageError {
      throw WorkerError(error)
    } catch {
      throw WorkerError("\(error)")
    }
    readers = try ReaderThreads(
      name: "reader", count: staff.readers, folder: folder, queueLimit: 4_096)
    desks = try ReaderThreads(
      name: "desk", count: staff.trainers, folder: folder, queueLimit: Limits.unitsInHand)
    housekeeping = try ReaderThreads(
      name: "housekeeping", count: 1, folder: folder, queueLimit: 4_096)
    gauging = try ReaderThreads(name: "gauging", count: 1, folder: folder, queueLimit: 1)
  }

  /// A trainer that learns one network. Another one is made for the next, so that it holds no
  /// memory meanwhile.
  func teachers() throws(TrainerError) -> TrainerCrew {
    try TrainerCrew(settings: teacher, seats: 1, report: report)
  }

  /// What there is of shards.
  struct Held: Sendable {
    var shards: [HeldShard] = []
    /// How far their logs are.
    var positions: [Int: LogPosition] = [:]
    /// The latest start of a coordinator whose orders were carried out.
    var term: UInt64 = 0
  }

  /// The shards whose data is here.
  func held() throws(WorkerError) -> Held {
    do {
      let reader = try ShardReader(folder: folder)
      let shards = try reader.summaries().filter { $0.epoch > 0 }
        .map { HeldShard(shard: $0.shard, epoch: $0.epoch) }
      return Held(shards: shards, positions: try reader.positions(), term: try reader.term())
    } catch { throw WorkerError(error) }
  }

  /// Ends the threads: first those that ask for writes, then the writer.
  func stop() {
    crew.cancel()
    desks.stop()
    housekeeping.stop()
    gauging.stop()
    readers.stop()
    copies.stop()
    scrubber.stop()
    writer.stop()
  }
}
