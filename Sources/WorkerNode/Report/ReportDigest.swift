public import Demand
public import Forecasting
public import Replenishment

/// What many SKUs add up to, as far as a report shows it. Its size is bounded, however many SKUs
/// there are; what does not fit a list is counted under no name.
///
/// Sums of floating-point numbers depend on their order. A digest is made of SKUs in their order,
/// and digests are merged in the order of shards: then the report has the same bits for any number
/// of workers.
public struct ReportDigest: Equatable, Sendable {
  /// Days of history that are added up.
  public static let historyDays = 182
  /// The days by which a SKU's value is told: a quarter.
  public static let valueDays = 91
  /// The most named parts of a digest and of a whole report, SKUs named in it, and days.
  static let mostNames = 128, mostNamesMerged = 4_096
  static let mostNamed = 12, mostQuarantined = 24, mostReasons = 16
  static let mostDays = 2_048
  /// Bins of scaled errors, each a tenth wide; the last one holds all beyond.
  public static let errorBins = 21
  /// How wide they are.
  public static let errorBinWidth = 0.1

  /// SKUs there are, those with a model, a forecast, a plan, and those that are in quarantine.
  public internal(set) var skus = 0, modelled = 0, forecast = 0, planned = 0, quarantined = 0
  /// SKUs with a model whose history was too short for a backtest.
  public internal(set) var untested = 0
  /// Units sold by day, and units that are expected.
  public internal(set) var history: [Day: Double] = [:], expected: [Day: Double] = [:]
  /// SKUs by the value of their sales, from which classes A, B and C are told.
  public internal(set) var byValue: [Int: ReportGroup] = [:]
  /// SKUs by how they sell.
  public internal(set) var byPattern: [DemandPattern: ReportGroup] = [:]
  /// SKUs by category; no name where they have none or names are too many.
  public internal(set) var byCategory: [String: ReportGroup] = [:]
  /// Series by the model that was chosen for them.
  public internal(set) var chosen: [ModelName: Int] = [:]
  /// SKUs by the scaled error (MASE) of their total, where there is one: where the same weekday a
  /// week before never erred there is none.
  public internal(set) var errors = Array(repeating: 0, count: Self.errorBins)
  /// The SKUs whose errors weigh most, the worst first.
  public internal(set) var worst: [WorstSKU] = []
  /// Quarantined SKUs by reason.
  public internal(set) var reasons: [String: Int] = [:]
  /// Why some of them are, by name.
  public internal(set) var named: [SKU: String] = [:]
  /// What is proposed today by supplier.
  public internal(set) var bySupplier: [String: OrderSum] = [:]
  /// The same by the day on which it arrives.
  public internal(set) var byArrival: [Day: OrderSum] = [:]
  /// Exceptions by kind.
  public internal(set) var exceptions: [PlanException.Kind: ExceptionSum] = [:]
  /// Those with the most at risk, the gravest first.
  public internal(set) var gravest: [GravestException] = []

  /// Of nothing.
  public init() {}
}

/// Some SKUs of a kind.
public struct ReportGroup: Equatable, Sendable {
  /// How many.
  public internal(set) var skus = 0
  /// What they sold for in the last `ReportDigest.valueDays` days.
  public internal(set) var value = 0.0
  /// The backtests of all their series.
  public internal(set) var accuracy = AccuracySum()

  /// Of nothing.
  public init() {}

  /// Adds another part.
  public mutating func merge(_ other: ReportGroup) {
    skus += other.skus
    value += other.value
    accuracy.merge(other.accuracy)
  }
}

/// A SKU whose error weighs much.
public struct WorstSKU: Equatable, Sendable {
  /// Which.
  public let sku: SKU
  /// What its total was off by a day in the backtest, in money: the mean absolute error at its
  /// price.
  public let valuePerDay: Double
  /// The same in units, and over the error of the same weekday a week before; nothing where that
  /// never erred.
  public let error: Double, scaled: Double?
  /// What a day sells on average of late, in units.
  public let mean: Double
  /// The model of its total.
  public let model: ModelName

  /// The worse first; of equals the one whose bytes come first.
  static func isWorse(_ left: WorstSKU, _ right: WorstSKU) -> Bool {
    left.valuePerDay != right.valuePerDay
      ? left.valuePerDay > right.valuePerDay : left.sku < right.sku
  }
}

/// Some proposals.
public struct OrderSum: Equatable, Sendable {
  /// Orders, what their goods cost, and how many of them wait for a limit of today.
  public internal(set) var orders = 0, value = 0.0, held = 0

  /// Of nothing.
  public init() {}

  /// Adds another part.
  public mutating func merge(_ other: OrderSum) {
    orders += other.orders
    value += other.value
    held += other.held
  }
}

/// Some exceptions.
public struct ExceptionSum: Equatable, Sendable {
  /// How many, and the money at risk.
  public internal(set) var count = 0, value = 0.0

  mutating func merge(_ other: ExceptionSum) {
    count += other.count
    value += other.value
  }
}

/// An exception with much at risk.
public struct GravestException: Equatable, Sendable {
  /// Of which SKU, and where.
  public let sku: SKU, location: Location
  /// What it is.
  public let kind: PlanException.Kind
  /// The money at risk.
  public let value: Double
  /// The sentence for it.
  public let reason: String

  /// The graver first; of equals the one whose bytes come first.
  static func isGraver(_ left: GravestException, _ right: GravestException) -> Bool {
    if left.value != right.value { return left.value > right.value }
    if left.sku != right.sku { return left.sku < right.sku }
    if left.location != right.location { return left.location < right.location }
    return left.kind.rawValue < right.kind.rawValue
  }
}
