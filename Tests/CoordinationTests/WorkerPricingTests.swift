import Coordination
import Demand
import Testing
import WireProtocol

@Suite("Answering rounds of pricing")
struct WorkerPricingTests {
  private func question(
    run: UInt64 = 1, round: UInt64 = 1, shards: [Int] = [0, 1], epoch: UInt64 = 1,
    document: UInt64 = 0
  ) -> RoundQuestion {
    RoundQuestion(
      run: run, round: round, asOf: Day(number: 20_000), documentVersion: document,
      settings: [1], question: [2], shards: shards.map { HeldShard(shard: $0, epoch: epoch) })
  }

  private func answers(
    _ question: RoundQuestion, shards: [Int]? = nil, bytes: [UInt8] = [7]
  ) -> RoundAnswers {
    let entries = question.shards.filter { shards?.contains($0.shard) ?? true }.map {
      RoundAnswers.Entry(shard: $0.shard, epoch: $0.epoch, outcome: .answer(bytes))
    }
    return RoundAnswers(run: question.run, round: question.round, entries: entries)
  }

  private func asked(_ wanted: [Worker.Instruction]) -> [RoundQuestion] {
    wanted.compactMap { if case .price(let question) = $0 { question } else { nil } }
  }

  private func told(_ messages: [Message]) -> [RoundAnswers] {
    messages.compactMap { if case .roundAnswers(let answers) = $0 { answers } else { nil } }
  }

  private func forgotten(_ wanted: [Worker.Instruction]) -> [Int?] {
    wanted.compactMap { if case .forgetPricing(let shard) = $0 { .some(shard) } else { nil } }
  }

  @Test("only shards that are served under the epoch asked for are answered for")
  func served() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1)
    var some = question(shards: [0, 5])
    some.shards.append(HeldShard(shard: 1, epoch: 2))
    bench.hear(.roundQuestion(some))
    #expect(asked(bench.take()) == [question(shards: [0])])
  }

  @Test("a question that comes twice is worked on once, and again when it was answered")
  func twice() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1)
    bench.hear(.roundQuestion(question()))
    bench.hear(.roundQuestion(question()))
    #expect(asked(bench.take()).count == 1)
    bench.step(.priced(answers(question(), shards: [1])))
    #expect(told(bench.takeTold()) == [answers(question(), shards: [1])])
    bench.hear(.roundQuestion(question()))
    #expect(asked(bench.take()) == [question(shards: [1])], "shard 0 is in hand still")
  }

  @Test("a late question of an earlier round or run is not worked on")
  func late() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1)
    bench.hear(.roundQuestion(question(run: 2, round: 5)))
    _ = bench.take()
    bench.hear(.roundQuestion(question(run: 2, round: 4)))
    bench.hear(.roundQuestion(question(run: 1, round: 6)))
    #expect(asked(bench.take()).isEmpty)
  }

  @Test("answers to an earlier round are not told, those of the new one are")
  func earlierAnswers() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1)
    bench.hear(.roundQuestion(question()))
    bench.hear(.roundQuestion(question(round: 2)))
    #expect(asked(bench.take()).count == 2)
    bench.step(.priced(answers(question())))
    #expect(told(bench.takeTold()).isEmpty)
    bench.step(.priced(answers(question(round: 2))))
    #expect(told(bench.takeTold()).count == 1)
  }

  @Test("a worker without the document says so")
  func document() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1)
    bench.hear(.roundQuestion(question(document: 3)))
    let wanted = bench.take()
    #expect(asked(wanted).isEmpty)
    let messages = wanted.compactMap { instruction in
      if case .tellCoordinator(let frame) = instruction { frame.message } else { nil }
    }
    let entry = try #require(told(messages).first?.entries.first)
    guard case .failure(let reason, let mayPass) = entry.outcome else {
      Issue.record("\(entry)")
      return
    }
    #expect(mayPass && reason == "it holds version 0 of the document, not 3")
  }

  @Test("what was loaded of a shard is forgotten with it, and its answer is not told")
  func lostShard() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1)
    bench.hear(.roundQuestion(question()))
    bench.hear(
      .orders(Orders(version: 2, owned: [OwnedShard(shard: 1, epoch: 1)], released: [])))
    #expect(forgotten(bench.take()) == [0])
    bench.step(.priced(answers(question())))
    #expect(told(bench.takeTold()) == [answers(question(), shards: [1])])
  }

  @Test("everything is forgotten when another run comes, or none is priced any more")
  func otherRun() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1)
    bench.hear(.roundQuestion(question()))
    bench.hear(.pulse(Pulse(ordersVersion: 1, priced: 1)))
    #expect(forgotten(bench.take()).isEmpty)
    bench.hear(.roundQuestion(question(run: 2, round: 2)))
    #expect(forgotten(bench.take()) == [nil])
    bench.hear(.pulse(Pulse(ordersVersion: 1)))
    bench.hear(.pulse(Pulse(ordersVersion: 1)))
    #expect(forgotten(bench.take()) == [nil], "once")
  }

  @Test("answers that fill a frame are told in several")
  func frames() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1, 2)
    let all = question(shards: [0, 1, 2])
    bench.hear(.roundQuestion(all))
    let large = answers(all, bytes: Array(repeating: 1, count: Limits.answerBytes))
    bench.step(.priced(large))
    let messages = told(bench.takeTold())
    #expect(messages.count == 3 && messages.flatMap(\.entries) == large.entries)
  }
}
