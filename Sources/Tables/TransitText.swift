import Demand

/// Reads what is on its way: `in_transit` "40;25" and `eta` "2026-11-24;2026-12-01".
enum TransitText {
  static func receipts(_ row: borrowing MasterRows) throws(MasterRows.Fault) -> [Receipt] {
    let units = try parts(row, "in_transit")
    let days = try parts(row, "eta")
    guard units.count == days.count else {
      throw fault(
        "in_transit has \(units.count) amounts and eta \(days.count) days; write as many days as "
          + "amounts, separated by \";\", or count what has no day into on_order")
    }
    var byDay: [Day: Double] = [:]
    for (amount, text) in zip(units, days) {
      let day: Day
      do { day = try Day(text) } catch { throw fault("eta: \(error)") }
      byDay[day, default: 0] += try number(amount)
    }
    guard byDay.count <= Stock.maximumReceipts else {
      throw fault(
        "in_transit arrives on \(byDay.count) days, at most \(Stock.maximumReceipts) are taken; "
          + "put the last ones together")
    }
    return byDay.sorted { $0.key < $1.key }.filter { $0.value > 0 }
      .map { Receipt(units: $0.value, day: $0.key) }
  }

  private static func parts(
    _ row: borrowing MasterRows, _ column: String
  ) throws(MasterRows.Fault) -> [String] {
    let text = try row.cell(column)
    return text.isEmpty ? [] : ListText.parts(of: text)
  }

  private static func number(_ text: String) throws(MasterRows.Fault) -> Double {
    // Many days may fall on one: their sum stays a number that is taken.
    guard let value = ListText.number(text), value <= 1e12 else {
      throw fault("in_transit \"\(text)\" is no number from 0 to 1e12; write it as 40 or 40;25")
    }
    return value
  }

  private static func fault(_ sentence: String) -> MasterRows.Fault {
    MasterRows.Fault(reason: .badTransit, sentence: sentence)
  }
}

/// Reads lists within a field.
enum ListText {
  /// The parts between ";", without the blanks around them.
  static func parts(of text: String) -> [String] {
    text.split(separator: ";", omittingEmptySubsequences: false).map { part in
      var copy = String(part)
      return copy.withUTF8 { unsafe String(decoding: NumberText.trimmed($0), as: UTF8.self) }
    }
  }

  /// A number that is not negative and at most 10^15.
  static func number(_ text: String) -> Double? {
    var copy = text
    let value = copy.withUTF8 { unsafe NumberText.double(NumberText.trimmed($0)) }
    guard let value, value >= 0, value <= 1e15 else { return nil }
    return value + 0
  }
}
