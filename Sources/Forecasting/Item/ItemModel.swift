public import Demand
public import Packing

/// The models of one SKU: one for the total, and one for each location that sells often enough.
///
/// A location with `leastDemandDays` days of demand has a model of its own. The others share the
/// total's model, split by their smoothed recent shares, which need no fit: a location that appears
/// later is forecast too. The total's mean is the sum of the locations' means.
public struct ItemModel: Sendable {
  /// The days with demand that a location's own model needs.
  public static let leastDemandDays = 60
  /// The most locations with models of their own.
  public static let maximumLocations = WarehouseList.maximumCount
  private static let version: UInt8 = 1

  /// The model of the demand at all locations.
  public let total: SeriesModel
  /// The locations with models of their own, ascending. A SKU with one location has none: there the
  /// total is the location.
  public let locations: [Part]
  /// The only location that there was at the fit.
  public let onlyLocation: Location?

  /// The model of one location.
  public struct Part: Sendable {
    /// Where.
    public let location: Location
    /// Its model.
    public let model: SeriesModel
  }

  init(total: SeriesModel, locations: [Part], onlyLocation: Location?) {
    self.total = total
    self.locations = locations
    self.onlyLocation = onlyLocation
  }

  /// The backtests of all fitted series, the total's first where it was fitted for itself.
  public var backtest: AccuracySum {
    var sum = total.backtest
    for part in locations { sum.merge(part.model.backtest) }
    return sum
  }

  /// The models of all fitted series, the total's first.
  public var models: [SeriesModel] { [total] + locations.map(\.model) }

  /// Forecasts the days after `asOf`.
  public func forecast(
    _ item: [LocationDemand], category: String = "", events: [Event] = [], asOf: Day, horizon: Int
  ) -> ItemForecast {
    let history = ItemHistory(item, category: category, events: events, asOf: asOf)
    let whole = total.outlook(history.total, horizon: horizon)
    if history.locations.count == 1, let location = history.locations.first {
      let forecast = whole.forecast
      return ItemForecast(
        total: forecast, locations: [.init(location: location, forecast: forecast)])
    }
    let shares = history.shares
    var sum = [Double](repeating: 0, count: whole.mean.count)
    var parts: [ItemForecast.Part] = []
    for (index, location) in history.locations.enumerated() {
      let outlook =
        model(of: location)?.outlook(history.parts[index], horizon: horizon)
        ?? whole.thinned(share: shares[index])
      for day in sum.indices { sum[day] += outlook.mean[day] }
      parts.append(.init(location: location, forecast: outlook.forecast))
    }
    let total = history.locations.isEmpty ? whole : whole.rescaled(to: sum)
    return ItemForecast(total: total.forecast, locations: parts)
  }

  func model(of location: Location) -> SeriesModel? {
    if location == onlyLocation { return total }
    return locations.first { $0.location == location }?.model
  }
}

extension ItemModel {
  /// The models as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 512)
    writer.fixed(Self.version)
    writer.blob(total.packed())
    writer.blob(onlyLocation?.bytes ?? [])
    writer.count(locations.count)
    for part in locations {
      writer.blob(part.location.bytes)
      writer.blob(part.model.packed())
    }
    return writer.bytes
  }

  /// The longest packed model that is read.
  private static let maximumModelBytes = 1 << 16

  /// Reads what `packed` wrote; the bytes may be hostile. `networks` are those at hand.
  public init(
    packed bytes: [UInt8], networks: [SharedNetwork] = []
  ) throws(PackingError) {
    var reader = ByteReader(bytes)
    let version = try reader.byte()
    guard version == Self.version else { throw .invalid(what: "item model version \(version)") }
    total = try SeriesModel(
      packed: try reader.blob("model", limit: Self.maximumModelBytes), networks: networks)
    let only = try reader.blob("location", limit: Location.maximumBytes)
    onlyLocation = only.isEmpty ? nil : try Self.location(only)
    let count = try reader.count("locations", limit: Self.maximumLocations, minimumBytes: 2)
    var parts: [Part] = []
    for _ in 0..<count {
      let location = try Self.location(
        try reader.blob("location", limit: Location.maximumBytes))
      if let last = parts.last, !(last.location < location) {
        throw .invalid(what: "order of locations at \(location)")
      }
      let model = try SeriesModel(
        packed: try reader.blob("model", limit: Self.maximumModelBytes), networks: networks)
      parts.append(Part(location: location, model: model))
    }
    locations = parts
    try reader.finish()
  }

  private static func location(_ bytes: [UInt8]) throws(PackingError) -> Location {
    do { return try Location(bytes: bytes) } catch { throw .invalid(what: error.description) }
  }
}
