import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("Units that a replica works out for its primary")
struct WorkerOfferTests {
  private var id: UnitID { WorkerBench.unit(0).id }

  private func helping(_ primary: String = "b", epoch: UInt64 = 1) throws -> UnitOrder {
    var order = WorkerBench.unit(0, epoch: epoch)
    order.giveTo = try WorkerBench.peers(primary)[0]
    return order
  }

  /// A replica of shard 0 that has all that its primary b has.
  private func replica() throws -> WorkerBench {
    let bench = try WorkerBench()
    try bench.follow()
    bench.send(.append(LogAppend(shard: 0, epoch: 1, previous: .start)), as: .worker, named: "b")
    _ = bench.take()
    return bench
  }

  /// A primary of shard 0 whose follower b has everything.
  private func primary() throws -> WorkerBench {
    let bench = try WorkerBench()
    try bench.serveWithCopies()
    try bench.say(.start)
    _ = bench.take()
    return bench
  }

  private func offer(_ bench: WorkerBench, _ entry: [UInt8], epoch: UInt64 = 1, from: String) {
    for piece in EntryAssembly.pieces(of: entry) ?? [] {
      let offer = UnitOffer(id: id, epoch: epoch, piece: piece)
      bench.send(.unitOffer(offer), as: .worker, named: from)
    }
  }

  private func takes(_ bench: WorkerBench) -> [[UInt8]] {
    bench.take().compactMap { instruction in
      if case .takeOffer(_, _, let entry) = instruction { entry } else { nil }
    }
  }

  private func reports(_ bench: WorkerBench) -> Int {
    bench.takeTold().count { $0.kind == 13 }
  }

  @Test("a replica offers the results to its primary in pieces, and reports nothing")
  func offers() throws {
    let bench = try replica()
    bench.hear(.unitOrder(try helping()))
    #expect(bench.take().contains(.execute(try helping())))
    let entry = [UInt8](repeating: 7, count: Limits.pieceBytes + 1)
    bench.step(.unitComputed(id, entry: entry))
    let wanted = bench.take()
    let pieces = wanted.compactMap { instruction -> LogPiece? in
      if case .offer(let offer, _) = instruction { offer.piece } else { nil }
    }
    #expect(pieces.flatMap(\.bytes) == entry && pieces.count == 2)
    #expect(!wanted.contains { if case .tellCoordinator = $0 { true } else { false } })
    #expect(bench.heartbeat()?.unitsInHand == [])
  }

  @Test("a unit is worked out for the primary of the shard only, and only in step")
  func refused() throws {
    let bench = try replica()
    bench.hear(.unitOrder(try helping("c")))
    bench.hear(.unitOrder(try helping(epoch: 2)))
    let learner = try WorkerBench()
    try learner.follow(isLearner: true)
    learner.hear(.unitOrder(try helping()))
    for wanted in bench.take() + learner.take() {
      if case .execute = wanted { Issue.record("\(wanted)") }
    }
  }

  @Test("one that fails is the replica's own affair")
  func failed() throws {
    let bench = try replica()
    bench.hear(.unitOrder(try helping()))
    _ = bench.take()
    bench.step(.unitFailed(id, reason: "the trainer died", mayPass: false))
    #expect(bench.takeTold().isEmpty)
    #expect(bench.heartbeat()?.unitsInHand == [])
  }

  @Test("the primary stores what its replica offers, under its epoch")
  func takesOffers() throws {
    let bench = try primary()
    let entry = [UInt8](repeating: 7, count: 2 * Limits.pieceBytes + 1)
    offer(bench, entry, from: "c")
    offer(bench, entry, epoch: 2, from: "b")
    #expect(takes(bench).isEmpty)
    offer(bench, entry, from: "b")
    #expect(takes(bench) == [entry])
    offer(bench, entry, from: "b")
    #expect(takes(bench).isEmpty, "it is being stored")
  }

  @Test("an offered unit is reported once, when the followers have it, and its own end is quiet")
  func reported() throws {
    let bench = try primary()
    bench.hear(.unitOrder(WorkerBench.unit(0)))
    offer(bench, [7], from: "b")
    let log = LogOfBytes(1)
    bench.step(.logged(shard: 0, log.entries))
    let report = UnitReport(id: id, epoch: 1, outcome: UnitOutcome(skus: 3))
    bench.step(.unitDone(report, at: 1))
    #expect(reports(bench) == 0)
    try bench.say(log.end)
    #expect(reports(bench) == 1)
    #expect(bench.heartbeat()?.unitsInHand == [id], "a desk still works on it")
    bench.step(.unitDone(report, at: 1))
    #expect(reports(bench) == 0)
    #expect(bench.heartbeat()?.unitsInHand == [])
    bench.hear(.orders(Orders(version: 2, released: [HeldShard(shard: 0, epoch: 1)])))
    #expect(bench.take().contains(.drop(shard: 0)), "nothing of it is under way")
  }

  @Test("a unit that was offered after it had left this worker's hands is reported")
  func notInHand() throws {
    let bench = try primary()
    offer(bench, [7], from: "b")
    bench.step(.unitDone(UnitReport(id: id, epoch: 1, outcome: UnitOutcome()), at: 0))
    #expect(reports(bench) == 1)
  }

  @Test("offers are put together a few at a time, and old halves give way")
  func bounded() throws {
    let bench = try primary()
    func first(of slice: Int) {
      let id = UnitID(run: 1, shard: 0, slice: slice)
      let piece = LogPiece(index: 0, of: 2, bytes: [UInt8](repeating: 1, count: 1_000))
      bench.send(.unitOffer(UnitOffer(id: id, epoch: 1, piece: piece)), as: .worker, named: "b")
    }
    for slice in 0..<100 { first(of: slice) }
    #expect(bench.machine.offers.count == Worker.offersAtOnce)
    bench.pass(6_000)
    first(of: 100)
    first(of: 101)
    #expect(bench.machine.offers.keys.map(\.unit.slice) == [101])
  }
}
