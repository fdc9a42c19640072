import Testing
import Threading

@testable import Messaging

@Suite("Talking under CURVE")
struct TalkingTests {
  @Test("A message goes there and its answer comes back, and the router knows who sent it")
  func roundTrip() throws {
    let world = try World()
    let (router, dealer) = (try world.router(), try world.dealer())
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try send("how many?", from: dealer, to: router)
    let question = try receive(router, watching: [dealer])
    #expect(question.text == "how many?")
    #expect(try question.identity == World.identity("barcelona-1"))
    let peer = try #require(question.from)
    #expect(router.send(Array("12".utf8), to: peer) == .sent)
    let answer = try poll([router], [dealer], "answer") { dealer.receive() }
    #expect(answer.text == "12")
    #expect(answer.from == nil)
    #expect(dealer.problem == nil)
    #expect(world.authenticator.snapshot.accepted == 1)
  }

  @Test(
    "The largest frame arrives whole, and the empty one too",
    arguments: [0, MessageLimit.maximumBytes])
  func sizes(count: Int) throws {
    let world = try World()
    let (router, dealer) = (try world.router(), try world.dealer())
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try poll([router], [dealer], "connection") { dealer.send(bytes) == .sent ? () : nil }
    let incoming = try receive(router, watching: [dealer])
    #expect(incoming.bytes == bytes)
    let peer = try #require(incoming.from)
    #expect(router.send(bytes, to: peer) == .sent)
    #expect(try poll([router], [dealer], "answer") { dealer.receive() }.bytes == bytes)
  }

  @Test("A message to a connection that was never there is unreachable")
  func unreachable() throws {
    let router = try Router(localIn: try Context())
    #expect(router.send([1], to: RoutingID(number: 77)) == .unreachable)
    #expect(router.traffic.unreachable == 1)
  }

  @Test("A message to a peer that left is unreachable")
  func left() throws {
    let world = try World()
    let (router, dealer) = (try world.router(), try world.dealer())
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try send("here", from: dealer, to: router)
    let peer = try #require(try receive(router, watching: [dealer]).from)
    dealer.disconnect()
    try poll([router], [dealer], "refusal") {
      router.send([1], to: peer) == .unreachable ? () : nil
    }
  }

  @Test("A peer that reads nothing fills its queue, and every message that was taken arrives")
  func fullQueue() throws {
    let context = try Context()
    let limits = SocketLimits(sendQueue: 4, receiveQueue: 4)
    let router = try Router(localIn: context, limits: limits)
    let dealer = try Dealer(localIn: context, limits: limits)
    try dealer.connect(try router.bind("inproc://full"))
    #expect(dealer.send([0]) == .sent)
    let peer = try #require(try receive(router).from)
    var taken: UInt8 = 0
    while router.send([taken], to: peer) == .sent, taken < 200 { taken += 1 }
    #expect(taken < 200)
    #expect(router.send([taken], to: peer) == .wouldBlock)
    var arrived: [UInt8] = []
    while let incoming = dealer.receive() { arrived += incoming.bytes }
    #expect(arrived == Array(0..<taken))
    // libzmq reports room only after a batch was read and after the I/O thread saw it.
    try poll([router], [dealer], "room") { router.send([1], to: peer) == .sent ? () : nil }
  }

  @Test("A dealer without a connection queues nothing")
  func nothingStale() throws {
    let dealer = try Dealer(localIn: try Context())
    try dealer.connect("tcp://127.0.0.1:1")
    #expect(dealer.send([1]) == .unreachable)
    #expect(dealer.traffic.unreachable == 1)
  }

  @Test("A server that comes back at the same port is found again")
  func restart() throws {
    let world = try World()
    let dealer = try world.dealer()
    var router: Router? = try world.router()
    let endpoint = try #require(try router?.bind("tcp://127.0.0.1:*"))
    try dealer.connect(endpoint)
    if let router {
      try send("first", from: dealer, to: router)
      #expect(try receive(router, watching: [dealer]).text == "first")
    }
    router = nil
    try poll([], [dealer], "loss") { dealer.problem == nil ? nil : () }
    let second = try world.router()
    // The I/O thread lets go of the port a little after the socket is closed.
    _ = try poll([], [dealer], "free port") { try? second.bind(endpoint) }
    try send("second", from: dealer, to: second)
    #expect(try receive(second, watching: [dealer]).text == "second")
  }

  @Test("A dealer has one peer")
  func onePeer() throws {
    let dealer = try Dealer(localIn: try Context())
    try dealer.connect("tcp://127.0.0.1:1")
    #expect(throws: MessagingError.alreadyConnected(endpoint: "tcp://127.0.0.1:1")) {
      try dealer.connect("tcp://127.0.0.1:2")
    }
  }
}
