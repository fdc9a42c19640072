import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("The coordinator and its workers")
struct CoordinatorMembershipTests {
  private func refusal(_ messages: [Message]) -> Refusal? {
    messages.lazy.compactMap { if case .refusal(let refusal) = $0 { refusal } else { nil } }.first
  }

  @Test(
    "nothing is said before the coordinator's identity is durable, then what came early is taken")
  func identityFirst() throws {
    let bench = try CoordinatorBench(isEstablished: false)
    try bench.greet("a")
    bench.hear(.mapRequest, from: "c", as: .client)
    #expect(bench.takeSent().isEmpty)
    bench.finishWrites()
    let sent = bench.takeSent()
    #expect(sent.contains { $0.frame.message == .welcome(Welcome(clusterID: 0xC1, shardCount: 4)) })
    #expect(sent.contains { $0.to == CoordinatorBench.address("c") })
  }

  @Test("the status is told even before, and says that the coordinator is starting")
  func statusFirst() throws {
    let bench = try CoordinatorBench(isEstablished: false)
    bench.hear(.statusRequest, from: "c", as: .client)
    guard case .status(let json)? = bench.takeMessages(to: "c").first else {
      Issue.record("no status")
      return
    }
    #expect(json.contains("the coordinator is starting"))
  }

  @Test("a coordinator that crashed before its term was durable does not use that term again")
  func terms() throws {
    let first = try CoordinatorBench()
    try first.greet("a")
    let before = try #require(first.orders(of: "a")).version
    let second = try first.restarted()
    try second.greet("a")
    #expect(try #require(second.orders(of: "a")).version > before)
  }

  @Test("a placement is told only once it is durable")
  func placementFirst() throws {
    let bench = try CoordinatorBench()
    try bench.greet("a")
    bench.pass(100)
    #expect(bench.writes.map(\.key) == ["placement"])
    #expect(try #require(bench.orders(of: "a")).owned.isEmpty)
    bench.hear(.mapRequest, from: "c", as: .client)
    guard case .map(let map)? = bench.takeMessages(to: "c").last else {
      Issue.record("no map")
      return
    }
    #expect(map.placement.version == 0)
    bench.finishWrites()
    #expect(try #require(bench.takeOrders(of: "a")).owned.map(\.shard) == [0, 1, 2, 3])
  }

  @Test("a second worker of the same name ends the first, not the other way round")
  func sameName() throws {
    let bench = try CoordinatorBench()
    try bench.greet("a", incarnation: 5)
    try bench.greet("a", incarnation: 9)
    _ = bench.takeSent()
    try bench.beat("a", incarnation: 5)
    #expect(refusal(bench.takeMessages(to: "a"))?.code == .foreign)
    try bench.greet("a", incarnation: 5)
    #expect(refusal(bench.takeMessages(to: "a"))?.code == .foreign)
    try bench.beat("a", incarnation: 9)
    #expect(refusal(bench.takeMessages(to: "a")) == nil)
  }

  @Test("a worker that comes back without the data that it had is not given it to serve empty")
  func withoutData() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    try bench.greet("a", incarnation: 2, clusterID: 0xC1, held: [HeldShard(shard: 1, epoch: 1)])
    let refusal = refusal(bench.takeMessages(to: "a"))
    #expect(refusal?.code == .failed)
    #expect(refusal?.reason.contains("3 shards") ?? false)
    try bench.greet(
      "a", incarnation: 3, clusterID: 0xC1,
      held: (0..<4).map { HeldShard(shard: $0, epoch: 1) })
    #expect(self.refusal(bench.takeMessages(to: "a")) == nil)
  }

  @Test("a greeting with a shard that does not exist is taken without it")
  func unknownShard() throws {
    let bench = try CoordinatorBench()
    try bench.greet("a", held: [HeldShard(shard: 900, epoch: 1)])
    #expect(try #require(bench.orders(of: "a")).released.isEmpty)
  }

  @Test("data of another cluster is refused")
  func foreignData() throws {
    let bench = try CoordinatorBench()
    try bench.greet("a", clusterID: 0xBAD)
    #expect(refusal(bench.takeMessages(to: "a"))?.code == .foreign)
  }

  @Test("a key's role and name decide what its holder may say")
  func roles() throws {
    let bench = try CoordinatorBench()
    let node = try #require(NodeName("a"))
    let hello = Hello(
      node: node, incarnation: 1, clusterID: 0, endpoint: "", publicKey: "", credits: 1, held: [])
    let run = RunRequest(token: 1, kind: .train, asOf: nil, settings: [])
    let forbidden: [(Message, String, Role)] = [
      (.hello(hello), "a", .client), (.hello(hello), "b", .worker),
      (.heartbeat(Heartbeat(node: node, incarnation: 1, ordersVersion: 0)), "a", .client),
      (.runRequest(run), "a", .worker), (.documentChange(base: 0, content: [0]), "a", .worker),
    ]
    for (message, name, role) in forbidden {
      bench.hear(message, from: name, as: role)
      #expect(refusal(bench.takeMessages(to: name))?.code == .forbidden, "kind \(message.kind)")
    }
  }

  @Test("a silent worker is lost and red, and serves again when it is heard")
  func lost() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a", "b"])
    for _ in 0..<8 {
      bench.pass(500)
      try bench.beat("a")
    }
    #expect(bench.status().nodes.map(\.state) == ["serving", "lost"])
    #expect(bench.status().colour == .red)
    try bench.beat("b")
    #expect(bench.status().nodes.map(\.state) == ["serving", "serving"])
  }

  @Test("a lost worker that only greets obeys another coordinator, and is given orders")
  func astray() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a", "b"])
    for _ in 0..<8 {
      bench.pass(500)
      try bench.beat("a")
    }
    _ = bench.takeSent()
    try bench.greet("b", clusterID: 0xC1, held: held(by: "b", in: bench))
    #expect(bench.status().nodes.map(\.state) == ["serving", "serving"])
    #expect(bench.takeOrders(of: "b") != nil)
  }

  @Test("workers are not lost because the coordinator was held up")
  func heldUp() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    bench.pass(60_000)
    #expect(bench.status().nodes.map(\.state) == ["serving"])
  }

  @Test("a leaving worker stays while a coordinator that has just started may not know the others")
  func leavingEarly() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a", "b"])
    let again = try bench.restarted()
    try again.greet("a", incarnation: 2, clusterID: 0xC1, held: held(by: "a", in: again))
    for _ in 0..<10 {
      try again.beat("a", incarnation: 2, isLeaving: true)
      again.pass(500)
    }
    _ = again.takeSent()
    try again.beat("a", incarnation: 2, isLeaving: true)
    #expect(try #require(again.takeOrders(of: "a")).mayLeave == false)
  }

  private func held(by name: String, in bench: CoordinatorBench) -> [HeldShard] {
    (0..<4).filter { bench.machine.primary(of: $0)?.text == name }
      .map { HeldShard(shard: $0, epoch: 1) }
  }

  @Test("the last worker may leave with its shards")
  func lastOne() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    for _ in 0..<8 {
      bench.pass(500)
      try bench.beat("a", isLeaving: true)
    }
    _ = bench.takeSent()
    try bench.beat("a", isLeaving: true)
    #expect(try #require(bench.takeOrders(of: "a")).mayLeave)
  }

  @Test("a worker that a placement on its way to the disk names may not leave")
  func leavingWhileStored() throws {
    let bench = try CoordinatorBench()
    try bench.greet("a")
    bench.pass(100)
    try bench.beat("a", isLeaving: true)
    #expect(bench.takeOrders(of: "a").map(\.mayLeave) == false)
  }

  @Test("a full cluster makes room by forgetting a lost worker without shards")
  func room() throws {
    let bench = try CoordinatorBench(minimumWorkers: 1_000)
    for number in 0..<Limits.nodes { try bench.greet("n\(number)") }
    try bench.greet("late")
    #expect(refusal(bench.takeMessages(to: "late"))?.code == .failed)
    for _ in 0..<40 { bench.pass(100) }
    try bench.greet("late")
    #expect(refusal(bench.takeMessages(to: "late")) == nil)
    #expect(bench.status().nodes.count == Limits.nodes)
  }
}
