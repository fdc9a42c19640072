import Demand
import Packing
import TestSupport
import Testing

@testable import Forecasting

/// What a market teaches that single series do not: one weekly pattern under many levels.
@Suite struct SharedNetworkTests {
  private static let start = Day(year: 2025, month: 1, day: 1)
  private static let days = 400

  /// Counts with a weekly pattern, two kinds of series with different ones.
  private static func market(_ count: Int, days: Int = days, seed: UInt64 = 1) -> [SeriesInput] {
    var generator = Simulated(seed: seed)
    let patterns: [[Double]] = [[1, 1, 1, 1, 2, 4, 4], [2, 2, 2, 2, 1, 0, 0]]
    return (0..<count).map { index in
      let kind = index % 2
      let level = 1 + Double(index % 5)
      let units = (0..<days).map { generator.poisson(level * patterns[kind][$0 % 7] / 2) }
      let context = SeriesContext(firstDay: start, traits: ["kind \(kind)", "all alike"])
      return SeriesInput(values: units, context: context)
    }
  }

  private static let settings = FitSettings(season: 7, horizon: 14, candidates: [.lstm])
  private static let network = SharedNetwork.learned(from: market(40), settings: settings)
  private static var taught: FitSettings {
    var settings = settings
    settings.network = network
    return settings
  }

  @Test func `It learns what all series have in common`() throws {
    let lesson = Self.network.lesson
    #expect(lesson.trouble == nil)
    #expect(lesson.series == 40)
    #expect(try #require(lesson.losses.last) < (try #require(lesson.losses.first)))
    // The mean of the last same weekdays is a good forecast here; the network's is better.
    #expect(try #require(lesson.heldOut) < 1)
    #expect(try #require(lesson.againstSmoothing) < 1.05)
    // What tells no series from another is no trait.
    #expect(Self.network.recipe.traits == ["kind 0", "kind 1"])
  }

  @Test func `A forecast follows the weekly pattern, also of a series that began last month`() {
    for input in [Self.market(2, seed: 9)[0], Self.market(2, days: 30, seed: 9)[0]] {
      let model = SeriesModel.fit([input], settings: Self.taught)[0]
      #expect(model.name == .lstm)
      let mean = model.forecast(input, horizon: 14).mean
      let first = input.values.count
      let (weekdays, weekend) = mean.indices.reduce(into: (0.0, 0.0)) { sums, day in
        if (first + day) % 7 < 4 { sums.0 += mean[day] / 8 }
        if (first + day) % 7 > 4 { sums.1 += mean[day] / 4 }
      }
      #expect(weekend > 2 * weekdays)
    }
  }

  @Test func `It is the same in any order of work and with any neighbours`() {
    let inputs = Self.market(20, seed: 5)
    let together = SeriesModel.fit(inputs, settings: Self.taught)
    for (input, model) in zip(inputs, together) {
      let alone = SeriesModel.fit([input], settings: Self.taught)[0]
      #expect(alone.packed() == model.packed())
      #expect(alone.forecast(input, horizon: 14) == model.forecast(input, horizon: 14))
    }
    #expect(SharedNetwork.learned(from: Self.market(40), settings: Self.settings) == Self.network)
  }

  @Test func `The weights of backtests know nothing of the days that are tested`() throws {
    let busy = Self.market(40).map { input in
      var input = input
      for day in (Self.days - 42)..<Self.days { input.values[day] *= 8 }
      return input
    }
    let network = SharedNetwork.learned(from: busy, settings: Self.settings)
    #expect(network.recipe == Self.network.recipe)
    #expect(network.tested == Self.network.tested)
    #expect(network.whole != Self.network.whole)
    #expect(network.tested != network.whole)
    let backtest = try #require(Backtest(busy[0].history(season: 7), horizon: 14))
    #expect(backtest.training.count == Self.days - 42)
  }

  @Test
  func `They know nothing of them either where days are missing, prices change or units break`() {
    func market(_ change: (inout SeriesInput, Range<Int>) -> Void) -> SharedNetwork {
      let inputs = Self.market(40).map { input in
        var input = input
        let price = (0..<Self.days).map { 2 + 0.1 * Double($0 % 3) }
        input.regressors = [SeriesRegressor(name: "price", values: price, beyond: .known)]
        for day in (Self.days - 30)..<Self.days { input.values[day] = .nan }
        // A backtest tests the last days that were observed.
        change(&input, (Self.days - 72)..<(Self.days - 30))
        return input
      }
      return SharedNetwork.learned(from: inputs, settings: Self.settings)
    }
    let plain = market { _, _ in }
    let moved = market { input, tested in
      for day in tested {
        input.values[day] = 8 * input.values[day] + 0.5
        input.regressors[0].values[day] += 100
      }
    }
    #expect(plain.lesson.trouble == nil)
    #expect(moved.recipe == plain.recipe)
    #expect(moved.tested == plain.tested)
    #expect(moved.whole != plain.whole)
  }

  @Test func `What is missing at the end does not lower a forecast`() {
    let input = Self.market(2, seed: 6)[0]
    let model = SeriesModel.fit([input], settings: Self.taught)[0]
    let mean = model.forecast(input, horizon: 14).meanDemand(days: 14)
    for missing in [7, 28, 70] {
      var gapped = input
      for day in (Self.days - missing)..<Self.days { gapped.values[day] = .nan }
      let other = SeriesModel.fit([gapped], settings: Self.taught)[0]
      let found = other.forecast(gapped, horizon: 14).meanDemand(days: 14)
      #expect(abs(found - mean) < 0.25 * mean, "\(missing) days missing")
    }
  }

  @Test func `Errors that grow, and a past that was corrected, call for a new fit`() {
    let input = Self.market(2, seed: 14)[0]
    var earlier = input
    earlier.values.removeLast(14)
    let model = SeriesModel.fit([earlier], settings: Self.taught)[0]
    #expect(model.renewed(input, settings: Self.taught).outcome == .kept(newDays: 14))
    var grown = input
    for day in (Self.days - 14)..<Self.days { grown.values[day] = 30 + 10 * grown.values[day] }
    guard case .refitted(let reason) = model.renewed(grown, settings: Self.taught).outcome else {
      Issue.record("errors grew and nobody noticed")
      return
    }
    #expect(reason.hasPrefix("the errors of the last 14 days are about"))
    var corrected = input
    corrected.values[100] += 1
    #expect(
      model.renewed(corrected, settings: Self.taught).outcome
        == .refitted("the past was corrected"))
  }

  @Test func `It comes back from its bytes, and from no others`() throws {
    let bytes = Self.network.packed()
    #expect(bytes.count < 64 << 10)
    #expect(try SharedNetwork(packed: bytes) == Self.network)
    #expect(try SharedNetwork(packed: bytes).identity == Self.network.identity)
    for place in stride(from: 0, to: bytes.count, by: 97) {
      var broken = bytes
      broken[place] ^= 0x10
      #expect(throws: PackingError.self) { try SharedNetwork(packed: broken) }
    }
    #expect(throws: PackingError.self) { try SharedNetwork(packed: Array(bytes.dropLast(9))) }
  }

  @Test func `A model refers to its network, and says so when that is gone`() throws {
    let input = Self.market(2, seed: 3)[1]
    let model = SeriesModel.fit([input], settings: Self.taught)[0]
    let bytes = model.packed()
    #expect(bytes.count < 5_000)
    let copy = try SeriesModel(packed: bytes, networks: [Self.network])
    #expect(copy.forecast(input, horizon: 28) == model.forecast(input, horizon: 28))
    #expect(copy.recurrent?.network == Self.network.identity)
    #expect(!copy.isWithoutNetwork)
    let lost = try SeriesModel(packed: bytes)
    #expect(lost.isWithoutNetwork)
    #expect(lost.forecast(input, horizon: 7).mean.allSatisfy { $0.isFinite })
    #expect(lost.summary == model.summary)
  }

  @Test func `New days are read without a new fit, another network calls for one`() {
    let input = Self.market(2, seed: 4)[0]
    var earlier = input
    earlier.values.removeLast(5)
    let model = SeriesModel.fit([earlier], settings: Self.taught)[0]
    let (later, outcome) = model.renewed(input, settings: Self.taught)
    #expect(outcome == .kept(newDays: 5))
    #expect(later.forecast(input, horizon: 7) == model.forecast(input, horizon: 7))
    var other = Self.taught
    other.network = SharedNetwork.learned(from: Self.market(20, seed: 8), settings: Self.settings)
    guard case .refitted = model.renewed(input, settings: other).outcome else {
      Issue.record("another network was not noticed")
      return
    }
  }

  @Test
  func `Without a network, or with one that came to nothing, it refuses and others take over`() {
    let input = Self.market(1)[0]
    var settings = FitSettings(season: 7, horizon: 14, candidates: [.lstm, .smoothing])
    #expect(SeriesModel.fit([input], settings: settings)[0].name == .smoothing)
    let nothing = SharedNetwork.learned(from: Self.market(3, days: 20), settings: settings)
    #expect(
      nothing.lesson.trouble == "no series has the 32 days that a network learns from")
    #expect(!nothing.isUsable)
    settings.network = nothing
    #expect(SeriesModel.fit([input], settings: settings)[0].name == .smoothing)
  }

  @Test func `A promotion that is known ahead is foreseen`() throws {
    var generator = Simulated(seed: 77)
    let inputs = (0..<40).map { index in
      let promotion = (0..<(Self.days + 14)).map { ($0 * 7 + index * 3) % 11 == 0 ? 1.0 : 0.0 }
      let units = (0..<Self.days).map { generator.poisson(promotion[$0] > 0 ? 9 : 2) }
      return SeriesInput(
        values: units,
        regressors: [SeriesRegressor(name: "promotion", values: promotion, beyond: .known)],
        context: SeriesContext(firstDay: Self.start))
    }
    var settings = Self.settings
    settings.network = SharedNetwork.learned(from: inputs, settings: settings)
    let model = SeriesModel.fit([inputs[0]], settings: settings)[0]
    let mean = model.forecast(inputs[0], horizon: 14).mean
    for day in mean.indices {
      let isPromoted = inputs[0].regressors[0].values[Self.days + day] > 0
      #expect(isPromoted ? mean[day] > 5 : mean[day] < 4)
    }
  }
}
