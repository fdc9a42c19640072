import Demand
import Packing
import TestSupport
import Testing

@testable import Replenishment

@Suite struct ReleaseTests {
  /// Goes through all rounds with these shards.
  func settle(
    _ document: PlanningDocument, _ shards: [ReleaseTally]
  ) throws -> (thresholds: ReleaseThresholds, rounds: Int) {
    var selection = ReleaseSelection(document)
    var step = selection.begin()
    var rounds = 0
    while case .ask(let question) = step {
      rounds += 1
      try #require(rounds < 1_000)
      let answers = try shards.map { try $0.answer(question) }
      for answer in answers { #expect(answer.count < 128 * 1_024) }
      step = try selection.step(answers)
    }
    guard case .settled(let thresholds) = step else { return (ReleaseThresholds(), rounds) }
    return (thresholds, rounds)
  }

  func document(
    slots: Double? = nil, space: Double? = nil, cash: Double? = nil, today: Double? = nil
  ) throws -> PlanningDocument {
    var document = PlanningDocument()
    document.warehouses = WarehouseList([
      Warehouse(
        location: try Location("Lyon"), capacityCubicMetres: space, receivingLinesPerDay: slots),
      Warehouse(
        location: try Location("Brno"), capacityCubicMetres: space.map { $0 * 2 },
        receivingLinesPerDay: slots.map { $0 + 1 }),
    ])
    document.limits.cash = cash
    document.limits.cashToday = today
    return document
  }

  func candidates(_ seed: UInt64, _ count: Int) -> [ReleaseCandidate] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      ReleaseCandidate(
        warehouse: [0, 1, nil][Int(random.next() % 8) / 3],
        arrivalDays: Int(random.next() % 30), benefit: (20 * random.uniform()).rounded(),
        value: 500 * random.uniform(), volumeCubicMetres: random.uniform(),
        number: random.next())
    }
  }

  func shards(_ all: [ReleaseCandidate], _ count: Int) -> [ReleaseTally] {
    var shards = [ReleaseTally](repeating: ReleaseTally(warehouses: 2), count: count)
    for candidate in all { shards[Int(candidate.number % UInt64(count))].add(candidate) }
    return shards
  }

  @Test func `any split into shards gives the same answer and breaks no limit`() throws {
    var held: Set<TodayLimit> = []
    for seed in UInt64(0)..<40 {
      var random = SplitMix64(seed: seed &+ 1_000)
      let all = candidates(seed, 400)
      let document = try document(
        slots: (6 * random.uniform()).rounded(), space: 40 * random.uniform(),
        cash: 40_000 * random.uniform(), today: 30_000 * random.uniform())
      let one = try settle(document, shards(all, 1)).thresholds
      for count in [2, 3, 7] {
        #expect(try settle(document, shards(all, count)).thresholds == one, "seed \(seed)")
      }
      let released = all.filter { one.limit(holding: $0) == nil }
      held.formUnion(all.compactMap { one.limit(holding: $0) })
      for (index, warehouse) in document.warehouses.warehouses.enumerated() {
        let here = released.filter { $0.warehouse == index }
        for day in 0..<30 {
          let lines = here.filter { $0.arrivalDays == day }.count
          #expect(Double(lines) <= warehouse.receivingLinesPerDay ?? 0, "seed \(seed)")
        }
        let volume = here.reduce(0) { $0 + $1.volumeCubicMetres }
        #expect(volume <= warehouse.capacityCubicMetres ?? 0, "seed \(seed)")
      }
      let value = released.reduce(0) { $0 + $1.value }
      #expect(value <= min(document.limits.cash ?? 0, document.limits.cashToday ?? 0))
    }
    #expect(held == Set(TodayLimit.allCases))
  }

  @Test func `of lines alone the choice is the best there is`() throws {
    for seed in UInt64(0)..<30 {
      let all = candidates(seed, 300)
      let document = try document(slots: 3)
      let thresholds = try settle(document, shards(all, 3)).thresholds
      for (warehouse, slots) in [(0, 3), (1, 4)] {
        for day in 0..<30 {
          let here = all.filter { $0.warehouse == warehouse && $0.arrivalDays == day }
          let released = here.filter { thresholds.limit(holding: $0) == nil }
          #expect(released.count == min(slots, here.count), "seed \(seed)")
          let best = here.map(\.benefit).sorted(by: >).prefix(slots).reduce(0, +)
          #expect(released.reduce(0) { $0 + $1.benefit } == best, "seed \(seed)")
        }
      }
    }
  }

  @Test func `of space alone the densest come first and the next does not fit`() throws {
    for seed in UInt64(0)..<30 {
      let all = candidates(seed, 300).filter { $0.warehouse == 0 }.map {
        ReleaseCandidate(
          warehouse: 0, arrivalDays: 3, benefit: $0.benefit + 1, value: $0.value,
          volumeCubicMetres: $0.volumeCubicMetres, number: $0.number)
      }
      let thresholds = try settle(try document(space: 5), shards(all, 2)).thresholds
      let order = all.sorted {
        $0.benefit / $0.volumeCubicMetres > $1.benefit / $1.volumeCubicMetres
      }
      let first = order.firstIndex { thresholds.limit(holding: $0) != nil } ?? order.count
      #expect(order[first...].allSatisfy { thresholds.limit(holding: $0) == .space })
      let used = order[..<first].reduce(0) { $0 + $1.volumeCubicMetres }
      #expect(used <= 5 && used + order[first].volumeCubicMetres > 5, "seed \(seed)")
    }
  }

  @Test func `what would not fit if it came alone holds back nothing but itself`() throws {
    func candidate(_ number: UInt64, _ amount: Double, benefit: Double) -> ReleaseCandidate {
      ReleaseCandidate(
        warehouse: 0, arrivalDays: Int(number), benefit: benefit, value: 100 * amount,
        volumeCubicMetres: amount, number: number << 40)
    }
    let shard = shards(
      [candidate(1, 9, benefit: 900), candidate(2, 3, benefit: 30), candidate(3, 4, benefit: 20)],
      2)
    let all = [1, 2, 3].compactMap { number in
      shard.flatMap(\.candidates).first { $0.number == number << 40 }
    }
    for (document, limit) in [
      (try document(space: 8), TodayLimit.space), (try document(cash: 800), .cash),
      (try document(today: 800), .cashToday),
    ] {
      let thresholds = try settle(document, shard).thresholds
      #expect(all.map { thresholds.limit(holding: $0) } == [limit, nil, nil])
      #expect(try ReleaseThresholds(packed: thresholds.packed()) == thresholds)
    }
  }

  @Test func `what arrives later may use the room that sales have made by then`() throws {
    var shard = ReleaseTally(warehouses: 2)
    let demand = LeadTimeDemand(Records.normal(rate: 2, deviation: 0))
    var policy = StockPolicy()
    policy.volumeCubicMetres = 1
    let stock = StockProjection(
      Stock(onHand: 30), demand: demand, asOf: asOf, undatedAfter: 5)
    shard.add(base: stock, of: policy, warehouse: 0)
    // 28 are left after a day, 16 after a week: of 32 places 4 are free then, and 16 a week later.
    for (number, day) in [(UInt64(1), 1), (2, 7)] {
      shard.add(
        ReleaseCandidate(
          warehouse: 0, arrivalDays: day, benefit: 1, value: 0, volumeCubicMetres: 10,
          number: number << 40))
    }
    let thresholds = try settle(try document(space: 32), [shard]).thresholds
    #expect(shard.candidates.map { thresholds.limit(holding: $0) } == [.space, nil])
  }

  @Test func `lines that are on their way have their slots`() throws {
    var shard = ReleaseTally(warehouses: 2)
    let stock = StockProjection(
      Stock(onHand: 0).with(Receipt(units: 5, day: asOf + 4), Receipt(units: 5, day: asOf + 6)),
      demand: LeadTimeDemand(Records.zero()), asOf: asOf, undatedAfter: 5)
    shard.add(base: stock, of: StockPolicy(), warehouse: 0)
    for day in [4, 5] {
      shard.add(
        ReleaseCandidate(
          warehouse: 0, arrivalDays: day, benefit: 1, value: 0, volumeCubicMetres: 0, number: 0))
    }
    let thresholds = try settle(try document(slots: 1), [shard]).thresholds
    #expect(shard.candidates.map { thresholds.limit(holding: $0) } == [.slots, nil])
  }

  @Test func `without limits, or with enough of all, nothing is held and little is asked`() throws {
    let all = candidates(7, 200)
    let free = try settle(PlanningDocument(), shards(all, 2))
    #expect(free.rounds == 0 && free.thresholds.isEmpty)
    let ample = try settle(
      try document(slots: 1e3, space: 1e6, cash: 1e9, today: 1e9), shards(all, 2))
    #expect(ample.rounds == 1 && ample.thresholds.isEmpty)
  }

  @Test func `thresholds come back as they were, and no shortened ones do`() throws {
    let all = candidates(5, 400)
    let thresholds = try settle(
      try document(slots: 2, space: 10, cash: 5_000, today: 4_000), shards(all, 2)
    ).thresholds
    let bytes = thresholds.packed()
    #expect(try ReleaseThresholds(packed: bytes) == thresholds && !thresholds.isEmpty)
    for length in bytes.indices {
      #expect(throws: PackingError.self) {
        try ReleaseThresholds(packed: Array(bytes[..<length]))
      }
    }
  }

  @Test func `hostile questions and answers are refused without harm`() throws {
    let shard = shards(candidates(1, 50), 1)[0]
    for seed in UInt64(0)..<3_000 {
      var random = SplitMix64(seed: seed)
      let bytes = (0..<Int(random.next() % 60)).map { index in
        index == 0 ? UInt8(random.next() % 2) : UInt8(truncatingIfNeeded: random.next())
      }
      _ = try? shard.answer(bytes)
      var selection = ReleaseSelection(try document(slots: 1))
      _ = selection.begin()
      _ = try? selection.step([bytes])
    }
  }
}
