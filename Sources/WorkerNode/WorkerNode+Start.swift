import Coordination
import Glibc
import Settings
import ShardStore
import Storage
import Telemetry
import Threading
import TrainerNode
import WireProtocol

/// How a worker finds its data, and what it does when they are damaged.
extension WorkerNode {
  static func trainers(_ settings: ResolvedSettings) -> Int {
    let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return settings.worker.trainers > 0 ? settings.worker.trainers : max(1, cores)
  }

  static func open(
    _ folder: String, _ shardCount: Int, _ acceptLoss: Bool, _ settings: ResolvedSettings,
    _ lost: Locked<UInt64>, _ alarm: DamageAlarm
  ) throws(WorkerError) -> DataStore {
    var trainer = TrainerSettings()
    trainer.executable = ChildProcess.runningExecutable
    trainer.memoryBytes = settings.worker.trainerMemoryMiB << 20
    trainer.itemSeconds = settings.training.itemDeadlineSeconds
    var teacher = trainer
    teacher.itemSeconds = settings.training.teachDeadlineSeconds
    let staff = DataStore.Staff(
      readers: settings.worker.readers, trainers: trainers(settings), trainer: trainer,
      teacher: teacher, scrubBytesPerSecond: settings.worker.scrubMiBPerSecond << 20)
    let troubles = alarm.troubles
    let logger = Logger("trainer")
    return try DataStore(
      folder: folder, shardCount: shardCount, acceptLoss: acceptLoss, staff: staff, alarm: alarm
    ) { event in
      switch event {
      case .started: break
      case .startFailed(let reason):
        troubles.begin(.training, "trainers cannot be started: \(reason)")
      case .lost(let processID, let reason, let suspects, _):
        lost.withLock { $0 += 1 }
        let names = suspects.joined(separator: ", ")
        logger.warning("\(reason)", ["pid": processID, "suspects": names])
      case .failed(let name, let reason): logger.error("\(name): \(reason)")
      case .cleared(let name): logger.info("\(name) is sound by itself")
      }
    }
  }

  /// Opens the data. Where they are damaged or lack what was acknowledged they are set aside, and
  /// the worker comes without any: whether others have them only the coordinator can say.
  static func openOrSetAside(
    _ folder: String, _ shardCount: Int, _ acceptLoss: Bool, _ settings: ResolvedSettings,
    _ lost: Locked<UInt64>, _ alarm: DamageAlarm
  ) throws(WorkerError) -> (store: DataStore, held: DataStore.Held, loss: DatabaseLoss?) {
    func attempt() throws(WorkerError) -> (DataStore, DataStore.Held) {
      let store = try open(folder, shardCount, acceptLoss, settings, lost, alarm)
      do throws(WorkerError) { return (store, try store.held()) } catch {
        store.stop()
        throw error
      }
    }
    do throws(WorkerError) {
      let (store, held) = try attempt()
      return (store, held, held.shards.isEmpty ? DatabaseLoss(leftIn: folder) : nil)
    } catch {
      guard error.isLoss, !acceptLoss else { throw error }
      let loss: DatabaseLoss
      do throws(StorageError) {
        loss = try DatabaseLoss(in: folder, because: error.description)
      } catch { throw WorkerError(error) }
      Logger("worker").error("\(error)", ["set aside": loss.path])
      let (store, held) = try attempt()
      return (store, held, loss)
    }
  }

  /// A worker that comes without its data is refused where nobody else has them. After a while it
  /// ends, and says where they are.
  func noteRefusal(_ frame: WireProtocol.Frame) {
    guard let path = loss?.path, frame.request == incarnation else { return }
    switch frame.message {
    case .welcome:
      logger.info("joining without the data that was set aside", ["folder": path])
      loss = nil
    case .refusal(let refusal) where refusal.code == .failed:
      guard loss?.isRefused(at: clock.now) ?? false else { return }
      let reason =
        "\(refusal.reason). Its damaged database is set aside in \(path), where NOTE says how to "
        + "go back to it and serve what can be read of it with --accept-loss"
      carryOut(.exit(reason, wished: false))
      ending = .withoutData
    default: break
    }
  }

  /// The machine that the worker runs on.
  static func host(_ settings: ResolvedSettings) -> String {
    guard settings.worker.host.isEmpty else { return settings.worker.host }
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
    let bytes = name.prefix { $0 != 0 }.prefix(Limits.hostBytes).map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
