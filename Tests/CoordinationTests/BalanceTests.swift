import TestSupport
import Testing
import WireProtocol

@testable import Coordination

@Suite("Balance")
struct BalanceTests {
  /// Workers n0, n1... on hosts in turn.
  static func nodes(_ count: Int, hosts: Int = 1_000) throws -> [Balance.Node] {
    try (0..<count).map { number in
      Balance.Node(name: try #require(NodeName("n\(number)")), host: "h\(number % hosts)")
    }.sorted { $0.name < $1.name }
  }

  /// A table that is as the balance wants it.
  static func settled(
    _ placement: Placement, _ nodes: [Balance.Node], _ replication: Int
  ) -> Placement {
    var next = placement
    let question = Balance.Question(placement: placement, nodes: nodes, replication: replication)
    for (shard, place) in Balance.places(question) {
      next.assignments[shard] = Placement.Assignment(
        primary: place.primary, replicas: place.copies.filter { $0 != place.primary }, epoch: 1)
    }
    return next
  }

  static func placed(_ shards: Int, _ nodes: [Balance.Node], _ replication: Int = 1) -> Placement {
    settled(Placement(shardCount: shards), nodes, replication)
  }

  static func copies(_ placement: Placement, _ nodes: [Balance.Node]) -> [Int] {
    var counts: [NodeName: Int] = [:]
    for assignment in placement.assignments {
      for node in assignment.copies { counts[node, default: 0] += 1 }
    }
    return nodes.map { counts[$0.name] ?? 0 }
  }

  static func primaries(_ placement: Placement, _ nodes: [Balance.Node]) -> [Int] {
    var counts: [NodeName: Int] = [:]
    for assignment in placement.assignments {
      if let primary = assignment.primary { counts[primary, default: 0] += 1 }
    }
    return nodes.map { counts[$0.name] ?? 0 }
  }

  static func spread(_ shares: [Int]) -> Int { (shares.max() ?? 0) - (shares.min() ?? 0) }

  /// How many copies are at another worker than before.
  static func moved(_ before: Placement, _ after: Placement) -> Int {
    zip(before.assignments, after.assignments).reduce(0) { sum, pair in
      sum + Set(pair.1.copies).subtracting(pair.0.copies).count
    }
  }

  @Test(
    "every shard has its copies, in shares that differ by one at most",
    arguments: [(1, 1, 1), (16, 3, 2), (1_024, 7, 1), (1_024, 7, 2), (1_024, 5, 3), (5, 8, 2)])
  func fair(shards: Int, count: Int, replication: Int) throws {
    let nodes = try Self.nodes(count)
    let placement = Self.placed(shards, nodes, replication)
    #expect(placement.assignments.allSatisfy { Set($0.copies).count == min(replication, count) })
    #expect(Self.spread(Self.copies(placement, nodes)) <= 1)
    #expect(Self.spread(Self.primaries(placement, nodes)) <= 1)
  }

  @Test("what is balanced stays where it is", arguments: [1, 2, 3])
  func stable(replication: Int) throws {
    let nodes = try Self.nodes(6)
    let placement = Self.placed(100, nodes, replication)
    #expect(Self.settled(placement, nodes, replication) == placement)
  }

  @Test("a worker that joins gets its share and nothing else moves")
  func joining() throws {
    let placement = Self.placed(100, try Self.nodes(4))
    let after = Self.settled(placement, try Self.nodes(5), 1)
    #expect(Self.moved(placement, after) == 20)
    #expect(Self.copies(after, try Self.nodes(5)) == [20, 20, 20, 20, 20])
  }

  @Test("shards that stay as they are count for nobody's share")
  func fixed() throws {
    let all = try Self.nodes(5)
    let placement = Self.placed(100, all)
    let lost = Set(placement.shards(of: all[4].name))
    let places = Balance.places(
      Balance.Question(
        placement: placement, nodes: Array(all.dropLast()), replication: 1, fixed: lost))
    #expect(places.keys.allSatisfy { !lost.contains($0) })
    #expect(
      places.allSatisfy { placement.assignments[$0.key].primary == $0.value.primary })
  }

  @Test("a copy is never on the host of another one where there are hosts enough")
  func hosts() throws {
    for (count, hosts) in [(4, 2), (6, 3), (5, 2), (9, 4)] {
      let nodes = try Self.nodes(count, hosts: hosts)
      let hostOf = Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, $0.host) })
      let placement = Self.placed(64, nodes, 2)
      #expect(
        placement.assignments.allSatisfy { Set($0.copies.map { hostOf[$0] ?? "" }).count == 2 })
      #expect(Self.spread(Self.primaries(placement, nodes)) <= 1, "\(count) on \(hosts)")
    }
  }

  @Test("a host that must have a copy of every shard has one of each, the others share the rest")
  func unevenHosts() throws {
    var nodes = try Self.nodes(4)
    for index in 0..<3 { nodes[index].host = "a" }
    nodes[3].host = "b"
    #expect(Self.copies(Self.placed(60, nodes, 2), nodes) == [20, 20, 20, 60])
  }

  @Test("on one host copies are on different workers, and there are as many as there can be")
  func oneHost() throws {
    let nodes = try Self.nodes(3, hosts: 1)
    #expect(Balance.copiesWanted(2, nodes) == 2)
    #expect(Balance.copiesWanted(8, nodes) == 3)
    #expect(Balance.copiesWanted(8, try Self.nodes(5, hosts: 2)) == 2)
    #expect(Self.placed(30, nodes, 2).assignments.allSatisfy { Set($0.copies).count == 2 })
  }

  @Test("primaries that are unequal are made equal by promotions, no data moves")
  func promotions() throws {
    let nodes = try Self.nodes(4)
    var placement = Self.placed(80, nodes, 2)
    for shard in placement.assignments.indices {
      let copies = placement.assignments[shard].copies.sorted()
      placement.assignments[shard].primary = copies[0]
      placement.assignments[shard].replicas = Array(copies.dropFirst())
    }
    let after = Self.settled(placement, nodes, 2)
    #expect(Self.moved(placement, after) == 0)
    #expect(Self.spread(Self.primaries(after, nodes)) <= 1)
  }

  @Test("whoever has old data of a shard gets the copy that it lacks")
  func oldData() throws {
    let nodes = try Self.nodes(4)
    let before = Self.placed(64, nodes, 2)
    var without = before
    let gone = nodes[2].name
    var had: Set<Int> = []
    for shard in without.assignments.indices where without.assignments[shard].copies.contains(gone)
    {
      had.insert(shard)
      let left = without.assignments[shard].copies.filter { $0 != gone }
      without.assignments[shard] = Placement.Assignment(primary: left[0], epoch: 2)
    }
    let places = Balance.places(
      Balance.Question(placement: without, nodes: nodes, replication: 2, held: [gone: had]))
    #expect(had.allSatisfy { places[$0]?.copies.contains(gone) ?? false })
  }

  @Test("a worker is not given a shard that it cannot take now")
  func unfit() throws {
    let nodes = try Self.nodes(2)
    let places = Balance.places(
      Balance.Question(
        placement: Self.placed(8, [nodes[0]]), nodes: nodes, replication: 2,
        unfit: [nodes[1].name: [3]]))
    #expect(places[3]?.copies == [nodes[0].name])
    #expect(places[4]?.copies == nodes.map(\.name))
  }

  @Test("a copy on its way is gone on with")
  func builds() throws {
    let before = Self.placed(60, try Self.nodes(3), 2)
    let nodes = try Self.nodes(4)
    let question = Balance.Question(placement: before, nodes: nodes, replication: 2)
    let places = Balance.places(question)
    let now = Instant(milliseconds: 0)
    var builds: [Int: ShardBuild] = [:]
    for (shard, place) in inOrder(places) {
      let assignment = before.assignments[shard]
      guard let to = place.copies.first(where: { !assignment.copies.contains($0) }),
        let primary = assignment.primary
      else { continue }
      let from = assignment.copies.first { !place.copies.contains($0) }
      builds[shard] = ShardBuild(
        shard: shard, from: from, to: to, primary: primary, epoch: 1, startedAt: now)
      // Half of them have arrived.
      guard builds.count % 2 == 0 else { continue }
      builds[shard] = nil
    }
    var later = question
    later.builds = builds
    let again = Balance.places(later)
    #expect(!builds.isEmpty)
    for (shard, build) in builds {
      #expect(again[shard]?.copies.contains(build.to) ?? false)
    }
  }
}
