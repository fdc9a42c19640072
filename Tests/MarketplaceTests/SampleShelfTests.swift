import Demand
import TestSupport
import Testing

@testable import Marketplace

@Suite("Empty shelves of the sample")
struct SampleShelfTests {
  private static func product() throws -> SampleProduct {
    try #require(
      (1...500).map { SampleProduct(number: $0, seed: 1) }.first {
        $0.level > 3 && $0.item.leadTimeDays ?? 99 < 10
      })
  }

  @Test("a shelf sells what it had and what came, and nothing else")
  func conservation() throws {
    let product = try Self.product()
    var random = SampleRandom(seed: 9, 1)
    var shelf = SampleShelf(product, rate: 5, SampleRandom(seed: 9, 2))
    let start = shelf.onHand
    var came = 0
    var sold = 0
    for day in 0..<400 {
      came += shelf.due.filter { $0.day <= day }.reduce(0) { $0 + $1.units }
      shelf.open(day)
      let asked = random.whole(0...10)
      let units = shelf.sell(asked)
      #expect(units == asked || shelf.isEmpty)
      shelf.close(day, sold: units, wasShort: units < asked)
      sold += units
      #expect(shelf.onHand >= 0 && start + came == sold + shelf.onHand)
      #expect(shelf.due.allSatisfy { $0.day > day })
    }
    #expect(came > 0)
  }

  @Test("a shelf that ran out is filled again, some day")
  func refill() throws {
    let product = try Self.product()
    var shelf = SampleShelf(product, rate: 5, SampleRandom(seed: 4, 2))
    _ = shelf.sell(.max)
    shelf.close(0, sold: 0, wasShort: true)
    #expect(shelf.isEmpty)
    let longest = 1 + (product.item.leadTimeDays ?? 0) * 2 + 60
    for day in 1...longest where shelf.isEmpty {
      shelf.open(day)
      shelf.close(day, sold: 0, wasShort: true)
    }
    #expect(!shelf.isEmpty)
  }

  @Test("no order waits longer than the calendar goes")
  func longestWait() {
    var longest = 0
    for number in 1...2_000 {
      let product = SampleProduct(number: number, seed: 1)
      var shelf = SampleShelf(product, rate: product.level, SampleRandom(seed: 6, number))
      _ = shelf.sell(.max)
      shelf.close(0, sold: 0, wasShort: true)
      longest = max(longest, shelf.due.last?.day ?? 0)
    }
    #expect((SampleCalendar.knownDays - 10...SampleShelf.longestWait).contains(longest))
    let calendar = SampleCalendar(
      lastDay: Day(year: 2026, month: 11, day: 19), count: 10, further: 0, seed: 1)
    #expect(calendar.texts.count >= 10 + SampleShelf.longestWait)
  }

  @Test("the sample has spells of empty shelves, some long, and only they have rows of no units")
  func spells() throws {
    let (folder, summary) = try SampleTables.write(
      SampleMarketplace(skus: 200, warehouses: 2, days: 365, seed: 2))
    let rows = try SampleTables.sales(folder)
    #expect(rows.allSatisfy { $0.units > 0 || !$0.inStock })
    #expect(rows.filter { !$0.inStock }.count == summary.outOfStockRows)
    let share = Double(summary.outOfStockRows) / Double(summary.stockRows * 365)
    #expect((0.005...0.05).contains(share))
    var longest = 0
    var spell = 0
    for (row, before) in zip(rows.dropFirst(), rows) {
      let goesOn = row.pair == before.pair && row.day - before.day == 1 && !row.inStock
      spell = goesOn ? spell + 1 : 0
      longest = max(longest, spell)
    }
    #expect(longest >= 7)
  }

  @Test("shelves run out in peaks rather than in quiet times")
  func peaks() throws {
    var sample = SampleMarketplace(skus: 300, warehouses: 2, days: 730, seed: 2)
    sample.truthDays = 1
    let (folder, _) = try SampleTables.write(sample)
    let truth = try SampleTables.truth(folder)
    // Of SKUs that sell nearly every day, since only days with a row have a truth.
    var means: [String: (sum: Double, days: Double)] = [:]
    var firstDays: [(pair: String, expected: Double)] = []
    var before: SampleTables.Sale?
    for row in try SampleTables.sales(folder) {
      let expected = truth["\(row.pair),\(row.day)"] ?? .nan
      means[row.pair, default: (0, 0)].sum += expected
      means[row.pair, default: (0, 0)].days += 1
      if !row.inStock, before?.pair == row.pair, before?.inStock == true {
        firstDays.append((row.pair, expected))
      }
      before = row
    }
    let ratios = firstDays.compactMap { first -> Double? in
      guard let mean = means[first.pair], mean.days > 500 else { return nil }
      return first.expected / (mean.sum / mean.days)
    }
    #expect(ratios.count > 100)
    #expect(ratios.reduce(0, +) / Double(ratios.count) > 1.1, "seed 2")
  }

  @Test("what is short today is on its way, and so the plan knows")
  func emptyToday() throws {
    let (folder, _) = try SampleTables.write(
      SampleMarketplace(skus: 400, warehouses: 2, days: 365, seed: 2))
    let last = SampleMarketplace().lastDay
    let stock = try SampleTables.rows(folder, "inventory.csv").reduce(into: [:]) { found, row in
      found["\(row[0]),\(row[1])"] = (row[2], row[5])
    }
    let empty = try SampleTables.sales(folder).filter { $0.day == last && !$0.inStock }
    #expect(empty.count > 3)
    for row in empty {
      #expect(stock[row.pair]?.0 == "0" && stock[row.pair]?.1.isEmpty == false, "\(row.pair)")
    }
  }
}
