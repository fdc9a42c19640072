/// The reorder points that there are: multiples of a unit, from the first that keeps no less than
/// the least safety stock.
struct ReorderGrid {
  /// Of neighbours, above 0.
  let unit: Double
  /// How many units the least reorder point is.
  let least: Double
  private let curve: ServiceCurve

  /// What a sum of fractions leaves behind does not count, but never as much as this.
  private static let slack = 1e-9, mostSlack = 5e-4
  /// By how much a shortage may exceed what is allowed: a lot that was computed from a reorder
  /// point finds that reorder point again.
  private static let rounding = 1e-12

  init(_ curve: ServiceCurve, unit: Double) {
    self.curve = curve
    self.unit = unit
    let count = curve.floor / unit
    least = (count - min(Self.slack * max(1, count), Self.mostSlack / unit)).rounded(.up)
  }

  func point(_ count: Double) -> Double { count * unit }

  /// The safety stock that a reorder point leaves.
  func safety(_ count: Double) -> Double { max(0, point(count) - curve.mean) }

  /// The stock at a safety stock, and the score of a reorder point.
  func stock(_ safety: Double) -> Double { curve.mean + safety }
  func score(_ count: Double) -> Double { curve.score(of: max(curve.least, point(count))) }

  func shortage(_ count: Double) -> Double { curve.shortage(above: point(count)) }

  /// The last at or below a stock, or the least.
  func below(_ stock: Double) -> Double { max(least, (stock / unit).rounded(.down)) }

  /// The first at or above a stock, or the least.
  func above(_ stock: Double) -> Double { max(least, (stock / unit).rounded(.up)) }

  /// The first above which no more is missing than is allowed.
  func serving(shortage: Double) -> Double {
    var count = above(curve.stock(shortage: shortage).stock)
    // What was inverted is right to some digits, what is looked up to all.
    // Where something on the way was no number, nothing is within it, and nothing exceeds it.
    while Self.exceeds(self.shortage(count), shortage), count + 1 > count { count += 1 }
    if count > least, Self.isWithin(self.shortage(count - 1), shortage) { count -= 1 }
    return count
  }

  /// Whether a shortage, or what is needed for it, is within what is allowed.
  static func isWithin(_ value: Double, _ most: Double) -> Bool { value <= most * (1 + rounding) }

  private static func exceeds(_ value: Double, _ most: Double) -> Bool {
    value > most * (1 + rounding)
  }
}
