/// What kind of goods: its prices, sizes, week and season.
struct SampleCategory {
  let name: String
  let price: ClosedRange<Double>
  /// Litres of one unit.
  let litres: ClosedRange<Double>
  /// How much the year moves demand, and when it peaks as a part of the year.
  let yearlySwing: Double
  let yearlyPeak: Double
  /// Demand by weekday from Monday, around 1.
  let week: [Double]
  /// The part of sold units that comes back.
  let returnRate: Double

  static let all = [
    SampleCategory(
      name: "grocery", price: 1...12, litres: 0.3...4, yearlySwing: 0.10, yearlyPeak: 0.95,
      week: [0.90, 0.86, 0.88, 0.96, 1.16, 1.32, 0.92], returnRate: 0.005),
    SampleCategory(
      name: "drinks", price: 1...30, litres: 0.8...12, yearlySwing: 0.35, yearlyPeak: 0.54,
      week: [0.80, 0.80, 0.84, 0.94, 1.28, 1.44, 0.90], returnRate: 0.005),
    SampleCategory(
      name: "beauty", price: 4...60, litres: 0.1...1, yearlySwing: 0.15, yearlyPeak: 0.93,
      week: [0.96, 0.94, 0.94, 0.98, 1.06, 1.10, 1.02], returnRate: 0.04),
    SampleCategory(
      name: "fashion", price: 8...120, litres: 0.8...6, yearlySwing: 0.30, yearlyPeak: 0.78,
      week: [0.90, 0.86, 0.88, 0.92, 1.02, 1.22, 1.20], returnRate: 0.28),
    SampleCategory(
      name: "home", price: 6...150, litres: 1...40, yearlySwing: 0.15, yearlyPeak: 0.88,
      week: [0.94, 0.88, 0.88, 0.92, 1.00, 1.20, 1.18], returnRate: 0.06),
    SampleCategory(
      name: "garden", price: 5...200, litres: 2...90, yearlySwing: 0.80, yearlyPeak: 0.38,
      week: [0.84, 0.78, 0.80, 0.90, 1.10, 1.40, 1.18], returnRate: 0.04),
    SampleCategory(
      name: "toys", price: 5...80, litres: 0.8...25, yearlySwing: 0.55, yearlyPeak: 0.95,
      week: [0.94, 0.90, 0.94, 0.96, 1.04, 1.16, 1.06], returnRate: 0.07),
    SampleCategory(
      name: "electronics", price: 15...600, litres: 0.4...30, yearlySwing: 0.25,
      yearlyPeak: 0.92, week: [1.06, 1.00, 0.98, 0.96, 0.94, 1.02, 1.04], returnRate: 0.10),
    SampleCategory(
      name: "sports", price: 8...250, litres: 0.8...50, yearlySwing: 0.40, yearlyPeak: 0.45,
      week: [0.98, 0.92, 0.90, 0.92, 0.98, 1.16, 1.14], returnRate: 0.12),
    SampleCategory(
      name: "books", price: 5...45, litres: 0.4...2, yearlySwing: 0.20, yearlyPeak: 0.96,
      week: [1.08, 1.04, 1.02, 1.00, 0.96, 0.90, 1.00], returnRate: 0.03),
  ]

  static let index = Dictionary(
    uniqueKeysWithValues: all.enumerated().map { ($0.element.name, $0.offset) })
}
