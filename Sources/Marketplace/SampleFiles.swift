import Demand
import Tables

/// The four files of the sample, written side by side.
struct SampleFiles: ~Copyable {
  private var sales: DelimitedWriter
  private var items: DelimitedWriter
  private var warehouses: DelimitedWriter
  private var inventory: DelimitedWriter

  init(folder: String) throws(TableError) {
    // All four are open before the first moves in: what cannot be copied cannot be half made.
    let sales = try DelimitedWriter(path: "\(folder)/sales.csv")
    let items = try DelimitedWriter(path: "\(folder)/items.csv")
    let warehouses = try DelimitedWriter(path: "\(folder)/warehouses.csv")
    let inventory = try DelimitedWriter(path: "\(folder)/inventory.csv")
    self.sales = sales
    self.items = items
    self.warehouses = warehouses
    self.inventory = inventory
  }

  mutating func writeHeaders() throws(TableError) {
    try sales.row(["sku", "location", "date", "units", "price", "promotion"])
    try items.row([
      "sku", "category", "unit_cost", "price", "volume_m3", "leadtime_days", "order_cost",
      "size_minimum", "size_multiple",
    ])
    try warehouses.row(["id", "volume_capacity_m3", "storage_cost_m3_year"])
    try inventory.row(["sku", "location", "on_hand", "reserved", "on_order"])
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
    _ product: SampleProduct, _ place: SampleWarehouse, _ stock: SampleStock
  ) throws(TableError) {
    try inventory.field(product.sku)
    try inventory.field(place.name)
    try inventory.field(stock.onHand)
    try inventory.field(stock.reserved)
    try inventory.field(stock.onOrder)
    try inventory.endRow()
  }

  mutating func write(_ place: SampleWarehouse, volume: Double) throws(TableError) {
    try warehouses.field(place.name)
    try warehouses.field((volume * place.spareSpace).rounded(.up), decimals: 0)
    try warehouses.field(place.storageCostPerCubicMetreYear, decimals: 2)
    try warehouses.endRow()
  }

  mutating func finish() throws(TableError) {
    try sales.finish()
    try items.finish()
    try warehouses.finish()
    try inventory.finish()
  }
}
