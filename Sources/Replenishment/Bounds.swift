/// The limits inside which every plan is worked out. Data beyond them is a mistake somewhere: it is
/// brought back to the limit and reported, so that no arithmetic below can overflow or trap.
enum Bounds {
  /// The most units of a demand, an order or a promise.
  static let units = 1e12
  /// The most units on a shelf or on order. Far above `units`, so that an order that fits into
  /// `units` still counts in full when it is added to what is on order.
  static let stockedUnits = 1e15
  /// The most money of a unit cost, an order cost or a cost per cubic metre and year.
  static let money = 1e12
  /// The largest volume of a unit, in cubic metres.
  static let volumeCubicMetres = 1e6
  /// The finest step of an order; small enough for grams of a kilogram, and large enough that a
  /// step added to `units` still changes it.
  static let step = 0.001
  /// Less of a volume, a cost or a limit is nothing: prices that told it from nothing would have no
  /// end.
  static let dust = 1e-9
  /// Cover beyond this is as good as for ever.
  static let coverDays = 36_500.0
  /// The largest figure that packed plans may hold.
  static let figure = 1e40

  /// `value` between 0 and `limit`; 0 for what is no number.
  @inline(__always)
  static func amount(_ value: Double, limit: Double = units) -> Double {
    value > 0 ? min(value, limit) : 0
  }

  /// `value` rounded up to whole units, where what a sum of fractions leaves behind does not count.
  @inline(__always)
  static func roundedUp(_ value: Double) -> Double {
    (value - slack(value)).rounded(.up)
  }

  /// The rounding error to forgive in a value of this size: never as much as a step.
  @inline(__always)
  static func slack(_ value: Double) -> Double { min(1e-9 * max(1, abs(value)), step / 2) }
}
