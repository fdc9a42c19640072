import ClientNode
import CommandLineArguments
import Demand
import Replenishment
import WireProtocol

/// How two plans differ, for people and for programs.
struct DifferenceText {
  let left: PlanCatalogue.Kept, right: PlanCatalogue.Kept
  let difference: PlanDifference

  func text() -> String {
    var text = TextTable([.left(""), .right(name(left)), .right(name(right)), .right("Change")])
    for figure in figures {
      text.add([
        figure.label, Readable.decimal(figure.left, places: figure.places),
        Readable.decimal(figure.right, places: figure.places), change(figure),
      ])
    }
    var report = text.render(for: .standardOutput) + "\n" + prices() + counts()
    guard !difference.most.isEmpty else { return report }
    var lines = TextTable([
      .left("SKU"), .left("Location"), .right("Lot"), .right("then"), .right("Order at"),
      .right("then"), .right("Today"), .right("then"), .right("Differs by"),
    ])
    for line in difference.most {
      lines.add(
        [line.sku.description, line.location.description]
          + [line.lots, line.reorderPoints, line.proposed].flatMap {
            [Readable.decimal($0.left, places: 0), Readable.decimal($0.right, places: 0)]
          } + [Readable.decimal(line.change, places: 0)])
    }
    report += "\n" + lines.render(for: .standardOutput)
    return report
  }

  private func name(_ kept: PlanCatalogue.Kept) -> String {
    kept.plan.scenario.isEmpty
      ? "\(kept.place.name), run \(kept.status.run)" : "if \(kept.plan.scenario)"
  }

  private struct Figure {
    var label: String, key: String
    var left: Double, right: Double
    var places = 0
  }

  private var figures: [Figure] {
    let (left, right) = (difference.left, difference.right)
    func figure(
      _ label: String, _ key: String, _ path: (PlanDifference.Side) -> Double, _ places: Int = 0
    ) -> Figure {
      Figure(label: label, key: key, left: path(left), right: path(right), places: places)
    }
    return [
      figure("cost a year", "cost", \.cost),
      figure("  of it ordering", "orderCost", \.orderCost),
      figure("  of it holding", "holdingCost", \.holdingCost),
      figure("stock, at cost", "stockValue", \.stockValue),
      figure("stock, in m3", "cubicMetres", \.cubicMetres, 1),
      figure("lines to receive a day", "linesPerDay", \.linesPerDay, 1),
      figure("met from stock, %", "fillPercent", { 100 * ($0.fill ?? 1) }, 2),
      figure("proposals today", "proposals", { Double($0.proposals) }),
      figure("  their value", "proposedValue", \.proposedValue),
    ]
  }

  private func change(_ figure: Figure) -> String {
    let change = figure.right - figure.left
    let sign = change > 0 ? "+" : ""
    guard figure.left != 0, figure.key != "fillPercent" else {
      return sign + Readable.decimal(change, places: figure.places)
    }
    return sign + Readable.decimal(100 * change / abs(figure.left), places: 1) + " %"
  }

  /// What one more of each limit is worth in both.
  private func prices() -> String {
    let before = PriceRow.rows(of: left.plan, left.summary)
    let after = PriceRow.rows(of: right.plan, right.summary)
    var table = TextTable([
      .left("One more saves a year"), .left("Location"), .right("now"), .right("then"),
    ])
    var isAny = false
    for row in after {
      let known = before.first { $0.limit == row.limit && $0.location == row.location }
      guard row.isTight || known?.isTight ?? false else { continue }
      isAny = true
      table.add([
        row.limit, row.location?.description ?? "(all)",
        known.map { PlanLimitReport.worth($0.worth) } ?? "-", PlanLimitReport.worth(row.worth),
      ])
    }
    return isAny ? table.render(for: .standardOutput) + "\n" : ""
  }

  private func counts() -> String {
    var text = Readable.grouped(difference.same, "line is", "lines are") + " the same, "
    text += "\(Readable.grouped(difference.different)) differ"
    if difference.onlyLeft > 0 { text += ", \(Readable.grouped(difference.onlyLeft)) are gone" }
    if difference.onlyRight > 0 { text += ", \(Readable.grouped(difference.onlyRight)) are new" }
    return text + ".\n"
  }

  func json() -> String {
    var json = JSONText()
    json.object { json in
      json.member("left", Int(left.status.run))
      json.member("right", Int(right.status.run))
      for figure in figures {
        json.object(figure.key) { json in
          json.member("left", figure.left)
          json.member("right", figure.right)
        }
      }
      json.member("same", difference.same)
      json.member("different", difference.different)
      json.member("onlyLeft", difference.onlyLeft)
      json.member("onlyRight", difference.onlyRight)
      json.array("lines") { json in
        for line in difference.most { Self.write(line, &json) }
      }
    }
    json.newline()
    return json.drain()
  }

  private static func write(_ line: PlanDifference.Line, _ json: inout JSONText) {
    json.object { json in
      json.member("sku", line.sku.description)
      json.member("location", line.location.description)
      let pairs = [
        ("lot", line.lots), ("reorderPoint", line.reorderPoints), ("proposed", line.proposed),
      ]
      for (key, value) in pairs {
        json.object(key) { json in
          json.member("left", value.left)
          json.member("right", value.right)
        }
      }
      json.member("change", line.change)
    }
  }
}
