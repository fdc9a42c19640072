import Demand
import Tables
import TestSupport
import Testing

@Suite("Forecasts in long form")
struct LongForecastReaderTests {
  private func read(
    _ text: String, pieceBytes: Int = .max, known: [Location]? = nil
  ) throws(TableError) -> (forecasts: [LongForecast], asOf: Day?, levels: [Int]) {
    var reader = try LongForecastReader(
      ByteSource(bytes: Array(text.utf8), name: "f.csv", pieceBytes: pieceBytes),
      knownLocations: known)
    var forecasts: [LongForecast] = []
    while let forecast = try reader.next() { forecasts.append(forecast) }
    return (forecasts, reader.asOf, reader.levels)
  }

  private func failure(_ text: String, known: [Location]? = nil) -> String {
    let error = #expect(throws: TableError.self) { try read(text, known: known) }
    return error?.description ?? ""
  }

  private static let totals = Quantiles.levels.map { "total_q\($0)" }.joined(separator: ",")

  /// Rows of `days` days with totals on the days that forecasts carry.
  private func withTotals(_ sku: String, _ location: String, days: Int) -> String {
    (1...days).map { day in
      let isSpan = Quantiles.spans.contains(day)
      let values = (1...9).map { isSpan ? "\(day * $0)" : "" }.joined(separator: ",")
      return "\(sku),\(location),\(Day(year: 2026, month: 11, day: 20) + day),\(day),\(values)\n"
    }.joined()
  }

  @Test("the days of a SKU at a location become one forecast, in the order of the file")
  func groups() throws {
    let (forecasts, asOf, _) = try read(
      """
      sku,location,date,mean
      B,north,2026-11-21,1
      B,north,2026-11-22,2.5
      B,south,2026-11-21,0
      A,north,2026-11-21,7
      """)
    #expect(forecasts.map(\.sku.description) == ["B", "B", "A"])
    #expect(forecasts.map(\.location.description) == ["north", "south", "north"])
    #expect(forecasts.map(\.mean) == [[1, 2.5], [0], [7]])
    #expect(forecasts.map(\.line) == [2, 4, 5])
    #expect(asOf == Day(year: 2026, month: 11, day: 20))
  }

  @Test("columns stand in any order, and rows without a location are passed over")
  func totalsOfSKUs() throws {
    let (forecasts, _, levels) = try read(
      """
      q0.9,date,location,mean,sku,note
      9,2026-11-21,,4,A,x
      9,2026-11-22,,4,A,x
      5,2026-11-21,north,2,A,x
      6,2026-11-22,north,3,A,x
      9,2026-11-21,,4,B,x
      """)
    #expect(levels == [5])
    #expect(forecasts.map(\.mean) == [[2, 3]])
    #expect(forecasts.map(\.quantiles) == [[5, 6]])
  }

  @Test("totals are read on the days that forecasts carry", arguments: [1, 16, .max])
  func spans(pieceBytes: Int) throws {
    let text =
      "sku,location,date,mean,\(Self.totals)\n" + withTotals("A", "north", days: 6)
      + withTotals("A", "south", days: 3)
    let (forecasts, _, _) = try read(text, pieceBytes: pieceBytes)
    #expect(forecasts.map(\.mean.count) == [6, 3])
    #expect(forecasts.map(\.totals.count) == [4 * 9, 3 * 9])
    #expect(Array(forecasts[0].totals.suffix(9)) == (1...9).map { Double(5 * $0) })
  }

  @Test(
    "what is wrong is named with its line and a way out",
    arguments: [
      ("A,n,2026-11-21,1\nA,n,2026-11-23,1\n", "f.csv:3", "2026-11-22 is due"),
      ("A,n,2026-11-21,1\nA,n,2026-11-21,1\n", "f.csv:3", "a row for each day"),
      ("A,n,2026-11-21,1\nB,n,2026-11-22,1\n", "f.csv:3", "begin on the same day"),
      ("A,n,21.11.2026,1\n", "f.csv:2", "write it as 2026-11-20"),
      ("A,n,2026-11-21,-1\n", "f.csv:2", "mean \"-1\" is no number"),
      ("A,n,2026-11-21,\n", "f.csv:2", "mean \"\" is no number"),
      (",n,2026-11-21,1\n", "f.csv:2", "sku is empty"),
      ("A,n,2026-11-21\n", "f.csv:2", "the row has 3 fields"),
      ("A,n,2026-11-21,1,2\n", "f.csv:2", "the row has 5 fields"),
      ("A,south,2026-11-21,1\n", "f.csv:2", "add it to warehouses.csv"),
    ])
  func faults(rows: String, place: String, remedy: String) throws {
    let text = failure("sku,location,date,mean\n" + rows, known: [try Location("n")])
    #expect(text.hasPrefix(place), "\(text)")
    #expect(text.contains(remedy), "\(text)")
  }

  @Test("quantiles that do not ascend are refused")
  func crossing() {
    let text = failure("sku,location,date,mean,q0.5,q0.9\nA,n,2026-11-21,1,3,2\n")
    #expect(text.contains("q0.9 2.0 is less than a lower quantile, 3.0"), "\(text)")
  }

  @Test("totals at some levels alone are refused with the first one missing")
  func missingLevel() {
    let text = failure("sku,location,date,mean,total_q0.05\nA,n,2026-11-21,1,3\n")
    #expect(text.contains("column \"total_q0.1\" is needed"), "\(text)")
  }

  @Test("a column of totals at another level is refused with a near one")
  func misspelt() {
    let text = failure("sku,location,date,mean,total_q0.96\nA,n,2026-11-21,1,3\n")
    #expect(text.contains("column \"total_q0.96\" is not known"), "\(text)")
    #expect(text.contains("total_q0.9"), "\(text)")
  }

  @Test("a span without its totals is refused")
  func emptyTotals() {
    let empty = Array(repeating: "", count: 9).joined(separator: ",")
    let text = failure("sku,location,date,mean,\(Self.totals)\nA,n,2026-11-21,1,\(empty)\n")
    #expect(text.contains("total_q0.05 \"\" is no number"), "\(text)")
  }

  @Test("a forecast longer than any is refused")
  func tooLong() {
    let first = Day(year: 2026, month: 11, day: 21)
    let rows = (0...Forecast.maximumHorizon).map { "A,n,\(first + $0),1\n" }.joined()
    let text = failure("sku,location,date,mean\n" + rows)
    #expect(text.contains("more than 1024 days"), "\(text)")
  }

  @Test("bytes of any kind are read or refused, never more")
  func hostile() throws {
    let good = Array(
      ("sku,location,date,mean,\(Self.totals)\n" + withTotals("A", "north", days: 3)).utf8)
    var generator = SplitMix64(seed: 20_261_120)
    for _ in 0..<400 {
      var bytes = good
      for _ in 0..<Int(generator.next() % 4 + 1) {
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(
          truncatingIfNeeded: generator.next())
      }
      guard
        var reader = try? LongForecastReader(
          ByteSource(bytes: bytes, name: "f.csv", pieceBytes: 7))
      else { continue }
      while let forecast = try? reader.next() {
        #expect(!forecast.mean.isEmpty)
        let spans = Quantiles.spans(within: forecast.mean.count).count
        #expect(!reader.hasTotals || forecast.totals.count == spans * 9)
      }
    }
  }
}
