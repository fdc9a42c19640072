import ClientNode
import CommandLineArguments
import Demand
import Messaging
import Replenishment
import Settings
import Threading
import WireProtocol

/// `granary allocate`: makes policies and proposals, of what a cluster or a folder holds.
struct AllocateVerb: Command {
  static let name = "allocate"
  static let abstract = "Make policies, purchase proposals and exceptions from the forecasts."
  static let discussion = """
    For every SKU and warehouse: the lot, safety stock and reorder point for the service level, \
    from the quantiles of demand over the lead time, under what warehouses, receiving and cash \
    allow; then what to order and to move today, and what needs a planner's eye. \
    `granary export purchase_orders` lists the proposals with a reason each.

    With --input no cluster is needed. The folder has forecasts.csv, rows \
    sku,location,date,mean,total_q0.05,... as `granary export forecasts --cumulative` writes them, \
    and, as far as they are known, warehouses.csv, policy.csv, limits.csv, items.csv, \
    suppliers.csv, distribution.csv and inventory.csv. Forecasts without totals do too: their days \
    are taken as independent of each other, and as Poisson distributed where they have a mean \
    alone. The day to stand on is the one before the first. Bad rows are left out and written to \
    TABLE.csv.rejects.csv beside the plan. The plan is purchase_orders, transfers, policies, \
    exceptions, prices and run, as CSV, or with --json as one object a line; manifest.json counts \
    their rows and has a hash of each. An earlier plan in the folder stays until the new one is \
    whole. With as many shards (cluster.shards) it is the plan that a cluster makes of the same \
    data for the first time.

    --scenario FILE plans what if: JSON5 with other demand, closed warehouses, other limits or \
    lead times, as { demand: [{ category: "toys", week: "2026-W47", factor: 1.8 }], cash: 0.5 }. \
    On a cluster the plan of a scenario stands beside the real one.
    """
  static let examples = [
    Example("granary allocate", "Plan on the last day with sales."),
    Example(
      "granary allocate --set policy.serviceLevel=0.98", "Plan for fewer stockouts."),
    Example(
      "granary allocate --input tables/ --output plan/", "Plan what a folder holds, here and now."),
    Example(
      "granary allocate --input tables/ --output what-if/ --scenario week-47.json5",
      "The same if things were different."),
  ]

  @Option("DIR", help: "Tables and forecasts to plan from, without a cluster.") var input: Path?
  @Option("FILE", help: "What would be different: plan what if.") var scenario: Path?
  var local = LocalPlanOptions()
  var options = RunOptions()
  var settings = SettingsOptions()

  func validate() throws(ArgumentError) {
    guard let input else {
      guard let given = local.firstGiven else { return }
      throw .contradiction(
        "\(given) goes with --input DIR; without it the cluster plans what it holds")
    }
    if let given = firstGivenForCluster {
      throw .contradiction("\(given) is for the cluster; with --input no cluster is asked")
    }
    guard let output = local.output else {
      throw .contradiction("--input needs --output: the folder that the plan is written to")
    }
    if input.isStandardStream || output.isStandardStream {
      throw .contradiction("a plan is made of a folder and into a folder; name both")
    }
  }

  /// An option that was given and means nothing for a folder.
  private var firstGivenForCluster: String? {
    let given = [
      ("--as-of", options.asOf != nil), ("--no-wait", options.noWait),
      ("--cluster", options.cluster.cluster != nil),
      ("--as", options.cluster.identity != nil),
    ]
    return given.first { $0.1 }?.0
  }

  func run() throws -> ExitCode {
    let scenario = try scenario.map { try ScenarioFile.read(path: $0.description) }
    guard let input, let output = local.output else {
      let settings = try settings.resolve(of: "granary allocate")
      if let scenario {
        try ScenarioFile.check(
          scenario, path: path(of: scenario),
          against: try options.cluster.client(as: .operator).planningDocument().1)
      }
      return try ClusterRuns.run(.allocate, options, settings, scenario: scenario)
    }
    let settings = try settings.resolve(
      commandDefaults: ["cluster.shards": "16"], of: "granary allocate")
    return try plan(
      from: LocalPlanOptions.stem(input), into: LocalPlanOptions.stem(output), settings, scenario)
  }

  private func path(of known: Scenario) -> String { scenario?.description ?? known.name }

  private func plan(
    from input: String, into output: String, _ settings: ResolvedSettings, _ scenario: Scenario?
  ) throws -> ExitCode {
    try Folder.make(output)
    let interruption = try Interruption()
    let line = Progress(isForPrograms: options.json)
    defer { line.clear() }
    let stop = interruption.check("interrupted; what was in \(output) is as it was")
    let clock = MonotonicClock()
    let start = clock.now
    let tables = try LocalTables(
      folder: input, rejectsFolder: output, settings: settings, stop: stop,
      progress: { line.show($0) })
    if let scenario { try tables.check(scenario, path: path(of: scenario)) }
    let read = clock.now
    var wanted = LocalPlanner.Options()
    wanted.settings = RunClient.policy(settings)
    wanted.scenario = scenario
    wanted.threads = local.threadCount
    wanted.asJSON = options.json
    let outcome = try LocalPlanner(tables, wanted, stop: stop, progress: { line.show($0) })
      .run(into: output)
    line.clear()
    let report = LocalPlanReport(
      tables: tables, outcome: outcome, scenario: scenario?.name, folder: output,
      readSeconds: Double(read - start) / 1_000, planSeconds: Double(clock.now - read) / 1_000)
    try Terminal.standardOutput.write(options.json ? report.json() : report.text())
    return .success
  }
}
