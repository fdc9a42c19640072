import Telemetry
import Testing

@testable import Messaging

@Suite("Keys that are taken off the list")
struct RevocationTests {
  private func replaceList(_ world: World, with text: String) throws {
    let version = world.authenticator.allowListVersion
    try World.write(text, to: world.listPath)
    try poll([], [], "reload") { world.authenticator.allowListVersion > version ? () : nil }
  }

  @Test("are told once, and neither heard nor answered any more on the connection that they have")
  func revoked() throws {
    let world = try World()
    let (router, dealer) = (try world.router(), try world.dealer())
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try send("before", from: dealer, to: router)
    let peer = try #require(try receive(router, watching: [dealer]).from)
    #expect(router.takeRevoked().isEmpty)

    try replaceList(world, with: "# nobody\n")
    let revoked = router.takeRevoked()
    #expect(revoked.map(\.peer) == [peer])
    #expect(try revoked.first?.identity == World.identity("barcelona-1"))
    #expect(revoked.first?.key == world.clientKeys.publicKey)
    #expect(router.takeRevoked().isEmpty)
    #expect(router.send([1], to: peer) == .unreachable)
    router.sendLast([9], to: try #require(revoked.first))
    let last = try poll([router], [dealer], "the last word") { dealer.receive() }
    #expect(last.bytes == [9])

    // The connection is open still; what comes over it is thrown away.
    try poll([router], [dealer], "sending") { dealer.send([2]) == .sent ? () : nil }
    try poll([router], [dealer], "a refusal") {
      #expect(router.receive() == nil)
      return router.traffic.refusedRevoked == 1 ? () : nil
    }
    #expect(router.takeRevoked().isEmpty)
  }

  @Test("are told so too when they said nothing before")
  func silent() throws {
    let world = try World()
    let (router, dealer) = (try world.router(), try world.dealer())
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try poll([router], [dealer], "handshake") { dealer.watch.state == .ready ? () : nil }
    try replaceList(world, with: "# nobody\n")
    #expect(router.takeRevoked().isEmpty)
    #expect(dealer.send([1]) == .sent)
    let revoked = try poll([router], [dealer], "a message") {
      _ = router.receive()
      return router.takeRevoked().first
    }
    #expect(revoked.identity == nil && revoked.key == world.clientKeys.publicKey)
  }

  @Test("have another role from the next message on when the list says so")
  func changedRole() throws {
    let world = try World()
    let (router, dealer) = (try world.router(), try world.dealer())
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try send("before", from: dealer, to: router)
    #expect(try receive(router, watching: [dealer]).identity?.role == .worker)
    let other = try #require(Identity(role: .observer, node: "barcelona-1"))
    try replaceList(world, with: AllowList.line(world.clientKeys.publicKey, other))
    try send("after", from: dealer, to: router)
    #expect(try receive(router, watching: [dealer]).identity == other)
    #expect(router.takeRevoked().isEmpty)
  }

  @Test("are let in again when they are put back")
  func putBack() throws {
    let world = try World()
    let (router, dealer) = (try world.router(), try world.dealer())
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try send("before", from: dealer, to: router)
    let peer = try #require(try receive(router, watching: [dealer]).from)
    try replaceList(world, with: "# nobody\n")
    #expect(router.takeRevoked().count == 1)
    let identity = try World.identity("barcelona-1")
    try replaceList(world, with: AllowList.line(world.clientKeys.publicKey, identity))
    try send("after", from: dealer, to: router)
    #expect(try receive(router, watching: [dealer]).identity == identity)
    #expect(router.send([1], to: peer) == .sent)
  }

  @Test("are remembered for as many peers as are heard, and no more")
  func book() throws {
    let key = try CurveKeyPair.generate().publicKey
    let list = AllowList([key: try World.identity("a")])
    var book = PeerBook()
    for number in 0..<UInt32(3 * PeerBook.peersPerAge) {
      _ = book.hear(RoutingID(number: number), key, by: list)
    }
    #expect(book.peer(RoutingID(number: 0)) == nil)
    #expect(book.peer(RoutingID(number: UInt32(3 * PeerBook.peersPerAge - 1))) != nil)
    #expect(book.take(AllowList([:])).count <= 2 * PeerBook.peersPerAge)
  }

  @Test("leave the rest of a list as it is")
  func text() throws {
    let keys = try (0..<3).map { _ in try CurveKeyPair.generate().publicKey }
    let text = """
      # who
      \(keys[0])   worker  a
      # a was here
      \(keys[1]) client ab

      \(keys[2]) operator a

      """
    #expect(
      AllowList.text(text, without: "a") == """
        # who
        # a was here
        \(keys[1]) client ab


        """)
    #expect(AllowList.text(text, without: "b") == text)
  }
}
