public import Demand

/// The demand of a SKU at one location.
public struct LocationDemand: Equatable, Sendable {
  /// Where.
  public var location: Location
  /// What sold there.
  public var series: DemandSeries

  /// Joins both.
  public init(location: Location, series: DemandSeries) {
    self.location = location
    self.series = series
  }
}

/// The forecast of a SKU: of every location, and of all together.
public struct ItemForecast: Equatable, Sendable {
  /// The total; its mean is the sum of the locations' means, added in their order.
  public let total: Forecast
  /// The locations in ascending order.
  public let locations: [Part]

  /// The forecast of one location.
  public struct Part: Equatable, Sendable {
    /// Where.
    public let location: Location
    /// What will sell there.
    public let forecast: Forecast
  }
}
