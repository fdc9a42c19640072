import Demand
import Packing
import Replenishment

extension FuzzTarget {
  /// Plans as they are stored, and what shards are asked and answer while plans are priced.
  static let plans = FuzzTarget(
    name: "plans", about: "plans, policies, scenarios, questions and answers of pricing",
    readers: [
      locationPlan, summary, policySettings, scenario, pricedPlan, thresholds, movedLots,
      question, answers,
    ])

  private static let locationPlan = FuzzReader.packed(
    "plan", { try PricingTalk.shared.get().plans }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try LocationPlan(packed: bytes) },
    use: { plan throws(Finding) in
      let (sku, place) = (FuzzMarket.sku, FuzzMarket.place)
      _ = plan.purchaseOrderRows(sku: sku, location: place)
      _ = plan.transferRows(sku: sku, location: place)
      _ = plan.exceptionRows(sku: sku, location: place)
      _ = plan.explanation(sku: sku, location: place)
      var summary = PlanSummary()
      summary.add(plan, at: place)
      // What was planned before is looked at when plans are made anew.
      guard let planning = try? PricingTalk.shared.get().planning,
        var known = try? FuzzMarket.cases()[4]
      else { return }
      known.locations[0].previous = plan
      _ = planning.plan(for: known)
    })

  private static let summary = FuzzReader.packed(
    "summary of plans",
    {
      var summary = PlanSummary()
      for (index, plan) in try PricingTalk.shared.get().plans.enumerated() {
        summary.add(plan, at: try Location(index % 2 == 0 ? "north" : "south"))
      }
      return [summary, PlanSummary()]
    }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try PlanSummary(packed: bytes) },
    use: { summary throws(Finding) in
      var twice = summary
      twice.merge(summary)
      _ = twice.total
    })

  private static let policySettings = FuzzReader.packed(
    "policy settings", { [PolicySettings()] }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try PolicySettings(packed: bytes) },
    use: { settings throws(Finding) in
      guard (try? settings.validate()) != nil else {
        throw Finding("policy settings: read out of their ranges")
      }
    })

  private static let scenario = FuzzReader.packed(
    "packed scenario",
    {
      var scenario = Scenario(name: "größe")
      var change = Scenario.DemandChange(factor: 1.8)
      (change.category, change.sku, change.location) = ("toys", FuzzMarket.sku, FuzzMarket.place)
      (change.from, change.to) = (FuzzMarket.asOf, FuzzMarket.asOf + 6)
      scenario.demand = [change, Scenario.DemandChange(factor: 0)]
      scenario.closed = [Scenario.Closure(location: FuzzMarket.place)]
      scenario.cashFactor = 0.5
      return [scenario, Scenario(name: "")]
    }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try Scenario(packed: bytes) },
    use: { scenario throws(Finding) in
      guard let document = try? FuzzMarket.document(), let known = try? FuzzMarket.cases()[4]
      else { return }
      let planning = ItemPlanning(
        asOf: FuzzMarket.asOf, settings: PolicySettings(), document: document, scenario: scenario)
      _ = planning.plan(for: known)
    })

  private static let pricedPlan = FuzzReader.packed(
    "priced plan", { [try PricingTalk.shared.get().priced] }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try PricedPlan(packed: bytes) })

  private static let thresholds = FuzzReader.packed(
    "thresholds",
    {
      [ReleaseThresholds()] + [try PricingTalk.shared.get().priced.release].compactMap(\.self)
    }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try ReleaseThresholds(packed: bytes) })

  private static let movedLots = FuzzReader.packed(
    "moved lots", { [[], try PricingTalk.shared.get().moved] }, pack: { MovedLot.packed($0) },
    read: { bytes throws(PackingError) in try MovedLot.unpacked(bytes) })

  /// A shard that is asked anything answers, or says that it does not understand.
  private static let question = FuzzReader(
    "question of pricing", seeds: { try PricingTalk.shared.get().questions },
    check: { bytes throws(Finding) in
      guard var shard = try? PricingTalk.shared.get().shard,
        let cases = try? PricingTalk.shared.get().cases
      else { throw Finding("question of pricing: there is no market") }
      do {
        let answer = try shard.answer(bytes) { body in for known in cases { try body(known) } }
        guard
          (try? shard.answer(bytes) { body in for known in cases { try body(known) } }) == answer
        else { throw Finding("question of pricing: asked twice it is answered otherwise") }
        return .taken
      } catch let finding as Finding {
        throw finding
      } catch {
        return .refused
      }
    })

  /// Answers to each question of a pricing, which goes on or fails. The first byte says to which.
  private static let answers = FuzzReader(
    "answer of pricing",
    seeds: {
      try PricingTalk.shared.get().answers.enumerated().map {
        [UInt8($0.offset % 256)] + $0.element
      }
    },
    check: { bytes throws(Finding) in
      guard let first = bytes.first, let stages = try? PricingTalk.shared.get().stages,
        !stages.isEmpty
      else { return .refused }
      var rounds = stages[Int(first) % stages.count]
      switch rounds.take([Array(bytes.dropFirst())]) {
      case .failed(let reason):
        if reason.isEmpty { throw Finding("answer of pricing: failed without a word") }
        return .refused
      case .ask: return .taken
      case .planned(let plan, _):
        guard (try? PricedPlan(packed: plan.packed())) == plan else {
          throw Finding("answer of pricing: its plan is read back as another")
        }
        return .taken
      }
    })
}
