import Testing
import WireProtocol

@testable import Coordination

@Suite("Keys that are changed, as the mind sees them")
struct KeyChangeTests {
  private func card(_ key: String) throws -> PeerAddress {
    PeerAddress(node: try #require(NodeName("c")), endpoint: "tcp://c", publicKey: key)
  }

  private func map(_ bench: CoordinatorBench) throws -> ClusterMap {
    bench.hear(.mapRequest, from: "k", as: .client)
    let maps = bench.takeMessages(to: "k").compactMap { message in
      if case .map(let map) = message { map } else { nil }
    }
    return try #require(maps.last)
  }

  private func hello(_ name: String, key: String, held: [HeldShard]) throws -> Message {
    .hello(
      Hello(
        node: try #require(NodeName(name)), incarnation: 1, clusterID: 0xC1,
        endpoint: "tcp://\(name)", publicKey: key, credits: 4, held: held))
  }

  @Test("a worker that was not started again may have another; its peers and clients are told")
  func worker() throws {
    let bench = try CoordinatorBench(replication: 2)
    for name in ["a", "b"] { try bench.greet(name, host: name) }
    try bench.live(["a", "b"], milliseconds: 2_000)
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
    let placement = bench.machine.placement
    let version = try #require(bench.told["a"]?.version)

    bench.hear(try hello("b", key: "new", held: bench.held(by: "b")), from: "b", as: .worker)
    let orders = try #require(bench.told["a"])
    #expect(orders.version > version)
    #expect(orders.peers.map(\.publicKey) == ["new"])
    #expect(try map(bench).peers.map(\.publicKey) == ["", "new"])
    #expect(bench.machine.placement == placement, "nothing moves for that")
    // Said again it is no news.
    let told = bench.told["a"]?.version
    bench.hear(try hello("b", key: "new", held: bench.held(by: "b")), from: "b", as: .worker)
    #expect(bench.told["a"]?.version == told)
  }

  /// A coordinator with two workers of this version.
  private func serving() throws -> CoordinatorBench {
    let bench = try CoordinatorBench()
    let program = ProgramVersion(name: "new", schema: 1)
    for name in ["a", "b"] { try bench.greet(name, program: program) }
    try bench.live(["a", "b"], milliseconds: 500)
    return bench
  }

  @Test("a coordinator's next is in the map once every worker that is here has heard of it")
  func coordinator() throws {
    let bench = try serving()
    #expect(try map(bench).coordinators.isEmpty, "there is only one")

    let (now, next) = (try card("now"), try card("next"))
    let version = try #require(bench.told["a"]?.version)
    bench.step(.seat(SeatStatus(coordinators: [now, next], isOnly: true)))
    #expect(bench.status().coordinators == nil && bench.status().colour == .green)
    #expect(try #require(bench.told["a"]?.version) > version, "to be said to be carried out")
    #expect(try map(bench).coordinators.isEmpty)
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0)
    #expect(try map(bench).coordinators.isEmpty, "b may not have heard")
    _ = bench.takeSent()
    try bench.beat("b")
    let said = bench.takeMessages(to: "b")
    let welcomed = said.firstIndex { if case .welcome = $0 { true } else { false } }
    let ordered = said.firstIndex { if case .orders = $0 { true } else { false } }
    #expect(try #require(welcomed) < #require(ordered), "told again, before what is answered")
    try bench.beat("b", applied: bench.told["b"]?.version ?? 0)
    #expect(try map(bench).coordinators == [now, next])

    // What is so no more is left out at once.
    bench.step(.seat(SeatStatus(coordinators: [next], isOnly: true)))
    #expect(try map(bench).coordinators == [next])
  }

  @Test("a worker that was away is told when it is back, before anyone rests on that")
  func away() throws {
    let bench = try serving()
    try bench.live(["a"], milliseconds: 6_000)
    #expect(bench.status().nodes.contains { $0.name == "b" && $0.state == "lost" })
    let (now, next) = (try card("now"), try card("next"))
    bench.step(.seat(SeatStatus(coordinators: [now, next], isOnly: true)))
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0)
    #expect(try map(bench).coordinators == [now, next], "those who are here have heard")
    _ = bench.takeSent()
    try bench.beat("b")
    #expect(
      bench.takeMessages(to: "b").contains { if case .welcome = $0 { true } else { false } })
    #expect(try map(bench).coordinators.isEmpty, "b may not have heard")
    try bench.beat("b", applied: bench.told["b"]?.version ?? 0)
    #expect(try map(bench).coordinators == [now, next])
  }

  @Test("of one coordinator two keys are no second one that stands by")
  func standby() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    bench.step(.seat(SeatStatus(coordinators: [try card("now"), try card("next")])))
    #expect(bench.status().topics == ["no-standby"])
    #expect(bench.status().coordinators?.map(\.name) == ["c"])
  }

  @Test("a worker greets under its new one until it is welcome")
  func greeting() throws {
    let bench = try WorkerBench()
    bench.serve(1)
    _ = bench.take()
    bench.step(.keyChanged("new"))
    func keys() -> [String] {
      bench.takeTold().compactMap {
        if case .hello(let hello) = $0 { hello.publicKey } else { nil }
      }
    }
    #expect(keys() == ["new"])
    bench.pass(150)
    #expect(keys() == ["new"], "the first may be lost")
    bench.join()
    bench.pass(150)
    #expect(keys() == ["new"], "one welcome may have come unasked")
    bench.join()
    bench.pass(150)
    #expect(keys().isEmpty)
    #expect(bench.machine.served == [1: 1], "it serves all the while")
  }
}
