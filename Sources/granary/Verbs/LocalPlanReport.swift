import ClientNode
import CommandLineArguments
import Demand
import Replenishment

/// What a plan without a cluster came to, for people and for programs.
struct LocalPlanReport {
  let tables: LocalTables
  let outcome: LocalPlanner.Outcome
  let scenario: String?
  let folder: String
  let readSeconds: Double
  let planSeconds: Double

  func text() -> String {
    var text = "Plan as of \(outcome.asOf)"
    if let scenario { text += " if \"\(scenario)\"" }
    text += ": \(Readable.grouped(outcome.skuCount, "SKU", "SKUs")) in "
    text += Readable.duration(seconds: planSeconds)
    if planSeconds > 0 {
      text += ", \(Readable.count(Int(Double(outcome.skuCount) / planSeconds)))/s"
    }
    text += "; \(Readable.grouped(tables.forecastRows, "row", "rows")) of forecasts read in "
    text += "\(Readable.duration(seconds: readSeconds))\n"
    if !tables.hasTotals {
      text += "The forecasts have no totals: their days were taken as independent.\n"
    }
    text += "\n\(RunReport.table(outcome.summary, ofFolder: true))"
    text += PlanLimitReport.text(outcome.plan, outcome.summary)
    text += "\n" + Self.sentence(outcome.files.map { "\($0.table) \(Readable.grouped($0.rows))" })
    text += "They are in \(folder), with their hashes in manifest.json.\n"
    return text + tables.reports.map(IngestReportText.notes).joined()
  }

  private static func sentence(_ parts: [String]) -> String {
    "Rows: \(parts.joined(separator: ", ")).\n"
  }

  func json() -> String {
    var json = JSONText()
    json.object { json in
      json.member("asOf", outcome.asOf.description)
      json.member("scenario", scenario)
      json.member("skus", outcome.skuCount)
      json.member("readSeconds", readSeconds)
      json.member("planSeconds", planSeconds)
      json.member("hasTotals", tables.hasTotals)
      json.array("tables") { json in
        for report in tables.reports {
          json.object { json in
            json.member("path", report.path)
            json.member("rows", report.rows)
            json.member("rejected", report.rejected)
          }
        }
      }
      json.array("files") { json in
        for file in outcome.files {
          json.object { json in
            json.member("table", file.table)
            json.member("rows", file.rows)
          }
        }
      }
      PlanLimitReport.write(outcome.plan, outcome.summary, &json)
      RunReport.write(outcome.summary, &json)
    }
    json.newline()
    return json.drain()
  }
}
