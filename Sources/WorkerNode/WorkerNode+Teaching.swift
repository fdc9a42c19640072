import Coordination
import Demand
import Forecasting
import Packing
import Telemetry
import Threading
import TrainerNode
import WireProtocol

/// Learning a network in a trainer of its own, whose deadline is not that of a SKU.
extension WorkerNode {
  func gather(_ chunk: RowsChunk) {
    do { try sample.add(chunk) } catch {
      logger.error("rows of the sample of shard \(chunk.shard) cannot be read: \(error)")
    }
  }

  /// Ends what is being learned; nobody hears of it any more.
  func forgetSample() {
    teachers?.cancel()
    teachers = nil
    sample = GatheredSample()
  }

  func teach(_ order: TeachOrder) {
    guard let store else { return }
    let (events, run, count) = (events, order.run, sample.skus)
    func fail(_ reason: String, mayPass: Bool) {
      _ = events.post(.teachingFailed(run: run, reason: reason, mayPass: mayPass))
    }
    let crew: TrainerCrew
    let unit: TrainingUnit
    do {
      crew = try store.teachers()
      unit = try ModelJobs.unit(teaching: sample.rows, order, calendar)
    } catch { return fail("\(error)", mayPass: false) }
    teachers = crew
    sample = GatheredSample()
    logger.info("learning shared weights", ["run": order.run, "skus": count])
    let accepted = store.desks.submit { _ in
      do throws(TrainerError) {
        let outcome = try crew.process(unit).first
        crew.dismissIdle()
        store.alarm.troubles.end(.training)
        switch outcome {
        case .result(let network) where !network.isEmpty:
          let isUsable = (try? SharedNetwork(packed: network))?.isUsable ?? false
          _ = events.post(.taught(run: run, network: network, isUsable: isUsable))
        case .failed(let reason):
          // It would fail again. The other models are no worse for it.
          let network = ModelJobs.noNetwork("learning from \(count) SKUs \(reason)", order)
          _ = events.post(.taught(run: run, network: network, isUsable: false))
        default:
          let sentence = "the trainer could not read the sample"
          _ = events.post(.teachingFailed(run: run, reason: sentence, mayPass: false))
        }
      } catch {
        if case .cancelled = error { return }
        store.alarm.troubles.begin(.training, error.description)
        _ = events.post(.teachingFailed(run: run, reason: error.description, mayPass: false))
      }
    }
    if !accepted { fail("too many units wait", mayPass: true) }
  }
}
