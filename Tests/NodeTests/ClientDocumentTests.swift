import Demand
import Tables
import Testing
import Threading
import WireProtocol

@testable import ClientNode

/// Tables that become parts of the planning document.
@Suite("Ingest of what plans are made by")
struct ClientDocumentTests {
  private static func document(_ cluster: FakeCluster) throws -> PlanningDocument {
    try PlanningDocument(packed: cluster.state.withLock { $0.document.content })
  }

  @discardableResult
  private static func ingest(
    _ cluster: FakeCluster, _ table: InputTable, _ text: String, isStrict: Bool = false
  ) throws -> IngestReport {
    var input = IngestInput(path: try cluster.file(table.fileName, text), table: table)
    input.isStrict = isStrict
    return try ClientIngestTests.ingest(cluster, input)
  }

  @Test("Each table replaces its own part and leaves the others")
  func parts() throws {
    let cluster = try FakeCluster()
    try Self.ingest(cluster, .warehouses, "id,receiving_lines_per_day\nlyon,40\nparis,\n")
    try Self.ingest(cluster, .policy, "scope,fixed_lot\n*,5\nlocation=lyon,6\n")
    try Self.ingest(cluster, .limits, "limit,value\ncash,900\n")
    try Self.ingest(
      cluster, .distribution,
      "sku,origin,destination,leadtime_days\n*,lyon,paris,2\n*,paris,lyon,3\n")
    let all = try Self.document(cluster)
    #expect(all.warehouses.warehouses.map(\.receivingLinesPerDay) == [40, nil])
    #expect(all.rules.map(\.fixedLot) == [5, 6])
    #expect(all.limits.cash == 900)
    #expect(all.lanes.map(\.leadTimeDays) == [2, 3])
    let report = try Self.ingest(cluster, .policy, "scope,fixed_lot\n*,8\n")
    #expect(report.rows == 1 && report.rejected == 0)
    var changed = all
    changed.rules = [all.rules[0]]
    changed.rules[0].fixedLot = 8
    #expect(try Self.document(cluster) == changed)
  }

  @Test("A bad row refuses what replaces a whole, and what was there stays")
  func badRow() throws {
    let cluster = try FakeCluster()
    try Self.ingest(cluster, .warehouses, "id,receiving_lines_per_day\nlyon,40\nparis,\n")
    try Self.ingest(cluster, .policy, "scope,fixed_lot\n*,5\n")
    let before = try Self.document(cluster)
    for text in ["scope,fixed_lot\n*,6\nlocation=rome,7\n", "scope,fixed_lot\n*,x\n"] {
      let error = #expect(throws: ClientError.self) {
        try Self.ingest(cluster, .policy, text)
      }
      #expect(error?.description.contains("nothing was applied") == true)
    }
    #expect(try Self.document(cluster) == before)
  }

  @Test("A change that meets another one is made again on top of it")
  func stale() throws {
    let cluster = try FakeCluster()
    var theirs = PlanningDocument()
    theirs.limits.cash = 7
    cluster.state.withLock { state in
      // Asked for the locations, then for the document, it knows nothing yet; then it is changed.
      state.answers = [
        .document(Document()), .document(Document()),
        .refusal(Refusal(.stale, "another version")),
      ]
      state.document = Document(version: 3, content: theirs.packed())
    }
    try Self.ingest(cluster, .policy, "scope,fixed_lot\n*,8\n")
    let both = try Self.document(cluster)
    #expect(both.limits.cash == 7 && both.rules.map(\.fixedLot) == [8])
    #expect(cluster.state.withLock { $0.document.version } == 4)
  }

  @Test("Rules that do not fit say how large everything is, and change nothing")
  func tooLarge() throws {
    let cluster = try FakeCluster()
    try Self.ingest(cluster, .limits, "limit,value\ncash,900\n")
    let before = try Self.document(cluster)
    let name = String(repeating: "s", count: 100)
    let rules = (0..<3_000).map { "sku=\(name)\($0),12\n" }.joined()
    let error = #expect(throws: ClientError.self) {
      try Self.ingest(cluster, .policy, "scope,fixed_lot\n" + rules)
    }
    let text = error?.description ?? ""
    #expect(text.contains("\(Limits.documentBytes)") && text.contains("3000 rules"), "\(text)")
    #expect(text.contains("nothing was changed"))
    #expect(try Self.document(cluster) == before)
  }

  @Test("Events replace all that there were, or nothing where one is bad")
  func events() throws {
    let cluster = try FakeCluster()
    try Self.ingest(cluster, .warehouses, "id\nlyon\n")
    try Self.ingest(cluster, .events, "event,first_day\nEaster,2026-04-05\nMay Day,2026-05-01\n")
    #expect(try Self.document(cluster).events.map(\.name) == ["Easter", "May Day"])
    let error = #expect(throws: ClientError.self) {
      try Self.ingest(
        cluster, .events, "event,first_day,scope\nFair,2026-05-02,\nFair,2026-05-03,location=rome\n"
      )
    }
    #expect(
      error?.description.contains("events.csv:3: location \"rome\"") == true, "\(error as Any)")
    #expect(try Self.document(cluster).events.map(\.name) == ["Easter", "May Day"])
    try Self.ingest(cluster, .events, "event,first_day\n")
    let empty = try Self.document(cluster)
    #expect(empty.events.isEmpty && empty.warehouses.warehouses.count == 1)
  }

  @Test("Events that do not fit say how large everything is")
  func manyEvents() throws {
    let cluster = try FakeCluster()
    let name = String(repeating: "s", count: 100)
    let rows = (0..<3_000).map { "Sale,2026-05-02,sku=\(name)\($0)\n" }.joined()
    let error = #expect(throws: ClientError.self) {
      try Self.ingest(cluster, .events, "event,first_day,scope\n" + rows)
    }
    #expect(error?.description.contains("3000 events") == true, "\(error as Any)")
  }

  @Test("Of distribution lanes for all go to the document, the others to the workers")
  func distribution() throws {
    let cluster = try FakeCluster()
    let report = try Self.ingest(
      cluster, .distribution,
      "sku,origin,destination,leadtime_days\n*,lyon,paris,2\nA,lyon,paris,1\nB,rome,paris,1\n"
        + "C,rome,rome,1\n")
    #expect(report.rows == 4 && report.rejected == 1)
    #expect(try Self.document(cluster).lanes.count == 1)
    #expect(try Self.options(cluster) == ["A to paris", "B to paris"])
  }

  @Test("Suppliers go to the workers that own their SKUs, everywhere or to a location")
  func suppliers() throws {
    let cluster = try FakeCluster(workers: 2)
    let report = try Self.ingest(
      cluster, .suppliers, "supplier,sku,location\nacme,A,\nacme,B,lyon\nacme,C,*\n,D,\n")
    #expect(report.rows == 4 && report.reasons == [.badSupplier: 1])
    #expect(try Self.options(cluster) == ["A everywhere", "B to lyon", "C everywhere"])
  }

  @Test("A strict file with a bad rule changes nothing")
  func strict() throws {
    let cluster = try FakeCluster()
    let error = #expect(throws: ClientError.self) {
      try Self.ingest(cluster, .policy, "scope,fixed_lot\n*,8\n*,0\n", isStrict: true)
    }
    #expect(error?.description.contains("policy.csv:3: fixed_lot 0") == true)
    #expect(try Self.document(cluster) == PlanningDocument())
  }

  /// What the workers were told, in words.
  private static func options(_ cluster: FakeCluster) throws -> [String] {
    var words: [String] = []
    for batch in cluster.workers.flatMap({ $0.state.withLock { $0.applied } }) {
      #expect(batch.table == .supply)
      var reader = SupplyBatchReader(batch.payload)
      while let row = try reader.next() {
        words.append("\(row.sku) \(row.location.map { "to \($0)" } ?? "everywhere")")
      }
    }
    return words.sorted()
  }
}
