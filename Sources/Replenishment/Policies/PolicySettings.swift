public import Packing

/// The planner's settings: how well to serve, what holding costs, and what to assume of items that
/// do not say.
public struct PolicySettings: Equatable, Sendable {
  /// The probability that the demand of lead time and review is met from stock, 0.5 to 0.999.
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

  /// The defaults.
  public init() {}
}

extension PolicySettings {
  static let longestLeadTimeDays = 1_000

  /// Shows every setting as a number, with its name and range, and takes back what becomes of it:
  /// the one table that checking, clamping and packing go by. Its order is the packed order.
  private mutating func visit<Failure: Error>(
    _ body: (String, ClosedRange<Double>, inout Double) throws(Failure) -> Void
  ) throws(Failure) {
    func whole(
      _ name: String, _ range: ClosedRange<Double>, _ days: inout Int
    ) throws(Failure) {
      var value = Double(days)
      try body(name, range, &value)
      days = Int(exactly: value.rounded()) ?? days
    }
    try body("serviceLevel", 0.5...0.999, &serviceLevel)
    try body("holdingRate", 0...10, &holdingRate)
    try body("unitCost", 0...Bounds.money, &unitCost)
    try body("orderCost", 0...Bounds.money, &orderCost)
    try whole("leadTimeDays", 0...Double(Self.longestLeadTimeDays), &leadTimeDays)
    try body("volumeCubicMetres", 0...Bounds.volumeCubicMetres, &volumeCubicMetres)
    try whole("reviewDays", 1...365, &reviewDays)
    try whole("policyHorizonDays", 1...1_024, &policyHorizonDays)
    try whole("maximumCoverDays", 1...3_650, &maximumCoverDays)
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

  /// The settings as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    var copy = self
    copy.visit { (_, _, value) in writer.figure(value) }
    return writer.bytes
  }

  /// Reads what `packed` wrote; values outside their ranges are refused.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    self.init()
    var reader = ByteReader(bytes)
    try visit { (name, range, value) throws(PackingError) in
      value = try reader.figure(name, in: range)
    }
    try reader.finish()
  }
}
