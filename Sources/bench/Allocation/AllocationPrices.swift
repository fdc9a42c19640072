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

  func run() throws -> ExitCode {
    let clock = MonotonicClock()
    let width = LaneWidth(rawValue: lanes) ?? .fastest
    let instance = GeneratedInstance(skus: skus, warehouses: warehouses)
    let pairs = try PairThreads(instance, threads: threads)
    defer { pairs.stop() }
    let none = Prices(warehouseCount: warehouses)
    let limits = instance.limits(
      free: pairs.sums(none, kappa: 1, hasLines: false, width: width))
    var times: [Double] = []
    var plan: PricePlan?
    for _ in 0..<rounds {
      let start = clock.nanoseconds
      var search = try PriceSearch(limits: limits, extremes: pairs.extremes)
      var move = PriceSearch.Move.ask(search.prices)
      while case .ask(let prices) = move {
        move = search.step(
          pairs.sums(prices, kappa: limits.kappa, hasLines: limits.hasLines, width: width))
      }
      times.append(Double(clock.nanoseconds - start) / 1e9)
      guard case .planned(let found) = move else {
        throw AllocationBenchError.notPlanned("\(move)")
      }
      plan = found
    }
    guard let plan, let best = times.min() else { return .success }
    let bytes = Double(Self.bytesPerPair * skus * warehouses * plan.passes)
    var json = JSONText()
    json.object { json in
      json.member("pairs", skus * warehouses)
      json.member("threads", threads)
      json.member("lanes", width.rawValue)
      json.member("passes", plan.passes)
      json.member("seconds", best)
      json.member("secondsMedian", times.sorted()[times.count / 2])
      json.member("gigabytesPerSecond", bytes / best / 1e9)
      json.member("cost", plan.cost)
      json.member("bound", plan.bound)
      json.member("gap", plan.gap)
    }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
    return .success
  }
}
