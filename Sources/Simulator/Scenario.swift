import Coordination
import Demand
import TestSupport
import WireProtocol

/// A whole life of a cluster: sales come in, a run is made while more sales come in, everything
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
  }

  private let world: World
  private var first: [UInt64] = []
  private var second: [UInt64] = []

  private init(seed: UInt64, tellsStory: Bool) {
    var random = SplitMix64(seed: seed &+ 0x9E37)
    let names = (0..<(2 + Int(random.next() % 3))).compactMap { NodeName("worker-\($0)") }
    let shardCount = [1, 4, 8, 16][Int(random.next() % 4)]
    world = World(seed: seed, shardCount: shardCount, workers: names, tellsStory: tellsStory)
    // Rows of one world are all different, so that each must be there once.
    first = (0..<(50 + Int(random.next() % 400))).map { _ in random.next() }
    second = (0..<Int(random.next() % 200)).map { _ in random.next() }
  }

  /// Lives one seed through; throws the first broken promise. With `tellsStory` everything that
  /// happens is printed.
  public static func run(seed: UInt64, tellsStory: Bool = false) throws(Violation) -> Result {
    let scenario = Scenario(seed: seed, tellsStory: tellsStory)
    try scenario.live()
    return Result(
      history: scenario.world.history, milliseconds: scenario.world.now.milliseconds,
      rows: scenario.first.count + scenario.second.count)
  }

  private func add(_ task: SimulatedClient.Task) {
    let index = world.clients.count
    world.clients.append(SimulatedClient(index: index, task, shardCount: world.shardCount))
    world.agenda.plan(.tick(.client(index)), at: world.now + 1)
  }

  private func live() throws(Violation) {
    let faults = world.faults
    add(.ingest(rows: first, source: SourceID(name: "first")))
    // The same input from a second client at the same time changes nothing.
    add(.ingest(rows: first, source: SourceID(name: "first")))
    _ = try world.run(for: 10_000) { world.clients.allSatisfy(\.isDone) }
    world.heal()
    try finish("the first input")
    try checkRows(first)

    world.faults = faults
    add(.run(token: 7))
    add(.ingest(rows: second, source: SourceID(name: "second")))
    _ = try world.run(for: 10_000) { world.clients.allSatisfy(\.isDone) }
    world.heal()
    try finish("the run and the second input")
    try checkRows(first + second)
    try checkRun()
  }

  /// After healing everything ends, in a time that no retry should exceed.
  private func finish(_ what: String) throws(Violation) {
    let isOver = try world.run(for: 120_000) { world.clients.allSatisfy(\.isDone) && isSettled }
    if !isOver { try broken("\(what) did not end within two minutes of calm: \(standstill)") }
  }

  /// What still waits for what.
  private var standstill: String {
    let clients = world.clients.filter { !$0.isDone }.map { client in
      "client \(client.index) waits with \(client.session?.waitingBatches ?? 0) batches"
    }
    let status = world.coordinator.machine?.status(at: world.now)
    return (clients + (status?.reasons ?? ["no coordinator"])).joined(separator: "; ")
  }

  private var isSettled: Bool {
    guard let status = world.coordinator.machine?.status(at: world.now) else { return false }
    return status.moves == 0
  }

  private func broken(_ promise: String) throws(Violation) {
    throw Violation(seed: world.seed, at: world.now, promise: promise)
  }

  // MARK: Promises

  private func primary(of shard: Int) -> SimulatedShard? {
    guard let name = world.coordinator.machine?.primary(of: shard) else { return nil }
    return world.workers[name]?.shards[shard]
  }

  /// Every acknowledged row is at its primary, once.
  private func checkRows(_ rows: [UInt64]) throws(Violation) {
    let expected = Dictionary(grouping: rows) { Int($0 % UInt64(world.shardCount)) }
    for shard in 0..<world.shardCount {
      let there = primary(of: shard)?.rows ?? [:]
      for row in expected[shard] ?? [] where there[row] != 1 {
        try broken("row \(row) of shard \(shard) is there \(there[row] ?? 0) times, not once")
      }
      if there.count != (expected[shard] ?? []).count {
        try broken("shard \(shard) has rows that nobody sent")
      }
    }
  }

  /// Every SKU that was there before the run has one result, and the report is the sum of the units
  /// in their order, whoever did them.
  private func checkRun() throws(Violation) {
    guard let status = world.clients.compactMap(\.runStatus).last, status.phase == .done else {
      return try broken("the run did not end well")
    }
    var sum: UInt64?
    var skus: UInt64 = 0
    for shard in 0..<world.shardCount {
      let state = primary(of: shard) ?? SimulatedShard()
      for row in first where Int(row % UInt64(world.shardCount)) == shard {
        let times = state.done[status.run]?[row] ?? 0
        if times != 1 { try broken("SKU \(row) was done \(times) times in run \(status.run)") }
      }
      var shardSum: UInt64?
      for (_, outcome) in (state.units[status.run] ?? [:]).sorted(by: { $0.key < $1.key }) {
        let number = SimulatedClient.number(outcome.summary)
        shardSum = shardSum.map { $0 &* 1_000_003 &+ number } ?? number
        skus += outcome.skus
      }
      if let shardSum { sum = sum.map { $0 &* 1_000_003 &+ shardSum } ?? shardSum }
    }
    if SimulatedClient.number(status.outcome.summary) != sum ?? 0 {
      try broken("the report of run \(status.run) is not the sum of its units in order")
    }
    if status.outcome.skus != skus { try broken("the report counts \(status.outcome.skus) SKUs") }
  }
}
