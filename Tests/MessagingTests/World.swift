import Messaging
import Telemetry
import TestSupport
import Threading

/// A coordinator with its allow-list, and keys for those who want to talk to it.
struct World {
  let folder: TemporaryFolder
  let serverKeys: CurveKeyPair
  let clientKeys: CurveKeyPair
  let authenticator: Authenticator

  var listPath: String { folder.file("allowed") }

  init(listed: Bool = true) throws {
    folder = try TemporaryFolder()
    serverKeys = try .generate()
    clientKeys = try .generate()
    let line = AllowList.line(clientKeys.publicKey, try World.identity("barcelona-1"))
    try World.write(listed ? line : "# nobody yet\n", to: folder.file("allowed"))
    authenticator = try Authenticator(
      try Context(), allowListPath: folder.file("allowed"),
      logger: Logger("test", sink: LogSink(descriptor: -1, level: .off)))
  }

  func router(limits: SocketLimits = .control) throws -> Router {
    try Router(authenticator, keys: serverKeys, limits: limits)
  }

  /// A dealer in a context of its own, as another process has.
  func dealer(
    keys: CurveKeyPair? = nil, serverKey: PublicKey? = nil, limits: SocketLimits = .control
  ) throws -> Dealer {
    try Dealer(
      in: try Context(), keys: keys ?? clientKeys, serverKey: serverKey ?? serverKeys.publicKey,
      limits: limits)
  }

  static func identity(_ node: String) throws -> Identity {
    guard let identity = Identity(role: .worker, node: node) else {
      throw TestFailure("\(node) is no name")
    }
    return identity
  }
}

struct TestFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Polls until `body` has an answer. What is tested ends it, long before the deadline.
func poll<Answer>(
  _ routers: [Router] = [], _ dealers: [Dealer] = [], seconds: Int64 = 20, _ what: String,
  _ body: () throws -> Answer?
) throws -> Answer {
  let poller = Poller()
  for router in routers { _ = poller.add(router) }
  for dealer in dealers { _ = poller.add(dealer) }
  let clock = MonotonicClock()
  let deadline = clock.now + seconds * 1_000
  while clock.now < deadline {
    if let answer = try body() { return answer }
    _ = poller.wait(timeoutMilliseconds: 5)
  }
  throw TestFailure("no \(what) within \(seconds) s")
}

/// Sends until it was taken.
func send(_ text: String, from dealer: Dealer, to router: Router) throws {
  try poll([router], [dealer], "connection") {
    dealer.send(Array(text.utf8)) == .sent ? () : nil
  }
}

func receive(_ router: Router, watching dealers: [Dealer] = []) throws -> Incoming {
  try poll([router], dealers, "message") { router.receive() }
}

extension Incoming {
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
