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
    readers: [arima, series, itemModel, network, accuracy, summary, trainerItem])

  /// What takes long to make is made once.
  private struct Made: Sendable {
    var arima: [ArimaModel]
    var series: [SeriesModel]
    var item: ItemModel
    var network: SharedNetwork

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
    }
  }

  private static var networks: [SharedNetwork] {
    (try? Made.shared.get().network).map { [$0] } ?? []
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
    { [StoredModel(model: try Made.shared.get().item, microseconds: 1_234)] },
    pack: { $0.packed() },
    read: { bytes throws(PackingError) in try StoredModel(packed: bytes, networks: networks) },
    use: { stored throws(Finding) in
      guard let demand = try? FuzzMarket.demand() else { return }
      let forecast = stored.model.forecast(demand, asOf: FuzzMarket.asOf, horizon: 9)
      guard forecast.total.mean.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
        throw Finding("model of an item: forecasts what is no demand")
      }
    })

  private static let network = FuzzReader.sealed(
    "network", { [try Made.shared.get().network] }, pack: { $0.packed() },
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
      return [TrainSummary(made.item, asked: [.smoothing], network: made.network), TrainSummary()]
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
      let results = ModelJobs.work(2, writer.bytes, [bytes])
      guard results.count == 1 else {
        throw Finding("item of a trainer: \(results.count) results of one")
      }
      return results[0].isEmpty ? .refused : .taken
    })
}
