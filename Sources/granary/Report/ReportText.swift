import ClientNode
import CommandLineArguments
import Coordination
import Demand
import Forecasting
import Replenishment
import WireProtocol
import WorkerNode

/// A report in short, for a terminal.
struct ReportText {
  private let report: ClusterReport
  private let terminal: Terminal

  private static let mostRows = 8

  init(_ report: ClusterReport, for terminal: Terminal = .standardOutput) {
    self.report = report
    self.terminal = terminal
  }

  var text: String {
    var text = head
    text += section("What the models learned from", data)
    text += section("Accuracy, by the backtests of the models", accuracy)
    text += section("Largest errors by value", worst)
    text += section("Plan", plan)
    text += section("Quarantine", quarantine)
    return text + "\n`granary report --html FILE` has all of it, with charts.\n"
  }

  private func section(_ title: String, _ body: String) -> String {
    body.isEmpty ? "" : "\n\(terminal.styled(title, .bold))\n\(body)"
  }

  private var head: String {
    let (status, digest) = (report.status, report.digest)
    var text = "\(status.colour.rawValue.uppercased())  "
    text += status.reasons.isEmpty ? "all is well" : status.reasons.joined(separator: "; ")
    text += "\n\(Readable.grouped(digest.skus, "SKU", "SKUs"))"
    if let asOf = report.asOf { text += " as of \(asOf)" }
    text += ": \(Readable.grouped(digest.modelled)) with a model, "
    text += "\(Readable.grouped(digest.forecast)) with a forecast, "
    text += "\(Readable.grouped(digest.planned)) planned, "
    text += "\(Readable.grouped(digest.quarantined)) in quarantine\n"
    if digest.skus == 0 { text += "Nothing is there yet; `granary ingest` brings it.\n" }
    return text
  }

  private var data: String {
    ReportWords.data(report).map {
      DisplayWidth.wrap(DisplayWidth.printable($0), to: terminal.width ?? 100)
        .joined(separator: "\n") + "\n"
    }.joined()
  }

  private var accuracy: String {
    guard report.digest.modelled > 0 else {
      return report.digest.skus == 0 ? "" : "No model is fitted yet; `granary train` does it.\n"
    }
    var table = TextTable([
      .left("SKUs"), .right(""), .right("Of sales"), .right("MAE"), .right("RMSE"),
      .right("MASE"), .right("In 80 % band"), .right("In 95 % band"),
    ])
    let all = ClusterReport.Class(name: "all", group: report.everything)
    let whole = max(all.group.value, .leastNormalMagnitude)
    let classes = report.valueClasses.map {
      ClusterReport.Class(name: "class \($0.name)", group: $0.group)
    }
    for part in classes + report.patterns + [all] {
      table.add(
        [
          part.name, Readable.grouped(part.group.skus),
          ReportWords.percent(part.group.value / whole),
        ] + ReportWords.row(part.group.accuracy.accuracy))
    }
    let models = report.models.map { "\($0.name) \(Readable.grouped($0.series))" }
    return table.render(width: terminal.width)
      + "Models of series: \(models.joined(separator: ", ")).\n"
  }

  private var worst: String {
    guard !report.digest.worst.isEmpty else { return "" }
    var table = TextTable([
      .left("SKU"), .left("Model"), .right("Money a day"), .right("Units a day"), .right("MASE"),
      .right("Sells a day"),
    ])
    for sku in report.digest.worst.prefix(Self.mostRows) {
      table.add([
        sku.sku.description, sku.model.description, ReportWords.money(sku.valuePerDay),
        Readable.decimal(sku.error, places: 1),
        sku.scaled.map { Readable.decimal($0, places: 2) } ?? "-",
        Readable.decimal(sku.mean, places: 1),
      ])
    }
    return table.render(width: terminal.width)
  }

  private var plan: String {
    guard let kept = report.plan else {
      return report.digest.forecast == 0
        ? "" : "Nothing is planned yet; `granary allocate` plans.\n"
    }
    var text = ReportWords.plan(kept).map { "\($0.value) \($0.name)" }.joined(separator: ", ")
    text = DisplayWidth.wrap(text, to: terminal.width ?? 100).joined(separator: "\n") + ".\n"
    let suppliers = report.suppliers(most: Self.mostRows)
    if !suppliers.isEmpty {
      var table = TextTable([.left("Supplier"), .right("Orders"), .right("Value"), .right("Held")])
      for (name, sum) in suppliers {
        table.add([
          name, Readable.grouped(sum.orders), ReportWords.money(sum.value),
          Readable.grouped(sum.held),
        ])
      }
      text += table.render(width: terminal.width)
    }
    return text + PlanLimitReport.text(kept.plan, kept.summary)
  }

  private var quarantine: String {
    report.reasons.prefix(Self.mostRows).map {
      DisplayWidth.printable("  \(Readable.grouped($0.skus)): \($0.reason)") + "\n"
    }.joined()
  }
}
