import Demand
import Tables

/// Rows of the small tables: items, warehouses, stock, suppliers, lanes, rules, limits and events.
struct SampleMaster: Sendable {
  private var items = DelimitedText()
  private var warehouses = DelimitedText()
  private var inventory = DelimitedText()
  private var suppliers = DelimitedText()
  private var distribution = DelimitedText()
  private var policy = DelimitedText()
  private var limits = DelimitedText()
  private var events = DelimitedText()

  /// What was written, by file.
  var texts: [(SampleFiles.File, DelimitedText)] {
    [
      (.items, items), (.warehouses, warehouses), (.inventory, inventory),
      (.suppliers, suppliers), (.distribution, distribution), (.policy, policy),
      (.limits, limits), (.events, events),
    ]
  }

  mutating func write(_ product: SampleProduct) {
    let item = product.item
    items.field(product.sku)
    items.field(item.category)
    items.field(item.unitCost ?? .nan, decimals: 2)
    items.field(item.price ?? .nan, decimals: 2)
    items.field(item.volumeCubicMetres ?? .nan, decimals: 5)
    items.field(item.leadTimeDays ?? 0)
    items.field(item.orderCost ?? .nan, decimals: 2)
    items.field(item.minimumOrder ?? .nan, decimals: 0)
    items.field(item.orderMultiple ?? .nan, decimals: 0)
    items.field(item.shelfLifeDays.map(Double.init) ?? .nan, decimals: 0)
    items.field(item.lifecycle.name)
    items.endRow()
  }

  mutating func write(
    _ product: SampleProduct, _ place: SampleWarehouse, _ stock: SampleStock,
    _ calendar: SampleCalendar
  ) {
    inventory.field(product.sku)
    inventory.field(place.name)
    inventory.field(stock.onHand)
    inventory.field(stock.reserved)
    inventory.field(stock.onOrder)
    // Most have nothing on its way.
    if stock.inTransit.isEmpty {
      inventory.field([])
      inventory.field([])
    } else {
      inventory.field(stock.inTransit.map { "\($0.units)" }.joined(separator: ";"))
      let last = calendar.count - 1
      let days = stock.inTransit.map { calendar.texts[last + $0.days].dropLast() }
      inventory.field(Array(days.joined(separator: [UInt8(ascii: ";")])))
    }
    inventory.endRow()
  }

  /// Writes where a product is bought and its lanes; rows about warehouses that the sample does not
  /// have are left out. The number of rows is returned.
  mutating func write(
    _ product: SampleProduct, _ supply: SampleSupply, _ places: [SampleWarehouse]
  ) -> Int {
    var count = 0
    for row in supply.rows where row.place.map({ $0 < places.count }) ?? true {
      let option = row.option
      suppliers.field(row.supplier)
      suppliers.field(product.sku)
      suppliers.field(row.place.map { places[$0].name } ?? [UInt8(ascii: "*")])
      suppliers.field(option.unitCost ?? .nan, decimals: 2)
      suppliers.field(option.leadTimeDays ?? .nan, decimals: 0)
      suppliers.field(option.leadTimeDeviation ?? .nan, decimals: 1)
      for amount in [option.minimumOrder, option.orderMultiple, option.maximumOrder] {
        suppliers.field(amount ?? .nan, decimals: 0)
      }
      suppliers.field(option.orderCost ?? .nan, decimals: 2)
      suppliers.field(Self.text(option.breaks, isIncremental: option.isIncremental))
      suppliers.field(option.available ?? .nan, decimals: 0)
      suppliers.endRow()
      count += 1
    }
    if let place = supply.laneTo, place < places.count {
      writeLane(product.sku, places[0], places[place], days: 1, cost: 0.05)
      count += 1
    }
    return count
  }

  /// Goods that any product may move by: from the first warehouse to the others, and back.
  mutating func writeLanes(_ places: [SampleWarehouse]) {
    guard let first = places.first else { return }
    for (number, place) in places.enumerated().dropFirst() {
      let days = 1 + number % 4
      let cost = 0.15 + 0.05 * Double(number % 5)
      let all = [UInt8(ascii: "*")]
      writeLane(all, first, place, days: days, cost: cost)
      writeLane(all, place, first, days: days + 1, cost: cost)
    }
  }

  private mutating func writeLane(
    _ sku: [UInt8], _ origin: SampleWarehouse, _ destination: SampleWarehouse, days: Int,
    cost: Double
  ) {
    distribution.field(sku)
    distribution.field(origin.name)
    distribution.field(destination.name)
    distribution.field(days)
    distribution.field(cost, decimals: 2)
    distribution.endRow()
  }

  /// `incremental 12:4.50;48:4.20`.
  private static func text(_ breaks: [PriceBreak], isIncremental: Bool) -> String {
    let steps = breaks.map { step in
      let cents = Int((step.unitCost * 100).rounded())
      let rest = cents % 100
      return "\(Int(step.from)):\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
    return (isIncremental ? "incremental " : "") + steps.joined(separator: ";")
  }

  mutating func write(
    _ place: SampleWarehouse, capacity: Double, lines: Double
  ) {
    warehouses.field(place.name)
    warehouses.field(capacity.rounded(.up), decimals: 0)
    warehouses.field(lines.rounded(.up), decimals: 0)
    warehouses.field(place.storageCostPerCubicMetreYear, decimals: 2)
    warehouses.endRow()
  }

  mutating func write(rules: [PolicyRule]) {
    for rule in rules {
      policy.field(rule.scope.description)
      policy.field(rule.serviceType?.name ?? "")
      for value in [
        rule.serviceLevel, rule.holdingRate, rule.stockoutCost, rule.backorderCost,
        rule.minimumCoverDays, rule.maximumCoverDays,
      ] {
        policy.field(value ?? .nan, decimals: 2)
      }
      policy.field(rule.doNotStock.map { $0 ? "1" : "0" } ?? "")
      policy.field(rule.fixedLot ?? .nan, decimals: 0)
      policy.endRow()
    }
  }

  mutating func write(cash: Double, cashToday: Double) {
    for (name, value) in zip(LimitReader.limits, [cash, cashToday]) {
      limits.field(name)
      limits.field(value.rounded(.up), decimals: 0)
      limits.endRow()
    }
  }

  mutating func write(_ event: SampleEvent) {
    events.field(event.name)
    events.field(event.days.lowerBound.description)
    events.field(event.days.upperBound.description)
    events.field(event.isPromotion ? "promotion" : "holiday")
    events.field(event.scope.description)
    events.field(event.cut, decimals: 2)
    events.endRow()
  }
}
