import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// Plots and reports of clusters of processes.
  @Suite("Pictures of a cluster")
  struct ClusterPictureTests {
    /// The part of a report that is about the data, which all clusters with it share.
    private static func data(of page: String) throws -> String {
      let start = try #require(page.firstRange(of: "<h2>Demand</h2>"))
      return String(page[start.lowerBound...])
    }

    /// What stands between the tags of a page, which is well-formed XML.
    private static func body(of page: String) throws -> String {
      let start = try #require(page.firstRange(of: "<main>"))
      let end = try #require(page.firstRange(of: "</main>"))
      return String(page[start.lowerBound..<end.upperBound])
    }

    @Test("A cluster without anything has a report that says so, and no SKU to draw")
    func empty() async throws {
      let cluster = try await TestCluster(workers: 1)
      #expect(try cluster.run("report").contains("Nothing is there yet"))
      let page = try cluster.run("report", "--html", "-")
      #expect(page.contains("There is nothing in the cluster yet"))
      _ = try MarkupReader(Self.body(of: page))
      let plot = try cluster.attempt(["plot", "A"])
      #expect(plot.exit != .code(0) && plot.output.isEmpty)
      #expect(plot.errors.contains("SKU \"A\" is not known"))
    }

    @Test("Sales alone are drawn, with what to do next; names are what they are")
    func sales() async throws {
      let cluster = try await TestCluster(workers: 1)
      let sku = "<茶叶> & \u{202E}\"x\""
      var text = "sku,location,date,units\n"
      for day in 10...29 {
        text += "\"<茶叶> & \u{202E}\"\"x\"\"\",<nord>,2026-09-\(day),\(day % 4)\n"
      }
      text += "B-1,north,2026-09-29,3\n"
      try cluster.run("ingest", "-", "--source", "s", input: text)
      let plot = try cluster.attempt(["plot", sku, "--width", "60"])
      #expect(plot.exit == .code(0), "\(plot.errors)")
      #expect(plot.output.contains("units a day") && !plot.output.contains("\u{202E}"))
      #expect(plot.errors.contains("`granary train`"))
      let svg = try cluster.run("plot", sku, "--svg", "-")
      let texts = try MarkupReader(svg).texts
      #expect(texts.contains("<茶叶> & \u{FFFD}\"x\" at <nord>: demand and forecast"))
      let slip = try cluster.attempt(["plot", "b-1"])
      #expect(slip.errors.contains("did you mean B-1?"))
      let place = try cluster.attempt(["plot", "B-1", "--location", "nroth"])
      #expect(place.exit != .code(0) && place.errors.contains("did you mean north?"))
      let page = try cluster.run("report", "--html", "-")
      #expect(page.contains("No model is fitted yet"))
      _ = try MarkupReader(Self.body(of: page))
    }

    @Test("A report and a plot have the same bytes on one worker and on three")
    func sameBytes() async throws {
      var pages: [String] = []
      var plots: [String] = []
      for workers in [1, 3] {
        let (cluster, _) = try await ClusterPlans.cluster(workers: workers)
        let before = try cluster.run("report", "--html", "-")
        #expect(before.contains("Nothing is planned yet; `granary allocate` plans."))
        try cluster.run("allocate")
        let page = cluster.folder.file("report.html")
        try cluster.run("report", "--html", page)
        pages.append(try Self.data(of: try contents(page)))
        _ = try MarkupReader(Self.body(of: try contents(page)))
        #expect(try cluster.run("report").contains("class A"))
        for words in [["--svg", "-"], ["--json"], ["--width", "80"]] {
          plots.append(try cluster.run(["plot", "SKU-000001"] + words))
        }
        _ = try MarkupReader(plots[plots.count - 3])
      }
      #expect(pages[0] == pages[1])
      #expect(pages[0].contains("By supplier") && pages[0].contains("Top errors"))
      #expect(Array(plots.prefix(3)) == Array(plots.suffix(3)))
      #expect(plots[0].contains("Expected stock"))
    }

    @Test("An earlier page stays where a new one cannot be made")
    func earlier() async throws {
      let folder = try TemporaryFolder()
      let page = folder.file("report.html")
      try ClusterPlans.write("earlier", to: page)
      let result = try Binary.run(["report", "--html", page, "--cluster", folder.file("none")])
      #expect(result.exit != .code(0))
      #expect(try contents(page) == "earlier")
    }
  }
}
