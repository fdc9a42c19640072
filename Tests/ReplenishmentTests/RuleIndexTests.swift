import Demand
import TestSupport
import Testing

@testable import Replenishment

@Suite struct RuleIndexTests {
  func rule(_ scope: String, _ change: (inout PolicyRule) -> Void) throws -> PolicyRule {
    var rule = PolicyRule(scope: try PolicyScope(text: scope))
    change(&rule)
    return rule
  }

  func subject() throws -> RuleIndex.Subject {
    RuleIndex.Subject(
      sku: try SKU("A-1"), category: "toys", location: try Location("north"), supplier: "acme",
      lifecycle: .new, valueClass: .a, variabilityClass: .x)
  }

  /// Each scope fits the subject; written from the widest to the narrowest.
  static let ascending = [
    "*", "lifecycle=new", "class=A", "class=AX", "category=toys", "supplier=acme",
    "location=north", "sku=A-1", "class=A lifecycle=new", "category=toys location=north",
    "supplier=acme location=north", "sku=A-1 category=toys", "sku=A-1 location=north",
    "sku=A-1 location=north category=toys",
  ]

  @Test func `the narrower scope wins wherever it stands`() throws {
    for (index, wide) in Self.ascending.enumerated() {
      for narrow in Self.ascending[(index + 1)...] {
        let rules = [
          try rule(narrow) { $0.serviceLevel = 0.9 }, try rule(wide) { $0.serviceLevel = 0.8 },
        ]
        for order in [rules, rules.reversed()] {
          let resolved = RuleIndex(order).resolved(for: try subject())
          #expect(resolved.serviceLevel == 0.9, "\(narrow) against \(wide)")
          #expect(resolved.words == ["\(rules[0].scope): service level 0.9"])
        }
      }
    }
  }

  @Test func `of two as narrow the later wins, and what it does not say stays`() throws {
    let resolved = RuleIndex([
      try rule("sku=A-1") {
        $0.fixedLot = 10
        $0.holdingRate = 0.3
      },
      try rule("sku=A-1") { $0.fixedLot = 20 },
    ]).resolved(for: try subject())
    #expect(resolved.fixedLot == 20 && resolved.holdingRate == 0.3)
    #expect(resolved.words == ["sku=A-1: holding rate 0.3", "sku=A-1: lot of 20"])
  }

  @Test func `a rule that was overruled in all that it says is not named`() throws {
    let resolved = RuleIndex([
      try rule("*") { $0.doNotStock = true }, try rule("sku=A-1") { $0.doNotStock = false },
    ]).resolved(for: try subject())
    #expect(!resolved.doNotStock)
    #expect(resolved.words == ["sku=A-1: stocked here"])
  }

  @Test func `values that cannot be are as if they were not said`() throws {
    let resolved = RuleIndex([
      try rule("*") {
        $0.serviceLevel = 0.9
        $0.fixedLot = 5
      },
      try rule("sku=A-1") {
        $0.serviceLevel = .nan
        $0.fixedLot = -1
        $0.maximumCoverDays = 0
        $0.holdingRate = -.infinity
      },
    ]).resolved(for: try subject())
    #expect(resolved.serviceLevel == 0.9 && resolved.fixedLot == 5)
    #expect(resolved.maximumCoverDays == nil && resolved.holdingRate == nil)
  }

  @Test func `the index finds what looking at every rule finds`() throws {
    var random = SplitMix64(seed: 5)
    func maybe(_ values: [String]) -> String? {
      let index = Int(random.next() % UInt64(3 * values.count))
      return index < values.count ? values[index] : nil
    }
    var rules: [PolicyRule] = []
    for number in 0..<600 {
      let words = [
        maybe(["sku=A-1", "sku=A-2"]), maybe(["category=toys", "category=food"]),
        maybe(["location=north", "location=south"]), maybe(["supplier=acme", "supplier=bolt"]),
        maybe(["class=A", "class=X", "class=BZ"]), maybe(["lifecycle=new"]),
      ].compactMap { $0 }
      let scope = words.isEmpty ? "*" : words.joined(separator: " ")
      rules.append(try rule(scope) { $0.fixedLot = Double(number + 1) })
    }
    let index = RuleIndex(rules)
    let alone = rules.map { RuleIndex([$0]) }
    for sku in ["A-1", "A-2", "A-3"] {
      for location in ["north", "south", "west"] {
        for supplier in ["acme", ""] {
          var subject = try subject()
          subject.sku = try SKU(sku)
          subject.location = try Location(location)
          subject.supplier = supplier
          subject.category = random.uniform() < 0.5 ? "toys" : "tools"
          let fitting = rules.indices.filter { alone[$0].resolved(for: subject).fixedLot != nil }
          // Narrowness between any two is what the pair alone says.
          let winner = fitting.reduce(fitting.first) { best, next in
            guard let best, best != next else { return next }
            let both = RuleIndex([rules[best], rules[next]]).resolved(for: subject)
            return both.fixedLot == Double(next + 1) ? next : best
          }
          #expect(index.resolved(for: subject).fixedLot == winner.map { Double($0 + 1) })
        }
      }
    }
  }
}
