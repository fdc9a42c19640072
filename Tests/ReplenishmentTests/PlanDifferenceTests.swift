import Demand
import Testing

@testable import Replenishment

@Suite struct PlanDifferenceTests {
  private func planned(_ change: (inout MixedCatalogue) -> Void = { _ in }) throws
    -> MixedCatalogue.Planned
  {
    var catalogue = try MixedCatalogue(seed: 11, skus: 150)
    change(&catalogue)
    return try catalogue.planned()
  }

  private func difference(
    _ left: MixedCatalogue.Planned, _ right: MixedCatalogue.Planned, most: Int = 10
  ) -> PlanDifference {
    var difference = PlanDifference(most: most)
    for (one, other) in zip(left.plans, right.plans) {
      for (index, location) in one.locations.enumerated() {
        difference.add(
          one.sku, at: location, left: one.plans[index], right: other.plans[index])
      }
    }
    return difference
  }

  @Test func `a side comes to what the totals of its plan say`() throws {
    let plans = try planned { catalogue in
      catalogue.document.rules.append(.notStocked(at: catalogue.cases[0].locations[0].location))
    }
    let (side, totals) = (difference(plans, plans).left, plans.totals.all)
    #expect(side.lines == totals.lines)
    #expect(near(side.cost, totals.yearlyCost))
    #expect(near(side.stockValue, totals.expectedStockValue))
    #expect(near(side.cubicMetres, totals.expectedStockCubicMetres))
    #expect(near(side.linesPerDay, totals.linesPerYear / 365))
    #expect(side.proposals == totals.proposals + totals.transfers - totals.heldBack)
    #expect(near(side.proposedValue, totals.purchaseValue + totals.transferValue))
    #expect(near(try #require(side.fill), totals.expectedFill))
  }

  @Test func `the same plans do not differ, and of others those that differ most come first`()
    throws
  {
    let (one, other) = (try planned(), try planned { $0.settings.serviceLevel = 0.99 })
    let none = difference(one, one)
    #expect(none.same == none.left.lines && none.different == 0 && none.most.isEmpty)
    let all = difference(one, other, most: .max).most
    #expect(all.count > 20 && zip(all, all.dropFirst()).allSatisfy { $0.change >= $1.change })
    let few = difference(one, other, most: 7)
    #expect(few.most == Array(all.prefix(7)))
    #expect(
      few.same + few.different == few.left.lines && few.right.stockValue > few.left.stockValue)
  }
}

extension PolicyRule {
  fileprivate static func notStocked(at location: Location) -> PolicyRule {
    var scope = PolicyScope()
    scope.location = location
    var rule = PolicyRule(scope: scope)
    rule.doNotStock = true
    return rule
  }
}
