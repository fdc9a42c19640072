import Coordination
package import Replenishment
import Threading
import WireProtocol

/// Answering the rounds of a run's pricing, beside each other at the desks that do units later.
extension WorkerNode {
  /// Portions of a question for each desk, so that none waits long for the last one.
  private static let portionsPerDesk = 4

  /// Prices shards that are made so, whatever their rows say: to measure more than can be stored.
  package func price(
    from make: @escaping @Sendable (_ shard: Int, _ planning: ItemPlanning) -> PlanShard
  ) { pricing.make = make }

  func price(_ question: RoundQuestion) {
    guard let store else { return }
    let desks = Self.trainers(settings)
    let portions = min(desks * Self.portionsPerDesk, Limits.unitsInHand / 2)
    let events = events
    for job in pricing.jobs(for: question, planning, portions: portions) {
      let accepted = store.desks.submit { reader in
        _ = events.post(.priced(job.answers(with: reader, store.alarm)))
      }
      if !accepted { _ = events.post(.priced(job.refused(because: "too much work waits"))) }
    }
  }
}
