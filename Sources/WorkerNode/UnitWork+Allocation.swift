import Packing
import Replenishment
import ShardStore
import WireProtocol

/// Units of an allocation: the plans of their SKUs, under what pricing came to.
extension UnitWork {
  func allocate(_ settings: ModelJobs.Settings) throws -> CompletedUnit {
    let planning = try RunPricing.planning(
      settings.run, asOf: settings.asOf, document: document
    ).under(
      try PricedPlan(packed: order.plan.shared), moved: try MovedLot.unpacked(order.plan.part))
    let cases = PlanCases(
      reader: reader, shard: order.id.shard, horizonDays: settings.run.horizonDays)
    let read = try cases.read(slice)
    var summary = PlanSummary()
    var rows: [StoredRow] = []
    for known in read.cases {
      let plan = planning.plan(for: known)
      for (location, plan) in zip(plan.locations, plan.plans) {
        summary.add(plan, at: location)
        rows.append(row(known.sku, location, plan.packed()))
      }
    }
    var unplanned = Quarantine(run: order.id.run)
    for sku in read.unforecast { unplanned.add(sku, "no forecast yet: `granary forecast` first") }
    var unit = completed(unplanned.outcome(skus: read.count, summary: summary.packed()))
    if settings.run.scenario.isEmpty {
      unit.plans = rows
      unit.plansBefore = plansBefore()
    } else {
      unit.plansScenario = rows
    }
    return unit
  }

  /// The plans that are about to be replaced, to compare the new ones with. Damaged ones must not
  /// keep the new ones from being made: there is nothing to compare with then.
  private func plansBefore() -> [StoredRow] {
    do { return try reader.plans(shard: order.id.shard, slice: slice) } catch {
      note(error)
      return []
    }
  }
}
