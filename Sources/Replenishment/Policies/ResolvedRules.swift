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
  var doNotStock = false
  /// The rules that decided something, in words, in the order in which they were taken.
  var words: [String] = []

  /// No rules.
  init() {}

  /// Takes rules by ascending narrowness: each overrules those before. Values that cannot be are
  /// left out, as if the rule were silent about them.
  init(_ rules: [PolicyRule]) {
    var notes = Notes(count: rules.count)
    for (index, rule) in rules.enumerated() {
      func take<Value>(
        _ value: Value?, into place: inout Value?, _ field: Notes.Field,
        _ words: (Value) -> String
      ) {
        guard let value else { return }
        place = value
        notes.set(field, by: index, words(value))
      }
      take(rule.serviceType, into: &serviceType, .serviceType) { "service by \($0.name)" }
      take(Self.level(rule.serviceLevel), into: &serviceLevel, .serviceLevel) {
        "service level \(Figure.text($0, decimals: 4))"
      }
      take(Self.amount(rule.holdingRate, limit: 10), into: &holdingRate, .holdingRate) {
        "holding rate \(Figure.text($0, decimals: 4))"
      }
      take(Self.amount(rule.stockoutCost, limit: Bounds.money), into: &stockoutCost, .stockout) {
        "a missing unit costs \(Figure.text($0, decimals: 2))"
      }
      take(Self.positive(rule.backorderCost, Bounds.money), into: &backorderCost, .backorder) {
        "a unit that waits a year costs \(Figure.text($0, decimals: 2))"
      }
      take(Self.amount(rule.minimumCoverDays), into: &minimumCoverDays, .minimumCover) {
        "cover at least \(Figure.text($0, decimals: 1)) days"
      }
      take(Self.positive(rule.maximumCoverDays), into: &maximumCoverDays, .maximumCover) {
        "cover at most \(Figure.text($0, decimals: 1)) days"
      }
      take(Self.positive(rule.fixedLot, Bounds.units), into: &fixedLot, .fixedLot) {
        "lot of \(Figure.text($0, decimals: 3))"
      }
      var stocked: Bool? = doNotStock
      take(rule.doNotStock, into: &stocked, .doNotStock) {
        $0 ? "not stocked here" : "stocked here"
      }
      doNotStock = stocked ?? false
    }
    words = notes.words(of: rules)
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

/// Which rule set each value last.
private struct Notes {
  enum Field: Int, CaseIterable {
    case serviceType, serviceLevel, holdingRate, stockout, backorder, minimumCover, maximumCover
    case fixedLot, doNotStock
  }

  private var setters: [(rule: Int, words: String)?]
  private let count: Int

  init(count: Int) {
    self.count = count
    setters = Array(repeating: nil, count: Field.allCases.count)
  }

  mutating func set(_ field: Field, by rule: Int, _ words: String) {
    setters[field.rawValue] = (rule, words)
  }

  /// A line for each rule that a value is still of.
  func words(of rules: [PolicyRule]) -> [String] {
    rules.indices.compactMap { index in
      let said = setters.compactMap { $0 }.filter { $0.rule == index }.map(\.words)
      return said.isEmpty ? nil : "\(rules[index].scope): " + said.joined(separator: ", ")
    }
  }
}
