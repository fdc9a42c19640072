import ClientNode
import CommandLineArguments
import Coordination
import Messaging
import WireProtocol

/// `granary plan`: how many workers the next run needs to be done in time.
struct PlanVerb: Command {
  static let name = "plan"
  static let abstract = "Say how many workers the next run needs to be done in a given time."
  static let discussion = """
    From what past runs of the kind were measured at: how many SKUs a worker does in a second, and \
    what a run takes that more workers do not shorten (counting, learning what all SKUs share, \
    pricing). Workers on one machine share its processors, so the rate is that of a machine, and \
    the answer is in workers that each have one of those. A training with --update is another \
    thing and does not count; what is measured is a full one. Nothing is planned from nothing: \
    without such a run the command says what to run first.
    """
  static let examples = [
    Example("granary plan --deadline 2h", "The next full training, for the SKUs there are."),
    Example(
      "granary plan --deadline 45m --kind forecast --skus 200000 --json",
      "Two hundred thousand SKUs, for programs."),
  ]

  /// The kinds of run, as words.
  enum Kind: String, CaseIterable, ArgumentValue {
    case train, forecast, allocate
  }

  @Option("TIME", help: "When it has to be done: 45m, 2h, 1h30m.") var deadline: TimeSpan
  @Option("KIND", help: "What kind of run.") var kind = Kind.train
  @Option("N", .atLeast(1), help: "For how many SKUs; those that there are unless given.")
  var skus: Int?
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let status = try cluster.client(as: .observer).status()
    let measured = status.runs.compactMap { RunMeasure($0, kind: kind.rawValue) }
    guard let newest = measured.first else {
      throw GranaryError.noAnswer(Self.unmeasured(kind, status))
    }
    guard let count = skus ?? status.catalogue else {
      throw GranaryError.noAnswer(
        "the cluster does not say how many SKUs there are; say it with --skus")
    }
    let plan = CapacityPlan(
      skus: count, deadlineSeconds: deadline.seconds, basis: newest, others: measured)
    try Terminal.standardOutput.write(json ? plan.json(kind.rawValue) : plan.text(kind.rawValue))
    return plan.machines == nil ? .failure : .success
  }

  private static func unmeasured(_ kind: Kind, _ status: ClusterStatus) -> String {
    let done = status.runs.contains { $0.kind == kind.rawValue && $0.phase == "done" }
    let why =
      done
      ? "the runs of the kind that are remembered were updates, took less than "
        + "\(Readable.shortest(RunMeasure.leastSeconds)) s, or were not measured"
      : "no run of the kind was done yet"
    let first =
      switch kind {
      case .train: "run `granary train` on the data there is, or on `granary sample`"
      case .forecast: "run `granary train` and `granary forecast`"
      case .allocate: "run `granary train`, `granary forecast` and `granary allocate`"
      }
    return "there is nothing to plan from: \(why); \(first) first, the more SKUs the better"
  }
}

extension ClusterStatus {
  /// How many SKUs there are, as far as the cluster knows.
  var catalogue: Int? {
    // A worker counts what it has whole; of that it serves its primaries.
    let counted = nodes.reduce(0.0) { sum, node in
      guard node.shards > 0 else { return sum }
      return sum + Double(node.skus) * Double(node.primaries ?? node.shards) / Double(node.shards)
    }
    if counted >= 1 { return Int(counted.rounded()) }
    return runs.first { $0.phase == "done" }.map { Int(clamping: $0.skusDone) }
  }
}
