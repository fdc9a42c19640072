import Demand
import Tables

/// The eight files of the sample, written side by side.
struct SampleFiles: ~Copyable {
  private var sales: DelimitedWriter
  private var items: DelimitedWriter
  private var warehouses: DelimitedWriter
  private var inventory: DelimitedWriter
  private var suppliers: DelimitedWriter
  private var distribution: DelimitedWriter
  private var policy: DelimitedWriter
  private var limits: DelimitedWriter

  init(folder: String) throws(TableError) {
    // All are open before the first moves in: what cannot be copied cannot be half made.
    let sales = try DelimitedWriter(path: "\(folder)/sales.csv")
    let items = try DelimitedWriter(path: "\(folder)/items.csv")
    let warehouses = try DelimitedWriter(path: "\(folder)/warehouses.csv")
    let inventory = try DelimitedWriter(path: "\(folder)/inventory.csv")
    let suppliers = try DelimitedWriter(path: "\(folder)/suppliers.csv")
    let distribution = try DelimitedWriter(path: "\(folder)/distribution.csv")
    let policy = try DelimitedWriter(path: "\(folder)/policy.csv")
    let limits = try DelimitedWriter(path: "\(folder)/limits.csv")
    self.sales = sales
    self.items = items
    self.warehouses = warehouses
    self.inventory = inventory
    self.suppliers = suppliers
    self.distribution = distribution
    self.policy = policy
    self.limits = limits
  }

  mutating func writeHeaders() throws(TableError) {
    try sales.row(["sku", "location", "date", "units", "price", "promotion"])
    try items.row(ItemReader.columns)
    try warehouses.row(WarehouseReader.columns)
    try inventory.row(InventoryReader.columns)
    try suppliers.row(SupplierReader.columns)
    try distribution.row(DistributionReader.columns)
    try policy.row(PolicyReader.columns)
    try limits.row(LimitReader.columns)
  }

  mutating func write(_ product: SampleProduct) throws(TableError) {
    let item = product.item
    try items.field(product.sku)
    try items.field(item.category)
    try items.field(item.unitCost ?? .nan, decimals: 2)
    try items.field(item.price ?? .nan, decimals: 2)
    try items.field(item.volumeCubicMetres ?? .nan, decimals: 5)
    try items.field(item.leadTimeDays ?? 0)
    try items.field(item.orderCost ?? .nan, decimals: 2)
    try items.field(item.minimumOrder ?? .nan, decimals: 0)
    try items.field(item.orderMultiple ?? .nan, decimals: 0)
    try items.field(item.shelfLifeDays.map(Double.init) ?? .nan, decimals: 0)
    try items.field(item.lifecycle.name)
    try items.endRow()
  }

  /// Draws the sales of a product in a warehouse and writes the days on which there were any.
  mutating func write(
    _ product: SampleProduct, _ course: SampleCourse, _ calendar: SampleCalendar,
    _ place: SampleWarehouse, _ share: Double, _ random: inout SampleRandom,
    _ summary: inout SampleMarketplace.Summary
  ) throws(TableError) {
    for index in calendar.days.indices {
      let sold = product.sampler.draw(mean: course.expected[index] * share, &random)
      guard sold > 0 else { continue }
      let units = sold * product.lump
      try sales.field(product.sku)
      try sales.field(place.name)
      try sales.field(calendar.days[index].text)
      try sales.field(units)
      try sales.field(course.prices[index], decimals: 2)
      try sales.field(course.promotions[index] ? 1 : 0)
      try sales.endRow()
      summary.salesRows += 1
      summary.units += units
    }
  }

  mutating func write(
    _ product: SampleProduct, _ place: SampleWarehouse, _ stock: SampleStock, lastDay: Day
  ) throws(TableError) {
    try inventory.field(product.sku)
    try inventory.field(place.name)
    try inventory.field(stock.onHand)
    try inventory.field(stock.reserved)
    try inventory.field(stock.onOrder)
    try inventory.field(stock.inTransit.map { "\($0.units)" }.joined(separator: ";"))
    try inventory.field(
      stock.inTransit.map { "\(lastDay + $0.days)" }.joined(separator: ";"))
    try inventory.endRow()
  }

  /// Writes where a product is bought and its lanes; rows about warehouses that the sample does not
  /// have are left out. The number of rows is returned.
  mutating func write(
    _ product: SampleProduct, _ supply: SampleSupply, _ places: [SampleWarehouse]
  ) throws(TableError) -> Int {
    var count = 0
    for row in supply.rows where row.place.map({ $0 < places.count }) ?? true {
      let option = row.option
      try suppliers.field(row.supplier)
      try suppliers.field(product.sku)
      try suppliers.field(row.place.map { places[$0].name } ?? [UInt8(ascii: "*")])
      try suppliers.field(option.unitCost ?? .nan, decimals: 2)
      try suppliers.field(option.leadTimeDays ?? .nan, decimals: 0)
      try suppliers.field(option.leadTimeDeviation ?? .nan, decimals: 1)
      for amount in [option.minimumOrder, option.orderMultiple, option.maximumOrder] {
        try suppliers.field(amount ?? .nan, decimals: 0)
      }
      try suppliers.field(option.orderCost ?? .nan, decimals: 2)
      try suppliers.field(Self.text(option.breaks, isIncremental: option.isIncremental))
      try suppliers.field(option.available ?? .nan, decimals: 0)
      try suppliers.endRow()
      count += 1
    }
    if let place = supply.laneTo, place < places.count {
      try writeLane(product.sku, places[0], places[place], days: 1, cost: 0.05)
      count += 1
    }
    return count
  }

  /// Goods that any product may move by: from the first warehouse to the others, and back.
  mutating func writeLanes(_ places: [SampleWarehouse]) throws(TableError) {
    guard let first = places.first else { return }
    for (number, place) in places.enumerated().dropFirst() {
      let days = 1 + number % 4
      let cost = 0.15 + 0.05 * Double(number % 5)
      let all = [UInt8(ascii: "*")]
      try writeLane(all, first, place, days: days, cost: cost)
      try writeLane(all, place, first, days: days + 1, cost: cost)
    }
  }

  private mutating func writeLane(
    _ sku: [UInt8], _ origin: SampleWarehouse, _ destination: SampleWarehouse, days: Int,
    cost: Double
  ) throws(TableError) {
    try distribution.field(sku)
    try distribution.field(origin.name)
    try distribution.field(destination.name)
    try distribution.field(days)
    try distribution.field(cost, decimals: 2)
    try distribution.endRow()
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
  ) throws(TableError) {
    try warehouses.field(place.name)
    try warehouses.field(capacity.rounded(.up), decimals: 0)
    try warehouses.field(lines.rounded(.up), decimals: 0)
    try warehouses.field(place.storageCostPerCubicMetreYear, decimals: 2)
    try warehouses.endRow()
  }

  mutating func write(rules: [PolicyRule]) throws(TableError) {
    for rule in rules {
      try policy.field(rule.scope.description)
      try policy.field(rule.serviceType?.name ?? "")
      for value in [
        rule.serviceLevel, rule.holdingRate, rule.stockoutCost, rule.backorderCost,
        rule.minimumCoverDays, rule.maximumCoverDays,
      ] {
        try policy.field(value ?? .nan, decimals: 2)
      }
      try policy.field(rule.doNotStock.map { $0 ? "1" : "0" } ?? "")
      try policy.field(rule.fixedLot ?? .nan, decimals: 0)
      try policy.endRow()
    }
  }

  mutating func write(cash: Double, cashToday: Double) throws(TableError) {
    for (name, value) in zip(LimitReader.limits, [cash, cashToday]) {
      try limits.field(name)
      try limits.field(value.rounded(.up), decimals: 0)
      try limits.endRow()
    }
  }

  mutating func finish() throws(TableError) {
    try sales.finish()
    try items.finish()
    try warehouses.finish()
    try inventory.finish()
    try suppliers.finish()
    try distribution.finish()
    try policy.finish()
    try limits.finish()
  }
}
