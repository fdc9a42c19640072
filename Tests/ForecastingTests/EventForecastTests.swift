import Demand
import TestSupport
import Testing

@testable import Forecasting

/// What is known ahead is foreseen, what is not is not.
@Suite("Forecasts that know events")
struct EventForecastTests {
  private static let start = Day(year: 2024, month: 1, day: 1)
  private static let days = 400
  private static let asOf = start + (days - 1)
  /// The day of the feast: every twelve weeks or so, and five days after the last.
  private static let feasts = [40, 125, 205, 290, 330, 405]

  private static func events(_ kind: EventKind, ahead: Bool) -> [Event] {
    feasts.filter { ahead || $0 < days }.map {
      Event(name: "Feast", firstDay: start + $0, kind: kind)
    }
  }

  /// Demand about 20 a day that is three times as much at the feast.
  private static func item(_ seed: UInt64) throws -> LocationDemand {
    var process = Simulated(seed: seed)
    let units = (0..<days).map { process.poisson(feasts.contains($0) ? 60 : 20) }
    return LocationDemand(
      location: try Location("north"), series: DemandSeries(start: start, units: units))
  }

  @Test("ARIMA, three times the usual", arguments: EventKind.allCases)
  func arima(kind: EventKind) throws {
    let item = [try Self.item(7)]
    let settings = FitSettings(horizon: 14, candidates: [.arima])
    let model = ItemModel.fit(
      item, events: Self.events(kind, ahead: false), asOf: Self.asOf, settings: settings)
    let name = kind == .holiday ? "holiday Feast" : "promotion"
    let lift = try #require(model.total.details?.coefficients.first { $0.name == name })
    #expect(abs(lift.value - 40) < 10)
    func mean(_ model: ItemModel, _ events: [Event]) -> [Double] {
      model.forecast(item, events: events, asOf: Self.asOf, horizon: 14).total.mean
    }
    let known = mean(model, Self.events(kind, ahead: true))
    #expect(known[5] > 50 && known[5] < 72)
    #expect(known.indices.allSatisfy { $0 == 5 || known[$0] < 26 })
    // The same model, not told of the next feast, and one that never heard of any.
    #expect(mean(model, Self.events(kind, ahead: false))[5] < 26)
    let deaf = ItemModel.fit(item, asOf: Self.asOf, settings: settings)
    #expect(mean(deaf, Self.events(kind, ahead: true))[5] < 30)
    // A day ahead of a feast it was foreseen, and it is not where nobody tells.
    let feast = try #require(Self.feasts.last { $0 < Self.days })
    let events = Self.events(kind, ahead: false)
    let eve = Self.start + (feast - 1)
    let foreseen = model.forecast(item, events: events, asOf: eve, horizon: 1).total.mean[0]
    let fitted = model.fitted(item, events: events, asOf: Self.asOf, days: Self.days - feast)
    #expect(foreseen > 50 && abs(fitted[0] - foreseen) < 1e-9)
    #expect(model.fitted(item, asOf: Self.asOf, days: Self.days - feast)[0] < 30)
    let again = try ItemModel(packed: model.packed())
    #expect(mean(again, Self.events(kind, ahead: true)) == known)
  }

  @Test(
    "a network, three times the usual, also for one that never saw it",
    arguments: EventKind.allCases)
  func network(kind: EventKind) throws {
    let items = try (0..<40).map { index in
      ItemDemand(
        sku: try SKU("S\(index)"), demand: [try Self.item(UInt64(100 + index))],
        events: Self.events(kind, ahead: true))
    }
    var settings = FitSettings(horizon: 14, candidates: [.lstm])
    settings.recurrent.sharing = .shared
    let network = SharedNetwork.learned(from: items, asOf: Self.asOf, settings: settings)
    let name = kind == .holiday ? "holiday Feast" : "promotion"
    #expect(network.recipe.columns.map(\.name) == [name])
    #expect(try SharedNetwork(packed: network.packed()) == network)
    settings.network = network
    // Its history begins after the last feast.
    var young = items[3].demand[0]
    young.series = DemandSeries(
      start: Self.start + 340, units: Array(young.series.units[340...]))
    for demand in [items[3].demand, [young]] {
      func mean(_ ahead: Bool) -> [Double] {
        let events = Self.events(kind, ahead: ahead)
        let model = ItemModel.fit(demand, events: events, asOf: Self.asOf, settings: settings)
        return model.forecast(demand, events: events, asOf: Self.asOf, horizon: 14).total.mean
      }
      let (known, unknown) = (mean(true), mean(false))
      #expect(known[5] > 40 && known[5] < 85, "\(known)")
      #expect(unknown[5] < 30, "\(unknown)")
      #expect(known.indices.allSatisfy { $0 == 5 || known[$0] < 30 })
    }
  }

  @Test("a holiday that does nothing is no regressor, and at most six are")
  func choice() throws {
    let item = try Self.item(7)
    var events = Self.events(.holiday, ahead: false)
    for index in 0..<20 {
      events += [60, 160, 260].map {
        Event(name: "Nothing \(index)", firstDay: Self.start + $0 + index)
      }
    }
    events.append(Event(name: "Once", firstDay: Self.start + 205))
    let history = ItemHistory([item], category: "", events: events, asOf: Self.asOf)
      .total.history(season: 7)
    let chosen = EventChoice.events(for: history).map(\.name)
    #expect(chosen.contains("holiday Feast") && chosen.count < 4)
    let shared = EventChoice.shared(for: [history], room: 8)
    #expect(shared.named.contains("holiday Feast") && shared.named.count < 6)
    #expect(shared.named.count + shared.pooled.count == 21)
    #expect(!shared.pooled.contains { shared.named.contains($0.name) || $0.name == "holiday Once" })
    #expect(EventChoice.shared(for: [history], room: 0) == EventChoice.Shared())
    #expect(EventChoice.shared(for: [history], room: 1).named.isEmpty)
  }

  @Test("a model is kept when feasts are announced, and fitted again when the past's are changed")
  func renewed() throws {
    let item = [try Self.item(7)]
    let settings = FitSettings(horizon: 14, candidates: [.arima])
    let fitted = Self.asOf + -6
    let events = Self.events(.holiday, ahead: false)
    let model = ItemModel.fit(item, events: events, asOf: fitted, settings: settings)
    func renewal(_ events: [Event]) -> Renewal {
      model.renewed(item, events: events, asOf: Self.asOf, settings: settings).total.renewal
    }
    #expect(renewal(events) == .kept(newDays: 6))
    #expect(renewal(Self.events(.holiday, ahead: true)) == .kept(newDays: 6))
    var moved = events
    moved[1] = Event(name: "Feast", firstDay: moved[1].firstDay + 1)
    #expect(renewal(moved) == .refitted("the past was corrected"))
    let reason = "the models, their settings or the regressors are others now"
    #expect(renewal([]) == .refitted(reason))
    let other = [50, 150].map { Event(name: "New", firstDay: Self.start + $0) }
    #expect(renewal(events + other) == .refitted(reason))
  }

  @Test("a network is fitted again when the past of its feasts is changed")
  func renewedNetwork() throws {
    let items = try (0..<12).map { index in
      ItemDemand(
        sku: try SKU("S\(index)"), demand: [try Self.item(UInt64(200 + index))],
        events: Self.events(.holiday, ahead: true))
    }
    var settings = FitSettings(horizon: 14, candidates: [.lstm])
    settings.recurrent.sharing = .shared
    settings.network = SharedNetwork.learned(from: items, asOf: Self.asOf, settings: settings)
    let events = items[0].events
    let model = ItemModel.fit(
      items[0].demand, events: events, asOf: Self.asOf, settings: settings)
    func renewal(_ events: [Event]) -> Renewal {
      model.renewed(items[0].demand, events: events, asOf: Self.asOf, settings: settings)
        .total.renewal
    }
    #expect(renewal(events) == .kept(newDays: 0))
    #expect(renewal(events.dropLast()) == .kept(newDays: 0))
    var moved = events
    moved[1] = Event(name: "Feast", firstDay: moved[1].firstDay + 1)
    #expect(renewal(moved) == .refitted("the past was corrected"))
  }
}
