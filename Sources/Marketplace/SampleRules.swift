import Demand

/// The planners' rules of the sample: a few of each kind.
enum SampleRules {
  static func rules(_ places: [SampleWarehouse], seed: UInt64) -> [PolicyRule] {
    var rules = [
      rule("category", "grocery") {
        $0.serviceType = .fill
        $0.serviceLevel = 0.98
        $0.maximumCoverDays = 21
      },
      rule("category", "fashion") { $0.maximumCoverDays = 60 },
      rule("category", "electronics") {
        $0.serviceType = .cost
        $0.stockoutCost = 12
        $0.holdingRate = 0.35
      },
      rule("category", "books") { $0.backorderCost = 8 },
      rule("lifecycle", "new") { $0.minimumCoverDays = 14 },
      rule("class", "A") {
        $0.serviceType = .cycle
        $0.serviceLevel = 0.97
      },
      rule("class", "CZ") {
        $0.serviceType = .cycle
        $0.serviceLevel = 0.9
      },
    ]
    if places.count > 1, let last = places.last {
      var scope = PolicyScope()
      scope.category = "garden"
      scope.location = try? Location(bytes: last.name)
      var rule = PolicyRule(scope: scope)
      rule.doNotStock = true
      rules.append(rule)
    }
    let first = SampleProduct(number: 1, seed: seed)
    var scope = PolicyScope()
    scope.sku = try? SKU(bytes: first.sku)
    var rule = PolicyRule(scope: scope)
    rule.fixedLot = (first.item.minimumOrder ?? 1) * 4
    rules.append(rule)
    return rules
  }

  private static func rule(
    _ key: String, _ value: String, _ say: (inout PolicyRule) -> Void
  ) -> PolicyRule {
    var rule = PolicyRule(scope: (try? PolicyScope(text: "\(key)=\(value)")) ?? PolicyScope())
    say(&rule)
    return rule
  }
}
