import Demand
import Packing
import TestSupport
import Testing

@testable import Replenishment

@Suite struct PlanSummaryTests {
  func plans(_ count: UInt64) throws -> [(LocationPlan, Location)] {
    try (0..<count).map { seed in
      var random = SplitMix64(seed: seed)
      let location = try Location(["Brno", "Lyon", "Gdynia"][Int(random.next() % 3)])
      let plan = Planner.plan(
        PlanningCase(
          sku: try SKU("S\(seed)"), location: location, forecast: Records.wild(&random),
          item: Item(unitCost: 5 * random.uniform(), leadTimeDays: Int(random.next() % 30)),
          stock: random.uniform() < 0.2 ? nil : Stock(onHand: 300 * random.uniform())),
        settings: PolicySettings(), asOf: asOf)
      return (try seed % 9 == 0 ? Self.heldTransfer() : plan, location)
    }
  }

  /// A plan to which something is moved, and of which everything waits.
  static func heldTransfer() throws -> LocationPlan {
    var plan = try TransferTests().lopsided(stock: 100).plan().plans[1]
    for index in plan.transfers.indices { plan.transfers[index].heldBy = .slots }
    plan.proposals = try TodayPlannerTests().single(Stock(onHand: 1)).plan().plans[0].proposals
    plan.proposals[0].heldBy = .space
    return plan
  }

  @Test func `totals are the sums of the plans`() throws {
    let plans = try plans(200)
    var summary = PlanSummary()
    for (plan, location) in plans { summary.add(plan, at: location) }
    let total = summary.total
    #expect(total.lines == 200)
    #expect(total.linesWithoutStock == plans.filter { $0.0.stock == nil }.count)
    let proposals = plans.flatMap(\.0.proposals)
    #expect(total.proposals == proposals.count && total.proposals > 0)
    #expect(near(total.purchaseValue, proposals.map(\.value).reduce(0, +)))
    let exceptions = plans.flatMap(\.0.exceptions)
    for kind in PlanException.Kind.allCases {
      #expect(total.exceptions(kind) == exceptions.filter { $0.kind == kind }.count)
    }
    let volume = plans.map(\.0.policy).map { $0.expectedStock * $0.volumeCubicMetres }
    #expect(near(total.expectedStockCubicMetres, volume.reduce(0, +)))
    #expect(total.lostUnits > 0 && total.excessValue > 0)
    #expect(total.transfers == plans.flatMap(\.0.transfers).count && total.heldBack > 40)
    #expect(total.expectedFill > 0.9 && total.expectedFill <= 1)
  }

  @Test func `merging parts in order gives the same bits every time`() throws {
    func merged() throws -> [UInt8] {
      var whole = PlanSummary()
      let all = try plans(90)
      for start in stride(from: 0, to: 90, by: 30) {
        var part = PlanSummary()
        for (plan, location) in all[start..<(start + 30)] { part.add(plan, at: location) }
        whole.merge(part)
      }
      return whole.packed()
    }
    #expect(try merged() == merged())
  }

  @Test func `a merge adds up every figure`() throws {
    var (left, right) = (PlanSummary(), PlanSummary())
    var whole = PlanSummary()
    for (index, (plan, location)) in try plans(50).enumerated() {
      whole.add(plan, at: location)
      if index % 2 == 0 {
        left.add(plan, at: location)
      } else {
        right.add(plan, at: location)
      }
    }
    left.merge(right)
    #expect(left.total.counts == whole.total.counts)
    for (sum, expected) in zip(left.total.sums, whole.total.sums) {
      #expect(expected > 0 && near(sum, expected))
    }
    #expect(left.locations.map(\.description) == ["Brno", "Gdynia", "Lyon"])
  }

  @Test func `a summary comes back as it was, and no shortened one does`() throws {
    var summary = PlanSummary()
    for (plan, location) in try plans(40) { summary.add(plan, at: location) }
    let bytes = summary.packed()
    #expect(try PlanSummary(packed: bytes) == summary)
    for length in bytes.indices {
      #expect(throws: PackingError.self) { try PlanSummary(packed: Array(bytes[..<length])) }
    }
  }

  @Test func `a summary of the first form is still read`() throws {
    var writer = ByteWriter()
    writer.fixed(UInt8(1))
    writer.count(1)
    writer.blob(Array("Lyon".utf8))
    for count in 1...8 { writer.count(count) }
    for sum in 1...8 { writer.figure(Double(sum) / 4) }
    let totals = try PlanSummary(packed: writer.bytes).total
    #expect(totals.lines == 1 && totals.proposals == 4 && totals.exceptions(.stockOut) == 5)
    #expect(totals.exceptions(.minimumForcesCover) == 8 && totals.transfers == 0)
    #expect(totals.purchaseValue == 0.25 && totals.excessValue == 2 && totals.heldValue == 0)
  }

  @Test func `damaged summaries never trap`() throws {
    var summary = PlanSummary()
    for (plan, location) in try plans(40) { summary.add(plan, at: location) }
    let bytes = summary.packed()
    for seed in UInt64(0)..<2_000 {
      var random = SplitMix64(seed: seed)
      var damaged = bytes
      for _ in 0...(random.next() % 3) {
        damaged[Int(random.next() % UInt64(bytes.count))] = UInt8(
          truncatingIfNeeded: random.next())
      }
      guard var read = try? PlanSummary(packed: damaged) else { continue }
      read.merge(summary)
      for sum in read.total.sums { #expect(sum.isFinite, "seed \(seed)") }
    }
  }
}
