import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("A worker")
struct WorkerTests {
  private func outcome(_ replies: [Message]) -> BatchAnswer.Outcome? {
    replies.lazy.compactMap {
      if case .batchAnswer(let answer) = $0 { answer.outcome } else { nil }
    }
    .first
  }

  private func isCommit(_ instruction: Worker.Instruction) -> Bool {
    if case .commit = instruction { true } else { false }
  }

  @Test("it greets until it is welcome, with the shards that it holds")
  func greeting() throws {
    let bench = try WorkerBench(held: [HeldShard(shard: 3, epoch: 7)], clusterID: 0xC1)
    bench.pass(600)
    let told = bench.takeTold()
    #expect(told.count == 2 && told.allSatisfy { $0.kind == 1 })
    guard case .hello(let hello)? = told.last else { return }
    #expect(hello.held == [HeldShard(shard: 3, epoch: 7)])
  }

  @Test("it refuses batches before its first orders, and before their epochs are durable")
  func beforeOrders() throws {
    let bench = try WorkerBench()
    bench.join()
    bench.send(.batch(WorkerBench.batch(0)))
    #expect(outcome(bench.takeReplies()) == .misplaced)
    bench.hear(.orders(Orders(version: 1, owned: [OwnedShard(shard: 0, epoch: 1)])))
    bench.send(.batch(WorkerBench.batch(0)))
    #expect(outcome(bench.takeReplies()) == .misplaced)
    bench.step(.epochsKept(ordersVersion: 1))
    bench.send(.batch(WorkerBench.batch(0)))
    #expect(bench.take().contains(where: isCommit))
  }

  @Test("it refuses batches under another epoch", arguments: [0, 1, 3])
  func otherEpoch(epoch: UInt64) throws {
    let bench = try WorkerBench()
    bench.serve(0, epoch: 2)
    bench.send(.batch(WorkerBench.batch(0, epoch: epoch)))
    #expect(outcome(bench.takeReplies()) == .misplaced)
  }

  @Test("it says that a SKU is elsewhere instead of knowing nothing of it")
  func foreignSKU() throws {
    let bench = try WorkerBench()
    let sku = try SKU("bolt")
    let mine = sku.shard(of: 8)
    bench.send(.get(Get(skus: [sku])))
    #expect(bench.takeReplies().count == 1, "before it belongs to a cluster")
    bench.serve((mine + 1) % 8)
    for question in [Message.get(Get(skus: [sku])), .explainRequest(sku: sku.bytes)] {
      bench.send(question)
      guard case .refusal(let refusal)? = bench.takeReplies().first else {
        Issue.record("it answers for a SKU of another worker")
        continue
      }
      #expect(refusal.code == .misplaced)
    }
    bench.hear(.orders(Orders(version: 2, owned: [OwnedShard(shard: mine, epoch: 1)])))
    bench.step(.epochsKept(ordersVersion: 2))
    _ = bench.take()
    bench.send(.get(Get(skus: [sku])))
    #expect(bench.take().contains { if case .read = $0 { true } else { false } })
  }

  @Test("what is under way lands before a shard is dropped or served anew")
  func still() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1)
    bench.send(.batch(WorkerBench.batch(0)))
    bench.hear(.unitOrder(WorkerBench.unit(0)))
    bench.hear(.survey(Survey(run: 4, shards: [HeldShard(shard: 1, epoch: 1)])))
    bench.hear(
      .orders(
        Orders(
          version: 2, owned: [OwnedShard(shard: 1, epoch: 2)],
          released: [HeldShard(shard: 0, epoch: 1)])))
    let wanted = bench.take()
    #expect(!wanted.contains(.drop(shard: 0)))
    #expect(!wanted.contains { if case .keepEpochs = $0 { true } else { false } })
    bench.step(.batchDecided(bench.applied(0), for: WorkerBench.ticket))
    #expect(!bench.take().contains(.drop(shard: 0)))
    bench.step(
      .unitDone(UnitReport(id: WorkerBench.unit(0).id, epoch: 1, outcome: UnitOutcome(skus: 1))))
    #expect(bench.take().contains(.drop(shard: 0)))
    bench.step(.surveyFailed(run: 4, reason: "the disk is full", mayPass: true))
    let epochs = [HeldShard(shard: 1, epoch: 2)]
    #expect(bench.take().contains(.keepEpochs(epochs, ordersVersion: 2)))
    #expect(bench.appliedVersion() == 1)
    bench.step(.epochsKept(ordersVersion: 2))
    bench.step(.dropped(shard: 0))
    #expect(bench.appliedVersion() == 2)
  }

  @Test("orders of a lower version change nothing")
  func oldOrders() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    bench.hear(.orders(Orders(version: 9, owned: [OwnedShard(shard: 0, epoch: 1)])))
    bench.hear(.orders(Orders(version: 8)))
    #expect(bench.machine.served == [0: 1])
  }

  @Test("what is meant for another incarnation changes nothing")
  func otherIncarnation() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    for incarnation in [0, WorkerBench.incarnation - 1, WorkerBench.incarnation + 1] {
      bench.hear(.orders(Orders(version: 50)), incarnation: incarnation)
      bench.hear(.refusal(Refusal(.foreign, "go")), incarnation: incarnation)
    }
    #expect(bench.machine.served == [0: 1])
    #expect(!bench.take().contains { if case .exit = $0 { true } else { false } })
  }

  @Test("an epoch below that of the data is not served")
  func lowerEpoch() throws {
    let bench = try WorkerBench(held: [HeldShard(shard: 0, epoch: 6)], clusterID: 0xC1)
    bench.serve(0, epoch: 5)
    #expect(bench.machine.served.isEmpty)
  }

  @Test("epochs that were kept for earlier orders are not taken for the later ones'")
  func epochsOfEarlierOrders() throws {
    let bench = try WorkerBench()
    bench.join()
    bench.hear(.orders(Orders(version: 1, owned: [OwnedShard(shard: 0, epoch: 1)])))
    bench.hear(.orders(Orders(version: 2, owned: [OwnedShard(shard: 0, epoch: 3)])))
    bench.step(.epochsKept(ordersVersion: 1))
    #expect(bench.machine.served.isEmpty)
    bench.step(.epochsKept(ordersVersion: 2))
    #expect(bench.machine.served == [0: 3])
  }

  @Test("each coordinator is told of what is held and is in no orders")
  func unnamed() throws {
    let bench = try WorkerBench()
    bench.join()
    func greetings(_ orders: Orders) -> [[HeldShard]] {
      _ = bench.take()
      bench.hear(.orders(orders))
      bench.step(.epochsKept(ordersVersion: orders.version))
      return bench.takeTold().compactMap { message in
        if case .hello(let hello) = message { hello.held } else { nil }
      }
    }
    let owned = OwnedShard(shard: 0, epoch: 1)
    #expect(greetings(Orders(version: 1 << 32, owned: [owned])).isEmpty)
    let held = [[HeldShard(shard: 0, epoch: 1)]]
    #expect(greetings(Orders(version: 1 << 32 | 1)) == held)
    #expect(greetings(Orders(version: 1 << 32 | 2)).isEmpty, "it was told")
    #expect(greetings(Orders(version: 2 << 32)) == held, "the next one was not")
  }

  @Test("more batches than may wait for the disk are told to come later")
  func manyWrites() throws {
    let bench = try WorkerBench(maximumWrites: 2)
    bench.serve(0)
    for sequence in 1...3 { bench.send(.batch(WorkerBench.batch(0, sequence: UInt64(sequence)))) }
    let wanted = bench.take()
    #expect(wanted.count(where: isCommit) == 2)
    #expect(wanted.contains { if case .reply = $0 { true } else { false } })
  }

  @Test("batches are taken from clients only")
  func roles() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    bench.send(.batch(WorkerBench.batch(0)), as: .worker)
    guard case .refusal(let refusal)? = bench.takeReplies().first else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.code == .forbidden)
  }

  @Test("a unit is begun once, and a failed one is not reported")
  func units() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    for _ in 0..<3 { bench.hear(.unitOrder(WorkerBench.unit(0))) }
    let begun = bench.take().filter { if case .execute = $0 { true } else { false } }
    #expect(begun.count == 1)
    bench.step(.unitFailed(WorkerBench.unit(0).id, reason: "the disk is full", mayPass: true))
    #expect(!bench.takeTold().contains { $0.kind == 13 })
    bench.hear(.unitOrder(WorkerBench.unit(0)))
    #expect(bench.take().contains { if case .execute = $0 { true } else { false } })
  }

  @Test("a document is kept when it is newer, and the heartbeat names its version")
  func documents() throws {
    let bench = try WorkerBench()
    bench.join()
    _ = bench.take()
    bench.hear(.document(Document(version: 2, content: [1])))
    bench.hear(.document(Document(version: 1, content: [2])))
    let kept = bench.take().filter { if case .keepDocument = $0 { true } else { false } }
    #expect(kept == [.keepDocument(Document(version: 2, content: [1]))])
    bench.pass(600)
    guard case .heartbeat(let heartbeat)? = bench.takeTold().last else { return }
    #expect(heartbeat.documentVersion == 2)
  }

  @Test("a coordinator that does not know it is greeted again, and another cluster's ends it")
  func refusals() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    bench.hear(.refusal(Refusal(.notFound, "say hello first")))
    bench.pass(600)
    #expect(bench.takeTold().contains { $0.kind == 1 })
    #expect(bench.machine.served == [0: 1], "it serves on meanwhile")
    bench.hear(.welcome(Welcome(clusterID: 0xBAD, shardCount: 8)))
    #expect(bench.take().contains { if case .exit(_, wished: false) = $0 { true } else { false } })
  }
}
