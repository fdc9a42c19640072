import CommandLineArguments

/// What replenishment takes where the master data of an item say nothing.
public struct PolicyDefaults: SettingsChapter, Equatable {
  /// Probability of no stockout in an order cycle.
  public var serviceLevel = 0.95
  /// Yearly cost of holding stock, per unit of its value.
  public var holdingRate = 0.25
  /// Money that one unit costs.
  public var unitCost = 1.0
  /// Money that one order costs.
  public var orderCost = 50.0
  /// Days from order to receipt.
  public var leadTimeDays = 7
  /// Space that one unit takes.
  public var unitVolumeCubicMetres = 0.001
  /// Days between two looks at a SKU's stock.
  public var reviewDays = 1
  /// Days whose mean demand is scaled to a year for lots.
  public var horizonDays = 91
  /// Days of demand that one lot may cover.
  public var maximumCoverDays = 180

  static let settings: [Setting<Self>] = [
    Setting(
      "serviceLevel", \.serviceLevel, .within(0.5...0.9999),
      "Probability of no stockout in an order cycle."),
    Setting(
      "holdingRate", \.holdingRate, .within(0.0001...10), unit: "per year",
      "Yearly cost of holding stock, as a part of its value."),
    Setting(
      "unitCost", \.unitCost, .within(0.0001...1e9), unit: "money",
      "Cost of one unit."),
    Setting(
      "orderCost", \.orderCost, .within(0...1e9), unit: "money",
      "Cost of one order line, whatever its size."),
    Setting(
      "leadTimeDays", \.leadTimeDays, .within(0...365), unit: "days",
      "Time from order to receipt."),
    Setting(
      "unitVolumeCubicMetres", \.unitVolumeCubicMetres, .within(0...1_000), unit: "cubic metres",
      "Space that one unit takes."),
    Setting(
      "reviewDays", \.reviewDays, .within(1...365), unit: "days",
      "Time between two looks at a SKU's stock."),
    Setting(
      "horizonDays", \.horizonDays, .within(1...1_024), unit: "days",
      "Span of the forecast whose mean demand is scaled to a year for lots."),
    Setting(
      "maximumCoverDays", \.maximumCoverDays, .within(1...3_650), unit: "days",
      "Demand that one lot may cover at most."),
  ]
}
