import ClientNode
import CommandLineArguments
import Coordination
import Demand
import Forecasting
import Pictures
import Replenishment
import WireProtocol
import WorkerNode

/// A report as a page that needs nothing beside itself.
struct ReportPage {
  private let report: ClusterReport
  /// When it was made, as people read it.
  private let madeAt: String
  private var page = Page()

  private static let mostRows = 15
  private static let smallChart = (width: 420, height: 190)

  init(_ report: ClusterReport, madeAt: String) {
    self.report = report
    self.madeAt = madeAt
  }

  /// The page as a file.
  static func file(_ report: ClusterReport, madeAt: String) -> String {
    var page = ReportPage(report, madeAt: madeAt)
    page.writeHead()
    page.writeCluster()
    page.writeDemand()
    page.writeAccuracy()
    page.writeWorst()
    page.writePlan()
    page.writeQuarantine()
    let day = report.asOf.map { " as of \($0)" } ?? ""
    return Page.file(title: "Granary report\(day)", page.page.html)
  }

  // MARK: Cluster

  private mutating func writeHead() {
    let status = report.status
    page.raw(
      "<h1>Granary report <span class=\"badge \(status.colour.rawValue)\">"
        + "\(status.colour.rawValue)</span></h1>\n")
    var words = "made \(madeAt) of cluster \(status.cluster)"
    if let asOf = report.asOf { words += ", sales as of \(asOf)" }
    var runs: [String] = []
    if let run = report.train?.run { runs.append("models of run \(run)") }
    if let run = report.forecast?.run { runs.append("forecasts of run \(run)") }
    if let run = report.plan?.status.run { runs.append("plan of run \(run)") }
    if !runs.isEmpty { words += "; " + runs.joined(separator: ", ") }
    page.paragraph(words, "quiet")
    for reason in status.reasons { page.paragraph(reason) }
    let digest = report.digest
    page.figures([
      (Readable.grouped(digest.skus), "SKUs"), (Readable.grouped(digest.modelled), "with a model"),
      (Readable.grouped(digest.forecast), "with a forecast"),
      (Readable.grouped(digest.planned), "planned"),
      (Readable.grouped(digest.quarantined), "in quarantine"),
    ])
    if digest.skus == 0 {
      page.paragraph("There is nothing in the cluster yet; `granary ingest` brings it.")
    }
  }

  private mutating func writeCluster() {
    let status = report.status
    page.heading("Cluster")
    page.paragraph(
      "\(Readable.grouped(status.servedShards)) of \(Readable.grouped(status.shards)) shards are "
        + "served; up \(Readable.duration(seconds: status.uptimeSeconds)).")
    guard !status.nodes.isEmpty else { return }
    page.table(
      [
        .left("Worker"), .left("State"), .right("Shards"), .right("SKUs"), .right("Data"),
        .right("Disk free"), .right("Refused"), .right("Trainers lost"), .left("Trouble"),
      ],
      status.nodes.map { node in
        [
          Page.Cell(node.name), Page.Cell(node.state), Page.Cell(Readable.grouped(node.shards)),
          Page.Cell(Readable.grouped(Int(node.skus))),
          Page.Cell(Readable.bytes(Int(clamping: node.databaseBytes))),
          Page.Cell(Readable.bytes(Int(clamping: node.diskFreeBytes))),
          Page.Cell(Readable.grouped(Int(clamping: node.refusedFrames))),
          Page.Cell(Readable.grouped(Int(clamping: node.trainersLost))), Page.Cell(node.trouble),
        ]
      })
  }

  private mutating func writeDemand() {
    guard let chart = report.demandChart else { return }
    page.heading("Demand")
    page.chart(chart, height: 280)
    for sentence in ReportWords.data(report) { page.paragraph(sentence) }
  }

  // MARK: Models

  private mutating func writeAccuracy() {
    page.heading("Accuracy")
    guard report.digest.modelled > 0 else {
      page.paragraph("No model is fitted yet; `granary train` does it.")
      return
    }
    page.paragraph(ReportWords.backtest, "quiet")
    if let accuracy = report.everything.accuracy.accuracy {
      page.figures(ReportWords.figures(accuracy))
    }
    if report.digest.untested > 0 {
      page.paragraph(
        Readable.grouped(report.digest.untested, "SKU is", "SKUs are")
          + " too young for a backtest and not in these figures.")
    }
    page.subheading("By value")
    page.paragraph(ReportWords.valueClasses, "quiet")
    write(report.valueClasses, "Class")
    page.subheading("By pattern of demand")
    page.paragraph(ReportWords.patterns, "quiet")
    write(report.patterns, "Pattern")
    page.subheading("By category")
    write(report.categories(most: Self.mostRows), "Category")
    page.chart(report.errorChart, height: 240)
    page.subheading("Models that were chosen")
    let models = report.models
    let all = Double(max(1, models.reduce(0) { $0 + $1.series }))
    page.table(
      [.left("Model"), .right("Series"), .right("Share")],
      models.map { model in
        let share = Double(model.series) / all
        return [
          Page.Cell(model.name), Page.Cell(Readable.grouped(model.series)),
          Page.Cell(ReportWords.percent(share), share: share),
        ]
      })
  }

  private mutating func write(_ classes: [ClusterReport.Class], _ title: String) {
    let whole = max(report.everything.value, .leastNormalMagnitude)
    page.table(
      [
        .left(title), .right("SKUs"), .right("Share of sales"), .right("MAE"), .right("RMSE"),
        .right("MASE"), .right("in the 80 % band"), .right("in the 95 % band"),
      ],
      classes.map { part in
        let accuracy = part.group.accuracy.accuracy
        let share = part.group.value / whole
        return [
          Page.Cell(part.name), Page.Cell(Readable.grouped(part.group.skus)),
          Page.Cell(ReportWords.percent(share), share: share),
        ] + ReportWords.row(accuracy).map { Page.Cell($0) }
      })
  }

  private mutating func writeWorst() {
    guard !report.worst.isEmpty else { return }
    page.heading("Top errors")
    page.paragraph(ReportWords.worst, "quiet")
    page.raw("<div class=\"grid\">\n")
    for (sku, charts) in report.worst {
      let picture = SVGPicture(
        charts, width: Self.smallChart.width, height: Self.smallChart.height)
      var words = "off by \(Readable.decimal(sku.error, places: 1)) units a day"
      words += " (\(Readable.decimal(sku.valuePerDay, places: 0)) in money)"
      if let scaled = sku.scaled { words += ", MASE \(Readable.decimal(scaled, places: 2))" }
      words += "; sells \(Readable.decimal(sku.mean, places: 1)) a day; \(sku.model)"
      page.raw(
        "<figure><figcaption><b>\(Markup.escaped(sku.sku.description))</b><br/>"
          + "\(Markup.escaped(words))</figcaption>\(picture.inline)</figure>\n")
    }
    page.raw("</div>\n")
  }

  private mutating func writeQuarantine() {
    page.heading("Quarantine")
    guard report.digest.quarantined > 0 else {
      page.paragraph("No SKU is in quarantine: every one has the model that was chosen for it.")
      return
    }
    page.paragraph(
      Readable.grouped(report.digest.quarantined, "SKU is", "SKUs are")
        + " forecast by the fallback, because its model failed; `granary export quarantine` lists "
        + "all.")
    page.table(
      [.left("Reason"), .right("SKUs")],
      report.reasons.prefix(Self.mostRows).map {
        [Page.Cell($0.reason), Page.Cell(Readable.grouped($0.skus))]
      })
    page.table(
      [.left("SKU"), .left("Reason")],
      report.digest.named.sorted { $0.key < $1.key }.map {
        [Page.Cell($0.key.description), Page.Cell($0.value)]
      })
  }

  // MARK: Plan

  private mutating func writePlan() {
    page.heading("Plan")
    guard let kept = report.plan else {
      page.paragraph("Nothing is planned yet; `granary allocate` plans.")
      return
    }
    let total = kept.summary.total
    page.figures(ReportWords.plan(kept))
    let rows = PriceRow.rows(of: kept.plan, kept.summary)
    if !rows.isEmpty {
      page.subheading("Limits")
      page.table(
        [
          .left("Limit"), .left("Location"), .right("There is"), .right("Used"),
          .right("One more saves a year"),
        ],
        rows.map { row in
          [
            Page.Cell(row.limit), Page.Cell(row.location?.description ?? "(all)"),
            Page.Cell(Readable.decimal(row.available, places: 1)),
            Page.Cell(
              Readable.decimal(row.used, places: 1),
              share: row.available > 0 ? row.used / row.available : 1),
            Page.Cell(row.isTight ? PlanLimitReport.worth(row.worth) : "-"),
          ]
        })
      for line in PlanLimitReport.words(kept.plan, rows).split(separator: "\n") {
        page.paragraph(String(line), "quiet")
      }
    }
    page.subheading("By warehouse")
    writeWarehouses(kept.summary)
    writeOrders(total)
    writeExceptions(total)
  }

  private mutating func writeWarehouses(_ summary: PlanSummary) {
    page.table(
      [
        .left("Location"), .right("Lines"), .right("Orders"), .right("To buy"), .right("Moves"),
        .right("Held"), .right("On hand"), .right("Lost sales"), .right("Excess"),
      ],
      summary.locations.map { location in
        let totals = summary.byLocation[location] ?? PlanTotals()
        return [
          Page.Cell(location.description), Page.Cell(Readable.grouped(totals.lines)),
          Page.Cell(Readable.grouped(totals.proposals)),
          Page.Cell(ReportWords.money(totals.purchaseValue)),
          Page.Cell(Readable.grouped(totals.transfers)),
          Page.Cell(Readable.grouped(totals.heldBack)),
          Page.Cell(ReportWords.money(totals.stockValue)),
          Page.Cell(ReportWords.money(totals.lostValue)),
          Page.Cell(ReportWords.money(totals.excessValue)),
        ]
      })
  }

  private mutating func writeOrders(_ total: PlanTotals) {
    page.chart(report.arrivalChart, height: 220)
    let suppliers = report.suppliers(most: Self.mostRows)
    guard !suppliers.isEmpty else { return }
    page.subheading("By supplier")
    let whole = max(total.purchaseValue, .leastNormalMagnitude)
    page.table(
      [.left("Supplier"), .right("Orders"), .right("Value"), .right("Held back")],
      suppliers.map { name, sum in
        [
          Page.Cell(name), Page.Cell(Readable.grouped(sum.orders)),
          Page.Cell(ReportWords.money(sum.value), share: sum.value / whole),
          Page.Cell(Readable.grouped(sum.held)),
        ]
      })
  }

  private mutating func writeExceptions(_ total: PlanTotals) {
    page.subheading("Exceptions")
    let kinds = PlanException.Kind.allCases.filter { total.exceptions($0) > 0 }
    guard !kinds.isEmpty else {
      page.paragraph("Nothing needs an eye.")
      return
    }
    page.table(
      [.left("Kind"), .right("Lines"), .right("At risk")],
      kinds.map { kind in
        [
          Page.Cell(kind.name), Page.Cell(Readable.grouped(total.exceptions(kind))),
          Page.Cell(ReportWords.money(report.digest.exceptions[kind]?.value ?? 0)),
        ]
      })
    page.table(
      [.left("SKU"), .left("Location"), .left("Kind"), .right("At risk"), .left("Why")],
      report.digest.gravest.map { entry in
        [
          Page.Cell(entry.sku.description), Page.Cell(entry.location.description),
          Page.Cell(entry.kind.name), Page.Cell(ReportWords.money(entry.value)),
          Page.Cell(entry.reason),
        ]
      })
  }
}
