import Demand
import TestSupport
import Testing

@testable import Marketplace

@Suite("The truth of the sample")
struct SampleTruthTests {
  private static var told: SampleMarketplace {
    var sample = SampleMarketplace(skus: 60, warehouses: 3, days: 200, seed: 5)
    sample.truthDays = 28
    return sample
  }

  @Test("is told for every day with a row and for all days of the horizon, once")
  func coverage() throws {
    let (folder, summary) = try SampleTables.write(Self.told)
    let rows = try SampleTables.rows(folder, "truth.csv")
    let truth = try SampleTables.truth(folder)
    let sales = try SampleTables.sales(folder)
    #expect(rows.count == truth.count && truth.count == summary.truthRows)
    #expect(truth.count == sales.count + summary.stockRows * 28)
    #expect(sales.allSatisfy { truth["\($0.pair),\($0.day)"] ?? -1 > 0 })
    let future = try SampleTables.sales(folder, "future.csv")
    #expect(future.count == summary.futureRows)
    #expect(future.allSatisfy { $0.units > 0 && $0.inStock && $0.day > Self.told.lastDay })
    #expect(future.allSatisfy { truth["\($0.pair),\($0.day)"] != nil })
  }

  @Test("is the mean of what is asked for")
  func mean() throws {
    let (folder, _) = try SampleTables.write(Self.told)
    let last = Self.told.lastDay
    let expected = try SampleTables.rows(folder, "truth.csv").filter {
      try Day(String($0[2])) > last
    }.reduce(0) { $0 + (Double($1[3]) ?? .nan) }
    let asked = Double(try SampleTables.sales(folder, "future.csv").reduce(0) { $0 + $1.units })
    // Some thousand units with a variance of some times the mean: five deviations are a tenth.
    #expect(expected > 1_000)
    #expect(abs(asked / expected - 1) < 0.1, "asked \(asked), expected \(expected), seed 5")
  }

  @Test("changes nothing of the sample, and neither does its horizon")
  func isBeside() throws {
    var plain = Self.told
    plain.truthDays = nil
    var long = Self.told
    long.truthDays = 200
    let (folder, _) = try SampleTables.write(plain)
    let (told, _) = try SampleTables.write(Self.told)
    let (further, _) = try SampleTables.write(long)
    for file in SampleFiles.File.allCases where file != .truth && file != .future {
      let text = try SampleTables.text(folder, "\(file.rawValue).csv")
      #expect(try SampleTables.text(told, "\(file.rawValue).csv") == text, "\(file)")
      #expect(try SampleTables.text(further, "\(file.rawValue).csv") == text, "\(file)")
    }
    #expect(throws: (any Error).self) { try SampleTables.text(folder, "truth.csv") }
  }

  @Test("comes in the same bytes from any number of threads", arguments: [2, 5])
  func threads(count: Int) throws {
    var sample = SampleMarketplace(skus: 300, warehouses: 3, days: 200)
    sample.truthDays = 28
    sample.withReturns = true
    let (alone, summary) = try SampleTables.write(sample)
    let (together, again) = try SampleTables.write(sample, threads: count)
    #expect(summary == again)
    for file in SampleFiles.File.allCases {
      #expect(
        try SampleTables.text(alone, "\(file.rawValue).csv")
          == SampleTables.text(together, "\(file.rawValue).csv"), "\(file)")
    }
  }

  @Test(
    "is cut into pieces that hold every SKU in every place once",
    arguments: [(1, 1, 1), (2_000, 6, 730), (3, 1_000, 16_384), (7, 37, 16_384), (500, 1, 30)])
  func pieces(skus: Int, places: Int, days: Int) {
    let cut = SamplePiece.Cut(skus: skus, places: places, days: days)
    var seen: [Int] = []
    for index in 0..<cut.count {
      let (numbers, indices) = cut.piece(index)
      #expect(numbers.count == 1 || indices == 0..<places)
      #expect(numbers.count * indices.count * days <= 1 << 18 || indices.count == 1)
      for number in numbers { seen += indices.map { (number - 1) * places + $0 } }
    }
    #expect(seen == Array(0..<skus * places))
  }
}

@Suite("What comes back in the sample")
struct SampleReturnsTests {
  private static func sample(returns: Bool) -> SampleMarketplace {
    var sample = SampleMarketplace(skus: 60, warehouses: 2, days: 150, seed: 3)
    sample.withReturns = returns
    return sample
  }

  @Test("is there only where it is asked for, and leaves the sales as they were")
  func onlyWhenAsked() throws {
    let (plain, _) = try SampleTables.write(Self.sample(returns: false))
    let (folder, summary) = try SampleTables.write(Self.sample(returns: true))
    let all = try SampleTables.text(folder, "sales.csv").split(separator: "\n")
    let back = try SampleTables.sales(folder).filter { $0.units < 0 }
    #expect(back.count > 50)
    #expect(back.reduce(0) { $0 - $1.units } == summary.returnedUnits)
    #expect(all.count - 1 == summary.salesRows)
    let kept = all.filter { !$0.contains(",-") }
    #expect(try kept == SampleTables.text(plain, "sales.csv").split(separator: "\n"))
  }

  @Test("was sold some days before, and no more of it")
  func afterSale() throws {
    let (folder, _) = try SampleTables.write(Self.sample(returns: true))
    var sold: [String: [(day: Day, units: Int)]] = [:]
    var back: [String: Int] = [:]
    for row in try SampleTables.sales(folder) {
      guard row.units < 0 else {
        sold[row.pair, default: []].append((row.day, row.units))
        continue
      }
      back[row.pair, default: 0] -= row.units
      let early = sold[row.pair, default: []].filter { row.day - $0.day >= 3 }
      #expect(early.reduce(0) { $0 + $1.units } >= back[row.pair] ?? 0)
    }
    #expect(!back.isEmpty)
  }
}
