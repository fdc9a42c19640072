import Packing
import WireProtocol

/// Proposes where the copies of shards should be and which of them serves. The placement is the
/// truth; this only says what to come to.
///
/// Each worker gets its equal share of copies and of primaries, give or take one. No two copies of
/// a shard are on one host; where hosts have different numbers of workers, one that would have to
/// have more than one copy of each shard has one of each, and the others share the rest. What need
/// not move stays. Which shards go where is decided by rendezvous hashing, so that the answer
/// depends on names and placement alone.
struct Balance: Sendable {
  /// A worker that takes shards.
  struct Node: Hashable, Sendable {
    var name: NodeName
    var host: String
  }

  /// Where a shard should be.
  struct Place: Equatable, Sendable {
    var primary: NodeName
    /// All of them, ascending.
    var copies: [NodeName]
  }

  /// What it rests on.
  struct Question {
    var placement: Placement
    /// Who takes shards, ascending by name.
    var nodes: [Node]
    var replication: Int
    /// Shards that stay as they are: nobody is there who could give them away.
    var fixed: Set<Int> = []
    /// Copies on their way.
    var builds: [Int: ShardBuild] = [:]
    /// Old data, by worker: less has to be copied to whoever has some.
    var held: [NodeName: Set<Int>] = [:]
    /// Workers that cannot take a shard just now.
    var unfit: [NodeName: Set<Int>] = [:]
  }

  /// How many copies each shard gets: on different hosts, or on one host if there is only one.
  static func copiesWanted(_ replication: Int, _ nodes: [Node]) -> Int {
    let hosts = Set(nodes.map(\.host)).count
    return min(replication, hosts > 1 ? hosts : nodes.count)
  }

  /// Where each shard that is not fixed should be; of those for which there is a place.
  static func places(_ question: Question) -> [Int: Place] {
    guard !question.nodes.isEmpty else { return [:] }
    var balance = Balance(question)
    balance.fill()
    balance.level()
    balance.choosePrimaries()
    balance.levelPrimaries()
    return balance.places()
  }

  let question: Question
  let names: [NodeName]
  private let index: [NodeName: Int]
  /// The host of each worker; each its own if they are all on one.
  let hosts: [Int]
  private let seeds: [[UInt8]]
  private let held: [Set<Int>]
  private let unfit: [Set<Int>]
  let wanted: Int
  /// The shards that may move, ascending.
  let shards: [Int]
  /// The workers of each shard, as they should be.
  var copies: [[Int]]
  /// The workers that have all of each shard already.
  private(set) var inStep: [[Int]]
  var load: [Int]
  private(set) var quota: [Int]
  var primary: [Int?]
  var primaryLoad: [Int]

  private init(_ question: Question) {
    self.question = question
    let nodes = question.nodes
    names = nodes.map(\.name)
    let index = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    self.index = index
    let known = Set(nodes.map(\.host)).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(known, known.indices))
    let hosts = nodes.indices.map { known.count > 1 ? places[nodes[$0].host] ?? 0 : $0 }
    self.hosts = hosts
    seeds = names.map { Array($0.text.utf8) }
    held = names.map { question.held[$0] ?? [] }
    unfit = names.map { question.unfit[$0] ?? [] }
    let wanted = Self.copiesWanted(question.replication, nodes)
    self.wanted = wanted
    let assignments = question.placement.assignments
    let shards = assignments.indices.filter { !question.fixed.contains($0) }
    self.shards = shards
    inStep = assignments.map { $0.copies.compactMap { index[$0] } }
    primary = assignments.map { $0.primary.flatMap { index[$0] } }
    copies = Array(repeating: [], count: assignments.count)
    load = Array(repeating: 0, count: nodes.count)
    primaryLoad = load
    for shard in shards {
      let kept = Self.kept(
        assignments[shard], question.builds[shard], wanted: wanted, index: index, hosts: hosts)
      copies[shard] = kept
      for node in kept { load[node] += 1 }
      if let node = primary[shard], kept.contains(node) { primaryLoad[node] += 1 }
    }
    quota = Self.quotas(shards: shards.count, copies: wanted, hosts: hosts, load: load)
  }

  /// The copies that a shard keeps: the primary, then the others, then the one on its way; whose
  /// place that takes comes last.
  private static func kept(
    _ assignment: Placement.Assignment, _ build: ShardBuild?, wanted: Int,
    index: [NodeName: Int], hosts: [Int]
  ) -> [Int] {
    var order = assignment.copies.filter { $0 != build?.from }
    if let build { order += [build.to] + (build.from.map { [$0] } ?? []) }
    var kept: [Int] = []
    for node in order.compactMap({ index[$0] }) where kept.count < wanted {
      if !kept.contains(where: { hosts[$0] == hosts[node] }) { kept.append(node) }
    }
    return kept
  }

  /// Equal shares. No host gets more than one copy of each shard; the odd ones go to those that
  /// have more already, so that nothing moves for them.
  private static func quotas(shards: Int, copies: Int, hosts: [Int], load: [Int]) -> [Int] {
    var quota = Array(repeating: 0, count: hosts.count)
    var open = Array(hosts.indices)
    var total = shards * copies
    while true {
      let full = Set(open.map { hosts[$0] }).sorted().first { host in
        open.count { hosts[$0] == host } * total > shards * open.count
      }
      guard let full else { break }
      share(shards, among: open.filter { hosts[$0] == full }, hosts, load, atMost: shards, &quota)
      open.removeAll { hosts[$0] == full }
      total -= shards
    }
    share(total, among: open, hosts, load, atMost: shards, &quota)
    return quota
  }

  private static func share(
    _ total: Int, among nodes: [Int], _ hosts: [Int], _ load: [Int], atMost most: Int,
    _ quota: inout [Int]
  ) {
    guard !nodes.isEmpty else { return }
    var ofHost: [Int: Int] = [:]
    for node in nodes {
      quota[node] = total / nodes.count
      ofHost[hosts[node], default: 0] += quota[node]
    }
    var odd = total % nodes.count
    for node in nodes.sorted(by: { (load[$1], $0) < (load[$0], $1) }) where odd > 0 {
      guard ofHost[hosts[node], default: 0] < most else { continue }
      quota[node] += 1
      ofHost[hosts[node], default: 0] += 1
      odd -= 1
    }
  }

  private func places() -> [Int: Place] {
    var places: [Int: Place] = [:]
    for shard in shards {
      guard let first = primary[shard] else { continue }
      places[shard] = Place(
        primary: names[first], copies: copies[shard].map { names[$0] }.sorted())
    }
    return places
  }

  /// The rendezvous score of a worker for a shard.
  func score(_ shard: Int, _ node: Int) -> UInt64 {
    XXH64.hash(seeds[node], seed: UInt64(shard))
  }

  func holds(_ shard: Int, _ node: Int) -> Bool { held[node].contains(shard) }

  /// Whether a worker may take a shard, in the place of another one.
  func fits(_ shard: Int, _ node: Int, insteadOf other: Int? = nil) -> Bool {
    !unfit[node].contains(shard)
      && !copies[shard].contains { $0 != other && hosts[$0] == hosts[node] || $0 == node }
  }
}
