import Testing
import Threading

@testable import Messaging

@Suite("What is refused")
struct RefusalTests {
  @Test("An unlisted key is refused, counted, and the client can say so and what to do")
  func unlistedKey() throws {
    let world = try World(listed: false)
    let (router, dealer) = (try world.router(), try world.dealer())
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    try dealer.connect(endpoint)
    let problem = try poll([router], [dealer], "refusal") {
      dealer.watch.state == .refused ? dealer.problem : nil
    }
    #expect(problem == .keyRefused(endpoint: endpoint, key: world.clientKeys.publicKey))
    #expect("\(problem)".contains("add the line \"\(world.clientKeys.publicKey) ROLE NAME\""))
    #expect(dealer.watch.takeEvents().contains(.keyRefused))
    #expect(dealer.send([1]) == .unreachable)
    #expect(world.authenticator.snapshot.refusedUnlisted == 1)
    try poll([router], [dealer], "count") { router.watch.counts.keysRefused == 1 ? () : nil }
    #expect(router.receive() == nil)
  }

  @Test("A key that is added to the list while all runs is let in")
  func reload() throws {
    let world = try World(listed: false)
    let (router, dealer) = (try world.router(), try world.dealer())
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try poll([router], [dealer], "refusal") { dealer.watch.state == .refused ? () : nil }
    let line = AllowList.line(world.clientKeys.publicKey, try World.identity("late-1"))
    try World.write(line, to: world.listPath)
    try poll([router], [dealer], "reload") {
      world.authenticator.snapshot.reloads == 1 ? () : nil
    }
    try dealer.reconnect()
    try send("in", from: dealer, to: router)
    #expect(try receive(router, watching: [dealer]).identity == World.identity("late-1"))
  }

  @Test("A list that went bad is counted, and the one before stays in force")
  func badReload() throws {
    let world = try World()
    let (router, dealer) = (try world.router(), try world.dealer())
    try World.write("nonsense\n", to: world.listPath)
    let failure = try poll([], [], "failed reload") { world.authenticator.snapshot.reloadFailure }
    #expect("\(failure)".contains("allowed:1: 1 words; a line is: KEY ROLE NODE"))
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try send("still", from: dealer, to: router)
    #expect(try receive(router, watching: [dealer]).text == "still")
  }

  @Test("A client that expects another server key is told that the handshake fails")
  func wrongServerKey() throws {
    let world = try World()
    let router = try world.router()
    let dealer = try world.dealer(serverKey: try CurveKeyPair.generate().publicKey)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    try dealer.connect(endpoint)
    let problem = try poll([router], [dealer], "failure") {
      dealer.watch.state == .mismatched ? dealer.problem : nil
    }
    #expect(problem == .handshakeFailed(endpoint: endpoint))
    try poll([router], [dealer], "count") { router.watch.counts.handshakesFailed > 0 ? () : nil }
    #expect(world.authenticator.snapshot.accepted == 0)
  }

  @Test("A client where nobody listens is told so")
  func nobody() throws {
    let dealer = try World().dealer()
    try dealer.connect("tcp://127.0.0.1:1")
    try poll([], [dealer], "failure") { dealer.watch.counts.connectsFailed > 0 ? () : nil }
    #expect(dealer.problem == .nobodyListens(endpoint: "tcp://127.0.0.1:1"))
  }

  @Test("A client without keys does not get in")
  func noKeys() throws {
    let world = try World()
    let (router, dealer) = (try world.router(), try Dealer(localIn: try Context()))
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try poll([router], [dealer], "failure") {
      router.watch.counts.handshakesFailed > 0 ? () : nil
    }
    #expect(dealer.send([1]) == .unreachable)
    #expect(world.authenticator.snapshot.accepted == 0)
  }

  @Test("A router with CURVE keeps its authenticator answering after its maker let go of it")
  func noRouterWithoutAuthenticator() throws {
    let (router, serverKey) = try {
      let world = try World(listed: false)
      return (try world.router(), world.serverKeys.publicKey)
    }()
    let stranger = try Dealer(
      in: try Context(), keys: try .generate(), serverKey: serverKey)
    try stranger.connect(try router.bind("tcp://127.0.0.1:*"))
    try poll([router], [stranger], "refusal") { stranger.watch.state == .refused ? () : nil }
  }

  @Test("A context has one authenticator")
  func twoAuthenticators() throws {
    let world = try World()
    #expect(throws: MessagingError.self) {
      try Authenticator(world.authenticator.context, allowListPath: world.listPath)
    }
  }

  @Test("Without keys a socket does not leave the machine")
  func localOnly() throws {
    let context = try Context()
    #expect(throws: MessagingError.notLocal(endpoint: "tcp://0.0.0.0:*")) {
      try Router(localIn: context).bind("tcp://0.0.0.0:*")
    }
    #expect(throws: MessagingError.notLocal(endpoint: "tcp://10.0.0.7:5040")) {
      try Dealer(localIn: context).connect("tcp://10.0.0.7:5040")
    }
  }

  @Test("A message of 100,000 parts is thrown away and counted, and others are served")
  func manyParts() throws {
    let world = try World()
    let router = try world.router()
    let (hostile, honest) = (try world.dealer(), try world.dealer())
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    try hostile.connect(endpoint)
    try honest.connect(endpoint)
    try send("hello", from: hostile, to: router)
    try send("hello", from: honest, to: router)
    _ = try receive(router, watching: [hostile, honest])
    _ = try receive(router, watching: [hostile, honest])
    #expect(hostile.socket.send(parts: Array(repeating: [1], count: 100_000)))
    #expect(honest.send(Array("still here".utf8)) == .sent)
    try poll([router], [hostile, honest], "message and refusal") {
      let incoming = router.receive()
      if let incoming { #expect(incoming.text == "still here") }
      return router.traffic.refusedParts == 1 && router.traffic.received == 3 ? () : nil
    }
    try send("and after", from: hostile, to: router)
    #expect(try receive(router, watching: [hostile, honest]).text == "and after")
  }

  @Test("A message over the limit costs its sender the connection and nobody else")
  func oversized() throws {
    let world = try World()
    let router = try world.router()
    let (hostile, honest) = (try world.dealer(), try world.dealer())
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    try hostile.connect(endpoint)
    try honest.connect(endpoint)
    try send("hello", from: hostile, to: router)
    try send("hello", from: honest, to: router)
    _ = try receive(router, watching: [hostile, honest])
    _ = try receive(router, watching: [hostile, honest])
    #expect(
      hostile.socket.send(parts: [[UInt8](repeating: 1, count: 8 * MessageLimit.maximumBytes)]))
    try poll([router], [hostile, honest], "cut") {
      #expect(router.receive() == nil)
      return router.watch.counts.lost == 1 ? () : nil
    }
    #expect(honest.send(Array("unharmed".utf8)) == .sent)
    #expect(try receive(router, watching: [hostile, honest]).text == "unharmed")
    #expect(honest.watch.counts.lost == 0)
  }

  @Test("A message a few bytes over the limit is thrown away and counted")
  func slightlyOversized() throws {
    let context = try Context()
    let (router, dealer) = (try Router(localIn: context), try Dealer(localIn: context))
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try send("hello", from: dealer, to: router)
    _ = try receive(router, watching: [dealer])
    #expect(
      dealer.socket.send(parts: [[UInt8](repeating: 1, count: MessageLimit.maximumBytes + 1)]))
    try poll([router], [dealer], "refusal") {
      #expect(router.receive() == nil)
      return router.traffic.refusedSize == 1 ? () : nil
    }
  }

  @Test("A peer that chose its own routing id is not heard")
  func ownRoutingID() throws {
    let context = try Context()
    let (router, dealer) = (try Router(localIn: context), try Dealer(localIn: context))
    try dealer.socket.set(5 /* ZMQ_ROUTING_ID */, to: "coordinator")
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    try send("hello", from: dealer, to: router)
    try poll([router], [dealer], "refusal") {
      #expect(router.receive() == nil)
      return router.traffic.refusedRouting == 1 ? () : nil
    }
  }

  @Test("An endpoint that cannot be bound says which and what to do")
  func badEndpoint() throws {
    let router = try Router(localIn: try Context())
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let other = try Router(localIn: try Context())
    let error = #expect(throws: MessagingError.self) { try other.bind(endpoint) }
    #expect(
      error
        == .cannotBind(endpoint: endpoint, reason: "Address already in use"))
  }
}
