import Demand

/// Planners' rules by what they name, so that a SKU meets only those that may fit it: ten thousand
/// rules cost a SKU no more than the few about it.
struct RuleIndex: Sendable {
  private let rules: [PolicyRule]
  private let ranks: [Int]
  private var bySKU: [SKU: [Int]] = [:]
  private var bySupplier: [String: [Int]] = [:]
  private var byCategory: [String: [Int]] = [:]
  private var byLocation: [Location: [Int]] = [:]
  /// Rules that name none of these.
  private var open: [Int] = []
  /// Whether any rule names a supplier: then the choice of one may change what holds.
  let namesSuppliers: Bool
  /// Whether any rule names a class by value.
  let namesValueClasses: Bool

  var isEmpty: Bool { rules.isEmpty }

  init(_ rules: [PolicyRule]) {
    self.rules = rules
    ranks = rules.map(\.scope.narrowness)
    namesSuppliers = rules.contains { $0.scope.supplier != nil }
    namesValueClasses = rules.contains { $0.scope.valueClass != nil }
    for (index, rule) in rules.enumerated() {
      let scope = rule.scope
      if let sku = scope.sku {
        bySKU[sku, default: []].append(index)
      } else if let supplier = scope.supplier {
        bySupplier[supplier, default: []].append(index)
      } else if let category = scope.category {
        byCategory[category, default: []].append(index)
      } else if let location = scope.location {
        byLocation[location, default: []].append(index)
      } else {
        open.append(index)
      }
    }
  }

  /// What a scope is held against.
  struct Subject {
    var sku: SKU
    var category: String
    var location: Location
    var supplier = ""
    var lifecycle = Lifecycle.active
    var valueClass: ValueClass?
    var variabilityClass: VariabilityClass?
  }

  /// What the rules that fit say together: the narrowest wins, and of two as narrow the later one.
  func resolved(for subject: Subject) -> ResolvedRules {
    guard !rules.isEmpty else { return ResolvedRules() }
    var fitting: [Int] = []
    func take(_ candidates: [Int]?) {
      for index in candidates ?? [] where rules[index].scope.fits(subject) {
        fitting.append(index)
      }
    }
    take(open)
    if !byLocation.isEmpty { take(byLocation[subject.location]) }
    if !byCategory.isEmpty { take(byCategory[subject.category]) }
    if !bySupplier.isEmpty { take(bySupplier[subject.supplier]) }
    if !bySKU.isEmpty { take(bySKU[subject.sku]) }
    guard !fitting.isEmpty else { return ResolvedRules() }
    fitting.sort { (ranks[$0], $0) < (ranks[$1], $1) }
    return ResolvedRules(fitting.map { rules[$0] })
  }
}

extension PolicyScope {
  /// Narrower scopes have more: first by how many words they name, then by which.
  fileprivate var narrowness: Int {
    let words = [
      lifecycle != nil, valueClass != nil || variabilityClass != nil, category != nil,
      supplier != nil, location != nil, sku != nil,
    ]
    var rank = 0
    for (place, isNamed) in words.enumerated() where isNamed {
      rank += (1 << place) + (1 << words.count)
    }
    // Of two about classes, the one that names both is the narrower.
    return 2 * rank + (valueClass != nil && variabilityClass != nil ? 1 : 0)
  }

  fileprivate func fits(_ subject: RuleIndex.Subject) -> Bool {
    if let sku, sku != subject.sku { return false }
    if let category, category != subject.category { return false }
    if let location, location != subject.location { return false }
    if let supplier, supplier != subject.supplier { return false }
    if let lifecycle, lifecycle != subject.lifecycle { return false }
    if let valueClass, valueClass != subject.valueClass { return false }
    if let variabilityClass, variabilityClass != subject.variabilityClass { return false }
    return true
  }
}
