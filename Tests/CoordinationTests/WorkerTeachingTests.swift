import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("Teaching")
struct WorkerTeachingTests {
  private struct Fetch: Equatable {
    var shard: Int
    var epoch: UInt64
    var cursor: [UInt8]
    var giver: String
    var step: UInt64
  }

  private static let shardCount = 8

  private func order(run: UInt64 = 1, attempt: UInt64 = 1, epoch: UInt64 = 1) throws -> TeachOrder {
    let givers = try ["a", "b"].map {
      PeerAddress(node: try #require(NodeName($0)), endpoint: "tcp://\($0)", publicKey: "")
    }
    return TeachOrder(
      run: run, attempt: attempt, asOf: Day(number: 20_000), settings: [1], threshold: 77,
      givers: givers,
      places: (0..<Self.shardCount).map { TeachOrder.Place(giver: $0 % 2, epoch: epoch) })
  }

  private func fetches(_ wanted: [Worker.Instruction]) -> [Fetch] {
    wanted.compactMap { instruction in
      guard case .fetch(let request, let giver, let step) = instruction,
        request.scope == .sample(threshold: 77)
      else { return nil }
      return Fetch(
        shard: request.shard, epoch: request.epoch, cursor: request.cursor,
        giver: giver.node.text, step: step)
    }
  }

  private func reports(_ wanted: [Worker.Instruction]) -> [TeachReport] {
    wanted.compactMap { instruction in
      guard case .tellCoordinator(let frame) = instruction,
        case .teachReport(let report) = frame.message
      else { return nil }
      return report
    }
  }

  /// A worker that was told to teach, and what it asked for first.
  private func begun() throws -> (WorkerBench, Fetch) {
    let bench = try WorkerBench()
    bench.join()
    _ = bench.take()
    bench.hear(.teachOrder(try order()))
    return (bench, try #require(fetches(bench.take()).first))
  }

  /// Answers all that is asked for, with one row for each shard; what was wanted at last.
  private func gatherAll(_ bench: WorkerBench, from first: Fetch) -> [Worker.Instruction] {
    var next: Fetch? = first
    var wanted: [Worker.Instruction] = []
    while let fetch = next {
      let chunk = RowsChunk(shard: fetch.shard, rows: [UInt8(fetch.shard)], next: nil)
      bench.step(.rowsReceived(chunk, step: fetch.step))
      wanted = bench.take()
      next = fetches(wanted).first
    }
    return wanted
  }

  private func learned() throws -> WorkerBench {
    let (bench, first) = try begun()
    _ = gatherAll(bench, from: first)
    bench.step(.taught(run: 1, network: [42]))
    return bench
  }

  private func attemptInHand(_ bench: WorkerBench) -> UInt64? {
    _ = bench.take()
    bench.pass(600)
    return bench.takeTold().compactMap { message in
      if case .heartbeat(let heartbeat) = message { heartbeat.teaching } else { nil }
    }.last
  }

  @Test("the sample is gathered shard by shard, cursor by cursor, from whoever has it")
  func gathering() throws {
    let (bench, first) = try begun()
    #expect(first == Fetch(shard: 0, epoch: 1, cursor: [], giver: "a", step: first.step))
    bench.step(.rowsReceived(RowsChunk(shard: 0, rows: [1], next: [9]), step: first.step))
    let second = try #require(fetches(bench.take()).first)
    #expect(second.shard == 0 && second.cursor == [9] && second.step != first.step)
    bench.step(.rowsReceived(RowsChunk(shard: 0, rows: [2], next: nil), step: second.step))
    let third = try #require(fetches(bench.take()).first)
    #expect(third.shard == 1 && third.cursor.isEmpty && third.giver == "b")
    #expect(attemptInHand(bench) == 1)
  }

  @Test("once all of it is there a network is learned and reported")
  func whole() throws {
    let (bench, first) = try begun()
    #expect(gatherAll(bench, from: first).contains(.teach(try order())))
    #expect(attemptInHand(bench) == 1)
    bench.step(.taught(run: 1, network: [42]))
    #expect(
      reports(bench.take()) == [TeachReport(run: 1, attempt: 1, outcome: .network([42]))])
    #expect(attemptInHand(bench) == 0)
  }

  @Test("no more is asked for once the sample is as large as it may be")
  func full() throws {
    let (bench, first) = try begun()
    let rows = [UInt8](repeating: 1, count: Sample.maximumBytes)
    bench.step(.rowsReceived(RowsChunk(shard: 0, rows: rows, next: [9]), step: first.step))
    #expect(bench.take().contains(.teach(try order())))
  }

  @Test("rows that come twice are kept once")
  func twice() throws {
    let (bench, first) = try begun()
    let chunk = RowsChunk(shard: 0, rows: [1], next: [9])
    for _ in 0..<2 { bench.step(.rowsReceived(chunk, step: first.step)) }
    #expect(bench.take().count { $0 == .gather(chunk) } == 1)
  }

  @Test("a shard that cannot be reached is asked again, as another step")
  func unreachable() throws {
    let (bench, first) = try begun()
    bench.step(.stepFailed(step: first.step, reason: "no answer", mayPass: true))
    #expect(fetches(bench.take()).isEmpty)
    bench.pass(1_100)
    let again = try #require(fetches(bench.take()).first)
    #expect(again.shard == 0 && again.step != first.step)
    bench.step(.rowsReceived(RowsChunk(shard: 0, rows: [1], next: nil), step: first.step))
    #expect(fetches(bench.take()).isEmpty, "the answer to the earlier step came late")
  }

  @Test("a shard that cannot be read ends it, with the reason")
  func damaged() throws {
    let (bench, first) = try begun()
    bench.step(.stepFailed(step: first.step, reason: "damaged", mayPass: false))
    let wanted = bench.take()
    let outcome = TeachReport.Outcome.failure(
      reason: "the sample of shard 0: damaged", mayPass: false)
    #expect(reports(wanted) == [TeachReport(run: 1, attempt: 1, outcome: outcome)])
    #expect(wanted.contains(.forgetSample))
    #expect(attemptInHand(bench) == 0)
  }

  @Test("the same order changes nothing, a new one for shards that moved goes on where it was")
  func moved() throws {
    let (bench, first) = try begun()
    bench.step(.rowsReceived(RowsChunk(shard: 0, rows: [1], next: [9]), step: first.step))
    let second = try #require(fetches(bench.take()).first)
    bench.hear(.teachOrder(try order()))
    #expect(bench.take().isEmpty)
    bench.hear(.teachOrder(try order(attempt: 2, epoch: 5)))
    let wanted = bench.take()
    let again = try #require(fetches(wanted).first)
    #expect(again.shard == 0 && again.cursor == [9] && again.epoch == 5)
    #expect(again.step != second.step && !wanted.contains(.forgetSample))
    bench.hear(.teachOrder(try order()))
    #expect(attemptInHand(bench) == 2, "the earlier order came late")
  }

  @Test("what is being learned goes on when shards move, and is reported as the last attempt")
  func movedWhileLearning() throws {
    let (bench, first) = try begun()
    _ = gatherAll(bench, from: first)
    bench.hear(.teachOrder(try order(attempt: 2)))
    bench.step(.taught(run: 1, network: [42]))
    #expect(
      reports(bench.take()) == [TeachReport(run: 1, attempt: 2, outcome: .network([42]))])
  }

  @Test("a report that was lost is made again, without learning again")
  func lostReport() throws {
    let bench = try learned()
    _ = bench.take()
    bench.hear(.teachOrder(try order(attempt: 3)))
    let wanted = bench.take()
    #expect(reports(wanted) == [TeachReport(run: 1, attempt: 3, outcome: .network([42]))])
    #expect(fetches(wanted).isEmpty)
  }

  @Test("a network that is empty or too large to be sent is a failure", arguments: [0, 1])
  func unusable(excess: Int) throws {
    let (bench, first) = try begun()
    _ = gatherAll(bench, from: first)
    let count = excess == 0 ? 0 : Limits.networkBytes + excess
    bench.step(.taught(run: 1, network: Array(repeating: 1, count: count)))
    guard case .failure(let reason, mayPass: false)? = reports(bench.take()).first?.outcome else {
      Issue.record("it was reported")
      return
    }
    #expect(reason.contains("\(count) bytes"))
  }

  @Test("a trainer that fails is reported, and the next order begins from the start")
  func failure() throws {
    let (bench, first) = try begun()
    _ = gatherAll(bench, from: first)
    bench.step(.teachingFailed(run: 1, reason: "killed", mayPass: true))
    let outcome = TeachReport.Outcome.failure(reason: "killed", mayPass: true)
    #expect(reports(bench.take()) == [TeachReport(run: 1, attempt: 1, outcome: outcome)])
    bench.hear(.teachOrder(try order(attempt: 2)))
    let wanted = bench.take()
    #expect(wanted.contains(.forgetSample))
    #expect(fetches(wanted).first?.shard == 0)
  }

  @Test("the run's network, whoever learned it, ends it")
  func networkKnown() throws {
    let (bench, _) = try begun()
    let network = LearnedNetwork(run: 1, bytes: [9])
    bench.hear(.network(network))
    let wanted = bench.take()
    #expect(wanted.contains(.forgetSample) && wanted.contains(.keepNetwork(network)))
    #expect(attemptInHand(bench) == 0)
    bench.hear(.network(network))
    #expect(bench.take().isEmpty)
  }

  @Test("a unit is taken only with the network that it names")
  func units() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    var order = WorkerBench.unit(0)
    order.network = 4
    bench.hear(.unitOrder(order))
    #expect(bench.take().isEmpty)
    bench.hear(.network(LearnedNetwork(run: 3, bytes: [3])))
    bench.hear(.unitOrder(order))
    #expect(!bench.take().contains(.execute(order)))
    bench.hear(.network(LearnedNetwork(run: 4, bytes: [4])))
    bench.hear(.unitOrder(order))
    #expect(bench.take().contains(.execute(order)))
  }

  @Test("the sample is read by workers only")
  func reading() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    let request = RowsRequest(scope: .sample(threshold: 5), shard: 0, epoch: 1, cursor: [])
    _ = bench.take()
    bench.send(.rowsRequest(request), as: .client)
    guard case .refusal(let refusal)? = bench.takeReplies().first else {
      Issue.record("a client was answered")
      return
    }
    #expect(refusal.code == .forbidden)
    bench.send(.rowsRequest(request), as: .worker)
    #expect(bench.take().contains { if case .read = $0 { true } else { false } })
  }
}
