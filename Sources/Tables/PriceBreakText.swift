import Demand

/// Reads price breaks: `100:4.50;500:4.20`, after `incremental` where a break's cost is that of the
/// units beyond it alone.
enum PriceBreakText {
  private static let incremental = "incremental"

  static func breaks(
    _ row: borrowing MasterRows, unitCost: Double?
  ) throws(MasterRows.Fault) -> (breaks: [PriceBreak], isIncremental: Bool) {
    var text = try row.cell("price_breaks")
    let isIncremental = text.lowercased().hasPrefix(incremental)
    if isIncremental { text = String(text.dropFirst(incremental.count)) }
    guard text.contains(where: { $0 != " " }) else {
      guard !isIncremental else {
        throw fault("\"\(incremental)\" is followed by no break; write it as incremental 100:4.50")
      }
      return ([], false)
    }
    var breaks: [PriceBreak] = []
    for part in ListText.parts(of: text) {
      let step = try step(part)
      let last = breaks.last.map(\.unitCost) ?? unitCost
      guard breaks.last.map({ $0.from < step.from }) ?? (step.from > 0) else {
        throw fault("\"\(part)\" starts no later than what stands before it; let sizes rise")
      }
      guard step.unitCost < last ?? .infinity else {
        throw fault(
          "\"\(part)\" costs no less than smaller orders, \(MasterRows.text(last ?? 0)); "
            + "let costs fall, or leave the break out")
      }
      breaks.append(step)
    }
    guard breaks.count <= SupplyOption.maximumBreaks else {
      throw fault(
        "there are \(breaks.count) breaks, at most \(SupplyOption.maximumBreaks) are taken; "
          + "leave some out")
    }
    return (breaks, isIncremental)
  }

  private static func step(_ part: String) throws(MasterRows.Fault) -> PriceBreak {
    let halves = part.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
    guard halves.count == 2, let from = ListText.number(halves[0]),
      let cost = ListText.number(halves[1])
    else {
      throw fault("\"\(part)\" is no break; write size:cost, as in 100:4.50;500:4.20")
    }
    return PriceBreak(from: from, unitCost: cost)
  }

  private static func fault(_ sentence: String) -> MasterRows.Fault {
    MasterRows.Fault(reason: .badPriceBreaks, sentence: "price_breaks \(sentence)")
  }
}
