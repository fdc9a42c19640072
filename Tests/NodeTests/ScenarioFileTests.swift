import Demand
import Foundation
import Replenishment
import TestSupport
import Testing

@testable import ClientNode

@Suite struct ScenarioFileTests {
  private func read(_ text: String) throws -> Scenario {
    let folder = try TemporaryFolder()
    let path = folder.file("scenario.json5")
    try Data(text.utf8).write(to: URL(filePath: path))
    return try ScenarioFile.read(path: path)
  }

  private func complaint(_ text: String) throws -> String {
    do {
      _ = try read(text)
      return ""
    } catch let error as ClientError { return "\(error)" }
  }

  @Test func aFileSaysWhatWouldBeDifferent() throws {
    let scenario = try read(
      """
      { // a comment
        name: "promotion",
        demand: [{ category: "toys", week: "2026-W47", factor: 1.8 }],
        close: [{ warehouse: "west", demandTo: "north" }],
        cash: 0.5, leadTime: 2,
      }
      """)
    #expect(scenario.name == "promotion")
    #expect(scenario.demand[0].from == Day(year: 2026, month: 11, day: 16))
    #expect(scenario.demand[0].to == Day(year: 2026, month: 11, day: 22))
    #expect(scenario.demand[0].factor == 1.8)
    #expect(scenario.closed[0].demandTo == (try Location("north")))
    #expect((scenario.cashFactor, scenario.leadTimeFactor) == (0.5, 2))
  }

  @Test func whatMeansNothingIsNamedWithWhatWould() throws {
    #expect(try complaint("{ csh: 0.5 }").contains("csh means nothing in a scenario; known are"))
    #expect(try complaint("{ cash: -1 }").contains("wanted a factor from 0 to 1000"))
    #expect(try complaint("{ demand: [{ category: \"toys\" }] }").contains("has no factor"))
    #expect(
      try complaint("{ demand: [{ week: \"2026-W54\", factor: 2 }] }").contains("2026-W47"))
    #expect(try complaint("{ name: \"x\" }").contains("nothing would be different"))
    #expect(try complaint("{ cash: 1, cash: 2 }").contains("a second time"))
  }

  @Test func whatWouldBeLostWithoutAWordIsRefused() throws {
    // On a cluster a plan without a name is the real one.
    #expect(try complaint("{ name: \"\", cash: 0.5 }").contains("1 to 256 bytes"))
    let long = String(repeating: "x", count: 257)
    #expect(try complaint("{ name: \"\(long)\", cash: 0.5 }").contains("1 to 256 bytes"))
    #expect(
      try complaint("{ close: [{ warehouse: \"west\", demandTo: \"west\" }] }")
        .contains("demandTo \"west\" is closed itself"))
    let circle =
      "{ close: [{ warehouse: \"a\", demandTo: \"b\" }, { warehouse: \"b\", demandTo: \"a\" }] }"
    #expect(try complaint(circle).contains("name a warehouse that stays open"))
    #expect(
      try complaint("{ close: [{ warehouse: \"a\" }, { warehouse: \"a\", demandTo: \"b\" }] }")
        .contains("\"a\" is closed twice"))
    let both = "{ demand: [{ week: \"2026-W47\", from: \"2026-11-01\", factor: 2 }] }"
    #expect(try complaint(both).contains("stands beside from or to"))
    #expect(try complaint("cash: 0.5").contains("written in braces"))
  }

  @Test func whatCouldNotBeSentAsItIsMeantIsRefusedHere() throws {
    // Packed, no category and an empty one are the same: everything.
    let empty = try complaint("{ demand: [{ category: '', factor: 2 }] }")
    #expect(empty.contains("category \"\": wanted 1 to 256 bytes"))
    let long = String(repeating: "x", count: 257)
    #expect(try complaint("{ name: '\(long)', cash: 2 }").contains("wanted 1 to 256 bytes"))
    #expect(try complaint("{ demand: [{ category: '\(long)', factor: 2 }] }").contains("256 bytes"))
    let change = "{ category: '\(long.dropLast())', factor: 2 }"
    let many = Array(repeating: change, count: 40).joined(separator: ",")
    #expect(try complaint("{ demand: [\(many)] }").contains("at most 8192 can be sent"))
  }

  @Test func aWarehouseThatIsNoneIsNamedWithThoseThatAre() throws {
    var scenario = Scenario(name: "closed")
    scenario.closed = [
      Scenario.Closure(location: try Location("west"), demandTo: try Location("nord"))
    ]
    var document = PlanningDocument()
    try ScenarioFile.check(scenario, path: "s.json5", against: document)
    document.warehouses = WarehouseList([
      Warehouse(location: try Location("west")), Warehouse(location: try Location("north")),
    ])
    #expect {
      try ScenarioFile.check(scenario, path: "s.json5", against: document)
    } throws: { error in
      "\(error)".contains("\"nord\" is none of the warehouses west, north")
    }
    var demand = Scenario(name: "more")
    var change = Scenario.DemandChange(factor: 2)
    change.location = try Location("wets")
    demand.demand = [change]
    #expect {
      try ScenarioFile.check(demand, path: "s.json5", against: document)
    } throws: { error in
      "\(error)".contains("\"wets\" is none of the warehouses west, north")
    }
  }

  @Test func weeksAreThoseOfISO8601() {
    // Published calendars: 2020 and 2026 have 53 weeks, 2025 has 52; week 1 of 2021 begins on 4
    // January.
    #expect(ISOWeek("2021-W01")?.days.lowerBound == Day(year: 2021, month: 1, day: 4))
    #expect(ISOWeek("2020-W53")?.days.upperBound == Day(year: 2021, month: 1, day: 3))
    #expect(ISOWeek("2026-W53")?.days.lowerBound == Day(year: 2026, month: 12, day: 28))
    #expect(ISOWeek("2025-W53") == nil)
    #expect(ISOWeek("2026-47") == nil)
    #expect(ISOWeek("2026-W00") == nil)
  }
}
