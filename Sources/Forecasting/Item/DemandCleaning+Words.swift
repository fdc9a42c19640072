import Demand

extension DemandCleaning {
  /// What was done to the days, each with its rule, for people; empty where every day is a sale.
  public var sentences: [String] {
    var sentences: [String] = []
    if idleDays > 0 {
      let tail = trailingDays > 0 ? ", \(trailingDays) of them after the last row" : ""
      sentences.append(
        "\(Self.days(idleDays)) without sales\(tail): a day without a row is a demand of 0")
    }
    if stockoutDays > 0 {
      sentences.append(
        "\(Self.days(stockoutDays)) with an empty shelf: missing, since more may have been wanted "
          + "than was sold")
    }
    if keptStockoutDays > 0 {
      sentences.append(
        "\(Self.days(keptStockoutDays)) with an empty shelf: taken as they are, since nothing was "
          + "ever sold on other days")
    }
    if returnDays > 0 {
      sentences.append(
        "\(Self.days(returnDays)) with more returns than sales: a demand of 0")
    }
    for outlier in outliers.prefix(Self.outliersNamed) {
      sentences.append(
        "\(outlier.day) sold \(Self.number(outlier.units)), no day within "
          + "\(Outliers.reachDays) days more than \(Self.number(outlier.most)): missing, as an "
          + "order out of the ordinary or a typing error; if it was a promotion, mark it as one")
    }
    if outliers.count > Self.outliersNamed {
      sentences.append("\(outliers.count - Self.outliersNamed) more such days: missing")
    }
    return sentences
  }

  private static let outliersNamed = 5

  private static func days(_ count: Int) -> String { "\(count) day\(count == 1 ? "" : "s")" }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && value < 1e15 ? String(Int(value)) : String(value)
  }
}
