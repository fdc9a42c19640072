import Demand
import TestSupport
import Testing

@testable import Replenishment

@Suite struct TransferTests {
  /// Too much in Brno, nothing in Lyon, and a lane between them.
  func lopsided(days: Double = 2, cost: Double = 0.5, stock: Double = 2_000) throws -> Today {
    var today = Today(places: [
      .init(
        name: "Brno", forecast: Records.poisson(rate: 1), stock: Stock(onHand: stock)),
      .init(name: "Lyon", forecast: Records.poisson(rate: 2), stock: Stock(onHand: 2)),
    ])
    try today.lane("Brno", "Lyon", days: days, cost: cost)
    return today
  }

  @Test func `what is too much here goes to where it is missing`() throws {
    let plan = try lopsided().plan()
    let transfer = try #require(plan.plans[1].transfers.first)
    #expect(transfer.origin.description == "Brno" && transfer.quantity > 30)
    #expect(transfer.arrivalDay == asOf + 2 && transfer.saving > 0)
    #expect(near(transfer.cost, 0.5 * transfer.quantity))
    #expect(plan.plans[0].leaving == transfer.quantity)
    // It does for the purchase, and the stock-out is shorter.
    #expect(plan.plans[1].proposals.isEmpty)
    let without = try Today(places: try lopsided().places).plan().plans[1]
    #expect(!without.proposals.isEmpty && without.transfers.isEmpty)
    let lost = { (plan: LocationPlan) in plan.exceptions.first { $0.kind == .stockOut }?.units ?? 0
    }
    #expect(lost(plan.plans[1]) < lost(without))
  }

  @Test func `a lane that costs more than it saves is not taken`() throws {
    #expect(try lopsided(cost: 100).plan().plans[1].transfers.isEmpty)
  }

  @Test func `a lane slower than an order is taken only where it is cheaper than buying`() throws {
    #expect(try !lopsided(days: 30, cost: 0.1).plan().plans[1].transfers.isEmpty)
    #expect(try lopsided(days: 30, cost: 0.1, stock: 60).plan().plans[1].transfers.isEmpty)
  }

  @Test func `dead stock goes to where it sells`() throws {
    var today = try lopsided(stock: 25)
    today.places[0].forecast = Records.zero()
    let plan = try today.plan()
    #expect(plan.plans[1].transfers.map(\.quantity) == [25])
    #expect(plan.plans[0].exceptions.isEmpty)
  }

  @Test func `a transfer that was released does not come again`() throws {
    let today = try lopsided()
    let plan = try today.plan()
    let again = try today.after(plan, released: true).plan()
    #expect(again.plans.allSatisfy { $0.transfers.isEmpty && $0.proposals.isEmpty })
  }

  @Test func `planned twice, the same transfer comes again and is not new`() throws {
    let today = try lopsided()
    let plan = try today.plan()
    let again = try today.after(plan, released: false, days: 1).plan().plans[1].transfers
    #expect(again.map(\.quantity) == plan.plans[1].transfers.map(\.quantity))
    #expect(again.map(\.identity.number) == plan.plans[1].transfers.map(\.identity.number))
    #expect(again.allSatisfy { !$0.identity.isNew && $0.identity.firstProposed == asOf })
  }

  @Test func `a transfer that is no whole packs any more does not stay`() throws {
    for (packs, later) in [(12.0, 10.0), (10, 12), (7, 8), (9, 7)] {
      var today = try lopsided(cost: 100)
      today.settings.hysteresis = 0.3
      func way(_ multiple: Double) throws -> [SupplyOption] {
        [
          SupplyOption(
            origin: .warehouse(try Location("Brno")), unitCost: 0.2, leadTimeDays: 1,
            orderMultiple: multiple)
        ]
      }
      today.places[1].options = try way(packs)
      let plan = try today.plan()
      today.places[1].options = try way(later)
      let again = try #require(
        try today.after(plan, released: false, days: 1).plan().plans[1].transfers.first)
      let count = again.quantity / later
      #expect(count == count.rounded(), "\(packs) \(later)")
    }
  }

  @Test func `what is let wait on purpose is not moved here to be there`() throws {
    var today = try lopsided()
    today.places[1].stock = Stock(onHand: 12)
    #expect(try !today.plan().plans[1].transfers.isEmpty)
    var rule = PolicyRule(scope: PolicyScope())
    rule.backorderCost = 0.5
    today.document.rules = [rule]
    let plan = try today.plan().plans[1]
    #expect(plan.policy.backordered > 20 && plan.transfers.isEmpty)
  }

  @Test func `a lane of the SKU itself wins over that of all`() throws {
    var today = try lopsided(cost: 100)
    today.places[1].options = [
      SupplyOption(
        origin: .warehouse(try Location("Brno")), unitCost: 0.2, leadTimeDays: 1,
        orderMultiple: 24)
    ]
    let transfer = try #require(try today.plan().plans[1].transfers.first)
    #expect(transfer.arrivalDay == asOf + 1)
    #expect(transfer.quantity.remainder(dividingBy: 24) == 0)
  }

  @Test func `no giver falls below its reorder point and nothing goes round`() throws {
    var moved = 0
    for seed in UInt64(0)..<100 {
      var random = SplitMix64(seed: seed)
      let names = ["A", "B", "C", "D", "E"]
      var today = Today()
      today.item.orderMultiple = [1, 6][Int(random.next() % 2)]
      for name in names {
        let rate = random.uniform() < 0.2 ? 0 : 3 * random.uniform()
        today.places.append(
          .init(
            name: name, forecast: Records.normal(rate: rate, deviation: 1),
            stock: Stock(
              onHand: (random.uniform() < 0.5 ? 400 : 20) * random.uniform().rounded(.up),
              reserved: (10 * random.uniform()).rounded())))
      }
      for origin in names {
        for destination in names where destination != origin {
          try today.lane(
            origin, destination, days: 1 + 9 * random.uniform(), cost: 2 * random.uniform())
        }
      }
      let plan = try today.plan()
      for (index, place) in plan.plans.enumerated() where place.leaving > 0 {
        moved += 1
        let left = (place.stock?.position ?? 0) - place.leaving
        #expect(left >= place.policy.reorderPoint, "seed \(seed)")
        #expect((place.stock?.onHand ?? 0) - (place.stock?.reserved ?? 0) >= place.leaving)
        #expect(place.transfers.isEmpty && place.proposals.isEmpty, "seed \(seed)")
        let name = plan.locations[index]
        let taken = plan.plans.flatMap(\.transfers).filter { $0.origin == name }
        #expect(near(taken.reduce(0) { $0 + $1.quantity }, place.leaving), "seed \(seed)")
      }
      for transfer in plan.plans.flatMap(\.transfers) {
        #expect(transfer.saving > 0 && transfer.quantity > 0)
        #expect(transfer.quantity.remainder(dividingBy: today.item.orderMultiple ?? 1) == 0)
      }
      let again = try today.after(plan, released: true).plan()
      #expect(
        again.plans.allSatisfy { $0.proposals.isEmpty }, "seed \(seed)")
      #expect(again.plans.allSatisfy { $0.transfers.isEmpty }, "seed \(seed)")
    }
    #expect(moved > 20)
  }

  @Test func `a plan with transfers comes back from its bytes and its sentence says why`() throws {
    let plan = try lopsided().plan().plans[1]
    #expect(try LocationPlan(packed: plan.packed()) == plan)
    let row = try #require(
      plan.transferRows(sku: try SKU("A-1"), location: try Location("Lyon")).first)
    #expect(row.fields.count == TransferRow.columns.count)
    #expect(row.fields.last?.contains("and Brno has 2000 with a reorder point of") == true)
  }
}
