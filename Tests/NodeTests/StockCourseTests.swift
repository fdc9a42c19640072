import Demand
import Testing

@testable import Replenishment
@testable import granary

@Suite("The stock of the coming days")
struct StockCourseTests {
  private let start = Day(year: 2026, month: 11, day: 19)

  private func planned(
    _ stock: Stock?, mean: [Double] = [2, 2, 2, 2, 1, 1, 1],
    order: (units: Double, day: Int)? = nil,
    heldBy: TodayLimit? = nil
  ) throws -> SKUCourse.Planned {
    var policy = StockPolicy()
    policy.leadTimeDays = 3
    var plan = LocationPlan(policy: policy, stock: stock)
    if let order {
      plan.proposals = [
        Proposal(
          quantity: order.units, orderDay: start, arrivalDay: start + order.day, position: 0,
          value: 1, cost: 1, wanted: order.units, cut: nil,
          identity: ProposalIdentity(number: 1, firstProposed: start, isNew: true),
          heldBy: heldBy)
      ]
    }
    return SKUCourse.Planned(location: try Location("north"), plan: plan, mean: mean)
  }

  private var stock: Stock {
    var stock = Stock(onHand: 11, reserved: 1, onOrder: 5)
    stock.inTransit = [Receipt(units: 4, day: start + 2)]
    return stock
  }

  @Test("sells what is expected, and what arrives is there at the close of its day")
  func course() throws {
    let course = try #require(StockCourse([try planned(stock)], from: start))
    // Days past the forecast sell as its last week, 11/7 a day.
    #expect(course.onHand.prefix(8) == [10, 8, 10, 13, 11, 10, 9, 8])
    #expect(course.position.prefix(8) == [19, 17, 15, 13, 11, 10, 9, 8])
    #expect(abs(course.onHand[8] - (8 - 11.0 / 7)) < 1e-12)
    #expect(course.onHand.count == 29 && course.without == course.onHand)
    #expect(course.onHand.allSatisfy { $0 >= 0 } && course.onHand[28] == 0)
  }

  @Test("has what is ordered now, but not what waits for a limit of today")
  func orders() throws {
    let course = try #require(
      StockCourse([try planned(stock, order: (20, 5))], from: start))
    #expect(course.onHand.prefix(6) == [10, 8, 10, 13, 11, 30])
    #expect(course.without.prefix(6) == [10, 8, 10, 13, 11, 10])
    #expect(course.position[0] == 39 && course.arrivals == [start + 5: 20])
    let held = try #require(
      StockCourse([try planned(stock, order: (20, 5), heldBy: .cash)], from: start))
    #expect(held.onHand == held.without && held.arrivals.isEmpty)
  }

  @Test("adds locations up, each of which runs out by itself")
  func locations() throws {
    let plans = [try planned(Stock(onHand: 3)), try planned(Stock(onHand: 100))]
    let course = try #require(StockCourse(plans, from: start))
    #expect(course.onHand.prefix(4) == [103, 99, 96, 94])
  }

  @Test("shows a late arrival, and nothing where no stock is known")
  func ends() throws {
    let late = try #require(StockCourse([try planned(stock, order: (20, 60))], from: start))
    #expect(late.onHand.count > 61)
    let never = try #require(StockCourse([try planned(stock, order: (20, 9_000))], from: start))
    #expect(never.onHand.count == 121)
    #expect(StockCourse([try planned(nil)], from: start) == nil)
    #expect(StockCourse([try planned(stock, mean: [])], from: start) == nil)
    #expect(StockCourse([], from: start) == nil)
  }
}
