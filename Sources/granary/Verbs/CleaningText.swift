import CommandLineArguments
import Demand
import WorkerNode

/// How the days of a run were cleaned, for people and for programs.
enum CleaningText {
  /// A sentence for each kind of day that there was; what `granary explain sku` says of one SKU, of
  /// all of them.
  static func text(_ sum: CleaningSum) -> String {
    var text = line(sum.idle, "without sales: a demand of 0", after: sum.trailing)
    text += line(sum.stockouts, "with an empty shelf: missing")
    text += line(
      sum.keptStockouts, "with an empty shelf: taken as they are, for want of sales on others")
    text += line(sum.returns, "with more returns than sales: a demand of 0")
    text += line(sum.outliers, "far beyond all days around: missing")
    guard !sum.outlierSKUs.isEmpty else { return text }
    let names = sum.outlierSKUs.map(\.description).joined(separator: ", ")
    let more = sum.outliers.skus > sum.outlierSKUs.count ? " and others" : ""
    return text + "  (\(names)\(more); `granary explain sku` says which days)\n"
  }

  private static func line(
    _ count: CleaningSum.Count, _ rule: String, after trailing: CleaningSum.Count? = nil
  ) -> String {
    guard count.days > 0 else { return "" }
    var text = Readable.grouped(count.days, "day", "days") + " of "
    text += Readable.grouped(count.skus, "SKU", "SKUs") + " \(rule)"
    if let trailing, trailing.days > 0 {
      text += ", \(Readable.grouped(trailing.days)) of them after the last row"
    }
    return text + ".\n"
  }

  /// A member with all counts.
  static func write(_ sum: CleaningSum, _ json: inout JSONText) {
    json.object("cleaning") { json in
      write("idle", sum.idle, &json)
      write("idleAfterLastRow", sum.trailing, &json)
      write("stockouts", sum.stockouts, &json)
      write("stockoutsKept", sum.keptStockouts, &json)
      write("returns", sum.returns, &json)
      write("outliers", sum.outliers, &json)
      json.array("outlierSKUs") { json in
        for sku in sum.outlierSKUs { json.element(sku.description) }
      }
    }
  }

  private static func write(
    _ name: String, _ count: CleaningSum.Count, _ json: inout JSONText
  ) {
    json.object(name) { json in
      json.member("skus", count.skus)
      json.member("days", count.days)
    }
  }
}
