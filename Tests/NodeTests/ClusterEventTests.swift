import Demand
import FoundationEssentials
import TestSupport
import Testing

extension ClusterTests {
  /// Holidays and promotions from their file to forecasts.
  @Suite("Events on a cluster")
  struct ClusterEventTests {
    private static let start = Day(year: 2025, month: 3, day: 3)
    private static let days = 154
    /// The last one is to come.
    private static let feasts = [25, 60, 95, 130, 157]

    /// Demand about 20 a day at two places, and 60 at a feast in the north.
    private static let sales: String = {
      var random = SplitMix64(seed: 11)
      var rows = Sales.header
      for sku in 0..<3 {
        for day in 0..<days {
          for location in ["north", "south"] {
            let isFeast = location == "north" && feasts.contains(day)
            let units = (isFeast ? 60 : 20) + Int.random(in: -4...4, using: &random)
            rows += "S-\(sku),\(location),\(start + day),\(units)\n"
          }
        }
      }
      return rows
    }()

    private static func events(_ feasts: some Sequence<Int>) -> String {
      "event,first_day,scope\n"
        + feasts.map { "Feast,\(start + $0),location=north\n" }.joined()
    }

    private func ingest(_ cluster: TestCluster, _ feasts: some Sequence<Int>) throws {
      let path = cluster.folder.file("events.csv")
      try Self.events(feasts).write(toFile: path, atomically: true, encoding: .utf8)
      try cluster.run("ingest", path)
    }

    /// The means of all SKUs by location and day of the feast to come, and the export.
    private func forecast(
      _ cluster: TestCluster
    ) throws -> (north: [Double], south: [Double], text: String) {
      try cluster.run("forecast")
      let text = try cluster.run("export", "forecasts", "--output", "-")
      let rows = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
      let header = try #require(rows.first)
      let mean = try #require(header.firstIndex(of: "mean"))
      let day = (Self.start + Self.feasts[4]).description
      func means(_ location: String) -> [Double] {
        rows.filter { $0.contains(location) && $0.contains(day) }.compactMap { Double($0[mean]) }
      }
      return (means("north"), means("south"), text)
    }

    @Test("a feast that is known ahead is forecast, by any number of workers alike")
    func foreseen() async throws {
      var first: String?
      for workers in [1, 3] {
        let cluster = try await TestCluster(workers: workers)
        try cluster.run("ingest", "-", "--source", "all", input: Self.sales)
        try ingest(cluster, Self.feasts)
        try cluster.run("train", "--models", "arima")
        let known = try forecast(cluster)
        #expect(known.north.count == 3 && known.north.allSatisfy { $0 > 48 && $0 < 72 })
        #expect(known.south.count == 3 && known.south.allSatisfy { $0 < 26 })
        #expect(first == nil || first == known.text)
        first = known.text
        if workers == 1 {
          #expect(try cluster.run("explain", "sku", "S-1", "--json").contains("holiday Feast"))
          // Cancelled after the training: the same models, another future.
          try ingest(cluster, Self.feasts.dropLast())
          let cancelled = try forecast(cluster)
          #expect(cancelled.north.allSatisfy { $0 < 26 })
          let update = try cluster.run("train", "--update", "--models", "arima")
          #expect(!update.contains("corrected"))
        }
        try await cluster.stop()
      }
    }
  }
}
