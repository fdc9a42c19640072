import CommandLineArguments

/// The table of a simulation, and the same as JSON.
struct LoopReport {
  private let world: LoopWorld
  private var rows: [FillMatch] = []

  init(_ world: LoopWorld) { self.world = world }

  mutating func add(_ row: FillMatch) { rows.append(row) }

  static let header =
    "policy                         knob    cost/y   order capital storage  lost m.  fill  value"
    + " turns   mean  space>  worst   cash>  worst  last lines/d\n"

  func line(_ row: FillMatch) -> String {
    let a = row.account
    func cell(_ value: Double, _ places: Int, _ width: Int) -> String {
      DisplayWidth.pad(Readable.decimal(value, places: places), to: width, right: true)
    }
    let y = a.yearly
    return DisplayWidth.pad(row.name, to: 26) + cell(row.knob, 2, 9) + cell(a.costPerYear, 0, 10)
      + cell(a.orderCost * y, 0, 8) + cell(a.capitalCost * y, 0, 8)
      + cell(a.storageCost * y, 0, 8) + cell(a.lostMargin * y, 0, 9)
      + cell(100 * a.fill, 2, 7) + cell(100 * a.valueFill, 2, 7) + cell(a.turns, 1, 6)
      + cell(a.spaceShareSum / Double(a.days), 3, 7)
      + cell(Double(a.spaceViolations), 0, 7) + cell(a.worstSpace, 3, 7)
      + cell(Double(a.cashViolations), 0, 7) + cell(a.worstCash, 3, 7)
      + cell(Double(a.lastViolation), 0, 6) + cell(Double(a.lines) / Double(a.days), 1, 8) + "\n"
  }

  func json(bound: Double, fill: Double) -> String {
    var json = JSONText()
    json.object { json in
      json.member("skus", world.items.count)
      json.member("pairs", world.pairs.count)
      json.member("days", world.days)
      json.member("fill", fill)
      json.member("clairvoyantCostPerYear", bound)
      json.array("policies") { json in
        for row in rows {
          let a = row.account
          json.object { json in
            json.member("name", row.name)
            json.member("knob", row.knob)
            json.member("costPerYear", a.costPerYear)
            json.member("orderCostPerYear", a.orderCost * a.yearly)
            json.member("capitalCostPerYear", a.capitalCost * a.yearly)
            json.member("storageCostPerYear", a.storageCost * a.yearly)
            json.member("lostMarginPerYear", a.lostMargin * a.yearly)
            json.member("fill", a.fill)
            json.member("valueFill", a.valueFill)
            json.member("turns", a.turns)
            json.member("linesPerDay", Double(a.lines) / Double(a.days))
            json.member("spaceViolations", a.spaceViolations)
            json.member("worstSpace", a.worstSpace)
            json.member("cashViolations", a.cashViolations)
            json.member("worstCash", a.worstCash)
          }
        }
      }
    }
    json.newline()
    return json.drain()
  }
}
