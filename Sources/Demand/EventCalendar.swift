/// Events by whom they concern, so that those of one SKU among many are found at once.
public struct EventCalendar: Equatable, Sendable {
  /// The most events that are known at a time.
  public static let maximumCount = 10_000

  /// All of them, in the order of their file.
  public let events: [Event]
  /// Places in `events`, ascending: of those that name a SKU, by it; of the others that name a
  /// category, by it; of the rest.
  private let bySKU: [SKU: [Int]]
  private let byCategory: [String: [Int]]
  private let everywhere: [Int]

  /// Sorts events by whom they concern.
  public init(_ events: [Event] = []) {
    var bySKU: [SKU: [Int]] = [:]
    var byCategory: [String: [Int]] = [:]
    var everywhere: [Int] = []
    for (index, event) in events.enumerated() {
      if let sku = event.scope.sku {
        bySKU[sku, default: []].append(index)
      } else if let category = event.scope.category {
        byCategory[category, default: []].append(index)
      } else {
        everywhere.append(index)
      }
    }
    self.events = events
    self.bySKU = bySKU
    self.byCategory = byCategory
    self.everywhere = everywhere
  }

  /// The events that concern a SKU somewhere, in the order of their file.
  public func events(of sku: SKU, category: String) -> [Event] {
    places(of: sku, category: category).sorted().map { events[$0] }
  }

  /// The events that concern any of some SKUs, in the order of their file.
  public func events(ofAny items: some Sequence<(sku: SKU, category: String)>) -> [Event] {
    guard !events.isEmpty else { return [] }
    var found = Set(everywhere)
    for item in items { found.formUnion(named(item.sku, item.category)) }
    return found.sorted().map { events[$0] }
  }

  private func places(of sku: SKU, category: String) -> [Int] {
    everywhere + named(sku, category)
  }

  private func named(_ sku: SKU, _ category: String) -> [Int] {
    let own = (bySKU[sku] ?? []).filter { index in
      events[index].scope.category.map { $0 == category } ?? true
    }
    return category.isEmpty ? own : own + (byCategory[category] ?? [])
  }
}
