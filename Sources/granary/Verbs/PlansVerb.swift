import ClientNode
import CommandLineArguments
import Messaging
import Replenishment
import WireProtocol

/// `granary plans`: the plans that a cluster keeps, one of them, or two side by side.
struct PlansVerb: Command {
  static let name = "plans"
  static let abstract = "List the plans that are kept, show one, or compare two."
  static let discussion = """
    A cluster keeps its current plan, the one before and that of the last scenario \
    (`granary allocate --scenario FILE`). They are named so, or by the number of their run. show \
    says what shared limits mean: how full they are, and what one more cubic metre, receiving line \
    or unit of cash is worth a year. diff says what another plan costs, serves and ties up, and \
    which lines differ most.
    """
  static let examples = [
    Example("granary plans", "Which plans there are."),
    Example("granary plans show current", "What limits its lots, and what more of it is worth."),
    Example("granary plans diff current scenario", "What would be different."),
  ]

  @Argument("show|diff", help: "What to do; without it, plans are listed.") var action: String?
  @Argument("PLAN", help: "current, before, scenario, or the number of a run.") var first: String?
  @Argument("PLAN", help: "The other one, of diff.") var second: String?
  @Option("N", .within(0...1_000), help: "Lines of diff that differ most.") var most = 20
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  private enum Work {
    case list
    case show(String)
    case compare(String, String)
  }

  private func work() throws(ArgumentError) -> Work {
    switch (action, first, second) {
    case (nil, nil, nil): return .list
    case ("show", let plan, nil): return .show(plan ?? PlanPlace.current.name)
    case ("diff", .some(let left), .some(let right)): return .compare(left, right)
    default:
      throw .contradiction(
        "say `granary plans`, `granary plans show PLAN` or `granary plans diff PLAN PLAN`")
    }
  }

  func validate() throws(ArgumentError) { _ = try work() }

  func run() throws -> ExitCode {
    let client = try cluster.client(as: .observer)
    let catalogue = PlanCatalogue(client)
    let text: String
    switch try work() {
    case .list:
      let kept = try catalogue.kept()
      text = json ? PlansText.json(kept) : PlansText.table(kept)
    case .show(let name):
      let kept = try catalogue.find(name)
      text = json ? PlansText.json(kept) : PlansText.text(kept)
    case .compare(let left, let right):
      text = try compare(
        try catalogue.find(left), try catalogue.find(right), PlanComparison(client))
    }
    try Terminal.standardOutput.write(text)
    return .success
  }

  private func compare(
    _ left: PlanCatalogue.Kept, _ right: PlanCatalogue.Kept, _ comparison: PlanComparison
  ) throws -> String {
    let stop = try Interruption().check("interrupted")
    let line = ProgressLine()
    defer { line.clear() }
    let difference = try comparison.difference(left, right, most: most) {
      (shard, shards) throws(ClientError) in
      try stop()
      line.show("comparing: shard \(shard) of \(shards)")
    }
    let text = DifferenceText(left: left, right: right, difference: difference)
    return json ? text.json() : text.text()
  }
}
