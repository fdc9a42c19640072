import ClientNode
import CommandLineArguments
import Demand
import Replenishment
import WireProtocol

/// The plans that are kept, for people and for programs.
enum PlansText {
  static func table(_ kept: [PlanCatalogue.Kept]) -> String {
    guard !kept.isEmpty else { return "No plan is kept; `granary allocate` makes one.\n" }
    var table = TextTable([
      .left("Plan"), .right("Run"), .left("As of").optional(3), .left("Scenario").optional(1),
      .right("Lines").optional(4), .right("Cost a year"), .right("Stock").optional(2),
      .right("Served").optional(1), .left("Limits"), .right("Gap").optional(5),
    ])
    for plan in kept {
      let total = plan.summary.total
      table.add([
        plan.place.name, String(plan.status.run), plan.status.asOf?.description ?? "-",
        plan.plan.scenario.isEmpty ? "-" : plan.plan.scenario, Readable.grouped(total.lines),
        Readable.decimal(total.yearlyCost, places: 0),
        Readable.decimal(total.expectedStockValue, places: 0), percent(total.expectedFill),
        limits(plan.plan), gap(plan.plan),
      ])
    }
    return table.render(for: .standardOutput)
  }

  static func text(_ kept: PlanCatalogue.Kept) -> String {
    var text = "Plan of run \(kept.status.run) (\(kept.place.name))"
    if let asOf = kept.status.asOf { text += " as of \(asOf)" }
    if !kept.plan.scenario.isEmpty { text += " if \"\(kept.plan.scenario)\"" }
    text += "\n\n" + RunReport.table(kept.summary)
    let limits = PlanLimitReport.text(kept.plan, kept.summary)
    return text + (limits.isEmpty ? "\nNothing is limited.\n" : limits)
  }

  static func json(_ kept: PlanCatalogue.Kept) -> String {
    var json = JSONText()
    json.object { json in write(kept, &json) }
    json.newline()
    return json.drain()
  }

  static func json(_ kept: [PlanCatalogue.Kept]) -> String {
    var json = JSONText()
    json.object { json in
      json.array("plans") { json in
        for plan in kept { json.object { json in write(plan, &json) } }
      }
    }
    json.newline()
    return json.drain()
  }

  private static func write(_ kept: PlanCatalogue.Kept, _ json: inout JSONText) {
    json.member("plan", kept.place.name)
    json.member("run", Int(kept.status.run))
    json.member("asOf", kept.status.asOf?.description)
    json.member("scenario", kept.plan.scenario.isEmpty ? nil : kept.plan.scenario)
    PlanLimitReport.write(kept.plan, kept.summary, &json)
    RunReport.write(kept.summary, &json)
  }

  static func percent(_ share: Double) -> String { Readable.decimal(share * 100, places: 2) + " %" }

  private static func limits(_ plan: PricedPlan) -> String {
    let broken = plan.unkept.isEmpty ? "" : ", \(plan.unkept.count) that nothing keeps"
    return "\(plan.certificate.verdict)\(broken)"
  }

  private static func gap(_ plan: PricedPlan) -> String {
    guard plan.certificate.verdict == .kept else { return "-" }
    return Readable.shortest((plan.certificate.gap * 1e8).rounded(.up) / 1e6) + " %"
  }
}
