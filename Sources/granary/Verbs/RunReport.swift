import CommandLineArguments
import Demand
import Forecasting
import Replenishment
import WireProtocol
import WorkerNode

/// What a run came to, for people and for programs.
enum RunReport {
  static func text(_ status: RunStatus, _ plan: PricedPlan? = nil) -> String {
    let seconds = Double(status.elapsedMilliseconds) / 1_000
    let skus = Int(status.outcome.skus)
    var text = "Run \(status.run) (\(status.kind.name))"
    if let asOf = status.asOf { text += " as of \(asOf)" }
    text += ": \(Readable.grouped(skus, "SKU", "SKUs")) in \(Readable.duration(seconds: seconds))"
    if seconds > 0 { text += ", \(Readable.count(Int(Double(skus) / seconds)))/s" }
    text += "\n"
    if status.teachingMilliseconds > 0 {
      let seconds = Double(status.teachingMilliseconds) / 1_000
      text += "Learning the shared weights took \(Readable.duration(seconds: seconds)) of that.\n"
    }
    if let training = training(status) {
      text += "\n\(table(training.backtest))\n\(chosen(training))"
      text += CleaningText.text(training.cleaning)
    }
    if let plans = plans(status) {
      text += "\n\(table(plans))"
      if let plan { text += PlanLimitReport.text(plan, plans) }
    }
    return text + quarantine(status.outcome)
  }

  static func json(_ status: RunStatus, _ plan: PricedPlan? = nil) -> String {
    var json = JSONText()
    json.object { json in
      json.member("run", Int(status.run))
      json.member("kind", status.kind.name)
      json.member("phase", status.phase.name)
      json.member("asOf", status.asOf?.description)
      json.member("skus", Int(status.outcome.skus))
      json.member("quarantined", Int(status.outcome.quarantined))
      json.array("quarantine") { json in
        for entry in status.outcome.named {
          json.object { json in
            json.member("sku", entry.sku.description)
            json.member("reason", entry.reason)
          }
        }
      }
      json.member("seconds", Double(status.elapsedMilliseconds) / 1_000)
      json.member("teachingSeconds", Double(status.teachingMilliseconds) / 1_000)
      if status.pricing.rounds > 0 {
        json.member("pricingRounds", Int(status.pricing.rounds))
        json.member("pricingSeconds", Double(status.pricing.milliseconds) / 1_000)
        json.member("pricingFirstRoundSeconds", Double(status.pricing.loadingMilliseconds) / 1_000)
      }
      if let training = training(status) { write(training, &json) }
      if let plans = plans(status) {
        write(plans, &json)
        if let plan { PlanLimitReport.write(plan, plans, &json) }
      }
    }
    json.newline()
    return json.drain()
  }

  private static func quarantine(_ outcome: UnitOutcome) -> String {
    guard outcome.quarantined > 0 else { return "" }
    var text = "\n" + Readable.grouped(Int(outcome.quarantined), "SKU is", "SKUs are")
    text += " in quarantine and forecast by the fallback; `granary export quarantine` lists all:\n"
    for entry in outcome.named { text += "  \(entry.sku): \(entry.reason)\n" }
    return text
  }

  // MARK: Training

  private static func training(_ status: RunStatus) -> TrainSummary? {
    guard status.kind == .train else { return nil }
    return try? TrainSummary(packed: status.outcome.summary)
  }

  /// The models by the series that they were chosen for, the most frequent first.
  private static func ranked(_ sum: TrainSummary) -> [(name: String, series: Int)] {
    sum.chosen.map { ($0.key.description, $0.value) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }

  private static func chosen(_ sum: TrainSummary) -> String {
    let parts = ranked(sum).map { "\($0.name) \(Readable.grouped($0.series))" }
    var text = parts.isEmpty ? "" : "Models of series: \(parts.joined(separator: ", ")).\n"
    if sum.kept + sum.refitted > 0 {
      text += Readable.grouped(sum.kept, "model was", "models were") + " kept, "
      text += "\(Readable.grouped(sum.refitted)) fitted again.\n"
    }
    if !sum.network.isEmpty {
      text += sum.network.prefix(1).uppercased() + sum.network.dropFirst() + ".\n"
    }
    if sum.fellBack > 0 {
      text += Readable.grouped(sum.fellBack, "SKU fell", "SKUs fell")
      text += " back: no model asked for took all of its series; `granary explain sku` says why.\n"
    }
    return text
  }

  private static func write(_ sum: TrainSummary, _ json: inout JSONText) {
    json.object("models") { json in
      for (name, series) in ranked(sum) { json.member(name, series) }
    }
    json.member("kept", sum.kept)
    json.member("refitted", sum.refitted)
    json.member("fellBack", sum.fellBack)
    json.member("network", sum.network)
    CleaningText.write(sum.cleaning, &json)
    write(sum.backtest, &json)
  }

  private static func table(_ sum: AccuracySum) -> String {
    guard let accuracy = sum.accuracy else {
      return "No series was long enough for a backtest.\n"
    }
    func number(_ value: Double?, _ places: Int) -> String {
      value.map { Readable.decimal($0, places: places) } ?? "-"
    }
    var table = TextTable([.left("Backtest"), .right("")])
    table.add(["series", Readable.grouped(sum.seriesCount)])
    table.add(["days compared", Readable.grouped(accuracy.count)])
    table.add(["MAE", number(accuracy.mae, 3)])
    table.add(["RMSE", number(accuracy.rmse, 3)])
    table.add(["MAPE, days with demand", number(accuracy.mape, 1) + " %"])
    table.add(["sMAPE, 0 to 200", number(accuracy.smape, 1) + " %"])
    table.add(["MASE", number(accuracy.mase, 3)])
    table.add(["R2 within each series", number(accuracy.r2, 3)])
    table.add(["within the 80 % band", number(accuracy.coverage80 * 100, 1) + " %"])
    table.add(["within the 95 % band", number(accuracy.coverage95 * 100, 1) + " %"])
    return table.render(for: .standardOutput)
  }

  private static func write(_ sum: AccuracySum, _ json: inout JSONText) {
    guard let accuracy = sum.accuracy else { return }
    json.object("backtest") { json in
      json.member("series", sum.seriesCount)
      json.member("days", accuracy.count)
      for measure in accuracy.measures { json.member(measure.name, measure.value) }
    }
  }

  // MARK: Plans

  private static func plans(_ status: RunStatus) -> PlanSummary? {
    guard status.kind == .allocate else { return nil }
    return try? PlanSummary(packed: status.outcome.summary)
  }

  /// The plans by location, with what to look at and the way there: of a cluster by its verbs, of a
  /// folder by its files.
  static func table(_ plans: PlanSummary, ofFolder: Bool = false) -> String {
    var table = TextTable([
      .left("Location"), .right("Lines").optional(3), .right("Orders"), .right("To buy"),
      .right("Moves").optional(1), .right("Held").optional(4), .right("On hand").optional(2),
      .right("Stock-outs"), .right("Overstock").optional(6), .right("Lost sales").optional(5),
      .right("Excess").optional(7),
    ])
    func add(_ name: String, _ totals: PlanTotals) {
      table.add([
        name, Readable.grouped(totals.lines), Readable.grouped(totals.proposals),
        Readable.decimal(totals.purchaseValue, places: 0), Readable.grouped(totals.transfers),
        Readable.grouped(totals.heldBack),
        Readable.decimal(totals.stockValue, places: 0),
        Readable.grouped(totals.exceptions(.stockOut)),
        Readable.grouped(totals.exceptions(.overstock)),
        Readable.decimal(totals.lostValue, places: 0),
        Readable.decimal(totals.excessValue, places: 0),
      ])
    }
    for location in plans.locations {
      if let totals = plans.byLocation[location] { add(location.description, totals) }
    }
    if plans.locations.count > 1 { add("all", plans.total) }
    return table.render(for: .standardOutput) + notes(plans.total, ofFolder: ofFolder)
  }

  private static func notes(_ total: PlanTotals, ofFolder: Bool) -> String {
    let ingest = ofFolder ? "" : "granary ingest "
    var text = ""
    if total.heldBack > 0 {
      text += Readable.grouped(total.heldBack, "order or move waits", "orders and moves wait")
      text +=
        " for what can be received, stored or paid today; held_by in the exports says for what.\n"
    }
    if total.exceptions(.dataFault) > 0 {
      text += Readable.grouped(total.exceptions(.dataFault), "line has", "lines have")
      text += " data that cannot be right or has gaps; "
      text += ofFolder ? "exceptions" : "`granary export exceptions`"
      text += " says which.\n"
    }
    if total.linesWithoutStock > 0 {
      text += Readable.grouped(total.linesWithoutStock, "line has", "lines have")
      text += " no stock row, so nothing is ordered there; `\(ingest)inventory.csv` adds it.\n"
    }
    if total.linesOnDefaults > 0 {
      text += Readable.grouped(total.linesOnDefaults, "line rests", "lines rest")
      text += " on default costs or lead times; `\(ingest)items.csv` gives them.\n"
    }
    return text
  }

  /// A member that is the plans by location.
  static func write(_ plans: PlanSummary, _ json: inout JSONText) {
    json.array("plans") { json in
      for location in plans.locations {
        guard let totals = plans.byLocation[location] else { continue }
        json.object { json in write(location.description, totals, &json) }
      }
    }
  }

  private static func write(
    _ location: String, _ totals: PlanTotals, _ json: inout JSONText
  ) {
    json.member("location", location)
    json.member("lines", totals.lines)
    json.member("linesWithoutStock", totals.linesWithoutStock)
    json.member("linesOnDefaults", totals.linesOnDefaults)
    json.member("proposals", totals.proposals)
    json.member("purchaseValue", totals.purchaseValue)
    json.member("stockValue", totals.stockValue)
    json.member("expectedStockValue", totals.expectedStockValue)
    json.member("expectedStockCubicMetres", totals.expectedStockCubicMetres)
    json.member("yearlyCost", totals.yearlyCost)
    for kind in PlanException.Kind.allCases {
      json.member(kind.name, totals.exceptions(kind))
    }
    json.member("lostUnits", totals.lostUnits)
    json.member("lostValue", totals.lostValue)
    json.member("excessValue", totals.excessValue)
  }
}
