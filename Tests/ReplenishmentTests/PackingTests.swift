import Demand
import Packing
import TestSupport
import Testing

@testable import Replenishment

@Suite struct PlanPackingTests {
  /// A plan with a proposal and every kind of exception.
  func full() throws -> LocationPlan {
    let (sku, location) = try name("A")
    var plan = Planner.plan(
      PlanningCase(
        sku: sku, location: location, forecast: Records.poisson(rate: 1.3),
        item: Item(unitCost: 9.99, minimumOrder: 800), stock: Stock(onHand: 3, reserved: 5)),
      settings: PolicySettings(), asOf: asOf)
    plan.exceptions.append(
      .overstock(position: -1, coverDays: 200.5, units: 1.0 / 3, value: 2))
    return plan
  }

  @Test func `a plan with everything comes back as it was`() throws {
    let plan = try full()
    #expect(Set(plan.exceptions.map(\.kind)).count == 4)
    #expect(plan.proposals.count == 1)
    #expect(try LocationPlan(packed: plan.packed()) == plan)
  }

  @Test func `a common plan takes little room`() throws {
    let (sku, location) = try name("A")
    let plain = Planner.plan(
      PlanningCase(
        sku: sku, location: location, forecast: Records.poisson(rate: 1.3),
        item: Item(unitCost: 9.99, price: 15, leadTimeDays: 9), stock: Stock(onHand: 60)),
      settings: PolicySettings(), asOf: asOf)
    #expect(plain.proposals.isEmpty && plain.packed().count < 120)
    #expect(try full().packed().count < 320)
  }

  @Test func `a plan of the first form is still read`() throws {
    let plan = try LocationPlan(packed: firstForm(arrival: asOf + 11))
    let policy = plan.policy
    #expect(policy.annualDemand == 730 && policy.lot == 48 && policy.lotBeforePrices == 48)
    #expect(policy.safetyStock == 2 && policy.leadTimeMean == 22 && policy.orderMultiple == 12)
    #expect(policy.leadTimeDays == 11 && policy.maximumCoverDays == 180)
    #expect(plan.stock == Stock(onHand: 7, reserved: 1, onOrder: 2))
    #expect(plan.proposals.map(\.quantity) == [48] && plan.proposals[0].arrivalDay == asOf + 11)
    #expect(
      plan.exceptions
        == [.stockOut(position: 7, day: asOf + 4, units: 15, value: 240, late: 0)])
    #expect(try LocationPlan(packed: plan.packed()) == plan)
  }

  /// Later forms hold the days from order to arrival, which are not below 0.
  @Test func `a plan of the first form whose order arrives before it is made is refused`() {
    #expect(throws: PackingError.invalid(what: "arrival day")) {
      try LocationPlan(packed: firstForm(arrival: asOf - 1))
    }
  }

  private func firstForm(arrival: Day) -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed(UInt8(1))
    writer.fixed(PolicyBasis.defaultVolume.rawValue)
    for figure in [730, 48.5, 48, 24, 2, 22, 0.95, 10, 0.001, 4, 2.5, 6, 12] {
      writer.figure(figure)
    }
    for days in [11, 1, 180] { writer.count(days) }
    writer.bool(true)
    for figure in [7.0, 1, 2] { writer.figure(figure) }
    writer.count(1)
    writer.figure(48)
    for day in [asOf, arrival] { writer.pack(day) }
    for figure in [8.0, 480, 484] { writer.figure(figure) }
    writer.count(1)
    writer.fixed(UInt8(0))
    writer.pack(asOf + 4)
    for figure in [7.0, 15, 240] { writer.figure(figure) }
    return writer.bytes
  }

  @Test func `every field of a policy, a transfer and an exception comes back`() throws {
    var plan = try PlanSummaryTests.heldTransfer()
    plan.policy.basis = [.seasonal, .shelfLife]
    (plan.policy.valueClass, plan.policy.variabilityClass) = (.b, .z)
    (plan.policy.serviceType, plan.policy.isMoved) = (.cost, true)
    (plan.policy.supplier, plan.policy.rules) = ("Acme", ["sku=A: cover 60 days", "class=A"])
    (plan.policy.spacePrice, plan.policy.cashPrice, plan.policy.linePrice) = (0.1, 0.2, 0.3)
    (plan.policy.maximumOrder, plan.policy.lotBeforePrices) = (900, 77)
    plan.leaving = 3
    plan.stock = plan.stock?.with(Receipt(units: 4, day: asOf + 2))
    plan.proposals[0].cut = .supply
    plan.add(infeasible: .lines, needed: 2, value: 3)
    plan.exceptions += [
      .deadStock(units: 1, value: 2), .heldBack(by: .cash, units: 1, value: 2),
      .runDown(position: 9, coverDays: 8, units: 7, value: 6),
    ]
    #expect(try LocationPlan(packed: plan.packed()) == plan)
  }

  @Test func `every shortened plan is refused`() throws {
    let bytes = try full().packed()
    for length in bytes.indices {
      #expect(throws: PackingError.self) { try LocationPlan(packed: Array(bytes[..<length])) }
    }
    #expect(throws: PackingError.trailing(1)) { try LocationPlan(packed: bytes + [0]) }
  }

  @Test func `damaged plans are refused or are plans of finite figures`() throws {
    let bytes = try full().packed()
    for seed in UInt64(0)..<5_000 {
      var random = SplitMix64(seed: seed)
      var damaged = bytes
      for _ in 0...(random.next() % 4) {
        damaged[Int(random.next() % UInt64(damaged.count))] = UInt8(
          truncatingIfNeeded: random.next())
      }
      guard let plan = try? LocationPlan(packed: damaged) else { continue }
      for figure in HostileTests.figures(plan) {
        #expect(figure.isFinite, "seed \(seed)")
      }
      let (sku, location) = try name("A")
      let orders = plan.purchaseOrderRows(sku: sku, location: location)
      let exceptions = plan.exceptionRows(sku: sku, location: location)
      #expect(orders.count + exceptions.count == plan.proposals.count + plan.exceptions.count)
    }
  }

  @Test func `random bytes are refused without harm`() {
    for seed in UInt64(0)..<3_000 {
      var random = SplitMix64(seed: seed)
      let bytes = (0..<Int(random.next() % 200)).map { index in
        index == 0 ? UInt8(1 + seed % 2) : UInt8(truncatingIfNeeded: random.next())
      }
      #expect(throws: PackingError.self, "seed \(seed)") { try LocationPlan(packed: bytes) }
      #expect(throws: PackingError.self, "seed \(seed)") { try PolicySettings(packed: bytes) }
    }
  }

  @Test func `settings come back as they were`() throws {
    var settings = PolicySettings()
    settings.serviceLevel = 0.9733
    settings.reviewDays = 7
    settings.maximumCoverDays = 90
    #expect(try PolicySettings(packed: settings.packed()) == settings)
  }

  @Test func `settings outside their ranges are named with value and range`() {
    var settings = PolicySettings()
    settings.serviceLevel = 1.2
    #expect(throws: PolicyError.self) { try settings.validate() }
    #expect(
      PolicyError.outOfRange(
        setting: "serviceLevel", value: 1.2, lowest: 0.5, highest: 0.999
      ).description == "policy.serviceLevel is 1.2; give a number from 0.5 to 0.999")
    #expect(throws: PackingError.invalid(what: "serviceLevel")) {
      try PolicySettings(packed: settings.packed())
    }
  }

  @Test func `the defaults are valid`() throws {
    try PolicySettings().validate()
    #expect(PolicySettings().clamped() == PolicySettings())
  }
}
