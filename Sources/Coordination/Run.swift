import Demand
import Packing
import WireProtocol

/// One pass over the catalogue, as the coordinator drives it.
///
/// | phase     | becomes   | when                                                    |
/// |-----------|-----------|---------------------------------------------------------|
/// | surveying | teaching  | as below, and it needs a network that is yet to be learned |
/// | surveying | pricing   | as below, and its units need a plan                     |
/// | surveying | running   | every shard was counted and that, with the day, is stored |
/// | surveying | failed    | there is nothing to work on                             |
/// | teaching  | pricing   | as below, and its units need a plan                     |
/// | teaching  | running   | the network is stored, and then that the run uses it    |
/// | pricing   | running   | the plan is stored, and then that the run goes by it    |
/// | pricing   | failed    | there is no plan, as whoever makes it says              |
/// | running   | done      | every slice of every shard is done, each once           |
/// | these four | failed   | the same work failed `maximumFailures` times for good   |
struct Run: Sendable {
  var id: UInt64
  var request: RunRequest
  var phase = RunStatus.Phase.surveying
  var asOf: Day?
  var latestDay: Day?
  var shards: [ShardWork]
  /// The sum over the shards in shard order, once done.
  var outcome = UnitOutcome()
  var trouble = ""
  var startedAt: Instant
  /// Milliseconds that it ran before the coordinator was started again, or in all once it ended.
  var elapsedBefore: Int64 = 0
  var lastSurvey: Instant?
  /// Whether what it needs for its next phase is there and is being stored.
  var isBeginning = false
  /// SKUs of the shards that were counted.
  private(set) var skus: UInt64 = 0
  /// The run whose network the units use: this one, an earlier one, or 0 for none.
  var network: UInt64 = 0
  /// What it took to learn the network, in milliseconds.
  var teachingMilliseconds: Int64 = 0
  /// What it had taken until then when it began to be learned.
  var teachingSince: Int64 = 0
  /// The order to teach that is in force.
  var lesson: Lesson?
  /// Before when no further order is given.
  var nextLesson: Instant?
  /// The rounds that make its plan.
  var pricing: Pricing?
  /// How far those are, or were.
  var pricingProgress = PricingProgress()
  /// What it had to work with.
  var effort = RunEffort()
  /// Units given out.
  private(set) var outstanding: [UnitID: Loan] = [:]
  /// How many units each worker has, those that it helps with among them.
  private var unitsOut: [NodeName: Int] = [:]
  /// How many of the first shards of each worker have nothing to give out: looking through them for
  /// every unit would cost more than the unit.
  private var exhausted: [NodeName: Int] = [:]
  /// How long the last units took.
  private(set) var durations = RecentDurations()
  /// How often what failed for a reason that does not pass by itself.
  private var failures: [Work: Int] = [:]

  /// How often the same work may fail before the run does.
  static let maximumFailures = 3
  /// The longest time that is kept: sums of it are numbers still.
  private static let mostMilliseconds = Int64.max >> 8

  /// An order to learn the network, and who has it.
  struct Lesson {
    var order: TeachOrder
    var teacher: NodeName
    /// Which start of the teacher has it: a later one knows nothing of it.
    var incarnation: UInt64
    /// The placement that it names.
    var version: UInt64
    var sentAt: Instant
  }

  /// To whom a unit was given out, when, and whether it failed there.
  struct Loan {
    var node: NodeName
    var since: Instant
    var hasFailed = false
    /// The worker that works it out as well, because this one is far behind.
    var helper: NodeName?
    var helpedAt: Instant?
    /// The workers that were asked for help in vain.
    var failedHelpers: Set<NodeName> = []
  }

  /// What can fail.
  private enum Work: Hashable {
    case unit(UnitID)
    case survey(NodeName)
    case teaching(NodeName)
    case pricing(shard: Int)
  }

  /// A run that has not begun.
  init(id: UInt64, request: RunRequest, shardCount: Int, at now: Instant) {
    self.id = id
    self.request = request
    shards = Array(repeating: ShardWork(), count: shardCount)
    startedAt = now
  }

  var isActive: Bool { !phase.isEnd }

  /// Whether its units need a network that no run has learned yet.
  var needsTeaching: Bool { request.network != .none && network == 0 }

  func elapsed(at now: Instant) -> Int64 {
    isActive ? elapsedBefore + (now - startedAt) : elapsedBefore
  }

  var unitsDone: Int { shards.reduce(0) { $0 + $1.slicesDone } }
  var unitsInAll: Int { shards.reduce(0) { $0 + ($1.sliceCount ?? 0) } }

  /// What is known of the outcome so far.
  var progress: UnitOutcome {
    guard phase == .running else { return outcome }
    var sum = UnitOutcome()
    for work in shards {
      sum.skus += work.outcome.skus
      sum.quarantined += work.outcome.quarantined
      sum.fellBack += work.outcome.fellBack
      sum.named += work.outcome.named.prefix(Limits.namedQuarantine - sum.named.count)
    }
    return sum
  }

  func status(at now: Instant) -> RunStatus {
    RunStatus(
      run: id, kind: request.kind, phase: phase, asOf: asOf, unitsDone: UInt64(unitsDone),
      unitsInAll: UInt64(unitsInAll), outcome: progress,
      elapsedMilliseconds: UInt64(max(0, elapsed(at: now))),
      teachingMilliseconds: UInt64(max(0, teachingMilliseconds)), pricing: pricingProgress,
      trouble: trouble)
  }

  /// Takes the count of a shard once.
  mutating func survey(_ entry: SurveyedShard) {
    if !shards[entry.shard].isSurveyed { skus += entry.skus }
    shards[entry.shard].survey(skus: entry.skus)
  }

  func unitsOut(with node: NodeName) -> Int { unitsOut[node, default: 0] }

  /// The next unit of a shard, now out with a worker.
  mutating func takeNext(of shard: Int, for node: NodeName, at now: Instant) -> UnitID? {
    guard let slice = shards[shard].takeNext() else { return nil }
    let unit = UnitID(run: id, shard: shard, slice: slice)
    outstanding[unit] = Loan(node: node, since: now)
    unitsOut[node, default: 0] += 1
    return unit
  }

  /// Those of a worker's shards that may have something to give out, and some that have not.
  mutating func openShards(_ shards: [Int], of node: NodeName) -> ArraySlice<Int> {
    var first = exhausted[node, default: 0]
    while first < shards.count, !self.shards[shards[first]].hasWork { first += 1 }
    exhausted[node] = first
    return shards.dropFirst(first)
  }

  /// A worker has other shards than before.
  mutating func forgetExhausted() { exhausted = [:] }

  /// A unit is no longer out; it goes back to be done unless it was.
  mutating func giveBack(_ unit: UnitID) {
    forgetExhausted()
    noteReturn(of: unit)
    shards[unit.shard].giveBack(unit.slice)
  }

  /// Takes the outcome of a unit once; whether it was new.
  mutating func finish(
    _ unit: UnitID, _ outcome: UnitOutcome, at now: Instant,
    merge: ([UInt8], [UInt8]) -> [UInt8]
  ) -> Bool {
    if let loan = outstanding[unit] { durations.note(now - loan.since) }
    noteReturn(of: unit)
    return shards[unit.shard].finish(unit.slice, outcome, merge: merge)
  }

  /// Notes that a worker failed at a unit that it was given, or at counting its shards; whether
  /// that is once too often. A word that comes twice counts once.
  mutating func noteFailure(of unit: UnitID?, on node: NodeName) -> Bool {
    var work = Work.survey(node)
    if let unit {
      guard let loan = outstanding[unit], loan.node == node, !loan.hasFailed else { return false }
      outstanding[unit]?.hasFailed = true
      work = .unit(unit)
    }
    failures[work, default: 0] += 1
    return failures[work, default: 0] >= Self.maximumFailures
  }

  /// Notes that a worker failed at teaching; whether that is once too often, whoever tried before.
  mutating func noteTeachingFailure(on node: NodeName) -> Bool {
    failures[.teaching(node), default: 0] += 1
    let all = failures.reduce(0) { sum, entry in
      if case .teaching = entry.key { sum + entry.value } else { sum }
    }
    return all >= Self.maximumFailures
  }

  /// Notes that a shard could not be priced by the worker that was asked; whether that is once too
  /// often. A word that comes twice counts once.
  mutating func noteRoundFailure(of shard: Int) -> Bool {
    guard pricing?.asked[shard]?.hasFailed == false else { return false }
    pricing?.asked[shard]?.hasFailed = true
    failures[.pricing(shard: shard), default: 0] += 1
    return failures[.pricing(shard: shard), default: 0] >= Self.maximumFailures
  }

  /// How often a worker failed at teaching.
  func teachingFailures(of node: NodeName) -> Int { failures[.teaching(node), default: 0] }

  private mutating func noteReturn(of unit: UnitID) {
    guard let entry = outstanding.removeValue(forKey: unit) else { return }
    unitsOut[entry.node, default: 0] -= 1
    if let helper = entry.helper { unitsOut[helper, default: 0] -= 1 }
  }

  /// Notes that a worker is to work out a unit that another one has had for long.
  mutating func help(_ unit: UnitID, by node: NodeName, at now: Instant) {
    outstanding[unit]?.helper = node
    outstanding[unit]?.helpedAt = now
    unitsOut[node, default: 0] += 1
  }

  /// Nobody helps with a unit any more; whoever did so in vain is not asked again.
  mutating func endHelp(_ unit: UnitID, inVain: Bool) {
    guard let helper = outstanding[unit]?.helper else { return }
    outstanding[unit]?.helper = nil
    unitsOut[helper, default: 0] -= 1
    if inVain { outstanding[unit]?.failedHelpers.insert(helper) }
  }

  /// Notes that a helper could not do a unit, which is no failure of the run; whether it was one.
  mutating func noteHelperFailure(of unit: UnitID, on node: NodeName) -> Bool {
    guard let loan = outstanding[unit], loan.node != node else { return false }
    if loan.helper == node { endHelp(unit, inVain: true) }
    return true
  }

  mutating func finish(_ phase: RunStatus.Phase, trouble: String = "", at now: Instant) {
    elapsedBefore = elapsed(at: now)
    if phase == .failed { outcome = progress }
    self.phase = phase
    self.trouble = trouble
    pricing = nil
    // Their sum is kept; many runs are remembered.
    for shard in shards.indices { shards[shard].forgetOutcomes() }
  }
}

extension Run {
  /// The lasting part: everything but which slices are out.
  func packed(at now: Instant) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(id)
    request.packRecord(into: &writer)
    status(at: now).packRecord(into: &writer)
    writer.count(shards.count)
    for work in shards { writer.count(work.sliceCount.map { $0 + 1 } ?? 0) }
    writer.fixed(request.network.rawValue)
    writer.varint(network)
    writer.varint(skus)
    writer.zigzag(teachingMilliseconds)
    effort.pack(into: &writer)
    writer.seal()
    return writer.bytes
  }

  /// Reads what `packed` wrote; slices are as if none were done until their shards are restored.
  init(packed bytes: [UInt8], at now: Instant) throws(PackingError) {
    var reader = try ByteReader(verifyingChecksum: bytes)
    id = try reader.varint()
    request = try RunRequest(record: &reader)
    let status = try RunStatus(record: &reader)
    phase = status.phase
    asOf = status.asOf
    outcome = status.outcome
    trouble = status.trouble
    elapsedBefore = min(Int64(clamping: status.elapsedMilliseconds), Self.mostMilliseconds)
    startedAt = now
    let count = try reader.count("shards", limit: Limits.shards)
    shards = Array(repeating: ShardWork(), count: count)
    for shard in 0..<count {
      let slices = try reader.count("slices", limit: Int(UInt32.max))
      guard slices > 0 else { continue }
      if isActive || phase == .failed {
        shards[shard].survey(skus: UInt64(slices - 1) * UInt64(Slice.targetSize))
      } else {
        shards[shard].restore(done: UnitOutcome(), sliceCount: slices - 1)
      }
    }
    // The first records ended here: no run needed a network.
    if reader.left > 0 {
      guard let need = NetworkNeed(rawValue: try reader.byte()) else {
        throw .invalid(what: "need of a network")
      }
      request.network = need
      network = try reader.varint()
      skus = try reader.varint()
      teachingMilliseconds = try reader.zigzag()
      guard (0...Self.mostMilliseconds).contains(teachingMilliseconds) else {
        throw .invalid(what: "time of teaching")
      }
    }
    // Those after them here: what they had to work with was not noted.
    if reader.left > 0 { effort = try RunEffort(from: &reader) }
    teachingSince = elapsedBefore
    try reader.finish()
    if isActive { outcome = UnitOutcome() }
  }
}
