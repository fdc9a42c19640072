import Demand
import TestSupport
import Testing

@testable import Forecasting

/// Networks between series that could trip them. `ops/bench lstm-cost` fits ten thousand.
@Suite struct HostileNetworkTests {
  private static let kinds = HostileSeries.Kind.allCases
  private static let seed: UInt64 = 61
  private static let days = 180

  /// Settings with a network that was taught on decent series, and half on hostile ones if asked.
  private func settings(
    taughtOnAll: Bool, _ hostile: inout HostileSeries
  ) throws -> FitSettings {
    var settings = FitSettings(season: 7, horizon: 7, candidates: [.lstm])
    settings.recurrent = RecurrentOptions(hidden: 8)
    let inputs = (0..<(2 * Self.kinds.count)).map { index in
      taughtOnAll && index % 2 == 0
        ? hostile.series(Self.kinds[index / 2], days: Self.days) : hostile.decent(days: Self.days)
    }.map { SeriesInput(values: $0) }
    let network = SharedNetwork.learned(from: inputs, settings: settings)
    try #require(network.isUsable, "\(network.lesson)")
    settings.network = network
    return settings
  }

  @Test(arguments: [false, true])
  func noSeriesLeavesTheFiniteNumbers(taughtOnAll: Bool) throws {
    var hostile = HostileSeries(seed: Self.seed)
    let settings = try settings(taughtOnAll: taughtOnAll, &hostile)
    for days in [9, 40, 75, 120, Self.days, 365] {
      let inputs = Self.kinds.flatMap { kind in
        (0..<3).map { _ in SeriesInput(values: hostile.series(kind, days: days)) }
      }
      for first in stride(from: 0, to: inputs.count, by: 16) {
        let group = first..<min(first + 16, inputs.count)
        for (place, model) in zip(group, SeriesModel.fit(Array(inputs[group]), settings: settings))
        {
          let name: Comment = "\(Self.kinds[place / 3]), \(days) days, seed \(Self.seed)"
          let record = model.forecast(inputs[place], horizon: 30)
          let numbers = record.mean + record.quantiles + record.cumulative
          #expect(numbers.allSatisfy { $0.isFinite && $0 >= 0 }, name)
          let low = (0..<30).map { record.quantile(day: $0, level: 0) }
          let high = (0..<30).map { record.quantile(day: $0, level: 8) }
          #expect(zip(low, high).allSatisfy { $0 <= $1 }, name)
          let losses = model.recurrent?.own?.losses ?? []
          #expect(losses.allSatisfy { $0.isFinite }, name)
        }
      }
    }
  }

  @Test func neighboursOfHostileSeriesKeepTheirBits() throws {
    var hostile = HostileSeries(seed: Self.seed)
    let settings = try settings(taughtOnAll: false, &hostile)
    let decent = (0..<5).map { _ in SeriesInput(values: hostile.decent(days: Self.days)) }
    let alone = SeriesModel.fit(decent, settings: settings).map { $0.packed() }
    // Else nothing was trained that a neighbour could have touched.
    try #require(SeriesModel.fit(decent, settings: settings).contains { $0.recurrent?.own != nil })
    for kind in Self.kinds {
      // Between the decent ones, so that all of these stand in other lanes than alone.
      let mixed = decent.flatMap { each in
        [SeriesInput(values: hostile.series(kind, days: Self.days)), each]
      }
      let models = SeriesModel.fit(mixed, settings: settings)
      let found = decent.indices.map { models[2 * $0 + 1].packed() }
      #expect(found == alone, "\(kind), seed \(Self.seed)")
    }
  }
}
