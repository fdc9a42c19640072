import CommandLineArguments
import Demand
import FoundationEssentials
import Packing
import Replenishment
import Tables
import TestSupport
import Testing

@testable import ClientNode

@Suite("Planning without a cluster: its parts")
struct LocalPlanningTests {
  // MARK: Totals of days

  /// The quantile of a total over `span` days.
  private func quantile(_ totals: [Double], span: Int, level: Double) throws -> Double {
    let row = try #require(Quantiles.spans.firstIndex(of: span))
    let column = try #require(Quantiles.levels.firstIndex(of: level))
    return totals[row * Quantiles.levels.count + column]
  }

  @Test("With means alone totals are quantiles of Poisson demand")
  func poisson() throws {
    // scipy.stats.poisson.ppf([0.05, 0.5, 0.9, 0.99], [0.7, 4.9, 39.2]), rows by mean.
    let mean = Array(repeating: 0.7, count: 56)
    let totals = TotalsOfDays.totals(mean: mean, quantiles: [], levels: [])
    let expected: [(Int, [Double])] = [
      (1, [0, 1, 2, 3]), (7, [2, 5, 8, 11]), (56, [29, 39, 47, 54]),
    ]
    for (span, values) in expected {
      let found = try [0.05, 0.5, 0.9, 0.99].map { try quantile(totals, span: span, level: $0) }
      #expect(found == values, "\(span) days")
    }
  }

  @Test("Days with quantiles are added as independent: means and variances add")
  func normalDays() throws {
    // Normal days of mean 1000 and deviation 100: 28 days have mean 28,000 and deviation
    // 100 sqrt(28) = 529.15.
    let (levels, scores) = ([1, 3, 5], [-1.281_551_565_544_600_4, 0, 1.281_551_565_544_600_4])
    let mean = Array(repeating: 1_000.0, count: 28)
    let quantiles = mean.flatMap { mean in scores.map { mean + 100 * $0 } }
    let totals = TotalsOfDays.totals(mean: mean, quantiles: quantiles, levels: levels)
    let high = try quantile(totals, span: 28, level: 0.975)
    #expect(abs(high - (28_000 + 1.959_963_984_540_054 * 529.15)) < 10)
    let low = try quantile(totals, span: 28, level: 0.05)
    #expect(abs(low - (28_000 - 1.644_853_626_951_472 * 529.15)) < 10)
  }

  @Test("Whatever the days say, totals are finite, ascend and are not negative")
  func hostileDays() {
    var generator = SplitMix64(seed: 20_261_120)
    for _ in 0..<300 {
      let days = Int(generator.next() % 30) + 1
      let levels = [[], [3], [5], [0, 8], Array(0...8)][Int(generator.next() % 5)]
      let scale = [0, 1e-6, 1, 1e9][Int(generator.next() % 4)]
      let mean = (0..<days).map { _ in generator.uniform() < 0.3 ? 0 : scale * generator.uniform() }
      let quantiles = (0..<days).flatMap { _ in
        levels.map { _ in scale * generator.uniform() }.sorted()
      }
      let totals = TotalsOfDays.totals(mean: mean, quantiles: quantiles, levels: levels)
      #expect(totals.count == Quantiles.spans(within: days).count * Quantiles.levels.count)
      #expect(totals.allSatisfy { $0.isFinite && $0 >= 0 })
      for (index, value) in totals.enumerated() where index % Quantiles.levels.count > 0 {
        #expect(value >= totals[index - 1])
      }
    }
  }

  // MARK: Keeping forecasts

  @Test("A forecast comes back as it would from a cluster", arguments: [1, 6, 7, 112])
  func shelf(days: Int) throws {
    var generator = SplitMix64(seed: UInt64(days))
    var shelf = ForecastShelf()
    for kind in 0..<3 {
      let week = (0..<7).map { _ in 10 * generator.uniform() }
      let mean = (0..<days).map { day in
        kind == 0 ? 3.3 : kind == 1 ? week[day % 7] : 100 * generator.uniform()
      }
      let spans = Quantiles.spans(within: days).count
      let given = Forecast(
        mean: mean, quantiles: Array(repeating: 0, count: days * 9),
        cumulative: (0..<spans * 9).map { Double($0) + generator.uniform() })
      let kept = try Forecast(packed: given.packed())
      let place = shelf.add(mean: kept.mean, totals: kept.cumulative)
      let found = shelf.forecast(at: place)
      #expect(found.mean == kept.mean)
      #expect(found.cumulative == kept.cumulative)
    }
  }

  // MARK: Files

  private struct Line: PlanRow {
    static let name = "lines"
    static let columns = ["name", "size"]
    static let numbers = [false, true]
    var name: String
    var size: String

    func write(to fields: inout PlanFields) {
      fields.text(name)
      fields.text(size)
    }
  }

  private func text(_ rows: [(String, String)], asJSON: Bool) -> RowText {
    var text = RowText(columns: Line.columns, asJSON: asJSON)
    text.write(rows.map { Line(name: $0, size: $1) })
    return text
  }

  @Test("Lines are written as the table writer writes them")
  func lines() throws {
    let rows = [("a", "1.5"), ("b,\"c\"", ""), ("", "2"), ("d\ne", "0")]
    let folder = try TemporaryFolder()
    var writer = try DelimitedWriter(path: folder.file("expected.csv"))
    for row in rows { try writer.row([row.0, row.1]) }
    try writer.finish()
    let found = text(rows, asJSON: false)
    #expect(found.rowCount == 4)
    #expect(
      String(decoding: found.bytes, as: UTF8.self)
        == (try FakeCluster.read(folder.file("expected.csv"))))
    #expect(
      String(decoding: text([rows[1]], asJSON: true).bytes, as: UTF8.self)
        == #"{"name":"b,\"c\"","size":null}"# + "\n")
  }

  @Test("A manifest names each file with its rows and the hash of its bytes, in all and by shard")
  func manifest() throws {
    let folder = try TemporaryFolder()
    let plan = PlanFolder(folder: folder.path, asJSON: false)
    try plan.begin("lines", columns: Line.columns)
    let (first, second) = (
      text([("a", "1"), ("b", "2")], asJSON: false), text([("c", "3")], asJSON: false)
    )
    try plan.append(first, to: "lines", shard: 0)
    try plan.append(second, to: "lines", shard: 4)
    #expect(
      !FileManager.default.fileExists(atPath: folder.file("lines.csv")),
      "nothing has its name before the end")
    try plan.finish { $0.member("asOf", "2026-11-20") }
    let written = try FakeCluster.read(folder.file("lines.csv"))
    #expect(written == "name,size\na,1\nb,2\nc,3\n")
    func hash(_ bytes: [UInt8]) -> String {
      let digits = String(XXH64.hash(bytes), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    #expect(
      try FakeCluster.read(folder.file("manifest.json"))
        == #"{"asOf":"2026-11-20","files":[{"name":"lines.csv","rows":3,"xxh64":""#
        + hash(Array(written.utf8)) + #"","shards":[{"shard":0,"rows":2,"xxh64":""#
        + hash(first.bytes) + #""},{"shard":4,"rows":1,"xxh64":""# + hash(second.bytes)
        + "\"}]}]}\n")
  }

  @Test("A plan that is not finished leaves an earlier one as it was")
  func unfinished() throws {
    let folder = try TemporaryFolder()
    func write(_ name: String, finishes: Bool) throws {
      let plan = PlanFolder(folder: folder.path, asJSON: false)
      try plan.begin("lines", columns: Line.columns)
      try plan.append(text([(name, "1")], asJSON: false), to: "lines", shard: 0)
      if finishes { try plan.finish { _ in } }
    }
    try write("first", finishes: true)
    let manifest = try FakeCluster.read(folder.file("manifest.json"))
    try write("second", finishes: false)
    #expect(try FakeCluster.read(folder.file("lines.csv")).contains("first"))
    #expect(try FakeCluster.read(folder.file("manifest.json")) == manifest)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
        "lines.csv", "manifest.json",
      ])
  }

  // MARK: Threads

  @Test("Results are taken in the order of the jobs, and what is thrown ends the work")
  func order() throws {
    let work = try OrderedWork(threads: 3)
    var found: [Int] = []
    try work.run(200, job: { $0 * $0 }) { index, square in
      #expect(square == index * index)
      found.append(index)
    }
    #expect(found == Array(0..<200))
    #expect(throws: ClientError.interrupted("enough")) {
      try work.run(50, job: { $0 }) { index, _ throws(ClientError) in
        if index == 7 { throw .interrupted("enough") }
      }
    }
  }
}
