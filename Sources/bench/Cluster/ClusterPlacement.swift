import CommandLineArguments
import Demand
import TestSupport
import WireProtocol

/// Lets workers come and go one by one and counts, each time, how evenly SKUs lie and how many
/// copies of shards were made.
struct ClusterPlacement: Command {
  static let name = "cluster-placement"
  static let abstract = "Let workers join and leave a coordinator, and see who has which SKUs."
  static let discussion = """
    The coordinator is the real state machine; its workers do what they are told at once. SKUs are \
    hashed into shards as rows are. Workers join one by one up to the number given and leave one \
    by one, a drawn one each time. Prints one JSON object.
    """

  @Option("NUMBER", .within(1...100_000_000), help: "SKUs.") var skus = 1_000_000
  @Option("NUMBER", .within(1...16_384), help: "Shards.") var shards = 1_024
  @Option("NUMBER", .within(2...256), help: "The most workers.") var workers = 64
  @Option("NUMBER", .within(1...8), help: "Copies of each shard.") var replication = 1
  @Option("NUMBER", help: "Draws who leaves.") var seed = 1

  func run() throws -> ExitCode {
    let sizes = try skusByShard()
    let cluster = try PretendCluster(shardCount: shards, replication: replication)
    var names = (1...workers).compactMap { NodeName("worker-\($0)") }
    var random = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
    var balance = Balance(skus: sizes)
    var joining = Moves()
    var leaving = Moves()
    for (index, name) in names.enumerated() {
      let before = try cluster.placement
      let copies = cluster.copies
      try cluster.join(name)
      let after = try cluster.placement
      try balance.take(after, workers: index + 1)
      // The first placement copies nothing: there is nothing yet.
      guard index > 0 else { continue }
      let least = Self.leastMoves(from: before, to: after, on: names.prefix(index + 1))
      joining.add(made: cluster.copies - copies, least: least)
    }
    while names.count > 1 {
      let gone = names.remove(at: Int.random(in: names.indices, using: &random))
      let before = try cluster.placement
      let copies = cluster.copies
      try cluster.leave(gone)
      let after = try cluster.placement
      try balance.take(after, workers: names.count)
      let least = Self.leastMoves(from: before, to: after, on: names[...])
      leaving.add(made: cluster.copies - copies, least: least)
    }
    try report(balance, joining, leaving)
    return .success
  }

  private func skusByShard() throws -> [Int] {
    var counts = Array(repeating: 0, count: shards)
    for number in 0..<skus { counts[try SKU("SKU-\(number)").shard(of: shards)] += 1 }
    return counts
  }

  /// The fewest copies that give each of the workers its equal share of what there is afterwards,
  /// give or take one: each keeps as much as it may of what it has.
  private static func leastMoves(
    from before: Placement, to after: Placement, on names: ArraySlice<NodeName>
  ) -> Int {
    var held: [NodeName: Int] = [:]
    for assignment in before.assignments {
      for node in assignment.copies { held[node, default: 0] += 1 }
    }
    let wanted = after.assignments.reduce(0) { $0 + $1.copies.count }
    let (share, odd) = wanted.quotientAndRemainder(dividingBy: names.count)
    let kept = names.map { held[$0, default: 0] }.sorted(by: >).enumerated().reduce(0) {
      $0 + min($1.element, share + ($1.offset < odd ? 1 : 0))
    }
    return wanted - kept
  }

  private func report(_ balance: Balance, _ joining: Moves, _ leaving: Moves) throws {
    var json = JSONText()
    json.object { json in
      json.member("skus", skus)
      json.member("shards", shards)
      json.member("workers", workers)
      json.member("seed", seed)
      json.member("copiesPerShard", balance.copiesPerShard)
      json.object("worstImbalance") { json in
        json.member("primariesPercent", Self.rounded(balance.primaries.percent))
        json.member("primariesAtWorkers", balance.primaries.workers)
        json.member("copiesPercent", Self.rounded(balance.copies.percent))
        json.member("copiesAtWorkers", balance.copies.workers)
      }
      json.object("joins") { joining.write(to: &$0) }
      json.object("leaves") { leaving.write(to: &$0) }
    }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
  }

  static func rounded(_ number: Double) -> Double { (number * 1_000).rounded() / 1_000 }
}

/// How unevenly SKUs lay at worst.
private struct Balance {
  struct Worst {
    var percent = 0.0
    var workers = 0

    /// Takes what each worker has; the worst is the largest over the mean.
    mutating func take(_ loads: some Collection<Int>, workers count: Int) {
      let mean = Double(loads.reduce(0, +)) / Double(count)
      let over = (Double(loads.max() ?? 0) / mean - 1) * 100
      if over > percent { (percent, workers) = (over, count) }
    }
  }

  let skus: [Int]
  var primaries = Worst()
  var copies = Worst()
  var copiesPerShard = 0

  init(skus: [Int]) { self.skus = skus }

  mutating func take(_ placement: Placement, workers: Int) throws(ClusterBenchError) {
    var serving: [NodeName: Int] = [:]
    var holding: [NodeName: Int] = [:]
    for (shard, assignment) in placement.assignments.enumerated() {
      guard let primary = assignment.primary else {
        throw .surprise("shard \(shard) is nowhere with \(workers) workers")
      }
      serving[primary, default: 0] += skus[shard]
      for node in assignment.copies { holding[node, default: 0] += skus[shard] }
      copiesPerShard = max(copiesPerShard, assignment.copies.count)
    }
    guard serving.count == workers else {
      throw .surprise("\(serving.count) of \(workers) workers serve something")
    }
    primaries.take(serving.values, workers: workers)
    copies.take(holding.values, workers: workers)
  }
}

/// How many copies were made, beside the fewest possible.
private struct Moves {
  private var made = 0
  private var least = 0
  private var worst = 0.0

  mutating func add(made new: Int, least fewest: Int) {
    made += new
    least += fewest
    worst = max(worst, Double(new) / Double(max(1, fewest)))
  }

  func write(to json: inout JSONText) {
    json.member("copiesMade", made)
    json.member("leastPossible", least)
    json.member("worstRatio", ClusterPlacement.rounded(worst))
  }
}
