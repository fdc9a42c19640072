import Demand
import Packing
import Testing

@testable import Replenishment

@Suite struct ScenarioTests {

  private func place(_ name: String, daily: Double) throws -> LocationCase {
    LocationCase(
      location: try Location(name),
      forecast: Records.normal(rate: daily, deviation: 0.3 * daily, horizon: 28))
  }

  private func item(_ places: [LocationCase], category: String = "toys") throws -> ItemCase {
    ItemCase(sku: try SKU("A"), item: Item(category: category, leadTimeDays: 5), locations: places)
  }

  @Test func demandOfACategoryRisesInAWeekAndInEverySpanThatHasIt() throws {
    var scenario = Scenario(name: "promotion")
    var change = Scenario.DemandChange(factor: 1.8)
    change.category = "toys"
    change.from = asOf + 8
    change.to = asOf + 14
    scenario.demand = [change]
    let known = try item([try place("north", daily: 10)])
    let changed = scenario.applied(to: known, asOf: asOf).locations[0].forecast
    let before = known.locations[0].forecast
    #expect(changed.mean[6] == before.mean[6])
    #expect(changed.mean[7] == 18)
    #expect(changed.mean[14] == before.mean[14])
    let levels = Quantiles.levels.count
    let spans = Quantiles.spans(within: 28)
    for (index, span) in spans.enumerated() {
      let median = index * levels + 4
      let extra = 8.0 * Double(min(max(span - 7, 0), 7))
      let factor = (10 * Double(span) + extra) / (10 * Double(span))
      #expect(abs(changed.cumulative[median] / before.cumulative[median] - factor) < 1e-12)
    }
    let other = scenario.applied(to: try item(known.locations, category: "tools"), asOf: asOf)
    #expect(other.locations[0].forecast == before)
  }

  @Test func aClosedWarehouseGivesItsDemandAwayAndItsSpreadAddsAsVariancesDo() throws {
    var scenario = Scenario(name: "west closed")
    scenario.closed = [
      Scenario.Closure(location: try Location("west"), demandTo: try Location("north"))
    ]
    let known = try item([try place("north", daily: 30), try place("west", daily: 40)])
    let changed = scenario.applied(to: known, asOf: asOf)
    #expect(changed.locations[1].forecast.mean.allSatisfy { $0 == 0 })
    let joined = changed.locations[0].forecast
    #expect(joined.mean.allSatisfy { $0 == 70 })
    let high = 6
    let one = known.locations[0].forecast.cumulative[high] - 30
    let two = known.locations[1].forecast.cumulative[high] - 40
    let spread = (one * one + two * two).squareRoot()
    #expect(abs(joined.cumulative[high] - 70 - spread) < 1e-9)
    let rules = scenario.applied(to: PlanningDocument()).rules
    #expect(rules.map(\.doNotStock) == [true])
  }

  @Test func demandGoesToAWarehouseThatHadNone() throws {
    var scenario = Scenario(name: "west closed")
    scenario.closed = [
      Scenario.Closure(location: try Location("west"), demandTo: try Location("east"))
    ]
    let known = try item([try place("north", daily: 30), try place("west", daily: 40)])
    let changed = scenario.applied(to: known, asOf: asOf)
    #expect(changed.locations.map(\.location.description) == ["east", "north", "west"])
    #expect(changed.locations[0].forecast.mean[0] == 40)
  }

  @Test func aWarehouseThatTakesDemandOverIsSuppliedAsTheClosedOneWas() throws {
    var scenario = Scenario(name: "west closed")
    scenario.closed = [
      Scenario.Closure(location: try Location("west"), demandTo: try Location("east"))
    ]
    var west = try place("west", daily: 40)
    west.stock = Stock(onHand: 5)
    west.options = [SupplyOption(origin: .supplier("acme"), unitCost: 3, leadTimeDays: 9)]
    let east = scenario.applied(to: try item([west]), asOf: asOf).locations[0]
    #expect(east.options == west.options)
    #expect(east.stock == Stock(onHand: 0))
    // What is there of a warehouse whose stock nobody counted is as unknown as before.
    west.stock = nil
    #expect(scenario.applied(to: try item([west]), asOf: asOf).locations[0].stock == nil)
  }

  @Test func nothingIsMovedFromOrToAClosedWarehouseOnAnyWay() throws {
    var scenario = Scenario(name: "west closed")
    scenario.closed = [Scenario.Closure(location: try Location("west"))]
    var (north, west) = (try place("north", daily: 30), try place("west", daily: 40))
    let acme = SupplyOption(origin: .supplier("acme"))
    let fromEast = SupplyOption(origin: .warehouse(try Location("east")))
    north.options = [acme, SupplyOption(origin: .warehouse(try Location("west"))), fromEast]
    west.options = [acme, fromEast]
    let changed = scenario.applied(to: try item([north, west]), asOf: asOf)
    #expect(changed.locations[0].options == [acme, fromEast])
    #expect(changed.locations[1].options == [acme])
  }

  @Test func demandOfAShorterForecastIsNotLost() throws {
    var scenario = Scenario(name: "west closed")
    scenario.closed = [
      Scenario.Closure(location: try Location("west"), demandTo: try Location("north"))
    ]
    var west = try place("west", daily: 40)
    west.forecast = Records.normal(rate: 40, deviation: 12, horizon: 14)
    let known = try item([try place("north", daily: 30), west])
    let joined = scenario.applied(to: known, asOf: asOf).locations[0].forecast
    #expect(joined.horizon == 14 && joined.mean.allSatisfy { $0 == 70 })
    #expect(
      joined.cumulative.count == Quantiles.spans(within: 14).count * Quantiles.levels.count)
  }

  @Test func partOfADayIsADayButNotWhatAProductLeavesBehind() throws {
    var scenario = Scenario(name: "slow")
    scenario.leadTimeFactor = 1.1
    var known = try item([try place("north", daily: 1)])
    // 50 times the double next to 1.1 is the one above 55.
    known.item?.leadTimeDays = 50
    #expect(scenario.applied(to: known, asOf: asOf).item?.leadTimeDays == 55)
    known.item?.leadTimeDays = 11
    #expect(scenario.applied(to: known, asOf: asOf).item?.leadTimeDays == 13)
    let lane = Lane(
      origin: try Location("a"), destination: try Location("b"), leadTimeDays: 50 * 1.1,
      unitCost: 0)
    #expect(MoveTerms(lane).leadTimeDays == 55)
  }

  @Test func limitsAndLeadTimesAreMultiplied() throws {
    var scenario = Scenario(name: "hard times")
    (scenario.cashFactor, scenario.spaceFactor) = (0.5, 0.8)
    (scenario.linesFactor, scenario.leadTimeFactor) = (0.25, 1.5)
    var document = PlanningDocument()
    document.limits.cash = 1_000
    document.warehouses.warehouses = [
      Warehouse(
        location: try Location("north"), capacityCubicMetres: 50, receivingLinesPerDay: 8)
    ]
    let changed = scenario.applied(to: document)
    #expect(changed.limits.cash == 500)
    #expect(changed.warehouses.warehouses[0].capacityCubicMetres == 40)
    #expect(changed.warehouses.warehouses[0].receivingLinesPerDay == 2)
    var known = try item([try place("north", daily: 1)])
    known.locations[0].options = [
      SupplyOption(origin: .supplier("acme"), leadTimeDays: 4, leadTimeDeviation: 1)
    ]
    let item = scenario.applied(to: known, asOf: asOf)
    #expect(item.item?.leadTimeDays == 8)
    #expect(item.locations[0].options[0].leadTimeDays == 6)
    #expect(item.locations[0].options[0].leadTimeDeviation == 1.5)
  }

  @Test func aScenarioComesBackFromItsBytesAndDamageIsRefused() throws {
    var scenario = Scenario(name: "all of it")
    var change = Scenario.DemandChange(factor: 1.8)
    change.category = "toys"
    change.location = try Location("north")
    change.sku = try SKU("A-1")
    change.from = asOf
    scenario.demand = [change, Scenario.DemandChange(factor: 0)]
    scenario.closed = [Scenario.Closure(location: try Location("west"))]
    scenario.cashFactor = 0.5
    let bytes = scenario.packed()
    #expect(try Scenario(packed: bytes) == scenario)
    // A plan without a name is a real one.
    #expect(throws: PackingError.self) { try Scenario(packed: Scenario(name: "").packed()) }
    for count in bytes.indices {
      #expect(throws: PackingError.self) { try Scenario(packed: Array(bytes[..<count])) }
    }
  }
}
