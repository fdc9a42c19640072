import ClientNode
import Demand
import Forecasting
import Packing
import Replenishment
import WireProtocol
import WorkerNode

/// What a SKU sold, what is expected of it and what is planned, at one location or at all.
struct SKUCourse {
  let sku: SKU
  /// Where; nothing for all locations together.
  let location: Location?
  /// Everywhere that it sells or is planned.
  let locations: [Location]
  /// What sold there: the sum of locations where there is more than one.
  private(set) var history: DemandSeries?
  /// The days of it that models do not take as they are.
  private(set) var cleaned = CleanedDays()
  /// Holidays and promotions that concern it here, past and to come.
  private(set) var events: [Event] = []
  /// What the model expected of the last days up to `asOf` a day ahead.
  private(set) var fitted: [Double] = []
  /// The last day that the forecast has seen, and the forecast.
  private(set) var asOf: Day?
  private(set) var forecast: Forecast?
  /// The model that forecasts, where it has one of its own.
  private(set) var model: SeriesModel?
  /// What is planned, and the forecast that it goes by, of each location shown.
  private(set) var plans: [Planned] = []
  /// Why it is in quarantine.
  private(set) var quarantine: String?

  /// A location's plan.
  struct Planned {
    var location: Location
    var plan: LocationPlan
    var mean: [Double]
  }

  /// Reads it from the worker that has it, and takes what concerns it from the calendar. A fit is
  /// made here: should a model trap, it is this process that ends and not a worker.
  init(
    _ sku: SKU, at wanted: String?, days: Int, _ calendar: EventCalendar, _ reader: SKUReader
  ) throws {
    self.sku = sku
    let series = try Self.series(sku, reader)
    let forecasts = try Self.forecasts(sku, reader)
    let planned = try reader.rows(.plans, of: sku).compactMap { row in
      try row.location.map { (location: $0, plan: try LocationPlan(packed: row.value)) }
    }
    let places = Set(series.map(\.location)).union(forecasts.keys.compactMap(\.self))
      .union(planned.map(\.location)).sorted()
    locations = places
    guard !series.isEmpty || !forecasts.isEmpty else { throw try Self.unknown(sku, reader) }
    let place = try Self.place(wanted, of: sku, among: places)
    location = place
    history = Self.history(series.filter { place == nil || $0.location == place })
    let value = place.flatMap { forecasts[$0] } ?? (place == nil ? forecasts[nil] : nil)
    if let value {
      asOf = value.asOf
      forecast = try Forecast(packed: value.forecast)
      // What was not heard of until then did not sell.
      if let series = history, series.end < value.asOf {
        history = series.seen(asOf: value.asOf)
      }
    }
    quarantine = try reader.rows(.quarantine, of: sku).first.map {
      QuarantineEntry.reason(in: $0.value)
    }
    for (location, plan) in planned where place == nil || location == place {
      let mean = try forecasts[location].map { try Forecast(packed: $0.forecast).mean } ?? []
      plans.append(Planned(location: location, plan: plan, mean: mean))
    }
    let category = try reader.rows(.item, of: sku).first.map {
      try Item(packed: $0.value).category
    }
    let known = calendar.events(of: sku, category: category ?? "")
    events = known.filter { event in
      event.scope.location.map { place == nil ? places.contains($0) : $0 == place } ?? true
    }
    guard let last = asOf ?? history?.end else { return }
    cleaned = CleanedDays(
      series.filter { place == nil || $0.location == place }, events: known, asOf: last)
    try takeModel(series, category: category ?? "", known, asOf: last, days: days, reader)
  }

  // MARK: Reading

  private static func series(_ sku: SKU, _ reader: SKUReader) throws -> [LocationDemand] {
    try reader.rows(.series, of: sku).compactMap { row in
      try row.location.map {
        LocationDemand(location: $0, series: try DemandSeries(packed: row.value))
      }
    }
  }

  private static func forecasts(
    _ sku: SKU, _ reader: SKUReader
  ) throws -> [Location?: ForecastValue] {
    var forecasts: [Location?: ForecastValue] = [:]
    for row in try reader.rows(.forecasts, of: sku) {
      var bytes = ByteReader(row.value)
      forecasts[row.location] = try ForecastValue(from: &bytes)
    }
    return forecasts
  }

  private mutating func takeModel(
    _ series: [LocationDemand], category: String, _ events: [Event], asOf: Day, days: Int,
    _ reader: SKUReader
  ) throws {
    guard let row = try reader.rows(.model, of: sku).first else { return }
    let item = try StoredModel(packed: row.value).model
    // Networks are large and only some models refer to one.
    let needsNetwork = item.models.contains(where: \.isWithoutNetwork)
    let networks = needsNetwork ? try reader.rows(.networks, of: sku) : []
    let known = try StoredModel(
      packed: row.value, networks: networks.compactMap { try? SharedNetwork(packed: $0.value) }
    ).model
    model =
      location.map { place in
        place == known.onlyLocation
          ? known.total : known.locations.first { $0.location == place }?.model
      } ?? known.total
    // The same events that the worker gave it: without them the regressors would be others.
    fitted = known.fitted(
      series, category: category, events: events, asOf: asOf, days: days,
      at: locations.count == 1 ? nil : location)
  }

  /// The sum by day; a day on which nothing is known anywhere is unknown.
  private static func history(_ parts: [LocationDemand]) -> DemandSeries? {
    guard let start = parts.map(\.series.start).min(), let end = parts.map(\.series.end).max()
    else { return nil }
    let count = end - start + 1
    var units = Array(repeating: Double.nan, count: count)
    var promotions = Array(repeating: false, count: count)
    for part in parts {
      let offset = part.series.start - start
      for (index, value) in part.series.units.enumerated() where !value.isNaN {
        let day = offset + index
        units[day] = (units[day].isNaN ? 0 : units[day]) + value
      }
      for (index, isPromoted) in part.series.promotions.enumerated() where isPromoted {
        promotions[offset + index] = true
      }
    }
    // Days behind a location's last sale sell nothing; only a day marked as missing is unknown.
    for part in parts where part.series.end < end {
      for day in (part.series.end - start + 1)..<count where units[day].isNaN { units[day] = 0 }
    }
    return DemandSeries(start: start, units: units, promotions: promotions)
  }
}
