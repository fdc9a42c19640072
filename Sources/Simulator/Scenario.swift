import Coordination
import Demand
import TestSupport
import WireProtocol

/// A whole life of a cluster: sales come in, runs are made while more sales come in, everything
/// goes wrong that can, then nothing does, and every promise must have held.
public struct Scenario {
  /// What a scenario came to.
  public struct Result: Equatable, Sendable {
    /// A hash of the whole history: equal for equal seeds.
    public var history: UInt64
    /// When it was over, in simulated milliseconds.
    public var milliseconds: Int64
    /// Rows sent.
    public var rows: Int
    /// How many faults happened.
    public var faults: Int
    /// What it met.
    public var coverage: Coverage
  }

  let world: World
  /// What is sold before the runs begin, and while they are made.
  private(set) var first: [UInt64] = []
  private(set) var second: [UInt64] = []
  /// What the first and the second run need of a network.
  private let needs: [NetworkNeed]
  /// How many rounds of pricing the first and the second run take; 0 for none.
  private let rounds: [Int]
  /// What people want of the quarantine while runs are made, and after how long.
  private var wishes: [(SimulatedQuarantine.Wish, after: Int64)] = []
  private let plan: FaultPlan
  private var random: SplitMix64

  init(seed: UInt64, _ restriction: Restriction, _ story: Story?) {
    var random = SplitMix64(seed: seed &+ 0x9E37)
    let replication = [1, 2, 2, 3][Int(random.next() % 4)]
    let hosts = 1 + random.next() % 5
    let count = replication + 1 + Int(random.next() % 3)
    let workers = (0..<count).compactMap { number in
      NodeName("worker-\(number)").map { (name: $0, host: "host-\(random.next() % hosts)") }
    }
    let shardCount = [1, 2, 4, 8, 16][Int(random.next() % 5)]
    plan = FaultPlan.drawn(from: &random, replication: replication)
    world = World(
      World.Start(
        seed: seed, shardCount: shardCount, replication: replication, workers: workers,
        restriction: restriction, story: story))
    needs = [.fresh, [.none, .latest, .fresh][Int(random.next() % 3)]]
    rounds = [random.next(), random.next()].map { [0, 1, 2, 5, 9][Int($0 % 5)] }
    self.random = random
    // Rows of one world are all different, so that each must be there once.
    first = rows(50 + Int(random.next() % 400))
    second = rows(Int(random.next() % 200))
    wishes = drawnWishes()
    describe(workers.map(\.host))
  }

  private func describe(_ hosts: [String]) {
    let kinds = plan.kinds.map { "\($0.name) \(plan[$0])" }.joined(separator: ", ")
    world.tell(.fault) {
      "\(world.shardCount) shards, replication \(world.start.replication), workers on \(hosts); "
        + "\(first.count) and \(second.count) rows; what goes wrong: \(kinds)"
    }
  }

  /// How many faults happened.
  var faults: Int { world.start.restriction.faults - world.faultsLeft }

  private mutating func rows(_ count: Int) -> [UInt64] { (0..<count).map { _ in random.next() } }

  private mutating func drawnWishes() -> [(SimulatedQuarantine.Wish, after: Int64)] {
    let poison = first.filter(SimulatedShard.isQuarantined)
    let some = poison.filter { _ in random.next() % 2 == 0 }
    let wishes: [SimulatedQuarantine.Wish] = [
      .change(.retry, []), .change(.release, some), .change(.retry, poison), .list, .list,
    ]
    return wishes.map { ($0, after: Int64(random.next() % 14_000)) }
  }

  /// Lives one seed through; throws the first broken promise. With `tellsStory` everything that
  /// happens is printed.
  public static func run(
    seed: UInt64, _ restriction: Restriction = Restriction(), tellsStory: Bool = false
  ) throws(Violation) -> Result {
    try run(seed: seed, restriction, tellsStory ? Story(isPrinted: true) : nil)
  }

  static func run(
    seed: UInt64, _ restriction: Restriction, _ story: Story?
  ) throws(Violation) -> Result {
    let scenario = Scenario(seed: seed, restriction, story)
    // What is planned in a world holds it.
    defer { scenario.world.end() }
    try scenario.live()
    return Result(
      history: scenario.world.history, milliseconds: scenario.world.now.milliseconds,
      rows: scenario.first.count + scenario.second.count,
      faults: scenario.faults, coverage: scenario.world.coverage)
  }

  func live() throws(Violation) {
    world.unleash(plan)
    world.addClient(.ingest(rows: first, source: SourceID(name: "first")))
    // The same input from a second client at the same time changes nothing.
    world.addClient(.ingest(rows: first, source: SourceID(name: "first")))
    world.addClient(.document(content: warehouses("north")))
    try goOn("the first input")
    try checkRows(first)
    try checkPlaces()

    world.unleash(plan)
    // One run, asked for twice; another that waits for it; and workers that leave just then.
    for token: UInt64 in [7, 7, 8] {
      let run = Int(token - 7)
      world.addClient(.run(token: token, network: needs[run], rounds: rounds[run]))
    }
    world.addClient(.ingest(rows: second, source: SourceID(name: "second")))
    world.addClient(.document(content: warehouses("south")))
    for (wish, wait) in wishes {
      world.addClient(.quarantine(wish, from: world.now + wait))
    }
    if world.faults[.membership] > 0, let last = world.leavers.last { world.askToLeave(last) }
    try goOn("the runs and the second input")
    try checkRows(first + second)
    try checkPlaces()
    try checkDocument()
    try checkAudit()
    try checkQuarantine()
    let runs = Set(world.clients.compactMap(\.runStatus?.run))
    guard runs.count == 2 else { return try broken("two runs were asked for: \(runs.sorted())") }
    for run in runs.sorted() {
      try checkRun(run)
      try checkNetwork(of: run)
    }
  }

  private func warehouses(_ name: String) -> [UInt8] {
    let location = try? Location(name)
    var document = PlanningDocument()
    document.warehouses = WarehouseList(location.map { [Warehouse(location: $0)] } ?? [])
    return document.packed()
  }

  /// Lets everything go wrong for a while; after healing it must end, in a time that no retry
  /// should exceed.
  private func goOn(_ what: String) throws(Violation) {
    _ = try world.run(for: 10_000) { world.clients.allSatisfy(\.isDone) }
    world.heal()
    let isOver = try world.run(for: 120_000) { world.clients.allSatisfy(\.isDone) && isSettled }
    if !isOver { try broken("\(what) did not end within two minutes of calm: \(standstill)") }
  }

  /// What still waits for what.
  private var standstill: String {
    let clients = world.clients.filter { !$0.isDone }.map(\.standstill)
    let status = world.coordinator.machine?.status(at: world.time(at: .coordinator))
    return (clients + [unsettled ?? "settled"] + (status?.reasons ?? ["no coordinator"]))
      .joined(separator: "; ")
  }

  private var isSettled: Bool { unsettled == nil }

  func broken(_ promise: String) throws(Violation) {
    throw Violation(seed: world.seed, at: world.now, promise: promise)
  }
}
