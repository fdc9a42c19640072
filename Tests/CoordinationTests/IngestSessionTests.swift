import Demand
import Testing
import WireProtocol

@testable import Coordination

/// A session and what it sent.
private final class SessionBench {
  var session: IngestSession
  var now = Instant(milliseconds: 0)
  let source = SourceID(name: "s")
  private let nodes: [NodeName]

  init(credits: Int = 4, shards: Int = 2) throws {
    nodes = [try #require(NodeName("a")), try #require(NodeName("b"))]
    session = IngestSession(creditsPerWorker: credits)
    _ = hear(map(version: 1, shards: shards))
  }

  /// Even shards are at the first worker, odd ones at the second, or all at one.
  func map(version: UInt64, shards: Int = 2, all: Int? = nil) -> IngestSession.Event {
    var placement = Placement(shardCount: shards)
    placement.version = version
    for shard in 0..<shards {
      placement.assignments[shard] = .init(primary: nodes[all ?? shard % 2], epoch: version)
    }
    return .mapReceived(ClusterMap(clusterID: 1, placement: placement, peers: []))
  }

  func hear(_ event: IngestSession.Event) -> [IngestSession.Instruction] {
    session.step(event, at: now)
  }

  /// The shard and sequence of each batch that an event sends.
  func sent(_ event: IngestSession.Event) -> [[Int]] { Self.sent(hear(event)) }

  static func sent(_ instructions: [IngestSession.Instruction]) -> [[Int]] {
    instructions.compactMap { instruction in
      guard case .send(let batch, _) = instruction else { return nil }
      return [batch.identity.shard, Int(batch.identity.sequence)]
    }
  }

  func offer(_ shard: Int, _ sequence: UInt64, isLast: Bool = false) -> IngestSession.Event {
    .offered(
      BatchIdentity(source: source, shard: shard, sequence: sequence, chain: 0, isLast: isLast),
      .salesAdding, payload: [1, 2])
  }

  func answer(
    _ shard: Int, _ sequence: UInt64, _ outcome: BatchAnswer.Outcome, progress: UInt64 = 0
  ) -> IngestSession.Event {
    .answered(
      BatchAnswer(
        source: source, shard: shard, sequence: sequence, outcome: outcome, progress: progress,
        reason: "why"))
  }
}

@Suite("An ingest session")
struct IngestSessionTests {
  @Test("it asks for the map before it sends anything, and not again at once")
  func map() throws {
    var session = IngestSession(creditsPerWorker: 1)
    let bench = try SessionBench()
    let now = Instant(milliseconds: 0)
    #expect(session.step(bench.offer(0, 1), at: now) == [.requestMap])
    #expect(session.step(.tick, at: now + 100).isEmpty)
    #expect(session.step(.tick, at: now + 400) == [.requestMap])
    #expect(SessionBench.sent(session.step(bench.map(version: 1), at: now + 500)) == [[0, 1]])
  }

  @Test("no worker has more batches out than it has credits")
  func credits() throws {
    let bench = try SessionBench(credits: 2)
    #expect(bench.sent(bench.offer(0, 1)) == [[0, 1]])
    #expect(bench.sent(bench.offer(0, 2)) == [[0, 2]])
    #expect(bench.sent(bench.offer(0, 3)).isEmpty)
    #expect(bench.sent(bench.offer(1, 1)) == [[1, 1]], "the other worker has its own")
    #expect(bench.sent(bench.answer(0, 1, .applied, progress: 1)) == [[0, 3]])
  }

  @Test("it is idle once everything is committed, and counts what was there before")
  func idle() throws {
    let bench = try SessionBench()
    _ = bench.hear(bench.offer(0, 1))
    _ = bench.hear(bench.offer(0, 2, isLast: true))
    _ = bench.hear(bench.answer(0, 1, .duplicate, progress: 1))
    #expect(!bench.session.isIdle)
    _ = bench.hear(bench.answer(0, 2, .applied, progress: 2))
    #expect(bench.session.isIdle)
    #expect(bench.session.committedBatches == 2)
    #expect(bench.session.duplicateBatches == 1)
    #expect(bench.session.waitingBytes == 0)
  }

  @Test("after a gap it goes on from the batch that is missing")
  func gap() throws {
    let bench = try SessionBench()
    for sequence: UInt64 in 1...3 { _ = bench.hear(bench.offer(0, sequence)) }
    #expect(bench.sent(bench.answer(0, 3, .gap, progress: 0)) == [[0, 1], [0, 2], [0, 3]])
  }

  @Test("many batches behind one gap send what is missing once, and again after a rest")
  func manyBehindAGap() throws {
    let bench = try SessionBench()
    for sequence: UInt64 in 1...3 { _ = bench.hear(bench.offer(0, sequence)) }
    #expect(bench.sent(bench.answer(0, 3, .gap, progress: 0)) == [[0, 1], [0, 2], [0, 3]])
    for sequence: UInt64 in [2, 3, 2] {
      #expect(bench.sent(bench.answer(0, sequence, .gap, progress: 0)).isEmpty)
    }
    bench.now = bench.now + IngestSession.restMilliseconds
    #expect(bench.sent(.tick) == [[0, 1], [0, 2], [0, 3]])
  }

  @Test("what the worker has already is not sent, but for its last batch, which proves the content")
  func alreadyThere() throws {
    let bench = try SessionBench(credits: 1)
    _ = bench.hear(bench.offer(0, 1))
    for sequence: UInt64 in 2...5 { _ = bench.hear(bench.offer(0, sequence)) }
    #expect(bench.sent(bench.answer(0, 1, .duplicate, progress: 4)) == [[0, 4]])
    #expect(bench.sent(bench.answer(0, 4, .duplicate, progress: 4)) == [[0, 5]])
    #expect(bench.session.committedBatches == 4)
  }

  @Test("another input under the same name, of the same length, is found out")
  func sameLength() throws {
    let bench = try SessionBench(credits: 1)
    _ = bench.hear(bench.offer(0, 1))
    _ = bench.hear(bench.offer(0, 2, isLast: true))
    #expect(bench.sent(bench.answer(0, 1, .duplicate, progress: 2)) == [[0, 2]])
    #expect(!bench.session.isIdle)
    guard case .fail(let reason)? = bench.hear(bench.answer(0, 2, .conflict, progress: 2)).first
    else {
      Issue.record("it goes on")
      return
    }
    #expect(reason.contains("--source"))
  }

  @Test("an answer to a later batch does not commit the end of a shorter input")
  func shorter() throws {
    let bench = try SessionBench()
    _ = bench.hear(bench.offer(0, 1))
    _ = bench.hear(bench.offer(0, 2, isLast: true))
    _ = bench.hear(bench.answer(0, 1, .duplicate, progress: 9))
    #expect(!bench.session.isIdle)
  }

  @Test("a batch that was misplaced goes to the new primary under the new epoch")
  func misplaced() throws {
    let bench = try SessionBench()
    _ = bench.hear(bench.offer(0, 1))
    #expect(bench.hear(bench.answer(0, 1, .misplaced)) == [.requestMap])
    bench.now = bench.now + 200
    guard case .send(let batch, let node)? = bench.hear(bench.map(version: 2, all: 1)).first else {
      Issue.record("not sent")
      return
    }
    #expect(batch.epoch == 2 && node.text == "b")
  }

  @Test("a map that does not help is not asked for again at once: answers would feed each other")
  func uselessMap() throws {
    let bench = try SessionBench()
    let nowhere = ClusterMap(clusterID: 2, placement: Placement(shardCount: 2), peers: [])
    #expect(bench.hear(bench.offer(0, 1)).count == 1)
    let asked = (0..<10).flatMap { _ in bench.hear(.mapReceived(nowhere)) }
    #expect(asked == [.requestMap])
    bench.now = bench.now + 400
    #expect(bench.hear(.tick) == [.requestMap])
  }

  @Test("an older map does not replace a newer one")
  func olderMap() throws {
    let bench = try SessionBench()
    _ = bench.hear(bench.map(version: 5))
    _ = bench.hear(bench.map(version: 4))
    guard case .send(let batch, _)? = bench.hear(bench.offer(0, 1)).first else { return }
    #expect(batch.epoch == 5)
  }

  @Test("a map of other shards ends it")
  func otherShards() throws {
    let bench = try SessionBench(shards: 2)
    guard case .fail? = bench.hear(bench.offer(7, 1)).first else {
      Issue.record("it goes on")
      return
    }
  }

  @Test("a busy shard rests and is sent again, the others go on")
  func busy() throws {
    let bench = try SessionBench()
    _ = bench.hear(bench.offer(0, 1))
    #expect(bench.hear(bench.answer(0, 1, .busy)).isEmpty)
    #expect(bench.sent(bench.offer(1, 1)) == [[1, 1]])
    #expect(bench.sent(.tick).isEmpty)
    bench.now = bench.now + 150
    #expect(bench.sent(.tick) == [[0, 1]])
  }

  @Test("after silence it asks soon where the shards are, and sends again later")
  func silence() throws {
    let bench = try SessionBench()
    _ = bench.hear(bench.offer(0, 1))
    bench.now = bench.now + 400
    #expect(bench.hear(.tick).isEmpty)
    bench.now = bench.now + 400
    #expect(bench.hear(.tick) == [.requestMap])
    #expect(bench.session.silentWorkers(at: bench.now).map(\.node.text) == ["a"])
    #expect(bench.sent(bench.map(version: 1)).isEmpty, "nothing has changed")
    bench.now = bench.now + 2_500
    let instructions = bench.hear(.tick)
    #expect(instructions.contains(.requestMap))
    #expect(SessionBench.sent(instructions) == [[0, 1]])
    #expect(bench.session.silentWorkers(at: bench.now).map(\.milliseconds) == [3_300])
    _ = bench.hear(bench.answer(0, 1, .applied, progress: 1))
    #expect(bench.session.silentWorkers(at: bench.now + 9_000).isEmpty)
  }

  @Test("what was sent to a primary that is one no more goes to the new one, the rest goes on")
  func newPrimary() throws {
    let bench = try SessionBench()
    _ = bench.hear(bench.offer(0, 1))
    _ = bench.hear(bench.offer(1, 1))
    guard case .mapReceived(var map) = bench.map(version: 1) else { return }
    let other = try #require(map.placement.assignments[1].primary)
    map.placement.version = 2
    map.placement.assignments[1].replicas = [try #require(map.placement.assignments[0].primary)]
    map.placement.assignments[0] = .init(primary: other, epoch: 2)
    let sent = bench.hear(.mapReceived(map))
    #expect(SessionBench.sent(sent) == [[0, 1]], "the other shard only changed its copies")
    guard case .send(let batch, other)? = sent.first else {
      Issue.record("it went to the old primary")
      return
    }
    #expect(batch.epoch == 2)
  }

  @Test("a disk that stays full ends it with the worker's words; one that recovers does not")
  func failed() throws {
    let bench = try SessionBench()
    _ = bench.hear(bench.offer(0, 1))
    _ = bench.hear(bench.answer(0, 1, .failed))
    #expect(bench.session.complaint == "why")
    bench.now = bench.now + 20_000
    _ = bench.hear(bench.answer(0, 1, .applied, progress: 1))
    _ = bench.hear(bench.offer(0, 2))
    bench.now = bench.now + 20_000
    for _ in 0...10 {
      #expect(bench.hear(bench.answer(0, 2, .failed)).isEmpty)
      bench.now = bench.now + 1_000
    }
    #expect(bench.hear(bench.answer(0, 2, .failed)) == [.giveUp("why")])
  }

  @Test("one complaint before the worker was away does not end it")
  func oneComplaint() throws {
    let bench = try SessionBench()
    _ = bench.hear(bench.offer(0, 1))
    for _ in 0..<3 {
      #expect(bench.hear(bench.answer(0, 1, .failed)).isEmpty)
      bench.now = bench.now + 30_000
      let instructions = bench.hear(.tick)
      #expect(!instructions.contains { if case .giveUp = $0 { true } else { false } })
    }
  }

  @Test("a payload that makes no sense ends it")
  func invalid() throws {
    let bench = try SessionBench()
    _ = bench.hear(bench.offer(0, 1))
    guard case .fail? = bench.hear(bench.answer(0, 1, .invalid)).first else {
      Issue.record("it goes on")
      return
    }
  }
}
