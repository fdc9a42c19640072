import Demand
import Packing
import Testing
import WireProtocol

@testable import Coordination

@Suite("A cluster made of a backup")
struct RestoredClusterTests {
  private static let day = Day(number: 20_000)

  private func nodes(_ names: [String], hosts: [String]? = nil) throws -> [RestoredCluster.Node] {
    try zip(names, hosts ?? names).map { name, host in
      RestoredCluster.Node(name: try #require(NodeName(name)), host: host)
    }
  }

  private func cluster(
    _ names: [String] = ["a", "b", "c"], hosts: [String]? = nil, replication: Int = 1,
    seed: UInt64 = 5
  ) throws -> RestoredCluster {
    try #require(
      RestoredCluster(
        seed: seed, shardCount: 8, nodes: try nodes(names, hosts: hosts),
        replication: replication))
  }

  @Test("each host comes to the same, in whatever order it names the workers")
  func alike() throws {
    let (one, other) = (try cluster(["a", "b", "c"]), try cluster(["c", "a", "b"]))
    #expect(one.placement == other.placement && one.clusterID == other.clusterID)
    #expect(one.placement.assignments.allSatisfy { $0.epoch == 1 && $0.primary != nil })
  }

  @Test("another backup, other workers or another number of copies make another cluster")
  func different() throws {
    let all = [
      try cluster(), try cluster(seed: 6), try cluster(["a", "b"]),
      try cluster(replication: 2),
    ]
    #expect(Set(all.map(\.clusterID)).count == all.count)
  }

  @Test("copies of a shard are on different hosts, and every worker has its share")
  func copies() throws {
    let cluster = try cluster(
      ["a", "b", "c", "d"], hosts: ["x", "x", "y", "y"], replication: 2)
    let hosts = ["a": "x", "b": "x", "c": "y", "d": "y"]
    for assignment in cluster.placement.assignments {
      #expect(Set(assignment.copies.compactMap { hosts[$0.text] }).count == 2)
    }
    for name in hosts.keys {
      #expect(cluster.shards(of: try #require(NodeName(name))).count == 4)
    }
  }

  @Test("no workers, one twice, and numbers that cannot be are refused")
  func refused() throws {
    for (names, shards, copies) in [
      ([String](), 8, 1), (["a", "a"], 8, 1), (["a"], 0, 1), (["a"], 8, 0),
      (["a"], Limits.shards + 1, 1),
    ] {
      let made = RestoredCluster(
        seed: 1, shardCount: shards, nodes: try nodes(names), replication: copies)
      #expect(made == nil)
    }
  }

  /// A coordinator that has a document, an ended run and one at work.
  private func coordinator() throws -> CoordinatorBench {
    let bench = try CoordinatorBench(shardCount: 8)
    try bench.place(on: ["x"])
    var planning = PlanningDocument()
    planning.warehouses = WarehouseList([Warehouse(location: try Location("north"))])
    bench.hear(.documentChange(base: 0, content: planning.packed()), from: "c", as: .operator)
    bench.finishWrites()
    for token in 1...2 as ClosedRange<UInt64> {
      let request = RunRequest(token: token, kind: .train, asOf: nil, settings: [1])
      bench.hear(.runRequest(request), from: "c", as: .operator)
      bench.finishWrites()
      if token == 1 {
        bench.hear(.runCancel(run: 1), from: "c", as: .operator)
        bench.finishWrites()
      }
    }
    _ = bench.takeSent()
    return bench
  }

  /// What lies under a name, put together from its pieces.
  private func read(_ name: String, _ bench: CoordinatorBench) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      bench.hear(
        .recordsRequest(RecordsRequest(name: name, offset: bytes.count)), from: "o", as: .operator)
      guard case .records(let piece)? = bench.takeMessages(to: "o").last else {
        throw PackingError.invalid(what: "answer")
      }
      bytes += piece.bytes
      if bytes.count >= piece.total {
        #expect(XXH64.hash(bytes) == piece.hash)
        return bytes
      }
    }
  }

  private func list(_ bench: CoordinatorBench) throws -> RecordList {
    var reader = ByteReader(try read("", bench))
    return try RecordList(from: &reader)
  }

  private func kept(_ bench: CoordinatorBench) throws -> [(key: String, value: [UInt8])] {
    try list(bench).names.flatMap { name in
      var reader = ByteReader(try read(name, bench))
      return try KeptRecords(from: &reader).records.map { ($0.key, $0.value) }
    }
  }

  @Test("the coordinator gives the document and its runs, and says which is at work")
  func records() throws {
    let bench = try coordinator()
    let list = try list(bench)
    #expect(list.clusterID == 0xC1 && list.shardCount == 8 && list.documentVersion == 1)
    #expect(list.runs.map(\.isActive) == [false, true])
    #expect(list.names.count == 3 && list.names.first == "document")
    bench.hear(.recordsRequest(RecordsRequest(name: "run/9")), from: "o", as: .operator)
    guard case .refusal(let refusal)? = bench.takeMessages(to: "o").last else {
      Issue.record("a name that is not there was answered")
      return
    }
    #expect(refusal.code == .notFound)
  }

  @Test("a coordinator begins with them: the document, the runs, and the one at work as failed")
  func restored() throws {
    let before = try coordinator()
    let cluster = try cluster()
    let records = try cluster.records(keeping: try kept(before))
    let bench = try CoordinatorBench(
      shardCount: 16, records: Dictionary(uniqueKeysWithValues: records.map { ($0.0, $0.1) }))
    #expect(bench.machine.clusterID == cluster.clusterID)
    #expect(bench.machine.placement == cluster.placement)
    #expect(bench.machine.document == before.machine.document)
    #expect(bench.machine.runs.map(\.id) == [1, 2])
    #expect(bench.machine.runs.map(\.phase) == [.failed, .failed])
    #expect(bench.machine.runs.last?.trouble == Coordinator.wasAtWork)
    let request = RunRequest(token: 3, kind: .train, asOf: nil, settings: [1])
    bench.hear(.runRequest(request), from: "c", as: .operator)
    bench.finishWrites()
    #expect(bench.machine.runs.map(\.id) == [1, 2, 3], "no number is given twice")
  }

  @Test("a worker of the cluster that was is refused, and one without the data that it was given")
  func strangers() throws {
    let cluster = try cluster(["a"])
    let records = try cluster.records(keeping: [])
    let bench = try CoordinatorBench(
      shardCount: 8, records: Dictionary(uniqueKeysWithValues: records.map { ($0.0, $0.1) }))
    func refusal(_ clusterID: UInt64, held: [HeldShard]) throws -> Refusal.Code? {
      _ = bench.takeSent()
      try bench.greet("a", incarnation: 9, clusterID: clusterID, held: held)
      guard case .refusal(let refusal)? = bench.takeMessages(to: "a").first else { return nil }
      return refusal.code
    }
    let held = cluster.shards(of: try #require(NodeName("a"))).map {
      HeldShard(shard: $0, epoch: 1)
    }
    #expect(try refusal(0xC1, held: held.map { HeldShard(shard: $0.shard, epoch: 9) }) == .foreign)
    #expect(try refusal(0, held: []) == .failed)
    #expect(try refusal(cluster.clusterID, held: held) == nil)
  }

  @Test("records that make no sense, or are none of a backup, are refused")
  func damaged() throws {
    let cluster = try cluster()
    for record in [("document", [UInt8](repeating: 1, count: 30)), ("placement", []), ("x", [])] {
      #expect(throws: PackingError.self) {
        _ = try cluster.records(keeping: [record])
      }
    }
  }
}
