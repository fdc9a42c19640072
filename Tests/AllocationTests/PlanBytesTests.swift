import Packing
import TestSupport
import Testing

@testable import Allocation

@Suite("What is said of a plan, as bytes")
struct PlanBytesTests {
  /// A whole planning with packs, coupled items and limits of all kinds, word for word.
  private struct Talk {
    let planning: Planning
    var questions: [Prices] = [], answers: [[LimitSums]] = []
    var repairs: [RepairQuestion] = [], offers: [[PackMove]] = []
    var settled: PricePlan?, plan: PackPlan?

    init() throws {
      planning = try CoupledPlanTests.planning(skus: 60, .all, seed: 3, hasLines: true, packs: true)
      var settings = PriceSearch.Settings()
      settings.hasPacks = true
      var search = try PriceSearch(
        limits: planning.limits, extremes: planning.extremes, settings: settings)
      var move = PriceSearch.Move.ask(search.prices)
      while case .ask(let prices) = move {
        questions.append(prices)
        answers.append(planning.sums(prices))
        move = search.step(answers[answers.count - 1])
      }
      guard case .settled(let settled, let sums) = move else { return }
      self.settled = settled
      var repair = PackRepair(
        settled, sums: sums, limits: planning.limits, extremes: planning.extremes, shardCount: 1)
      var next = PackRepair.Move.ask(repair.asked)
      while case .ask(let question) = next {
        repairs.append(question)
        offers.append(planning.shards[0].moves(question, shard: 0))
        next = repair.step([offers[offers.count - 1]])
      }
      if case .done(let plan) = next { self.plan = plan }
    }
  }

  @Test("comes back bit for bit")
  func roundTrip() throws {
    let talk = try Talk()
    func same<Value: PlanPackable & Equatable>(_ value: Value) throws {
      #expect(try Value(packed: value.packed()) == value)
    }
    for question in talk.questions { try same(question) }
    for answer in talk.answers { try same(answer) }
    for question in talk.repairs { try same(question) }
    for offer in talk.offers { try same(offer) }
    try same(talk.planning.extremes)
    try same(try #require(talk.settled))
    let plan = try #require(talk.plan)
    try same(plan)
    #expect(!plan.changes.isEmpty && talk.repairs.count > 1 && talk.offers[0].count > 20)
    let limits: [Limit] = [.space(warehouse: 0), .lines(warehouse: 9999), .cash]
    try same(limits)
    for limit in limits.prefix(1) {
      try same(talk.planning.shards[0].worst(limit, kappa: talk.planning.limits.kappa))
    }
    // A search that has found nothing yet says so with infinities.
    let search = try PriceSearch(limits: talk.planning.limits, extremes: talk.planning.extremes)
    try same(PricePlan(prices: search.prices))
    #expect(PricePlan(prices: search.prices).gap == .infinity)
  }

  @Test("is refused when it is cut off, when something follows, and when numbers are none")
  func hostile() throws {
    let talk = try Talk()
    func check<Value: PlanPackable>(_ value: Value) throws {
      let bytes = value.packed()
      for end in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 50)) {
        #expect(throws: PackingError.self) { try Value(packed: Array(bytes.prefix(end))) }
      }
      #expect(throws: PackingError.trailing(1)) { try Value(packed: bytes + [0]) }
      var random = SplitMix64(seed: 9)
      for _ in 0..<300 {
        var other = bytes
        for _ in 0..<(1 + Int(random.uniform() * 8)) {
          other[Int(random.uniform() * Double(other.count))] = UInt8(random.uniform() * 256)
        }
        // Whatever is read is written again in one way; nothing traps.
        if let read = try? Value(packed: other) {
          #expect((try? Value(packed: read.packed()))?.packed() == read.packed())
        }
      }
    }
    try check(talk.questions[talk.questions.count - 1])
    try check(talk.answers[0])
    try check(talk.planning.extremes)
    try check(try #require(talk.repairs.last))
    try check(Array(talk.offers[0].prefix(5)))
    try check(try #require(talk.settled))
    try check(try #require(talk.plan))
    var prices = talk.questions[1]
    for bad in [-1, .nan, .infinity] {
      prices.cash = bad
      #expect(throws: PackingError.self) { try Prices(packed: prices.packed()) }
    }
    var sums = talk.answers[0]
    sums[3].orders = .nan
    #expect(throws: PackingError.self) { try [LimitSums](packed: sums.packed()) }
    // A count of a billion warehouses in ten bytes.
    var writer = ByteWriter()
    writer.count(1_000_000_000)
    #expect(throws: PackingError.self) { try [LimitSums](packed: writer.bytes) }
  }
}
