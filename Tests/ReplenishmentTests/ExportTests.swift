import Demand
import Testing

@testable import Replenishment

@Suite struct ExportTests {
  func plan() throws -> LocationPlan {
    let (sku, location) = try name("A,1")
    return Planner.plan(
      PlanningCase(
        sku: sku, location: location, forecast: Records.normal(rate: 2, deviation: 0),
        item: Item(unitCost: 10, price: 16, leadTimeDays: 11, orderCost: 4),
        stock: Stock(onHand: 7)),
      settings: PolicySettings(), asOf: asOf)
  }

  func check<Row: PlanRow>(_ row: Row) {
    #expect(row.fields.count == Row.columns.count)
    #expect(Row.numbers.count == Row.columns.count)
    for (field, isNumber) in zip(row.fields, Row.numbers) where isNumber && !field.isEmpty {
      #expect(Double(field) != nil, "\(field)")
    }
  }

  @Test func `every row has a field for each column, and numbers where it says so`() throws {
    let (sku, location) = try name("A,1")
    let plan = try plan()
    check(plan.policyRow(sku: sku, location: location))
    plan.purchaseOrderRows(sku: sku, location: location).forEach(check)
    plan.exceptionRows(sku: sku, location: location).forEach(check)
  }

  @Test func `a purchase order reads as expected`() throws {
    let (sku, location) = try name("A,1")
    let row = try #require(try plan().purchaseOrderRows(sku: sku, location: location).first)
    #expect(
      row.fields.dropLast() == [
        "A,1", "Lyon", "2026-11-20", "2026-12-01", "48", "10", "480", "484", "7", "24", "48", "",
        "48", "", "12", "44ca12ec7d8c081b", "2026-11-20", "new", "",
      ])
  }

  @Test func `an exception reads as expected`() throws {
    let (sku, location) = try name("A,1")
    let row = try #require(try plan().exceptionRows(sku: sku, location: location).first)
    #expect(
      row.fields.dropLast() == ["A,1", "Lyon", "stock-out", "240", "15", "2026-11-24", "", ""])
  }

  @Test func `a policy reads as expected`() throws {
    let (sku, location) = try name("A,1")
    let row = try plan().policyRow(sku: sku, location: location)
    #expect(
      row.fields == [
        "A,1", "Lyon", "730", "48.332", "48", "24", "24", "0", "24", "11", "1", "0.95", "0", "1",
        "10", "0.001", "4", "2.5", "60.83", "60", "", "cycle", "1", "48", "0", "0", "0", "0", "",
        "6", "X", "", "default-volume",
        "ordered at 24 (12 days of lead time and review sell 24 on average, 24 at 95 %); lot 48 = "
          + "EOQ 48.3 in whole units",
      ])
  }
}
