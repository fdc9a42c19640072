import Testing
import WireProtocol

@testable import Coordination

@Suite("Several coordinators, as the one that leads sees them")
struct SeatTests {
  private func card(_ name: String) throws -> PeerAddress {
    PeerAddress(node: try #require(NodeName(name)), endpoint: "tcp://\(name)", publicKey: name)
  }

  @Test("workers are told where all of them are when they join, and when that changes")
  func told() throws {
    let bench = try CoordinatorBench()
    let (first, second) = (try card("c-1"), try card("c-2"))
    bench.step(.seat(SeatStatus(coordinators: [first])))
    try bench.place(on: ["a"])
    func welcomes(_ bench: CoordinatorBench) -> [[PeerAddress]] {
      bench.takeMessages(to: "a").compactMap { message in
        if case .welcome(let welcome) = message { welcome.coordinators } else { nil }
      }
    }
    try bench.greet("a", incarnation: 2, clusterID: 0xC1, held: bench.held(by: "a"))
    #expect(welcomes(bench) == [[first]])
    bench.step(.seat(SeatStatus(coordinators: [first, second])))
    #expect(welcomes(bench) == [[first, second]])
    bench.step(.seat(SeatStatus(coordinators: [first, second], trouble: "etcd is silent")))
    #expect(welcomes(bench).isEmpty, "nothing new for them")
  }

  @Test("the status names them, and says when nobody stands by or the seat is not sure")
  func judged() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    #expect(bench.status().coordinators == nil && bench.status().colour == .green)
    bench.step(.seat(SeatStatus(coordinators: [try card("c-1")])))
    #expect(bench.status().topics == ["no-standby"])
    bench.step(.seat(SeatStatus(coordinators: [try card("c-1"), try card("c-2")])))
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
    #expect(bench.status().coordinators?.map(\.name) == ["c-1", "c-2"])
    let trouble = "etcd is silent"
    bench.step(
      .seat(SeatStatus(coordinators: [try card("c-1"), try card("c-2")], trouble: trouble)))
    #expect(bench.status().topics == ["unsure-leader"])
    #expect(bench.status().reasons.first?.contains(trouble) ?? false)
    #expect(bench.status().servedShards == 4, "what there is goes on")
  }

  @Test("records that cannot be written are no alarm of their own while the seat is not sure")
  func records() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    let both = [try card("c-1"), try card("c-2")]
    bench.step(.seat(SeatStatus(coordinators: both, trouble: "etcd is silent")))
    bench.machine.store("run/x", [1], .record)
    bench.step(.tick)
    let write = try #require(bench.takeWrite())
    bench.step(.storeFailed(token: write.token, reason: "etcd is silent"))
    #expect(bench.status().colour == .yellow, "\(bench.status().reasons)")
    #expect(bench.status().topics?.contains("records") ?? false)
    #expect(bench.status().topics?.contains("unsure-leader") ?? false)
    bench.step(.seat(SeatStatus(coordinators: both)))
    #expect(bench.status().colour == .red, "etcd answers, and does not take it")
  }
}
