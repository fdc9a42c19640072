import Demand

/// How regularly a SKU sells, by the time between sales and how much their sizes vary (Syntetos,
/// Boylan and Croston, Journal of the Operational Research Society 56, 2005): it says which errors
/// are to be expected.
public enum DemandPattern: UInt8, CaseIterable, Sendable {
  /// Sells most days, in like sizes.
  case smooth = 0
  /// Sells most days, in sizes that vary.
  case erratic = 1
  /// Days without a sale, sizes alike.
  case intermittent = 2
  /// Days without a sale, sizes that vary.
  case lumpy = 3
  /// Too few sales to tell.
  case rare = 4

  /// Days from sale to sale, and the squared coefficient of variation of sizes, at which the best
  /// methods part (as above).
  private static let interval = 1.32, variation = 0.49
  private static let fewestSales = 4

  /// The name in reports.
  public var name: String { "\(self)" }

  /// The pattern of days of demand; what is not known does not count.
  init(_ units: [Double]) {
    var (days, sales, sum, squares) = (0.0, 0.0, 0.0, 0.0)
    for value in units.drop(while: { !($0 > 0) }) where value.isFinite {
      days += 1
      guard value > 0 else { continue }
      sales += 1
      sum += value
      squares += value * value
    }
    guard sales >= Double(Self.fewestSales) else {
      self = .rare
      return
    }
    let mean = sum / sales
    let spread = (squares / sales - mean * mean) / (mean * mean)
    let isRegular = days / sales < Self.interval
    self =
      spread < Self.variation
      ? (isRegular ? .smooth : .intermittent) : (isRegular ? .erratic : .lumpy)
  }
}
