import Demand
import Forecasting
import Packing
import ShardStore
import Threading
public import TrainerNode
import WireProtocol

/// What goes to a trainer and comes back, as bytes: one item is one SKU with all its locations.
public enum ModelJobs {
  /// The kinds of work, as `TrainingUnit.kind` carries them.
  enum Kind: UInt8 {
    /// Fit a model, or renew the one given: an item in, a model and its part of the report out.
    case fit = 1
    /// Make forecasts with a model (or a new one where there is none): forecasts out.
    case forecast = 2
    /// Learn a network: the rows of the sample in, the network out.
    case teach = 3
  }

  /// What all items of a unit share.
  struct Settings {
    var asOf: Day
    var run: RunSettings
    /// The networks that models use or refer to, packed, the newest last.
    var networks: [[UInt8]] = []

    func packed() -> [UInt8] {
      var writer = ByteWriter()
      writer.zigzag(Int64(asOf.number))
      run.pack(into: &writer)
      writer.count(networks.count)
      for network in networks { writer.blob(network) }
      return writer.bytes
    }

    init(asOf: Day, run: RunSettings) {
      self.asOf = asOf
      self.run = run
    }

    init(packed bytes: [UInt8]) throws(PackingError) {
      var reader = ByteReader(bytes)
      asOf = Day(number: Int32(truncatingIfNeeded: try reader.zigzag()))
      run = try RunSettings(from: &reader)
      for _ in 0..<(try reader.count("networks", limit: ShardStoreLimits.networks)) {
        networks.append(try reader.blob("network", limit: Limits.networkBytes))
      }
      try reader.finish()
    }

    var fit: FitSettings {
      FitSettings(
        season: run.season, horizon: run.horizonDays,
        candidates: run.models.compactMap { ModelName($0) })
    }
  }

  /// One SKU on its way to a trainer.
  struct Item {
    var sku: SKU
    var demand: [LocationDemand]
    var model: [UInt8] = []

    func packed() -> [UInt8] {
      var writer = ByteWriter(capacity: 1_024)
      writer.blob(sku.bytes)
      writer.blob(model)
      writer.count(demand.count)
      for part in demand {
        writer.blob(part.location.bytes)
        writer.blob(part.series.packed())
      }
      return writer.bytes
    }

    init(sku: SKU, demand: [LocationDemand], model: [UInt8] = []) {
      self.sku = sku
      self.demand = demand
      self.model = model
    }

    init(packed bytes: [UInt8]) throws(PackingError) {
      var reader = ByteReader(bytes)
      sku = SKU(trusted: try reader.blob("SKU", limit: SKU.maximumBytes))
      model = try reader.blob("model", limit: 1 << 24)
      demand = []
      for _ in 0..<(try reader.count("locations", limit: WarehouseList.maximumCount)) {
        let name = try reader.blob("location", limit: Location.maximumBytes)
        let series = try DemandSeries(packed: try reader.blob("series", limit: 1 << 22))
        demand.append(LocationDemand(location: Location(trusted: name), series: series))
      }
    }
  }

  /// A fitted model on its way back.
  struct Fit {
    /// As it is stored.
    var model: [UInt8]
    /// What it adds to the run's report.
    var summary: TrainSummary

    init(_ model: ItemModel, microseconds: UInt64, _ settings: Settings) {
      self.model = StoredModel(model: model, microseconds: Int64(microseconds)).packed()
      summary = TrainSummary(model, asked: settings.fit.candidates)
    }

    func packed() -> [UInt8] {
      var writer = ByteWriter(capacity: model.count + 256)
      writer.blob(model)
      writer.blob(summary.packed())
      return writer.bytes
    }

    init(packed bytes: [UInt8]) throws(PackingError) {
      var reader = ByteReader(bytes)
      model = try reader.blob("model", limit: 1 << 24)
      summary = try TrainSummary(packed: try reader.blob("summary", limit: Limits.runBytes))
      try reader.finish()
    }
  }

  /// The forecasts of a SKU on their way back: the total first, then by location.
  struct Forecasts {
    var parts: [(location: Location?, forecast: [UInt8])]

    init(_ forecast: ItemForecast) {
      parts = [(nil, forecast.total.packed())]
      for part in forecast.locations { parts.append((part.location, part.forecast.packed())) }
    }

    func packed() -> [UInt8] {
      var writer = ByteWriter(capacity: 4_096)
      writer.count(parts.count)
      for part in parts {
        writer.blob(part.location?.bytes ?? [])
        writer.blob(part.forecast)
      }
      return writer.bytes
    }

    init(packed bytes: [UInt8]) throws(PackingError) {
      var reader = ByteReader(bytes)
      parts = []
      for _ in 0..<(try reader.count("forecasts", limit: 1 + WarehouseList.maximumCount)) {
        let name = try reader.blob("location", limit: Location.maximumBytes)
        let forecast = try reader.blob("forecast", limit: 1 << 20)
        parts.append((name.isEmpty ? nil : Location(trusted: name), forecast))
      }
      try reader.finish()
    }
  }

  /// The work of a trainer process. What cannot be read is answered with nothing, which the worker
  /// takes for a failure of that SKU.
  public static let work: TrainerProcess.Work = { kind, settings, item in
    guard let kind = Kind(rawValue: kind), let settings = try? Settings(packed: settings) else {
      return []
    }
    if kind == .teach { return taught(item, settings) }
    guard let item = try? Item(packed: item) else { return [] }
    switch kind {
    case .teach: return []
    case .fit:
      let clock = MonotonicClock()
      let start = clock.nanoseconds
      let model = trained(item, settings)
      return Fit(model, microseconds: (clock.nanoseconds - start) / 1_000, settings).packed()
    case .forecast:
      let model = (try? StoredModel(packed: item.model))?.model ?? fit(item, settings)
      let forecast = model.forecast(
        item.demand, asOf: settings.asOf, horizon: settings.run.horizonDays)
      return Forecasts(forecast).packed()
    }
  }

  private static func fit(_ item: Item, _ settings: Settings) -> ItemModel {
    ItemModel.fit(
      item.demand, asOf: settings.asOf, settings: settings.fit, seed: item.sku.digest)
  }

  /// The stored model after the new days where models are kept, a new one else.
  private static func trained(_ item: Item, _ settings: Settings) -> ItemModel {
    guard settings.run.isUpdate, let stored = try? StoredModel(packed: item.model) else {
      return fit(item, settings)
    }
    return stored.model.renewed(
      item.demand, asOf: settings.asOf, settings: settings.fit, seed: item.sku.digest)
  }

  // MARK: Without a trainer

  /// A model that needs no trainer, for a SKU that none of them survived: the recent mean.
  static func fallbackModel(_ item: Item, _ settings: Settings) -> ItemModel {
    var fallback = settings
    fallback.run.models = [ModelName.fallback.description]
    return fit(item, fallback)
  }

  /// Forecasts of that model.
  static func fallbackForecasts(_ item: Item, _ settings: Settings) -> Forecasts {
    Forecasts(
      fallbackModel(item, settings).forecast(
        item.demand, asOf: settings.asOf, horizon: settings.run.horizonDays))
  }
}
