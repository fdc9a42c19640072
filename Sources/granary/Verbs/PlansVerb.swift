import ClientNode
import CommandLineArguments
import Messaging
import Replenishment
import WireProtocol

/// `granary plans`: the plans that a cluster keeps.
struct PlansVerb: Command {
  static let name = "plans"
  static let abstract = "List the plans that are kept, show one, or compare two."
  static let discussion = """
    A cluster keeps its current plan, the one before and that of the last scenario \
    (`granary allocate --scenario FILE`). They are named so, or by the number of their run. \
    Without a command they are listed.
    """
  static let examples = [
    Example("granary plans", "Which plans there are."),
    Example("granary plans show current", "What limits its lots, and what more of it is worth."),
    Example("granary plans diff current scenario", "What would be different."),
  ]
  static let subcommands: [any Command.Type] = [PlansShowVerb.self, PlansDiffVerb.self]

  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let kept = try PlanCatalogue(try cluster.client(as: .observer)).kept()
    try Terminal.standardOutput.write(json ? PlansText.json(kept) : PlansText.table(kept))
    return .success
  }
}

/// The name of a plan: its place, or the number of its run.
struct PlanName: ArgumentValue, CustomStringConvertible {
  static let expectation = "current, before, scenario, or the number of a run"
  static var suggestedWords: [String] { PlanPlace.allCases.map(\.name) }

  let description: String

  init?(argument: String) {
    guard PlanPlace.allCases.contains(where: { $0.name == argument }) || UInt64(argument) != nil
    else { return nil }
    description = argument
  }
}

/// `granary plans show`: what a plan comes to, and what its limits mean.
struct PlansShowVerb: Command {
  static let name = "show"
  static let abstract = "Show what a plan comes to, and what its shared limits mean."
  static let discussion = """
    Shared limits are space, receiving and cash: how full they are, and what one more cubic metre, \
    receiving line or unit of cash is worth a year.
    """
  static let examples = [
    Example("granary plans show", "The current plan."),
    Example("granary plans show before --json", "The one before it, for programs."),
  ]

  @Argument("PLAN", help: "current, before, scenario, or the number of a run; else current.")
  var plan: PlanName?
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let catalogue = PlanCatalogue(try cluster.client(as: .observer))
    let kept = try catalogue.find(plan?.description ?? PlanPlace.current.name)
    try Terminal.standardOutput.write(json ? PlansText.json(kept) : PlansText.text(kept))
    return .success
  }
}

/// `granary plans diff`: two plans side by side.
struct PlansDiffVerb: Command {
  static let name = "diff"
  static let abstract = "Say what another plan costs, serves and ties up, line by line."
  static let examples = [
    Example("granary plans diff current scenario", "What would be different."),
    Example("granary plans diff before current --most 5", "What has changed, the five most."),
  ]

  @Argument("PLAN", help: "current, before, scenario, or the number of a run.") var left: PlanName
  @Argument("PLAN", help: "The other one.") var right: PlanName
  @Option("N", .within(0...1_000), help: "Lines that differ most.") var most = 20
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let client = try cluster.client(as: .observer)
    let catalogue = PlanCatalogue(client)
    let text = try compare(
      try catalogue.find(left.description), try catalogue.find(right.description),
      PlanComparison(client))
    try Terminal.standardOutput.write(text)
    return .success
  }

  private func compare(
    _ left: PlanCatalogue.Kept, _ right: PlanCatalogue.Kept, _ comparison: PlanComparison
  ) throws -> String {
    let stop = try Interruption().check("interrupted")
    let progress = Progress(isForPrograms: json)
    defer { progress.clear() }
    let difference = try comparison.difference(left, right, most: most) {
      (shard, shards) throws(ClientError) in
      try stop()
      progress.show(
        ProgressReading(
          "comparing", count: shard, of: shards, ProgressReading.Unit("shard", "shards")))
    }
    let text = DifferenceText(left: left, right: right, difference: difference)
    return json ? text.json() : text.text()
  }
}
