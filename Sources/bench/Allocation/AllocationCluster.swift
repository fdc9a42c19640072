import Allocation
import ClientNode
import CommandLineArguments
import Demand
import Packing
import Replenishment
import Settings
import Threading
import WireProtocol

/// Prices the generated instance on a cluster and in this process, and compares the plans.
struct AllocationCluster: Command {
  static let name = "allocation-cluster"
  static let abstract = "Price a generated instance on a cluster of `allocation-worker`s."
  static let discussion =
    "Limits the instance, asks the cluster for plans of it, and makes the same plan in this\n"
    + "process. The first plan of a cluster draws the pairs and does not count. Prints one JSON\n"
    + "object.\n"

  @Option("DIR", help: "The cluster's folder.") var cluster: Path
  @Option("NUMBER", .within(1...100_000_000), help: "SKUs.") var skus = 1_000_000
  @Option("NUMBER", .within(1...256), help: "Threads in this process.") var threads = 2
  @Option("NUMBER", .within(1...1_000), help: "Plans; the fastest counts.") var rounds = 5
  var settings = SettingsOptions()

  func run() throws -> ExitCode {
    let shardCount = try settings.resolve().cluster.shards
    let instance = ClusterInstance(skus: skus, shardCount: shardCount)
    let (document, alone) = try planAlone(instance)
    let client = try ClusterClient(try ClusterAccess(folder: cluster.description, as: "operator"))
    try send(document, client)
    let runs = RunClient(client)
    _ = try follow(.forecast, runs)
    var plans: [(progress: PricingProgress, plan: [UInt8])] = []
    for _ in 0...rounds {
      let status = try follow(.allocate, runs)
      guard case .plan(let plan) = try client.ask(.planRequest(run: status.run)) else {
        throw AllocationBenchError.notPlanned("the cluster keeps no plan")
      }
      plans.append((status.pricing, plan))
    }
    let placement = try client.refreshMap().placement
    let workers = Set(placement.assignments.compactMap(\.primary)).count
    try report(plans, alone, workers: workers, shards: placement.shardCount)
    return .success
  }

  /// The document that limits the instance, and the fastest of the plans in this process.
  private func planAlone(
    _ instance: ClusterInstance
  ) throws -> (PlanningDocument, ClusterRounds) {
    let pairs = try instance.drawn(threads: threads)
    defer { pairs.stop() }
    let document = try instance.document(of: pairs)
    let planning = ItemPlanning(
      asOf: ClusterInstance.day, settings: ClusterInstance.policy, document: document)
    var best = try ClusterRounds(instance, pairs, planning)
    for _ in 1..<max(2, rounds) {
      let next = try ClusterRounds(instance, pairs, planning)
      if next.seconds < best.seconds { best = next }
    }
    return (document, best)
  }

  private func send(_ document: PlanningDocument, _ client: ClusterClient) throws {
    guard case .document(let known) = try client.ask(.documentRequest) else {
      throw AllocationBenchError.notPlanned("the cluster has no document")
    }
    _ = try client.ask(.documentChange(base: known.version, content: document.packed()))
  }

  private func follow(_ kind: RunKind, _ runs: RunClient) throws -> RunStatus {
    let policy = kind == .allocate ? ClusterInstance.policy.packed() : []
    let start = try runs.start(
      kind, asOf: ClusterInstance.day,
      settings: RunSettings(season: 7, horizonDays: 28, models: ["ets"], policy: policy))
    let end = try runs.follow(start) { _ in true }
    guard end.phase == .done else { throw AllocationBenchError.notPlanned(end.trouble) }
    return end
  }

  private func report(
    _ plans: [(progress: PricingProgress, plan: [UInt8])], _ alone: ClusterRounds, workers: Int,
    shards: Int
  ) throws {
    let loaded = plans.dropFirst().sorted { $0.progress.milliseconds < $1.progress.milliseconds }
    guard let best = loaded.first, let plan = alone.plan else { return }
    let seconds = Double(best.progress.milliseconds) / 1e3
    let own = plan.packed()
    var json = JSONText()
    json.object { json in
      json.member("pairs", skus * ClusterInstance.warehouseCount)
      json.member("shards", shards)
      json.member("workers", workers)
      json.member("rounds", Int(best.progress.rounds))
      json.member("passes", plan.certificate.passes)
      json.member("seconds", seconds)
      json.member("secondsMedian", Double(loaded[loaded.count / 2].progress.milliseconds) / 1e3)
      json.member("secondsARound", seconds / Double(max(1, best.progress.rounds)))
      json.member("bytesARound", alone.largestRoundBytes)
      json.member("secondsInProcess", alone.seconds)
      json.member("threadsInProcess", threads)
      json.member("gap", plan.certificate.gap)
      json.member("plan", String(XXH64.hash(own), radix: 16))
      json.member("sameBits", plans.allSatisfy { $0.plan == own })
    }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
  }
}
