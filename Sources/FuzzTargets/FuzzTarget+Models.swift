import Arima
import Demand
import Forecasting
import Packing
import WireProtocol
import WorkerNode

extension FuzzTarget {
  /// Models as they are stored, which must forecast whatever they hold.
  static let models = FuzzTarget(
    name: "models", about: "ARIMA, networks, series and item models, what trainers are given",
    readers: [
      arima, series, itemModel, network, accuracy, summary, trainerItem, ReportReaders.digest,
    ])

  /// What takes long to make is made once.
  struct Made: Sendable {
    var arima: [ArimaModel]
    var series: [SeriesModel]
    var item: ItemModel
    var network: SharedNetwork
    /// One that reads several holidays in one column, and a model that forecasts with it.
    var pooled: SharedNetwork
    var festive: ItemModel

    static let shared = Result { try Made() }

    private init() throws {
      let values = try FuzzMarket.demand().map(\.series.units)
      let settings = ArimaSettings(seasons: [7])
      arima = try values.map { try ArimaModel.fit($0, settings: settings) }
      var taught = FitSettings(season: 7, horizon: 7, candidates: [.lstm])
      taught.recurrent = RecurrentOptions(hidden: 8)
      network = SharedNetwork.learned(
        from: (0..<8).map { shift in
          SeriesInput(values: values[0].indices.map { values[0][($0 + shift) % 180] })
        }, settings: taught)
      taught.network = network
      series = ModelName.allCases.map { name in
        var settings = taught
        settings.candidates = [name]
        return SeriesModel.fit([SeriesInput(values: values[0])], settings: settings)[0]
      }
      item = ItemModel.fit(
        try FuzzMarket.demand(), asOf: FuzzMarket.asOf,
        settings: FitSettings(season: 7, horizon: 7, candidates: [.seasonalNaive, .smoothing]))
      let holidays = Self.holidays()
      let festivity = try Self.festivity(holidays)
      taught.network = nil
      pooled = SharedNetwork.learned(
        from: try (0..<8).map { index in
          ItemDemand(sku: try SKU("F-\(index)"), demand: festivity, events: holidays)
        }, asOf: FuzzMarket.asOf, settings: taught)
      taught.network = pooled
      festive = ItemModel.fit(
        festivity, events: holidays, asOf: FuzzMarket.asOf, settings: taught)
    }

    /// More names than a network has columns for, each twice, and once to come.
    static func holidays() -> [Event] {
      (0..<9).flatMap { name in
        [-170, -80, 3].map { day in
          Event(name: "Holiday \(name)", firstDay: FuzzMarket.asOf + (day + 7 * name))
        }
      }
    }

    /// Demand that is much higher on them.
    private static func festivity(_ holidays: [Event]) throws -> [LocationDemand] {
      let days = Set(holidays.map(\.firstDay))
      return try FuzzMarket.demand().prefix(1).map { demand in
        var demand = demand
        for index in demand.series.units.indices
        where days.contains(demand.series.start + index) { demand.series.units[index] += 30 }
        return demand
      }
    }
  }

  private static var networks: [SharedNetwork] {
    guard let made = try? Made.shared.get() else { return [] }
    return [made.network, made.pooled]
  }

  private static let arima = FuzzReader.packed(
    "ARIMA model", { try Made.shared.get().arima }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try ArimaModel(packed: bytes) },
    use: { model throws(Finding) in
      var model = model
      for values in [[], [1.0], [.nan, 3, 1e90]] {
        guard (try? model.update(with: values)) != nil else { continue }
        guard let forecast = try? model.forecast(horizon: 3) else { continue }
        guard (forecast.mean + forecast.variance).allSatisfy(\.isFinite) else {
          throw Finding("ARIMA model: forecasts what is no number")
        }
      }
      _ = (model.title, model.order)
    })

  private static let series = FuzzReader.packed(
    "model of a series", { try Made.shared.get().series }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in
      try SeriesModel(packed: bytes, networks: networks)
    },
    use: { model throws(Finding) in
      _ = (model.summary, model.reason, model.accuracy)
      for values in [[], [0.0, 1, .nan, 4], Array(repeating: 2.5, count: 60)] {
        let forecast = model.forecast(SeriesInput(values: values), horizon: 9)
        let numbers = forecast.mean + forecast.quantiles + forecast.cumulative
        guard numbers.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
          throw Finding("model of a series: \(model.name) forecasts what is no demand")
        }
      }
    })

  private static let itemModel = FuzzReader.packed(
    "model of an item",
    {
      let made = try Made.shared.get()
      return [made.item, made.festive].map { StoredModel(model: $0, microseconds: 1_234) }
    },
    pack: { $0.packed() },
    read: { bytes throws(PackingError) in try StoredModel(packed: bytes, networks: networks) },
    use: { stored throws(Finding) in
      guard let demand = try? FuzzMarket.demand() else { return }
      for events in [[], Made.holidays()] {
        let forecast = stored.model.forecast(
          demand, events: events, asOf: FuzzMarket.asOf, horizon: 9)
        guard forecast.total.mean.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
          throw Finding("model of an item: forecasts what is no demand")
        }
      }
    })

  private static let network = FuzzReader.sealed(
    "network", { [try Made.shared.get().network, try Made.shared.get().pooled] },
    pack: { $0.packed() },
    read: { bytes throws(PackingError) in try SharedNetwork(packed: bytes) })

  private static let accuracy = FuzzReader.packed(
    "accuracy", { try Made.shared.get().series.map(\.backtest) }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try AccuracySum(packed: bytes) },
    use: { sum throws(Finding) in
      var twice = sum
      twice.merge(sum)
      _ = twice.accuracy
    })

  private static let summary = FuzzReader.packed(
    "report of training",
    {
      let made = try Made.shared.get()
      let cleaning = CleaningSum(
        FuzzMarket.sku, try FuzzMarket.uncleanDemand(), events: try FuzzMarket.events(),
        asOf: FuzzMarket.asOf)
      return [
        TrainSummary(made.item, asked: [.smoothing], network: made.network, cleaning: cleaning),
        TrainSummary(),
      ]
    }, pack: { $0.packed() },
    read: { bytes throws(PackingError) in try TrainSummary(packed: bytes) },
    use: { summary throws(Finding) in
      var twice = summary
      twice.merge(summary)
      _ = twice.packed()
    })

  /// A trainer's input, with a model in it: it is forecast from, or answered with nothing.
  private static let trainerItem = FuzzReader(
    "item of a trainer",
    seeds: {
      var writer = ByteWriter()
      writer.blob(FuzzMarket.sku.bytes)
      writer.blob(StoredModel(model: try Made.shared.get().item, microseconds: nil).packed())
      writer.string("toys")
      let demand = try FuzzMarket.demand()
      writer.count(demand.count)
      for part in demand {
        writer.blob(part.location.bytes)
        writer.blob(part.series.packed())
      }
      return [writer.bytes]
    },
    check: { bytes throws(Finding) in
      var writer = ByteWriter()
      writer.zigzag(Int64(FuzzMarket.asOf.number))
      RunSettings(season: 7, horizonDays: 9, models: ["snaive"]).pack(into: &writer)
      writer.count(0)
      writer.events([])
      let results = ModelJobs.work(2, writer.bytes, [bytes])
      guard results.count == 1 else {
        throw Finding("item of a trainer: \(results.count) results of one")
      }
      return results[0].isEmpty ? .refused : .taken
    })
}
