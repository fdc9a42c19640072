import Demand

/// What planners' rules say about a SKU at a location, and which of them had the last word.
struct ResolvedRules: Equatable, Sendable {
  var serviceType: ServiceType?
  var serviceLevel: Double?
  var holdingRate: Double?
  var stockoutCost: Double?
  var backorderCost: Double?
  var minimumCoverDays: Double?
  var maximumCoverDays: Double?
  var fixedLot: Double?
  private var mayNotStock: Bool?
  /// What they are about, and by field the one that had the last word.
  private var scopes: [PolicyScope] = []
  private var deciders: [Int?] = []

  private enum Field: Int, CaseIterable {
    case serviceType, serviceLevel, holdingRate, stockout, backorder, minimumCover, maximumCover
    case fixedLot, doNotStock
  }

  /// No rules.
  init() {}

  /// Takes rules by ascending narrowness: each overrules those before. Values that cannot be are
  /// left out, as if the rule were silent about them.
  init(_ rules: [PolicyRule]) {
    scopes = rules.map(\.scope)
    var deciders = [Int?](repeating: nil, count: Field.allCases.count)
    for (index, rule) in rules.enumerated() {
      func take<Value>(_ value: Value?, into place: inout Value?, _ field: Field) {
        guard let value else { return }
        place = value
        deciders[field.rawValue] = index
      }
      take(rule.serviceType, into: &serviceType, .serviceType)
      take(Self.level(rule.serviceLevel), into: &serviceLevel, .serviceLevel)
      take(Self.amount(rule.holdingRate, limit: 10), into: &holdingRate, .holdingRate)
      take(Self.amount(rule.stockoutCost, limit: Bounds.money), into: &stockoutCost, .stockout)
      take(Self.positive(rule.backorderCost, Bounds.money), into: &backorderCost, .backorder)
      take(Self.amount(rule.minimumCoverDays), into: &minimumCoverDays, .minimumCover)
      take(Self.positive(rule.maximumCoverDays), into: &maximumCoverDays, .maximumCover)
      take(Self.positive(rule.fixedLot, Bounds.units), into: &fixedLot, .fixedLot)
      take(rule.doNotStock, into: &mayNotStock, .doNotStock)
    }
    self.deciders = deciders
  }

  /// Whether it is never stocked here.
  var doNotStock: Bool { mayNotStock ?? false }

  /// The rules that decided something, in words, in the order in which they were taken. Made when
  /// a plan is, and not in the rounds before.
  var words: [String] {
    scopes.indices.compactMap { index in
      let said = Field.allCases.filter { deciders[$0.rawValue] == index }.compactMap(text)
      return said.isEmpty ? nil : "\(scopes[index]): " + said.joined(separator: ", ")
    }
  }

  private func text(_ field: Field) -> String? {
    switch field {
    case .serviceType: serviceType.map { "service by \($0.name)" }
    case .serviceLevel: serviceLevel.map { "service level \(Figure.text($0, decimals: 4))" }
    case .holdingRate: holdingRate.map { "holding rate \(Figure.text($0, decimals: 4))" }
    case .stockout: stockoutCost.map { "a missing unit costs \(Figure.text($0))" }
    case .backorder: backorderCost.map { "a unit that waits a year costs \(Figure.text($0))" }
    case .minimumCover: minimumCoverDays.map { "cover at least \(Figure.text($0)) days" }
    case .maximumCover: maximumCoverDays.map { "cover at most \(Figure.text($0)) days" }
    case .fixedLot: fixedLot.map { "lot of \(Figure.text($0, decimals: 3))" }
    case .doNotStock: mayNotStock.map { $0 ? "not stocked here" : "stocked here" }
    }
  }

  private static func level(_ value: Double?) -> Double? {
    guard let value, value > 0, value < 1 else { return nil }
    let range = PolicySettings.serviceLevels
    return min(max(value, range.lowerBound), range.upperBound)
  }

  private static func amount(_ value: Double?, limit: Double = Bounds.coverDays) -> Double? {
    guard let value, value >= 0 else { return nil }
    return min(value, limit)
  }

  private static func positive(
    _ value: Double?, _ limit: Double = Bounds.coverDays
  ) -> Double? {
    guard let value, value > 0 else { return nil }
    return min(max(value, Bounds.step), limit)
  }
}
