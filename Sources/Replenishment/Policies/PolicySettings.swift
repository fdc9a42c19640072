public import Demand

/// The planner's settings: how well to serve, what holding costs, and what to assume of items that
/// do not say.
public struct PolicySettings: Equatable, Sendable {
  /// The probability that the demand of lead time and review is met from stock, or the share of
  /// demand that is, 0.5 to 0.999.
  public var serviceLevel = 0.95
  /// What holding costs a year, as a share of the unit cost, 0 to 10.
  public var holdingRate = 0.25
  /// The unit cost of items that have none, 0 to 1e12.
  public var unitCost = 1.0
  /// The cost of placing an order for items that have none, 0 to 1e12.
  public var orderCost = 50.0
  /// The lead time of items that have none, in days, 0 to 1,000.
  public var leadTimeDays = 7
  /// The volume of a unit for items that have none, in cubic metres, 0 to 1e6.
  public var volumeCubicMetres = 0.001
  /// Days between two looks at the stock, 1 to 365. Stock has to last over lead time and review.
  public var reviewDays = 1
  /// The days whose mean demand stands for the year's, 1 to 1,024.
  public var policyHorizonDays = 91
  /// Stock that lasts longer than this is too much, in days, 1 to 3,650.
  public var maximumCoverDays = 180
  /// How service is measured.
  public var serviceType = ServiceType.cycle
  /// What a missing unit costs as a share of its price, 0 to 1,000; 0 takes the margin.
  public var stockoutShare = 0.0
  /// The change of a year's demand, as a share of it, below which lots stay as they were, 0 to 1.
  public var hysteresis = 0.05
  /// The share of a lot that counts as space, 0.5 to 1: with many SKUs lots do not peak together.
  public var spaceShare = 0.5
  /// What the plan is best at.
  public var objective = Objective.cost
  /// The share of space and of cash that orders may fill up to, 0.5 to 1: demand that falls short
  /// of the forecast stays on the shelf.
  public var releaseShare = 0.95
  /// Whether a SKU's classes give its service level, where no rule does.
  public var usesClasses = false
  /// The service levels of the classes A, B and C, 0.5 to 0.999.
  public var serviceLevelA = 0.98, serviceLevelB = 0.95, serviceLevelC = 0.9
  /// What is added to them for demand that varies from week to week (Y), and much so (Z), -0.5 to
  /// 0.5.
  public var serviceAdditionY = -0.01, serviceAdditionZ = -0.03
  /// How scarce supply is split over locations.
  public var scarceSplit = ScarceSplit.benefit

  /// What a plan is best at.
  public enum Objective: UInt8, Sendable, CaseIterable {
    /// The least cost of ordering, holding and, where it has one, missing.
    case cost = 0
    /// The most service for the cash there is: holding counts next to nothing, so that the price
    /// of cash alone decides where a unit of stock does most.
    case service = 1
  }

  /// How scarce supply is split over locations.
  public enum ScarceSplit: UInt8, Sendable, CaseIterable {
    /// Unit by unit to where it most probably sells.
    case benefit = 0
    /// So that all last for as many days.
    case days = 1
  }

  /// The defaults.
  public init() {}
}

extension PolicySettings {
  static let longestLeadTimeDays = 1_000
  /// What holding counts where service is the objective, as a share of what it costs: enough to
  /// choose between lots that serve alike.
  static let serviceHoldingShare = 1e-4
  /// The levels that any service may be asked at.
  static let serviceLevels = 0.5...0.999

  /// Shows every setting as a number, with its name and range, and takes back what becomes of it:
  /// the one table that checking, clamping and packing go by. Its order is the packed order.
  mutating func visit<Failure: Error>(
    _ body: (String, ClosedRange<Double>, inout Double) throws(Failure) -> Void
  ) throws(Failure) {
    func whole(
      _ name: String, _ range: ClosedRange<Double>, _ days: inout Int
    ) throws(Failure) {
      var value = Double(days)
      try body(name, range, &value)
      days = Int(exactly: value.rounded()) ?? days
    }
    try body("serviceLevel", Self.serviceLevels, &serviceLevel)
    try body("holdingRate", 0...10, &holdingRate)
    try body("unitCost", 0...Bounds.money, &unitCost)
    try body("orderCost", 0...Bounds.money, &orderCost)
    try whole("leadTimeDays", 0...Double(Self.longestLeadTimeDays), &leadTimeDays)
    try body("volumeCubicMetres", 0...Bounds.volumeCubicMetres, &volumeCubicMetres)
    try whole("reviewDays", 1...365, &reviewDays)
    try whole("policyHorizonDays", 1...1_024, &policyHorizonDays)
    try whole("maximumCoverDays", 1...3_650, &maximumCoverDays)
    try visitChoices(body)
  }

  /// What the first packed form did not have.
  private mutating func visitChoices<Failure: Error>(
    _ body: (String, ClosedRange<Double>, inout Double) throws(Failure) -> Void
  ) throws(Failure) {
    func word(_ name: String, of count: Int, _ raw: UInt8) throws(Failure) -> UInt8 {
      var value = Double(raw)
      try body(name, 0...Double(count - 1), &value)
      return UInt8(exactly: value.rounded()) ?? raw
    }
    let service = try word(
      "serviceType", of: ServiceType.allCases.count, serviceType.rawValue)
    serviceType = ServiceType(rawValue: service) ?? serviceType
    try body("stockoutShare", 0...1_000, &stockoutShare)
    try body("hysteresis", 0...1, &hysteresis)
    try body("spaceShare", 0.5...1, &spaceShare)
    let aim = try word("objective", of: Objective.allCases.count, objective.rawValue)
    objective = Objective(rawValue: aim) ?? objective
    var classes = usesClasses ? 1.0 : 0
    try body("usesClasses", 0...1, &classes)
    usesClasses = classes >= 0.5
    try body("serviceLevelA", Self.serviceLevels, &serviceLevelA)
    try body("serviceLevelB", Self.serviceLevels, &serviceLevelB)
    try body("serviceLevelC", Self.serviceLevels, &serviceLevelC)
    try body("serviceAdditionY", -0.5...0.5, &serviceAdditionY)
    try body("serviceAdditionZ", -0.5...0.5, &serviceAdditionZ)
    let split = try word("scarceSplit", of: ScarceSplit.allCases.count, scarceSplit.rawValue)
    scarceSplit = ScarceSplit(rawValue: split) ?? scarceSplit
    try body("releaseShare", 0.5...1, &releaseShare)
  }

  /// Says which setting lies outside its range.
  public func validate() throws(PolicyError) {
    var copy = self
    try copy.visit { (name, range, value) throws(PolicyError) in
      guard range.contains(value) else {
        throw .outOfRange(
          setting: name, value: value, lowest: range.lowerBound, highest: range.upperBound)
      }
    }
  }

  /// The settings with every value inside its range, so that a plan of settings that nobody
  /// validated is still a plan.
  func clamped() -> PolicySettings {
    var copy = self
    copy.visit { (_, range, value) in
      value = value > range.lowerBound ? min(value, range.upperBound) : range.lowerBound
    }
    return copy
  }
}
