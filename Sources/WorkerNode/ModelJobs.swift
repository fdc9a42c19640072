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
    /// Holidays and promotions that concern any of the items.
    var calendar = EventCalendar()

    func packed() -> [UInt8] {
      var writer = ByteWriter()
      writer.zigzag(Int64(asOf.number))
      run.pack(into: &writer)
      writer.count(networks.count)
      for network in networks { writer.blob(network) }
      writer.events(calendar.events)
      return writer.bytes
    }

    init(asOf: Day, run: RunSettings) {
      self.asOf = asOf
      self.run = run
    }

    init(packed bytes: [UInt8]) throws(PackingError) {
      var reader = ByteReader(bytes)
      guard let day = Int32(exactly: try reader.zigzag()) else { throw .invalid(what: "day") }
      asOf = Day(number: day)
      run = try RunSettings(from: &reader)
      for _ in 0..<(try reader.count("networks", limit: ShardStoreLimits.networks)) {
        networks.append(try reader.blob("network", limit: Limits.networkBytes))
      }
      calendar = EventCalendar(try reader.events())
      try reader.finish()
    }

    var fit: FitSettings {
      FitSettings(
        season: run.season, horizon: run.horizonDays,
        candidates: run.models.compactMap { ModelName($0) },
        network: ModelJobs.networks(of: self).last)
    }
  }

  /// One SKU on its way to a trainer.
  struct Item {
    var sku: SKU
    var demand: [LocationDemand]
    var category: String
    var model: [UInt8] = []

    /// What its models are fitted to.
    func known(_ settings: Settings) -> ItemDemand {
      ItemDemand(
        sku: sku, demand: demand, category: category, events: events(settings))
    }

    /// The holidays and promotions that concern it.
    func events(_ settings: Settings) -> [Event] {
      settings.calendar.events(of: sku, category: category)
    }

    func packed() -> [UInt8] {
      var writer = ByteWriter(capacity: 1_024)
      writer.blob(sku.bytes)
      writer.blob(model)
      writer.string(category)
      writer.count(demand.count)
      for part in demand {
        writer.blob(part.location.bytes)
        writer.blob(part.series.packed())
      }
      return writer.bytes
    }

    init(sku: SKU, demand: [LocationDemand], category: String = "", model: [UInt8] = []) {
      self.sku = sku
      self.demand = demand
      self.category = category
      self.model = model
    }

    init(packed bytes: [UInt8]) throws(PackingError) {
      var reader = ByteReader(bytes)
      sku = SKU(trusted: try reader.blob("SKU", limit: SKU.maximumBytes))
      model = try reader.blob("model", limit: 1 << 24)
      category = try reader.string("category", limit: Limits.runBytes)
      demand = []
      for _ in 0..<(try reader.count("locations", limit: WarehouseList.maximumCount)) {
        let name = try reader.blob("location", limit: Location.maximumBytes)
        let series = try DemandSeries(packed: try reader.blob("series", limit: 1 << 22))
        demand.append(LocationDemand(location: Location(trusted: name), series: series))
      }
      try reader.finish()
    }
  }

  /// A fitted model on its way back.
  struct Fit {
    /// As it is stored.
    var model: [UInt8]
    /// What it adds to the run's report.
    var summary: TrainSummary

    init(
      _ model: ItemModel, microseconds: UInt64, asked: FitSettings, cleaning: CleaningSum
    ) {
      self.model = StoredModel(model: model, microseconds: Int64(microseconds)).packed()
      summary = TrainSummary(
        model, asked: asked.candidates, network: asked.network, cleaning: cleaning)
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
    /// Why they are not those of the stored model; empty where they are.
    var trouble = ""

    init(_ forecast: ItemForecast, trouble: String = "") {
      self.trouble = trouble
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
      writer.string(trouble)
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
      trouble = try reader.string("trouble", limit: Limits.runBytes)
      try reader.finish()
    }
  }

  /// The work of a trainer process, a group of SKUs at a time. What cannot be read is answered with
  /// nothing, which the worker takes for a failure of that SKU.
  public static let work: TrainerProcess.GroupWork = { kind, settings, items in
    guard let kind = Kind(rawValue: kind), let settings = try? Settings(packed: settings) else {
      return items.map { _ in [] }
    }
    switch kind {
    case .teach: return items.map { taught($0, settings) }
    case .fit: return results(of: items) { fits($0, settings) }
    case .forecast: return results(of: items) { forecasts($0, settings) }
    }
  }

  /// The results by item: of those that can be read, all at once.
  private static func results(
    of items: [[UInt8]], _ work: ([Item]) -> [[UInt8]]
  ) -> [[UInt8]] {
    let read = items.map { try? Item(packed: $0) }
    var results = work(read.compactMap(\.self))[...]
    return read.map { $0 == nil ? [] : results.removeFirst() }
  }

  private static func fits(_ items: [Item], _ settings: Settings) -> [[UInt8]] {
    let (clock, asked) = (MonotonicClock(), settings.fit)
    let known = networks(of: settings)
    let begin = clock.nanoseconds
    // An update fits few again, one by one.
    let group = ItemGroup(
      settings.run.isUpdate ? [] : items.map { $0.known(settings) }, asOf: settings.asOf,
      settings: asked)
    let share = (clock.nanoseconds - begin) / UInt64(max(1, items.count))
    return items.enumerated().map { index, item in
      let start = clock.nanoseconds
      let model =
        settings.run.isUpdate
        ? renewed(item, settings, asked, known) : group.model(index)
      let time = (clock.nanoseconds - start + share) / 1_000
      let cleaning = CleaningSum(
        item.sku, item.demand, events: item.events(settings), asOf: settings.asOf)
      return Fit(model, microseconds: time, asked: asked, cleaning: cleaning).packed()
    }
  }

  /// The stored model after the new days, a new one where there is none.
  private static func renewed(
    _ item: Item, _ settings: Settings, _ asked: FitSettings, _ known: [SharedNetwork]
  ) -> ItemModel {
    guard let stored = try? StoredModel(packed: item.model, networks: known) else {
      return fit(item, settings, asked)
    }
    return stored.model.renewed(
      item.demand, category: item.category, events: item.events(settings), asOf: settings.asOf,
      settings: asked, seed: item.sku.digest)
  }

  private static func forecasts(_ items: [Item], _ settings: Settings) -> [[UInt8]] {
    let (asked, known) = (settings.fit, networks(of: settings))
    return items.map { item in
      let stored = try? StoredModel(packed: item.model, networks: known)
      let model = stored?.model ?? fit(item, settings, asked)
      let isLost = model.models.contains { $0.isWithoutNetwork }
      let forecast = model.forecast(
        item.demand, category: item.category, events: item.events(settings), asOf: settings.asOf,
        horizon: settings.run.horizonDays)
      return Forecasts(forecast, trouble: isLost ? lostNetwork : "").packed()
    }
  }

  private static let lostNetwork =
    "its model refers to a shared network that is gone: `granary train` makes a new one"

  private static func fit(
    _ item: Item, _ settings: Settings, _ asked: FitSettings
  ) -> ItemModel {
    ItemModel.fit(
      item.demand, category: item.category, events: item.events(settings), asOf: settings.asOf,
      settings: asked, seed: item.sku.digest)
  }

  // MARK: Without a trainer

  /// A model that needs no trainer, for a SKU that none of them survived: the recent mean.
  static func fallbackModel(_ item: Item, _ settings: Settings) -> ItemModel {
    var fallback = settings
    fallback.run.models = [ModelName.fallback.description]
    fallback.networks = []
    return fit(item, fallback, fallback.fit)
  }

  /// Forecasts of that model.
  static func fallbackForecasts(_ item: Item, _ settings: Settings) -> Forecasts {
    Forecasts(
      fallbackModel(item, settings).forecast(
        item.demand, asOf: settings.asOf, horizon: settings.run.horizonDays))
  }
}
