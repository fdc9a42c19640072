/// What all pairs share. A limit that is not there is infinite.
public struct Limits: Equatable, Sendable {
  /// The share of a lot that space is kept for: 1 where all lots may lie there at once, 1/2 where
  /// half of them do on average.
  public var kappa: Double
  /// By warehouse: space.
  public var space: [Double]
  /// By warehouse: lines received a day.
  public var linesPerDay: [Double]
  /// Cash tied up in stock, half a lot and the safety stock of each pair.
  public var cash: Double

  /// No limits.
  public init(warehouseCount: Int, kappa: Double = 0.5) {
    self.kappa = kappa
    space = Array(repeating: .infinity, count: warehouseCount)
    linesPerDay = space
    cash = .infinity
  }

  /// How many warehouses there are.
  public var warehouseCount: Int { space.count }

  /// Whether receiving is limited anywhere: then passes are asked for its curvatures.
  public var hasLines: Bool { linesPerDay.contains { $0 < .infinity } }

  func check() throws(AllocationError) {
    guard kappa >= 0.5, kappa <= 1 else { throw .unsoundLimit(what: "kappa", value: kappa) }
    for value in space where !(value >= 0) { throw .unsoundLimit(what: "space", value: value) }
    for value in linesPerDay where !(value >= 0) {
      throw .unsoundLimit(what: "lines a day", value: value)
    }
    guard cash >= 0 else { throw .unsoundLimit(what: "cash", value: cash) }
  }
}

/// One of the shared limits.
public enum Limit: Hashable, Sendable {
  case space(warehouse: Int)
  case lines(warehouse: Int)
  case cash
}
