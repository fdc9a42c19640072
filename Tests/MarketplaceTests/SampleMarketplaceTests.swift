import Demand
import FoundationEssentials
import Tables
import TestSupport
import Testing

@testable import Marketplace

@Suite("The sample marketplace")
struct SampleMarketplaceTests {
  private static let files = [
    "sales.csv", "items.csv", "warehouses.csv", "inventory.csv", "suppliers.csv",
    "distribution.csv", "policy.csv", "limits.csv", "events.csv",
  ]

  private func sales(_ folder: TemporaryFolder) throws -> [SalesRow] {
    var reader = try SalesReader(try ByteSource(path: folder.file("sales.csv")))
    var batch = SalesBatchWriter()
    var rejected: [RejectedRow] = []
    _ = unsafe try reader.read(
      row: { row in
        unsafe batch.append(
          sku: row.sku, location: row.location, day: row.day, units: row.units, price: row.price,
          promotion: row.promotion)
      }, rejected: { rejected.append($0) })
    #expect(rejected.isEmpty)
    var unpacker = SalesBatchReader(batch.bytes)
    var rows: [SalesRow] = []
    while let row = try unpacker.next() { rows.append(row) }
    return rows
  }

  @Test("the same values give the same bytes, another seed others")
  func determinism() throws {
    let sample = SampleMarketplace(skus: 20, warehouses: 3, days: 120, seed: 7)
    let (first, summary) = try SampleTables.write(sample)
    let (second, again) = try SampleTables.write(sample)
    #expect(summary == again)
    for file in Self.files {
      #expect(
        try ByteSource.contentID(path: first.file(file))
          == ByteSource.contentID(path: second.file(file)))
    }
    let (other, _) = try SampleTables.write(
      SampleMarketplace(skus: 20, warehouses: 3, days: 120, seed: 8))
    #expect(
      try ByteSource.contentID(path: first.file("sales.csv"))
        != ByteSource.contentID(path: other.file("sales.csv")))
  }

  @Test("the bytes are those of every machine")
  func knownBytes() throws {
    let (folder, _) = try SampleTables.write(
      SampleMarketplace(skus: 20, warehouses: 3, days: 120, seed: 7))
    let ids = try Self.files.map { try ByteSource.contentID(path: folder.file($0)).description }
    #expect(
      ids == [
        "b0f0ed39d16e33390d7cfadfe4f45cfa", "aee8973ce6346708f2491200ac127674",
        "65bf2391b1b9f344a5fa5cabc16821de", "d123d6fc5973894b1820bba50f3fe93a",
        "f26d91bd472ed7c15812f79486553c18", "1e27cce741fb9b1e57d6f88f583f2f4b",
        "12baa31a8db6f4350b39628b7e33d82c", "0d7a8af33a86633ac5c8d061963454af",
        "dd79355127a4535534460bfedbe585fd",
      ])
  }

  @Test("a SKU sells the same however many SKUs and warehouses there are")
  func independence() throws {
    let (small, _) = try SampleTables.write(SampleMarketplace(skus: 5, warehouses: 2, days: 90))
    let (large, _) = try SampleTables.write(SampleMarketplace(skus: 12, warehouses: 4, days: 90))
    let few = try sales(small)
    let skus = Set(few.map(\.sku))
    let places = Set(few.map(\.location))
    #expect(
      try sales(large).filter { skus.contains($0.sku) && places.contains($0.location) } == few)
  }

  @Test("sales stand by SKU, location and day, on the days of the sample, with price and promotion")
  func order() throws {
    let sample = SampleMarketplace(
      skus: 30, warehouses: 2, days: 200, seed: 3, lastDay: Day(year: 2024, month: 3, day: 10))
    let (folder, summary) = try SampleTables.write(sample)
    let rows = try sales(folder)
    #expect(rows.count == summary.salesRows)
    #expect(Int(rows.reduce(0) { $0 + $1.units }) == summary.units)
    #expect(rows.allSatisfy { $0.units >= 0 && $0.price ?? 0 > 0 })
    #expect(rows.allSatisfy { $0.day <= sample.lastDay && $0.day > sample.lastDay - 200 })
    var finished: Set<SKU> = []
    for (earlier, later) in zip(rows, rows.dropFirst()) where earlier.sku != later.sku {
      finished.insert(earlier.sku)
      #expect(!finished.contains(later.sku))
    }
    #expect(
      zip(rows, rows.dropFirst()).allSatisfy {
        $0.sku != $1.sku || $0.location != $1.location || $0.day < $1.day
      })
    #expect(rows.contains { $0.promotion })
    #expect(rows.contains { $0.day == Day(year: 2024, month: 2, day: 29) })
    #expect(!rows.contains { $0.day == Day(year: 2024, month: 1, day: 1) })
  }

  @Test("the catalogue has a long tail, newcomers, leavers and names beyond ASCII")
  func shape() {
    let products = (1...2_000).map { SampleProduct(number: $0, seed: 1) }
    let sparse = Double(products.filter(\.isSparse).count) / 2_000
    #expect((0.28...0.42).contains(sparse))
    #expect((100...400).contains(products.filter { $0.birth > 0 }.count))
    #expect((60...300).contains(products.filter { $0.death < 1 }.count))
    #expect((40...140).contains(products.filter { $0.sku.contains { $0 >= 0x80 } }.count))
    #expect(Set(products.map(\.sku)).count == 2_000)
    #expect(Set(products.map(\.category.name)).count == SampleCategory.all.count)
  }

  @Test("promotions cut the price and raise the demand")
  func promotions() throws {
    let calendar = SampleCalendar(
      lastDay: Day(year: 2026, month: 11, day: 19), count: 730, further: 0, seed: 1)
    var course: SampleCourse?
    for number in 1...200 where course == nil {
      let product = SampleProduct(number: number, seed: 1)
      guard product.promotionsPerYear >= 5, product.birth == 0, product.death > 1 else { continue }
      course = SampleCourse(of: product, seed: 1, calendar: calendar, count: 730)
    }
    let found = try #require(course)
    func mean(_ value: (Int) -> Double, promoted: Bool) -> Double {
      let days = (0..<730).filter { found.areOnPromotion[Int(found.offers[$0])] == promoted }
      return days.reduce(0) { $0 + value($1) } / Double(days.count)
    }
    func price(_ day: Int) -> Double { found.prices[Int(found.offers[day])] }
    func expected(_ day: Int) -> Double { found.expected[day] }
    #expect(mean(price, promoted: true) < 0.95 * mean(price, promoted: false))
    #expect(mean(expected, promoted: true) > 1.1 * mean(expected, promoted: false))
  }

  @Test("items, warehouses and stock read back without a rejected row")
  func masterData() throws {
    let (folder, summary) = try SampleTables.write(
      SampleMarketplace(skus: 300, warehouses: 12, days: 30))
    var items = 0
    var rejected: [RejectedRow] = []
    var itemReader = try ItemReader(try ByteSource(path: folder.file("items.csv")))
    _ = try itemReader.read(
      item: { _, item in
        items += 1
        #expect(item.unitCost ?? 9e9 < item.price ?? 0)
        #expect(item.volumeCubicMetres ?? 0 > 0)
        #expect(item.leadTimeDays ?? 0 >= 3)
      }, rejected: { rejected.append($0) })
    let warehouses = try WarehouseReader.read(try ByteSource(path: folder.file("warehouses.csv")))
    var stock: [Stock] = []
    var stockReader = try InventoryReader(
      try ByteSource(path: folder.file("inventory.csv")),
      knownLocations: warehouses.warehouses.warehouses.map(\.location))
    _ = try stockReader.read(stock: { stock.append($2) }, rejected: { rejected.append($0) })
    #expect(rejected.isEmpty && warehouses.rejected.isEmpty)
    #expect(items == 300 && stock.count == summary.stockRows)
    #expect(warehouses.warehouses.warehouses.count == 12)
    #expect(warehouses.warehouses.warehouses.allSatisfy { $0.capacityCubicMetres ?? 0 > 0 })
    #expect(stock.contains { $0.onHand == 0 } && stock.contains { $0.onOrder > 0 })
    #expect(stock.allSatisfy { $0.reserved <= $0.onHand })
    #expect(stock.contains { !$0.inTransit.isEmpty })
    #expect(warehouses.warehouses.warehouses.allSatisfy { $0.receivingLinesPerDay ?? 0 >= 1 })
  }

  @Test("suppliers, lanes, rules and limits read back without a rejected row, some of each kind")
  func planningData() throws {
    let (folder, summary) = try SampleTables.write(
      SampleMarketplace(skus: 600, warehouses: 12, days: 60))
    let places = try WarehouseReader.read(try ByteSource(path: folder.file("warehouses.csv")))
    let known = places.warehouses.warehouses.map(\.location)
    var rejected = places.rejected
    var options: [SupplyOption] = []
    var skus: Set<SKU> = []
    var suppliers = try SupplierReader(
      try ByteSource(path: folder.file("suppliers.csv")), knownLocations: known)
    _ = try suppliers.read(
      option: { sku, _, option in
        skus.insert(sku)
        options.append(option)
      }, rejected: { rejected.append($0) })
    #expect(skus.count == 600)
    #expect(options.contains { !$0.breaks.isEmpty && !$0.isIncremental })
    #expect(options.contains { $0.isIncremental } && options.contains { $0.available != nil })
    #expect(options.contains { $0.maximumOrder != nil })
    #expect(options.allSatisfy { $0.leadTimeDeviation ?? -1 >= 0 && $0.unitCost ?? 0 > 0 })
    var lanes: [Lane] = []
    var own = 0
    var distribution = try DistributionReader(
      try ByteSource(path: folder.file("distribution.csv")), knownLocations: known)
    _ = try distribution.read(
      option: { _, _, _ in own += 1 }, lane: { lanes.append($0) },
      rejected: { rejected.append($0) })
    #expect(lanes.count == 22 && own > 0 && options.count + own == summary.supplyRows)
    let policy = try PolicyReader.read(
      try ByteSource(path: folder.file("policy.csv")), knownLocations: known)
    let limits = try LimitReader.read(try ByteSource(path: folder.file("limits.csv")))
    rejected += policy.rejected + limits.rejected
    #expect(rejected.isEmpty, "\(rejected)")
    #expect(
      policy.rules
        == SampleRules.rules(
          (0..<12).map { SampleWarehouse(number: $0, seed: 1) }, seed: 1))
    #expect(limits.limits.cash ?? 0 > 0 && limits.limits.cashToday ?? 0 > 0)
    let lives = (1...600).map { SampleProduct(number: $0, seed: 1).item }
    #expect(Lifecycle.allCases.allSatisfy { stage in lives.contains { $0.lifecycle == stage } })
    #expect(lives.contains { $0.shelfLifeDays ?? 1_000 < 60 })
  }

  @Test("demand has the mean and the variance of its distribution", arguments: [0, 1, 5])
  func sampler(shape: Int) {
    let sampler = DemandSampler(shape: shape)
    for mean in [0.2, 4.0, 60.0] {
      var random = SampleRandom(seed: 11, shape, Int(mean * 10))
      let draws = (0..<8_000).map { _ in Double(sampler.draw(mean: mean, &random)) }
      let average = draws.reduce(0, +) / 8_000
      let variance = draws.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 8_000
      let expected = mean + (shape == 0 ? 0 : mean * mean / Double(shape))
      #expect(abs(average - mean) < 5 * (expected / 8_000).squareRoot(), "seed 11, mean \(mean)")
      #expect(abs(variance / expected - 1) < 0.2, "seed 11, mean \(mean)")
    }
  }

  @Test("the portable functions agree with what is known of them")
  func portable() {
    for x in stride(from: -30.0, through: 30, by: 0.37) {
      let value = Portable.exponential(x)
      #expect(abs(Portable.logarithm(value) - x) < 1e-13 * max(1, abs(x)))
      #expect(abs(value * Portable.exponential(-x) - 1) < 1e-13)
      let (sine, cosine) = (Portable.cosine(turns: x - 0.25), Portable.cosine(turns: x))
      #expect(abs(sine * sine + cosine * cosine - 1) < 1e-13)
    }
    #expect(abs(Portable.exponential(1) - 2.718281828459045) < 1e-14)
    #expect(abs(Portable.power(2, 10) - 1_024) < 1e-10)
    #expect(abs(Portable.cosine(turns: 1.0 / 6) - 0.5) < 1e-14)
  }
}
