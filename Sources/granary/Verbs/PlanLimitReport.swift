import CommandLineArguments
import Demand
import Replenishment

/// What shared limits mean for a plan: how full they are, what one more of each is worth, how good
/// the plan is, and which of them nothing keeps.
enum PlanLimitReport {
  static func text(
    _ plan: PricedPlan, _ summary: PlanSummary
  ) -> String {
    let rows = PriceRow.rows(of: plan, summary)
    guard !rows.isEmpty else { return "" }
    var table = TextTable([
      .left("Limit"), .left("Location"), .right("There is"), .right("Used"),
      .right("One more saves a year"),
    ])
    for row in rows {
      table.add([
        row.limit, row.location?.description ?? "(all)",
        Readable.decimal(row.available, places: 1), Readable.decimal(row.used, places: 1),
        row.isTight ? worth(row.worth) : "-",
      ])
    }
    return "\n" + table.render(for: .standardOutput) + words(plan, rows)
  }

  /// The proof, and what is to be said of limits that nothing keeps.
  static func words(_ plan: PricedPlan, _ rows: [PriceRow]) -> String {
    proof(plan.certificate) + rows.map(broken).joined()
  }

  /// Small worths, as of a unit of cash, keep three digits that tell something.
  static func worth(_ value: Double) -> String {
    value >= 1
      ? Readable.decimal(value, places: 2)
      : Readable.decimal(value, places: value >= 0.01 ? 4 : 6)
  }

  private static func proof(_ proof: Certificate) -> String {
    let work =
      "\(Readable.grouped(proof.passes, "pass", "passes"))"
      + (proof.moved > 0 ? " and \(Readable.grouped(proof.moved, "lot", "lots")) moved" : "")
    switch proof.verdict {
    case .free: return ""
    case .kept:
      return "The lots cost \(Readable.decimal(proof.cost, places: 0)) a year, at most "
        + "\(Readable.shortest((proof.gap * 1e6).rounded(.up) / 1e4)) % more than any that keep "
        + "the limits; found in \(work).\n"
    case .undecided:
      return "Lots that keep all limits were not found in \(work); these exceed some by a little.\n"
    }
  }

  /// What is to be said of a limit that nothing keeps.
  private static func broken(_ row: PriceRow) -> String {
    guard let unkept = row.unkept else { return "" }
    var text = "No lots keep \(row.limit)"
    if let location = row.location { text += " of \(location)" }
    if unkept.isJoint { text += " together with other limits" }
    text += ": \(Readable.decimal(unkept.needed, places: 1)) is needed, there is "
    text += Readable.decimal(unkept.available, places: 1)
    let worst = unkept.worst.map { "\($0.sku) (\(Readable.decimal($0.needed, places: 1)))" }
    if !worst.isEmpty { text += "; most of it for \(worst.joined(separator: ", "))" }
    return text + ".\n"
  }

  static func write(
    _ plan: PricedPlan, _ summary: PlanSummary, _ json: inout JSONText
  ) {
    let proof = plan.certificate
    json.member("verdict", "\(proof.verdict)")
    // A search that ended undecided proves nothing.
    let isProven = proof.verdict == .kept
    json.member("cost", isProven ? proof.cost : nil)
    json.member("bound", isProven ? proof.bound : nil)
    json.member("gap", isProven ? proof.gap : nil)
    json.member("passes", proof.passes)
    json.array("limits") { json in
      for row in PriceRow.rows(of: plan, summary) {
        json.object { json in
          json.member("limit", row.limit)
          json.member("location", row.location?.description)
          json.member("available", row.available)
          json.member("used", row.used)
          json.member("worth", row.worth)
          json.member("needed", row.unkept?.needed)
        }
      }
    }
  }
}
