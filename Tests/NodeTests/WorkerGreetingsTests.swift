import Coordination
import Testing
import Threading
import WireProtocol

@testable import CoordinatorNode

@Suite("The workers that a standby hears")
struct WorkerGreetingsTests {
  private func moment(_ milliseconds: Int64) -> Moment { Moment(milliseconds: milliseconds) }

  private func greet(
    _ greetings: inout WorkerGreetings, _ name: String, as sender: String? = nil,
    role: Role = .worker, at time: Int64
  ) throws {
    let node = try #require(NodeName(name))
    let hello = Hello(
      node: node, incarnation: 1, clusterID: 1, endpoint: "tcp://\(name)", publicKey: name,
      credits: 1, held: [])
    greetings.note(
      Frame(.hello(hello)),
      from: Sender(address: Address(Array(name.utf8)), role: role, name: sender ?? name),
      at: moment(time))
  }

  @Test("are known by when each was heard last, once")
  func heard() throws {
    var greetings = WorkerGreetings(lostAfterSeconds: 3)
    let (a, b) = (try #require(NodeName("a")), try #require(NodeName("b")))
    try greet(&greetings, "a", at: 1_000)
    try greet(&greetings, "b", at: 1_500)
    try greet(&greetings, "a", at: 2_000)
    #expect(greetings.take() == [a: moment(2_000), b: moment(1_500)])
    #expect(greetings.take().isEmpty)
  }

  @Test("are given the time in which they greet, also where a loss is found sooner")
  func spare() throws {
    var greetings = WorkerGreetings(lostAfterSeconds: 1)
    try greet(&greetings, "a", at: 1_000)
    #expect(greetings.take().values.first == moment(3_000))
  }

  @Test("are those that the keys say, and workers")
  func others() throws {
    var greetings = WorkerGreetings(lostAfterSeconds: 3)
    try greet(&greetings, "a", as: "b", at: 1_000)
    try greet(&greetings, "c", role: .client, at: 1_000)
    #expect(greetings.take().isEmpty)
  }

  @Test("are not taken for silent by one that was held up itself")
  func heldUp() throws {
    var greetings = WorkerGreetings(lostAfterSeconds: 3)
    greetings.turn(at: moment(900))
    try greet(&greetings, "a", at: 1_000)
    greetings.turn(at: moment(1_050))
    #expect(!greetings.take().isEmpty)
    try greet(&greetings, "a", at: 1_100)
    greetings.turn(at: moment(9_000))
    #expect(greetings.take().isEmpty)
  }
}
