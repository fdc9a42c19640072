import Demand

/// What a check remembers of the small tables, to hold the others against it.
struct CheckedFacts {
  /// What warehouses.csv names; empty without one.
  var warehouses: [Warehouse] = []
  /// What the rules of policy.csv are about, in their order.
  var scopes: [PolicyScope] = []
  /// Where the events of events.csv take place, in their order.
  var eventScopes: [PolicyScope] = []
  /// The names in suppliers.csv, and the categories in items.csv.
  var suppliers: Set<String> = []
  var categories: Set<String> = []
  /// Items that cost more than they sell for, and the first.
  private(set) var lossMakers = 0
  private(set) var firstLossMaker: SKU?
  /// Sales later than today, and the first of them.
  private(set) var lateRows = 0
  private(set) var firstLate: (line: Int, day: Day)?
  /// The day of the check.
  var today = Day(number: 0)

  /// The locations that rows may name; nothing where no warehouses were named, so that any will do.
  var knownLocations: [Location]? { warehouses.isEmpty ? nil : warehouses.map(\.location) }

  mutating func take(_ sku: SKU, _ item: Item) {
    if !item.category.isEmpty { categories.insert(item.category) }
    guard let cost = item.unitCost, let price = item.price, price > 0, cost > price else { return }
    lossMakers += 1
    if firstLossMaker == nil { firstLossMaker = sku }
  }

  mutating func takeLate(_ line: Int, _ day: Day) {
    lateRows += 1
    if firstLate == nil { firstLate = (line, day) }
  }
}
