import Demand
import TestSupport
import Testing

@testable import Replenishment

@Suite struct SentenceTests {
  func plan(_ forecast: Forecast, _ item: Item, _ stock: Stock) throws -> LocationPlan {
    let (sku, location) = try name("A")
    return Planner.plan(
      PlanningCase(
        sku: sku, location: location, forecast: forecast, item: item, stock: stock),
      settings: PolicySettings(), asOf: asOf)
  }

  func reason(_ plan: LocationPlan, _ kind: PlanException.Kind) throws -> String {
    try #require(plan.exceptions.first { $0.kind == kind }).reason(under: plan.policy)
  }

  @Test func `a proposal says position, reorder point, demand and lot`() throws {
    let item = Item(unitCost: 10, leadTimeDays: 11, orderCost: 4, orderMultiple: 20)
    let plan = try plan(
      Records.normal(rate: 14.0 / 12, deviation: 0.7), item, Stock(onHand: 12))
    #expect(
      plan.proposals.first?.reason(under: plan.policy)
        == "position 12 is at or below the reorder point 18 (12 days of lead time and review "
        + "sell 14 on average, 18 at 95 %); lot 40 = EOQ 36.9 rounded to packs of 20")
  }

  @Test func `several lots are counted`() throws {
    let item = Item(unitCost: 10, leadTimeDays: 11, orderCost: 4, orderMultiple: 20)
    let plan = try plan(
      Records.normal(rate: 14.0 / 12, deviation: 0.7), item, Stock(onHand: 0, reserved: 30))
    #expect(
      plan.proposals.first?.reason(under: plan.policy).hasSuffix("; 2 lots lift it above") == true)
  }

  @Test func `a minimum order and whole units explain the lot`() throws {
    let forecast = Records.normal(rate: 2, deviation: 0)
    let minimum = Item(unitCost: 10, leadTimeDays: 3, orderCost: 4, minimumOrder: 100)
    #expect(
      try plan(forecast, minimum, Stock(onHand: 9)).policy.lotReason
        == "lot 100 = the minimum order 100 (EOQ 48.3)")
    let whole = Item(unitCost: 10, leadTimeDays: 3, orderCost: 4)
    #expect(
      try plan(forecast, whole, Stock(onHand: 9)).policy.lotReason
        == "lot 48 = EOQ 48.3 in whole units")
    let gift = Item(unitCost: 0, leadTimeDays: 3)
    #expect(
      try plan(forecast, gift, Stock(onHand: 9)).policy.lotReason
        == "lot 360 = 180 days of demand, as holding it costs nothing")
  }

  @Test func `a stock-out says when and how much`() throws {
    let item = Item(unitCost: 10, price: 16, leadTimeDays: 11)
    let forecast = Records.normal(rate: 2, deviation: 0)
    #expect(
      try reason(plan(forecast, item, Stock(onHand: 7)), .stockOut)
        == "position 7 runs out on 2026-11-24, and an order takes 11 days: "
        + "15 units worth 240 go unmet")
    #expect(
      try reason(plan(forecast, item, Stock(onHand: 0)), .stockOut)
        == "nothing is on hand or on order, and an order takes 11 days: "
        + "22 units worth 352 go unmet")
    #expect(
      try reason(plan(forecast, item, Stock(onHand: 1, reserved: 3)), .stockOut)
        == "2 units more are promised than are on hand and on order, and an order takes 11 days: "
        + "24 units worth 384 go unmet")
  }

  @Test func `an overstock says how long and how much`() throws {
    let item = Item(unitCost: 2.5, leadTimeDays: 4)
    #expect(
      try reason(
        plan(Records.normal(rate: 2, deviation: 0), item, Stock(onHand: 1_000)), .overstock)
        == "position 1000 lasts 16.4 months, at most 180 days are wanted: "
        + "640 units worth 1600 are too many")
    #expect(
      try reason(plan(Records.zero(), item, Stock(onHand: 3)), .deadStock)
        == "nothing is expected to sell: 3 units worth 7.5 lie there")
  }

  @Test func `a fault says what was assumed and what rests on it`() throws {
    let plan = try plan(
      Records.normal(rate: 2, deviation: 0), Item(orderCost: 1), Stock(onHand: -4))
    #expect(
      try reason(plan, .dataFault)
        == "stock on hand is negative and counts as 0; the item has no unit cost; 1 is assumed; "
        + "the item has no lead time; 7 days are assumed; a purchase worth 76 rests on it")
  }

  @Test func `a forced lot names the minimum and the EOQ`() throws {
    let item = Item(unitCost: 10, leadTimeDays: 4, orderCost: 4, minimumOrder: 730)
    #expect(
      try reason(
        plan(Records.normal(rate: 1, deviation: 0), item, Stock(onHand: 20)),
        .minimumForcesCover)
        == "the minimum order 730 lasts 24 months: 696 units worth 6958.24 more than the EOQ 34.2")
  }

  @Test(arguments: [
    (0.0, "0"), (-0.001, "0"), (1.5, "1.5"), (-2.05, "-2.05"), (1_234_567.0, "1234567"),
    (0.99999, "1"), (3.14159, "3.14"), (1e16, "10000000000000000"), (1e25, "1e+25"),
  ])
  func `figures are plain decimals`(value: Double, text: String) {
    #expect(Figure.text(value) == text)
  }

  @Test(arguments: [
    (36_500.0, "more than 100 years"), (1_460.0, "4 years"), (365.25, "12 months"),
    (42.4, "42 days"), (1.0, "a day"),
  ])
  func `cover is said as a planner would`(days: Double, text: String) {
    #expect(Figure.cover(days) == text)
  }
}
