import Allocation
import CommandLineArguments
import Threading

/// Plans the generated instance and says how long all passes took.
struct AllocationPrices: Command {
  static let name = "allocation"
  static let abstract = "Plan lots under shared limits by prices, on a generated instance."
  static let discussion =
    "Draws SKUs in every warehouse, limits space and cash, and plans. The instance is made before\n"
    + "the clock runs. Prints one JSON object.\n"

  /// Numbers of a pair that a pass reads, of four bytes each.
  private static let bytesPerPair = 28

  @Option("NUMBER", .within(1...100_000_000), help: "SKUs.") var skus = 1_000_000
  @Option("NUMBER", .within(1...1_000), help: "Warehouses.") var warehouses = 10
  @Option("NUMBER", .within(1...256), help: "Threads.") var threads = 2
  @Option("NUMBER", .within(4...8), help: "Pairs side by side, 4 or 8.")
  var lanes = LaneWidth.fastest.rawValue
  @Option("NUMBER", .within(1...1_000), help: "Plans; the fastest counts.") var rounds = 5
  @Option("SHARE", .within(0...1_000), help: "Lines of what free lots need; 0: without limit.")
  var lines = 0.0
  @Flag(help: "Lots in packs, with smallest lots of one to three.") var packs = false
  @Flag(help: "Safety stocks of fill rates, which vary with the lots.") var fill = false

  /// What a plan came to.
  private struct Result {
    var cost = Double.infinity, bound = -Double.infinity, gap = Double.infinity
    var passes = 0, repairs = 0, changes = 0
    var secondsOfPasses = 0.0, seconds = 0.0
  }

  func run() throws -> ExitCode {
    var free = GeneratedInstance(skus: skus, warehouses: warehouses)
    free.hasFillRates = fill
    var instance =
      packs ? GeneratedInstance.withPacks(skus: skus, warehouses: warehouses) : free
    instance.hasFillRates = fill
    let limits = try limits(of: free)
    let pairs = try PairThreads(instance, threads: threads, width: width)
    defer { pairs.stop() }
    var results: [Result] = []
    for _ in 0..<rounds { results.append(try plan(pairs, limits)) }
    results.sort { $0.seconds < $1.seconds }
    guard let best = results.first else { return .success }
    let bytesPerPair = packs ? Self.bytesPerPair + 4 : Self.bytesPerPair
    let bytes = Double(bytesPerPair * skus * warehouses * best.passes)
    var json = JSONText()
    json.object { json in
      json.member("pairs", skus * warehouses)
      json.member("threads", threads)
      json.member("lanes", width.rawValue)
      json.member("passes", best.passes)
      json.member("seconds", best.seconds)
      json.member("secondsMedian", results[results.count / 2].seconds)
      json.member("secondsOfPasses", best.secondsOfPasses)
      if fill {
        let choices = Double(skus * warehouses * best.passes)
        json.member("nanosecondsPerChoice", best.secondsOfPasses / choices * 1e9)
      } else {
        json.member("gigabytesPerSecond", bytes / best.secondsOfPasses / 1e9)
      }
      json.member("repairs", best.repairs)
      json.member("lotsChanged", best.changes)
      json.member("cost", best.cost)
      json.member("bound", best.bound)
      json.member("gap", best.gap)
    }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
    return .success
  }

  private var width: LaneWidth { LaneWidth(rawValue: lanes) ?? .fastest }

  /// Limits come from the instance without packs, which is let go again.
  private func limits(of free: GeneratedInstance) throws -> Limits {
    let pairs = try PairThreads(free, threads: threads, width: width)
    defer { pairs.stop() }
    let sums = pairs.sums(Prices(warehouseCount: warehouses), Limits(warehouseCount: warehouses))
    var limits = free.limits(free: sums)
    if lines > 0 { limits.linesPerDay = sums.map { lines * $0.orders / 365 } }
    return limits
  }

  private func plan(_ pairs: PairThreads, _ limits: Limits) throws -> Result {
    let clock = MonotonicClock()
    let start = clock.nanoseconds
    let extremes = pairs.extremes(limits)
    var settings = PriceSearch.Settings()
    settings.hasPacks = packs
    var search = try PriceSearch(limits: limits, extremes: extremes, settings: settings)
    var move = PriceSearch.Move.ask(search.prices)
    while case .ask(let prices) = move { move = search.step(pairs.sums(prices, limits)) }
    var result = Result()
    result.secondsOfPasses = Double(clock.nanoseconds - start) / 1e9
    var plan: PackPlan
    switch move {
    case .planned(let found): plan = PackPlan(found)
    case .settled(let found, let sums):
      var repair = PackRepair(
        found, sums: sums, limits: limits, extremes: extremes,
        shardCount: pairs.shards.count)
      var next = PackRepair.Move.ask(repair.asked)
      while case .ask(let question) = next { next = repair.step(pairs.moves(question)) }
      guard case .done(let repaired) = next else { return result }
      plan = repaired
    default: throw AllocationBenchError.notPlanned("\(move)")
    }
    result.seconds = Double(clock.nanoseconds - start) / 1e9
    (result.cost, result.bound, result.gap) = (plan.cost, plan.bound, plan.gap)
    (result.passes, result.repairs) = (plan.passes, plan.rounds)
    result.changes = plan.changes.count
    return result
  }
}
