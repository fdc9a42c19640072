public import CommandLineArguments

/// How service is measured.
public enum ServiceMeasure: String, CaseIterable, ArgumentValue {
  /// The probability of no stockout in an order cycle.
  case cycle
  /// The share of demand that is met from stock.
  case fill
  /// Whatever costs least at the cost of a missing unit.
  case cost
}

/// Where service levels come from, where no rule says.
public enum ServiceSource: String, CaseIterable, ArgumentValue {
  /// One level for all.
  case level
  /// The SKU's classes.
  case classes
}

/// What a plan is best at.
public enum PlanObjective: String, CaseIterable, ArgumentValue {
  /// The least total cost.
  case cost
  /// The most service for the cash there is.
  case service
}

/// How scarce supply is split over locations.
public enum ScarceSplitting: String, CaseIterable, ArgumentValue {
  /// Unit by unit to where it most probably sells.
  case benefit
  /// So that all last for as many days.
  case days
}

/// What replenishment takes where the master data of an item say nothing.
public struct PolicyDefaults: SettingsChapter, Equatable {
  /// Probability of no stockout in an order cycle, or share of demand that is met.
  public var serviceLevel = 0.95
  /// How service is measured.
  public var serviceType = ServiceMeasure.cycle
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
  /// Cost of a missing unit, as a share of its price; 0 is its margin.
  public var stockoutShare = 0.0
  /// Change of a year's demand below which lots stay as they were.
  public var hysteresis = 0.05
  /// Part of a lot that counts as space.
  public var spaceShare = 0.5
  /// Part of space and cash that today's orders may fill.
  public var releaseShare = 0.95
  /// What a plan is best at.
  public var objective = PlanObjective.cost
  /// Where service levels come from.
  public var serviceFrom = ServiceSource.level
  /// Service levels of the classes by value.
  public var serviceLevelA = 0.98, serviceLevelB = 0.95, serviceLevelC = 0.9
  /// Added for demand that varies, and varies much, from week to week.
  public var serviceAdditionY = -0.01, serviceAdditionZ = -0.03
  /// How scarce supply is split.
  public var scarceSplit = ScarceSplitting.benefit

  static let settings: [Setting<Self>] = [
    Setting(
      "serviceLevel", \.serviceLevel, .within(0.5...0.9999),
      "Probability of no stockout in an order cycle, or share of demand that is met."),
    Setting(
      "serviceType", \.serviceType, .any,
      "How service is measured: by order cycle, by demand met, or at the cost of a missing unit."),
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
    Setting(
      "stockoutShare", \.stockoutShare, .within(0...1_000), unit: "of the price",
      "Cost of a missing unit; 0 takes its margin."),
    Setting(
      "hysteresis", \.hysteresis, .within(0...1), unit: "of a year's demand",
      "Change of demand below which lots stay as they were."),
    Setting(
      "spaceShare", \.spaceShare, .within(0.5...1), unit: "of a lot",
      "What counts as space: with many SKUs, lots do not peak together."),
    Setting(
      "releaseShare", \.releaseShare, .within(0.5...1), unit: "of space and of cash",
      "What today's orders may fill: demand that falls short stays on the shelf."),
    Setting(
      "objective", \.objective, .any,
      "Least total cost, or most service for the cash there is."),
    Setting(
      "serviceFrom", \.serviceFrom, .any,
      "Where service levels come from if no rule says: serviceLevel, or the classes A to C, X to Z."
    ),
    Setting(
      "serviceLevelA", \.serviceLevelA, .within(0.5...0.999),
      "Service level of the first 80 % of a year's value."),
    Setting(
      "serviceLevelB", \.serviceLevelB, .within(0.5...0.999),
      "Service level of the next 15 %."),
    Setting(
      "serviceLevelC", \.serviceLevelC, .within(0.5...0.999),
      "Service level of the last 5 %."),
    Setting(
      "serviceAdditionY", \.serviceAdditionY, .within(-0.5...0.5),
      "Added to the level of a class where demand varies by half of its mean from week to week."),
    Setting(
      "serviceAdditionZ", \.serviceAdditionZ, .within(-0.5...0.5),
      "Added to the level of a class where demand varies by its mean or more."),
    Setting(
      "scarceSplit", \.scarceSplit, .any,
      "How scarce supply is split: to where it most probably sells, or for as many days."),
  ]
}
