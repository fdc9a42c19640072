import Demand
import TestSupport
import Testing
import Threading
import WireProtocol

@testable import ClientNode

@Suite("The cut of a backup, as a client makes it")
struct ClientCutTests {
  private static let shards = 4

  private func cluster() throws -> FakeCluster {
    let cluster = try FakeCluster(workers: 2, shards: Self.shards)
    cluster.state.withLock { $0.lists = [Self.list()] }
    return cluster
  }

  private static func list(isActive: Bool = false) -> RecordList {
    RecordList(
      clusterID: 1, shardCount: shards, documentVersion: 0,
      runs: [RecordList.Run(run: 3, kind: .train, isActive: isActive)], names: [])
  }

  private func make(_ cluster: FakeCluster) throws -> ClusterCut {
    var maker = CutMaker(try cluster.client(Patience()))
    var cut = try maker.make { () throws(ClientError) in }
    try maker.readPositions(of: &cut)
    return cut
  }

  /// What each worker was told to hold, cut by cut.
  private func holds(_ cluster: FakeCluster) -> [[CutRequest]] {
    cluster.workers.map { worker in
      worker.state.withLock { $0.cuts.filter { $0.action == .hold } }
    }
  }

  @Test("has every worker hold once, for its shards, and tells all of them to go on")
  func all() throws {
    let cluster = try cluster()
    let cut = try make(cluster)
    #expect(cut.positions.count == Self.shards && cut.records.isEmpty)
    let held = holds(cluster)
    #expect(held.map { $0.map(\.session) } == [[cut.session], [cut.session]])
    #expect(Set(held.flatMap { $0.flatMap(\.shards).map(\.shard) }) == Set(0..<Self.shards))
    for worker in cluster.workers {
      let actions = worker.state.withLock { $0.cuts.map(\.action) }
      #expect(actions == [.goOn, .hold, .goOn, .positions], "the first is to reach it")
    }
  }

  @Test("is begun anew, under another number, when a worker is late")
  func late() throws {
    let cluster = try cluster()
    cluster.workers[1].state.withLock { $0.lateHolds = 2 }
    let cut = try make(cluster)
    let sessions = holds(cluster)[1].map(\.session)
    #expect(sessions.count == 3 && Set(sessions).count == 3 && sessions.last == cut.session)
    let ended = cluster.workers[0].state.withLock { $0.cuts.filter { $0.action == .end } }
    #expect(ended.map(\.session) == Array(sessions.dropLast()))
  }

  @Test("is given up after three tries, and the worker that was late is named")
  func given() throws {
    let cluster = try cluster()
    cluster.workers[1].state.withLock { $0.lateHolds = .max }
    let error = #expect(throws: ClientError.self) { _ = try make(cluster) }
    #expect(error?.description.contains("worker worker-2 did not hold") == true, "\(error as Any)")
    #expect(holds(cluster)[1].count == 3)
  }

  @Test("does not count when a run began meanwhile")
  func run() throws {
    let cluster = try cluster()
    cluster.state.withLock { $0.lists = [Self.list(), Self.list(isActive: true)] }
    let cut = try make(cluster)
    #expect(cut.list.runs.map(\.isActive) == [true] && holds(cluster)[0].count == 2)
  }

  @Test("does not count when the table no longer names a copy that is read, or under another epoch")
  func moved() throws {
    let cluster = try cluster()
    cluster.state.withLock { state in
      state.earlierMaps = [state.map]
      state.map.placement.assignments[0].epoch = 2
      state.map.placement.assignments[1].primary = state.map.placement.assignments[0].primary
    }
    let cut = try make(cluster)
    let first = try #require(holds(cluster)[0].last)
    #expect(first.session == cut.session && first.shards.contains(HeldShard(shard: 0, epoch: 2)))
    #expect(first.shards.map(\.shard).contains(1) && holds(cluster)[0].count == 2)
  }
}
