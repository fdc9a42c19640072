import Allocation
import Demand
import Packing
import TestSupport
import Testing

@testable import Replenishment

/// Bytes between coordinator and shards that nobody should send: refused, never a trap.
@Suite struct PlanRoundsHostileTests {
  private static func damaged(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    switch random.next() % 5 {
    case 0: bytes.removeLast(min(bytes.count, 1 + Int(random.next() % 9)))
    case 1: bytes.append(UInt8(truncatingIfNeeded: random.next()))
    case 2:
      // A number of another size, as a hostile count or double would be.
      guard bytes.count > 9 else { break }
      let place = Int(random.next() % UInt64(bytes.count - 8))
      let odd = HostileTests.value(&random)
      for (index, byte) in withBytes(of: odd).enumerated() { bytes[place + index] = byte }
    default:
      for _ in 0...Int(random.next() % 3) where !bytes.isEmpty {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
    }
    return bytes
  }

  private static func withBytes(of value: Double) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64($0))) }
  }

  @Test func `a shard answers or refuses whatever is asked`() throws {
    let catalogue = try PlanRoundsTests.tight(seed: 20, skus: 40)
    let outcome = try catalogue.price()
    let source = catalogue.source(of: 2)
    var shard = PlanShard(shard: 2, planning: catalogue.planning)
    var random = SplitMix64(seed: 20_261_121)
    var refused = 0
    for number in 0..<1_500 {
      let question = outcome.questions[number % outcome.questions.count]
      do { _ = try shard.answer(Self.damaged(question, &random), from: source) } catch {
        refused += 1
      }
    }
    #expect(refused > 300)
    // None of it is remembered: the true questions have their answers still.
    for (question, answers) in zip(outcome.questions, outcome.answers) {
      #expect(try shard.answer(question, from: source) == answers[2])
    }
  }

  @Test func `questions for other warehouses, pairs and plans are refused`() throws {
    let catalogue = try PlanRoundsTests.tight(seed: 21, skus: 40)
    let plan = try catalogue.price().plan
    var smaller = catalogue
    smaller.document.warehouses.warehouses.removeLast()
    var renamed = catalogue
    renamed.document.warehouses.warehouses[0].location = try Location("Nantes")
    let (few, many) = (Prices(warehouseCount: 2), Prices(warehouseCount: 40))
    func pair(_ block: Int, _ index: Int) throws -> [PairPlace: Double] {
      var writer = ByteWriter()
      for number in [2, block, index] { writer.count(number) }
      return [try PairPlace(packed: writer.bytes): 12]
    }
    let totals = ReleaseQuestion.totals(0..<3).packed()
    let asks: [PlanQuestion.Ask] = try [
      .sums(few, hasLines: true), .sums(many, hasLines: false),
      .worst(.space(warehouse: 4)), .worst(.lines(warehouse: 9_999)),
      .names(pair(0, 1 << 30)), .names(pair(1 << 39, 0)), .names(pair(4, 100_000)),
      .releases(smaller.planning.plan, [:], totals), .releases(renamed.planning.plan, [:], totals),
      .releases(plan, pair(0, 1 << 30), totals),
    ]
    for ask in asks {
      var shard = PlanShard(shard: 2, planning: catalogue.planning)
      let question = PlanQuestion(classBounds: plan.classBounds, ask: ask).packed()
      #expect(throws: PackingError.self, "\(ask)") {
        try shard.answer(question, from: catalogue.source(of: 2))
      }
    }
  }

  @Test func `the coordinator takes or refuses whatever is answered`() throws {
    let catalogue = try PlanRoundsTests.tight(seed: 22, skus: 40)
    let outcome = try catalogue.price()
    var random = SplitMix64(seed: 20_261_122)
    var failed = 0
    var rounds = PlanRounds(catalogue.planning, shardCount: MixedCatalogue.shardCount)
    _ = rounds.begin()
    for answers in outcome.answers {
      for _ in 0..<200 {
        var (other, given) = (rounds, answers)
        let shard = Int(random.next() % UInt64(given.count))
        given[shard] = Self.damaged(given[shard], &random)
        if case .failed = other.take(given) { failed += 1 }
      }
      _ = rounds.take(answers)
    }
    #expect(failed > 20 * outcome.answers.count)
  }

  @Test func `answers of too many or too few shards are refused`() throws {
    let catalogue = try PlanRoundsTests.tight(seed: 23, skus: 40)
    let outcome = try catalogue.price()
    var rounds = PlanRounds(catalogue.planning, shardCount: MixedCatalogue.shardCount)
    _ = rounds.begin()
    for answers in outcome.answers {
      for wrong in [[], Array(answers.dropLast()), answers + [answers[0]]] {
        var other = rounds
        guard case .failed = other.take(wrong) else {
          Issue.record("\(wrong.count) answers were taken")
          return
        }
      }
      _ = rounds.take(answers)
    }
  }

  // MARK: What is kept and sent

  @Test func `plans, moved lots and scenarios come back as they were packed`() throws {
    let catalogue = try PlanRoundsTests.tight(seed: 24, skus: 200)
    let outcome = try catalogue.price()
    #expect(try PricedPlan(packed: outcome.plan.packed()) == outcome.plan)
    var broken = try MixedCatalogue(seed: 24, skus: 60)
    broken.document.warehouses.warehouses[0].capacityCubicMetres = 0.1
    broken.document.limits.cashToday = 500
    let plan = try broken.price().plan
    #expect(!plan.unkept.isEmpty && plan.release != nil)
    #expect(try PricedPlan(packed: plan.packed()) == plan)
    let lots = [
      MovedLot(sku: try SKU("A"), location: try Location("Lyon"), lot: 12),
      MovedLot(sku: try SKU("B"), location: try Location("Brno"), lot: 0.25),
    ]
    #expect(try MovedLot.unpacked(MovedLot.packed(lots)) == lots)
    #expect(try MovedLot.unpacked([]).isEmpty)
    let scenario = try Self.scenario()
    #expect(try Scenario(packed: scenario.packed()) == scenario)
  }

  private static func scenario() throws -> Scenario {
    var scenario = Scenario(name: "week 47")
    var change = Scenario.DemandChange(factor: 1.8)
    change.category = "toys"
    change.location = try Location("Lyon")
    change.sku = try SKU("A")
    (change.from, change.to) = (asOf + 1, asOf + 7)
    scenario.demand = [change, Scenario.DemandChange(factor: 0)]
    scenario.closed = [
      .init(location: try Location("Brno"), demandTo: try Location("Lyon")),
      .init(location: try Location("Gdynia")),
    ]
    scenario.cashFactor = 0.5
    scenario.leadTimeFactor = 2
    return scenario
  }

  @Test func `what is damaged is refused, and short of everything`() throws {
    let catalogue = try PlanRoundsTests.tight(seed: 25, skus: 60)
    let plan = try catalogue.price().plan.packed()
    let scenario = try Self.scenario().packed()
    let lots = MovedLot.packed([
      MovedLot(sku: try SKU("A"), location: try Location("Lyon"), lot: 12)
    ])
    for length in 0..<plan.count {
      #expect(throws: PackingError.self) { try PricedPlan(packed: Array(plan.prefix(length))) }
    }
    for length in 0..<scenario.count {
      #expect(throws: PackingError.self) { try Scenario(packed: Array(scenario.prefix(length))) }
    }
    for length in 1..<lots.count {
      #expect(throws: PackingError.self) { try MovedLot.unpacked(Array(lots.prefix(length))) }
    }
    // Whatever is read in spite of damage plans every SKU without a trap.
    var random = SplitMix64(seed: 20_261_123)
    for _ in 0..<2_000 {
      _ = try? Scenario(packed: Self.damaged(scenario, &random))
      _ = try? MovedLot.unpacked(Self.damaged(lots, &random))
      guard let odd = try? PricedPlan(packed: Self.damaged(plan, &random)) else { continue }
      let planning = catalogue.planning.under(odd, moved: [])
      for known in catalogue.cases.prefix(3) { _ = planning.plan(for: known) }
    }
  }
}
