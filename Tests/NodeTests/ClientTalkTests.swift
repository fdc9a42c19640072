import ClientNode
import CommandLineArguments
import Demand
import TestSupport
import Testing
import Threading
import WireProtocol

@Suite("A client and its coordinator")
struct ClientTalkTests {
  @Test("A folder without a cluster is named with the way out")
  func noCluster() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ClientError.self) {
      _ = try ClusterAccess(folder: folder.path, environment: [:])
    }
    #expect(error == .noCluster(folder: folder.path))
    #expect(error?.exitCode == .unreachable)
    #expect(error?.description.contains("granary up") == true)
  }

  @Test("Where nobody listens the endpoint and its file are named")
  func nobodyListens() throws {
    let cluster = try FakeCluster()
    cluster.stopLast()
    let client = try cluster.client()
    let error = #expect(throws: ClientError.self) { _ = try client.refreshMap() }
    guard case .nobodyListens = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.exitCode == .unreachable)
  }

  @Test("A refused key is named with the line that lets it in")
  func keyRefused() throws {
    let cluster = try FakeCluster(lettingIn: false)
    let client = try cluster.client()
    let error = #expect(throws: ClientError.self) { _ = try client.refreshMap() }
    #expect(error?.exitCode == .unauthorised)
    #expect(error?.description.contains(client.access.allowLine) == true)
  }

  @Test("A coordinator that never answers is given up")
  func silence() throws {
    let cluster = try FakeCluster()
    cluster.state.withLock { $0.dropped = .max }
    var patience = Patience.brief
    patience.answer = 500
    let client = try cluster.client(patience)
    let error = #expect(throws: ClientError.self) { _ = try client.refreshMap() }
    guard case .silent = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.exitCode == .unreachable)
  }

  @Test("A question whose answer was lost is asked again")
  func lostAnswer() throws {
    let cluster = try FakeCluster()
    cluster.state.withLock { $0.dropped = 1 }
    #expect(try cluster.client().refreshMap().placement.shardCount == 8)
  }

  @Test("A coordinator that is busy is asked again")
  func busy() throws {
    let cluster = try FakeCluster()
    cluster.state.withLock { $0.answers = [.refusal(Refusal(.busy, "later"))] }
    #expect(try cluster.client().refreshMap().placement.shardCount == 8)
  }

  @Test("Any other refusal is thrown with its sentence")
  func refusal() throws {
    let cluster = try FakeCluster()
    cluster.state.withLock { $0.answers = [.refusal(Refusal(.forbidden, "not you"))] }
    let error = #expect(throws: ClientError.self) { _ = try cluster.client().refreshMap() }
    #expect(error?.description == "not you")
    #expect(error?.exitCode == .unauthorised)
  }

  @Test("A coordinator that comes back elsewhere is found by its file")
  func movedCoordinator() throws {
    let cluster = try FakeCluster()
    let client = try cluster.client()
    _ = try client.refreshMap()
    cluster.stopLast()
    try cluster.startCoordinator()
    #expect(try client.refreshMap().placement.shardCount == 8)
  }

  @Test("A run that is asked for twice has one token")
  func oneToken() throws {
    let cluster = try FakeCluster()
    cluster.state.withLock { $0.answers = [.refusal(Refusal(.busy, "later"))] }
    let runs = RunClient(try cluster.client())
    let settings = RunSettings(season: 7, horizonDays: 28, models: ["ets"])
    let run = try runs.start(.train, asOf: nil, settings: settings)
    #expect(run.run == 7)
    let ended = try runs.follow(run) { _ in true }
    #expect(ended.phase == .done)
    #expect(cluster.state.withLock { Set($0.tokens).count } == 1)
  }
}
