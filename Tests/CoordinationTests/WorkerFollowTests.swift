import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("A worker as a follower of a log")
struct WorkerFollowTests {
  private let log = LogOfBytes(9)

  private func frame(
    _ first: Int, _ last: Int, epoch: UInt64 = 1, of log: LogOfBytes? = nil
  ) -> Message {
    let log = log ?? self.log
    return .append(
      LogAppend(
        shard: 0, epoch: epoch, previous: log.position(first - 1),
        pieces: log.entries[(first - 1)..<last].map { LogPiece(bytes: $0.bytes) }))
  }

  /// How many entries behind which number were handed to the store since this was asked last.
  private func handed(_ bench: WorkerBench) -> [[Int]] {
    bench.take().compactMap { instruction in
      guard case .follow(0, _, let after, let entries) = instruction else { return nil }
      return [Int(after.number), entries.count]
    }
  }

  @Test("entries go to the store in order, and are answered for when they are durable")
  func inOrder() throws {
    let bench = try WorkerBench()
    try bench.follow()
    bench.send(frame(1, 2), as: .worker, named: "b")
    bench.send(frame(3, 4), as: .worker, named: "b")
    #expect(handed(bench) == [[0, 2], [2, 2]])
    bench.step(.followed(shard: 0, epoch: 1, log.position(2)))
    #expect(bench.takeAppended().map(\.position) == [log.position(2)])
    bench.step(.followed(shard: 0, epoch: 1, log.position(4)))
    #expect(bench.takeAppended().map(\.position) == [log.position(4)])
  }

  @Test("entries that are known are answered for, entries behind a gap are not stored")
  func knownAndGap() throws {
    let bench = try WorkerBench()
    try bench.follow()
    bench.send(frame(1, 3), as: .worker, named: "b")
    bench.step(.followed(shard: 0, epoch: 1, log.position(3)))
    _ = bench.take()
    bench.send(frame(1, 2), as: .worker, named: "b")
    #expect(bench.takeAppended().map(\.position.number) == [3])
    bench.send(frame(6, 7), as: .worker, named: "b")
    #expect(bench.takeAppended().map(\.position.number) == [3])
    bench.send(frame(2, 5), as: .worker, named: "b")
    #expect(handed(bench) == [[3, 2]])
  }

  @Test("entries of another log are not stored")
  func otherLog() throws {
    let bench = try WorkerBench()
    try bench.follow()
    bench.send(frame(1, 3), as: .worker, named: "b")
    bench.step(.followed(shard: 0, epoch: 1, log.position(3)))
    _ = bench.take()
    let other = LogOfBytes(9, seed: 100)
    for (first, last) in [(4, 5), (2, 5), (1, 5)] {
      bench.send(frame(first, last, of: other), as: .worker, named: "b")
      let wanted = bench.take()
      #expect(!wanted.contains { if case .follow = $0 { true } else { false } })
    }
  }

  @Test("entries are refused from another sender, under another epoch, and before the orders")
  func notFollowing() throws {
    let bench = try WorkerBench()
    bench.join()
    bench.send(frame(1, 1), as: .worker, named: "b")
    #expect(bench.takeAppended().map(\.outcome) == [.notFollowing])
    try bench.orderToFollow(isLearner: false, epoch: 2, version: 1)
    bench.send(frame(1, 1, epoch: 2), as: .worker, named: "b")
    #expect(bench.takeAppended().map(\.outcome) == [.notFollowing], "the epoch is not durable")
    bench.step(.epochsKept(ordersVersion: 1))
    for (epoch, name) in [(UInt64(1), "b"), (3, "b"), (2, "c")] {
      bench.send(frame(1, 1, epoch: epoch), as: .worker, named: name)
      #expect(bench.takeAppended().map(\.outcome) == [.notFollowing])
    }
    bench.send(frame(1, 1, epoch: 2), as: .client, named: "b")
    #expect(!bench.take().contains { if case .follow = $0 { true } else { false } })
    bench.send(frame(1, 1, epoch: 2), as: .worker, named: "b")
    #expect(handed(bench) == [[0, 1]])
  }

  @Test("many frames of a shard in a step are answered once")
  func coalesced() throws {
    let bench = try WorkerBench()
    try bench.follow()
    bench.send(.append(LogAppend(shard: 0, epoch: 1, previous: .start)), as: .worker, named: "b")
    #expect(bench.takeAppended().map(\.outcome) == [.kept])
    bench.pass(100)
    #expect(bench.takeAppended().isEmpty)
  }

  @Test("a store that takes no entries is said so, and tried again from where it is")
  func failure() throws {
    let bench = try WorkerBench()
    try bench.follow()
    bench.send(frame(1, 2), as: .worker, named: "b")
    _ = bench.take()
    bench.step(.followed(shard: 0, epoch: 1, .start, failure: "the disk is full"))
    let answer = bench.takeAppended().first
    #expect(answer?.outcome == .failed && answer?.reason == "the disk is full")
    bench.send(frame(1, 2), as: .worker, named: "b")
    #expect(handed(bench) == [[0, 2]])
    bench.step(.followed(shard: 0, epoch: 1, log.position(2)))
    #expect(bench.takeAppended().map(\.outcome) == [.kept])
  }

  @Test("an entry in pieces is stored when the last is there")
  func pieces() throws {
    let bench = try WorkerBench()
    try bench.follow()
    let large = LogOfBytes(1, each: 3 * Limits.pieceBytes - 5)
    let pieces = try #require(EntryAssembly.pieces(of: large.entries[0].bytes))
    #expect(pieces.count == 3)
    for index in [0, 2, 0, 1, 1, 2] {
      let append = LogAppend(shard: 0, epoch: 1, previous: .start, pieces: [pieces[index]])
      #expect(Frame(.append(append)).packed().count <= Limits.frameBytes)
      bench.send(.append(append), as: .worker, named: "b")
    }
    let stored = bench.take().compactMap { instruction -> [[UInt8]]? in
      if case .follow(_, _, _, let entries) = instruction { entries } else { nil }
    }
    #expect(stored == [[large.entries[0].bytes]])
  }

  @Test("a copy in step is read from, one that is being made is not, and neither is written to")
  func reads() throws {
    let sku = try #require(
      (0..<100).compactMap { try? SKU("s\($0)") }.first { $0.shard(of: 8) == 0 })
    func isRead(_ bench: WorkerBench, _ message: Message) -> Bool {
      bench.send(message)
      return bench.take().contains { if case .read = $0 { true } else { false } }
    }
    let table = Message.rowsRequest(
      RowsRequest(scope: .table(.plans), shard: 0, epoch: 1, cursor: []))
    for isLearner in [false, true] {
      let bench = try WorkerBench(
        held: [HeldShard(shard: 0, epoch: 1)], positions: [0: log.end], clusterID: 0xC1)
      try bench.follow(isLearner: isLearner)
      for question in [table, .get(Get(skus: [sku])), .explainRequest(sku: sku.bytes)] {
        #expect(isRead(bench, question) == !isLearner)
      }
      let sample = RowsRequest(scope: .sample(threshold: 1), shard: 0, epoch: 1, cursor: [])
      bench.send(.rowsRequest(sample), as: .worker)
      bench.send(.batch(WorkerBench.batch(0)))
      bench.hear(.unitOrder(WorkerBench.unit(0)))
      bench.hear(.survey(Survey(run: 4, shards: [HeldShard(shard: 0, epoch: 1)])))
      for instruction in bench.take() {
        switch instruction {
        case .read, .commit, .execute, .survey: Issue.record("\(instruction) at a follower")
        default: break
        }
      }
    }
  }

  @Test("what is in step and has nothing is not read from before it has what the primary has")
  func empty() throws {
    let bench = try WorkerBench()
    try bench.follow()
    #expect(bench.machine.readableShards.isEmpty)
    bench.send(frame(1, 9), as: .worker, named: "b")
    #expect(bench.machine.readableShards.isEmpty)
    let probe = LogAppend(shard: 0, epoch: 1, previous: log.end)
    bench.send(.append(probe), as: .worker, named: "b")
    #expect(bench.machine.readableShards.isEmpty, "it is not durable yet")
    bench.step(.followed(shard: 0, epoch: 1, log.end))
    #expect(bench.machine.readableShards == [0: 1])
  }

  @Test("a copy that is busy from its start on is read from when it has what there was then")
  func busyFromTheStart() throws {
    let bench = try WorkerBench()
    try bench.follow()
    let probe = LogAppend(shard: 0, epoch: 1, previous: log.position(5))
    bench.send(.append(probe), as: .worker, named: "b")
    bench.send(frame(1, 9), as: .worker, named: "b")
    bench.step(.followed(shard: 0, epoch: 1, log.position(4)))
    #expect(bench.machine.readableShards.isEmpty)
    bench.step(.followed(shard: 0, epoch: 1, log.position(6)))
    #expect(bench.machine.readableShards == [0: 1])
  }

  @Test("a follower that becomes the primary goes on with the log that it has")
  func promoted() throws {
    let bench = try WorkerBench()
    try bench.follow()
    bench.send(frame(1, 3), as: .worker, named: "b")
    _ = bench.take()
    let owned = OwnedShard(shard: 0, epoch: 2, followers: [1])
    bench.hear(
      .orders(Orders(version: 2, owned: [owned], peers: try WorkerBench.peers("b", "c"))))
    #expect(bench.takeTold().isEmpty, "what was followed before lands first")
    bench.step(.followed(shard: 0, epoch: 1, log.position(3)))
    let epochs = [HeldShard(shard: 0, epoch: 2)]
    #expect(bench.take().contains(.keepEpochs(epochs, ordersVersion: 2)))
    bench.step(.epochsKept(ordersVersion: 2))
    let (probe, to) = try #require(bench.takeAppends().first)
    #expect(probe.previous == log.position(3) && probe.pieces.isEmpty && to == "c")
    bench.send(frame(4, 4), as: .worker, named: "b")
    #expect(bench.takeAppended().map(\.outcome) == [.notFollowing], "the one before is fenced")
    bench.send(.batch(WorkerBench.batch(0, epoch: 2)))
    #expect(bench.take().contains { if case .commit = $0 { true } else { false } })
    try bench.say(log.position(5), epoch: 2, from: "c")
    bench.pass(600)
    let heartbeat = bench.heartbeat()
    #expect(heartbeat?.damaged == [], "what is beyond was never acknowledged")
    #expect(heartbeat?.stalled.map(\.node.text) == ["c"])
  }
}
