import Demand
import Recurrent
import TestSupport
import Testing

@testable import Forecasting

@Suite("Events of an item")
struct ItemEventTests {
  private let start = Day(year: 2025, month: 1, day: 1)

  private func event(
    _ name: String, _ days: ClosedRange<Int>, _ kind: EventKind = .holiday,
    at location: String = "",
    cut: Double? = nil
  ) throws -> Event {
    Event(
      name: name, firstDay: start + days.lowerBound, lastDay: start + days.upperBound, kind: kind,
      scope: try EventScope(text: location.isEmpty ? "" : "location=\(location)"), priceCut: cut)
  }

  private func demand(
    _ name: String, days: Int, from first: Int = 0, prices: [Float] = [], promotions: [Bool] = []
  ) throws -> LocationDemand {
    LocationDemand(
      location: try Location(name),
      series: DemandSeries(
        start: start + first, units: [Double](repeating: 2, count: days), prices: prices,
        promotions: promotions))
  }

  private func history(_ demand: [LocationDemand], _ events: [Event], days: Int) -> ItemHistory {
    ItemHistory(demand, category: "", events: events, asOf: start + (days - 1))
  }

  private func shares(_ input: SeriesInput, _ name: String, _ days: Range<Int>) -> [Double]? {
    let first = Int(start.number)
    return input.context.event(name)?.shares((first + days.lowerBound)..<(first + days.upperBound))
  }

  @Test("days that touch or overlap are one occasion")
  func occasions() {
    let spans = [(10, 12), (11, 11), (13, 14), (30, 31)].map {
      SeriesEvent.Span(first: $0.0, last: $0.1)
    }
    let event = SeriesEvent(name: "x", spans: spans)
    #expect(event.spans.map(\.first) == [10, 30] && event.spans.map(\.last) == [14, 31])
    #expect(event.occasions(0..<100) == 2)
    #expect(event.occasions(0..<31) == 2 && event.occasions(0..<30) == 1)
    #expect(event.occasions(15..<30) == 0)
    #expect(event.shares(9..<16) == [0, 1, 1, 1, 1, 1, 0])
    #expect(event.shares(14..<31) == [1] + Array(repeating: 0, count: 15) + [1])
  }

  @Test("a location sees its own and everyone's; the total the share of those that have begun")
  func locations() throws {
    let events = [
      try event("Fair", 2...3, at: "north"), try event("Fair", 3...4, at: "south"),
      try event("Fair", 20...20, at: "north"), try event("Eve", 5...5),
    ]
    let known = history(
      [try demand("north", days: 10), try demand("south", days: 7, from: 3)], events, days: 10)
    #expect(shares(known.parts[0], "holiday Fair", 0..<6) == [0, 0, 1, 1, 0, 0])
    #expect(shares(known.parts[1], "holiday Fair", 0..<6) == [0, 0, 0, 1, 1, 0])
    #expect(shares(known.total, "holiday Fair", 0..<6) == [0, 0, 1, 1, 0.5, 0])
    #expect(shares(known.total, "holiday Fair", 19..<22) == [0, 0.5, 0])
    #expect(shares(known.total, "holiday Eve", 4..<7) == [0, 1, 0])
    #expect(known.parts[1].context.events.map(\.name) == ["holiday Eve", "holiday Fair"])
  }

  @Test("a promotion joins the column of the sales, and its future is what was planned")
  func promotions() throws {
    let flags = [false, true, false, false, false, false]
    let item = [try demand("north", days: 6, promotions: flags)]
    let events = [try event("Sale", 3...3, .promotion), try event("Sale", 7...8, .promotion)]
    let column = try #require(history(item, events, days: 6).total.regressors.first)
    #expect(column.name == "promotion")
    #expect(column.values == [0, 1, 0, 1, 0, 0])
    #expect(column.known(at: 6, horizon: 4) == [0, 1, 0, 1, 0, 0, 0, 1, 1, 0])
    // The sales' own promotion was not known ahead, the planned one was.
    #expect(column.known(at: 1, horizon: 3) == [0, 0, 0, 1])
    let none = try #require(history(item, [], days: 6).total.regressors.first)
    #expect(none.known(at: 1, horizon: 3) == [0, 0, 0, 0])
  }

  @Test("a price cut is taken off the price outside of promotions")
  func prices() throws {
    let item = [try demand("north", days: 5, prices: [10, 10, 20, 15, 15])]
    let events = [try event("Sale", 3...6, .promotion, cut: 0.25)]
    let known = history(item, events, days: 5)
    let price = try #require(known.total.regressors.first { $0.name == "price" })
    let future = price.known(at: 5, horizon: 4).suffix(4).map { (exponent($0) * 10).rounded() }
    #expect(future == [15, 15, 20, 20])
    let earlier = price.known(at: 2, horizon: 3).suffix(3).map { (exponent($0) * 100).rounded() }
    #expect(earlier == [100, 75, 75])
  }

  /// e to a power that is small, by its series.
  private func exponent(_ power: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for index in 1..<30 {
      term *= power / Double(index)
      sum += term
    }
    return sum
  }

  @Test("the total has the mean of what is planned at its locations")
  func total() throws {
    let item = [
      try demand("north", days: 6, prices: Array(repeating: 10, count: 6)),
      try demand("south", days: 4, from: 2, prices: Array(repeating: 4, count: 4)),
    ]
    let events = [
      try event("Sale", 1...4, .promotion, at: "north", cut: 0.5),
      try event("Sale", 7...7, .promotion, at: "north", cut: 0.5),
    ]
    let total = history(item, events, days: 6).total
    let promotion = try #require(total.regressors.first { $0.name == "promotion" })
    #expect(promotion.values == [0, 1, 0.5, 0.5, 0.5, 0])
    #expect(promotion.known(at: 6, horizon: 3).suffix(3) == [0, 0.5, 0])
    let price = try #require(total.regressors.first { $0.name == "price" })
    #expect(abs(price.known(at: 6, horizon: 2)[7] - price.values[5] + 0.5 * 0.693147) < 1e-4)
  }

  @Test("events of other kinds of days add nothing")
  func nothing() throws {
    let item = [try demand("north", days: 6)]
    #expect(history(item, [], days: 6).total.context.events.isEmpty)
    let far = history(item, [try event("Sale", 40...41, .promotion, at: "east")], days: 6)
    #expect(far.total.regressors.isEmpty && far.total.context.events.isEmpty)
  }

  @Test("a window knows of the days ahead what was planned, and no more")
  func windows() throws {
    let days = 60
    let events = [try event("Fair", 10...11), try event("Fair", 62...63)]
    let flags = (0..<days).map { $0 == 41 }
    let item = [try demand("north", days: days, promotions: flags)]
    let sale = try event("Sale", 61...61, .promotion)
    var recipe = WindowRecipe(season: 7, horizon: 5)
    recipe.columns = ["holiday Fair", "promotion"].map {
      WindowRecipe.Column(name: $0, isCentred: false, factor: 1)
    }
    func columns(at origin: Int, _ events: [Event]) -> [[Float]] {
      let history = history(item, events, days: days).total.history(season: 7)
      let maker = WindowMaker(history, recipe: recipe, unit: DemandUnit(history))
      let shape = NetworkSize(RecurrentOptions()).shape(recipe, days: 5)
      var table = WindowTable(WindowLayout(shape))
      maker.append(origin: origin, ahead: Array(0..<5), end: origin, to: &table)
      let row = Array(table[0])
      let start = 1 + recipe.statics + recipe.steps * recipe.inputs
      return (0..<5).map { day in
        let at = start + day * recipe.features + 15
        return Array(row[at..<(at + 2)])
      }
    }
    #expect(columns(at: 60, events + [sale]) == [[0, 0], [0, 1], [1, 0], [1, 0], [0, 0]])
    #expect(columns(at: 60, []) == Array(repeating: [0, 0], count: 5))
    // Day 41 was promoted without a plan.
    #expect(columns(at: 40, events + [sale]) == Array(repeating: [0, 0], count: 5))
  }
}
