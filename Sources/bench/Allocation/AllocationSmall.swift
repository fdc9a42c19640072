import Allocation
import CommandLineArguments

/// Plans small random instances, and prints them with their answers for an exact solver to judge.
struct AllocationSmall: Command {
  static let name = "allocation-small"
  static let abstract = "Plan small random instances in packs, for an exact solver to judge."
  static let discussion = "Prints one JSON object a line: the instance, and what became of it.\n"

  @Option("NUMBER", .within(1...1_000_000), help: "Instances.") var count = 1_000
  @Option("NUMBER", .within(0...1_000_000_000), help: "The first one's seed.") var first = 0
  @Flag(help: "With limits on lines; each limit may then be missing.") var lines = false

  func run() throws -> ExitCode {
    let output = Terminal.standardOutput
    var json = JSONText()
    for seed in first..<first + count {
      let instance = SmallInstance(seed: UInt64(seed), hasLines: lines)
      let answer = try instance.answer()
      json.object { json in
        json.member("seed", seed)
        Self.write(instance, &json)
        Self.write(answer, &json)
      }
      json.newline()
      try output.write(json.drain())
    }
    return .success
  }

  /// A limit that is not there is 1e300, for JSON has no infinity.
  private static func finite(_ limit: Double) -> Double { min(limit, 1e300) }

  private static func array(_ name: String, _ values: [Double], _ json: inout JSONText) {
    json.array(name) { json in
      for value in values { json.element(value) }
    }
  }

  private static func write(_ instance: SmallInstance, _ json: inout JSONText) {
    let (pairs, limits) = (instance.pairs, instance.limits)
    json.member("kappa", limits.kappa)
    json.member("cash", finite(limits.cash))
    array("space", limits.space.map(finite), &json)
    array("lines", limits.linesPerDay.map(finite), &json)
    array("warehouse", pairs.map { Double($0.warehouse) }, &json)
    array("demand", pairs.map(\.demand), &json)
    array("orderCost", pairs.map(\.orderCost), &json)
    array("holdingCost", pairs.map(\.holdingCost), &json)
    array("unitCost", pairs.map(\.unitCost), &json)
    array("volume", pairs.map(\.volume), &json)
    array("smallest", pairs.map(\.smallestLot), &json)
    array("largest", pairs.map(\.largestLot), &json)
    array("pack", pairs.map(\.pack), &json)
    array("safety", pairs.map(\.safetyStock), &json)
  }

  private static func write(_ answer: SmallInstance.Answer, _ json: inout JSONText) {
    switch answer {
    case .broken(let limits):
      json.member("answer", "broken")
      json.member("excess", limits.map(\.excess).max() ?? 0)
    case .impossible(let share):
      json.member("answer", "impossible")
      json.member("share", share)
    case .plan(let plan):
      json.member("answer", plan.isFeasible ? "plan" : "undecided")
      if plan.isFeasible { json.member("cost", plan.cost) }
      json.member("bound", plan.bound)
      json.member("passes", plan.passes)
      json.member("repairs", plan.rounds)
      array("spacePrices", plan.prices.space, &json)
      array("linePrices", plan.prices.lines, &json)
      json.member("cashPrice", plan.prices.cash)
      json.array("changes") { json in
        // A shard of so few has one block a warehouse, its pairs in the order of SKUs.
        for (place, lot) in plan.changes.sorted(by: { Self.order($0.key) < Self.order($1.key) }) {
          json.array { json in
            json.element(place.block)
            json.element(place.index)
            json.element(lot)
          }
        }
      }
    }
  }

  private static func order(_ place: PairPlace) -> (Int, Int) { (place.block, place.index) }
}
