import TestSupport
import Testing
import Threading

@testable import Messaging

@Suite("Keys that are changed")
struct KeyChangeTests {
  @Test("are taken over by what listens: whoever knows the new one is let in, the other one is not")
  func listening() throws {
    let world = try World()
    let router = try world.router()
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let before = try world.dealer()
    try before.connect(endpoint)
    try send("before", from: before, to: router)
    #expect(try receive(router, watching: [before]).text == "before")

    let new = try CurveKeyPair.generate()
    try router.listen(with: new)
    try poll([router], [], "listening") {
      _ = router.resumeListening()
      return router.isListening ? () : nil
    }
    let after = try world.dealer(serverKey: new.publicKey)
    try after.connect(endpoint)
    try send("after", from: after, to: router)
    let heard = try receive(router, watching: [after])
    #expect(heard.text == "after" && heard.key == world.clientKeys.publicKey)
    try poll([router], [before], "the end of the handshake") {
      before.watch.state == .mismatched ? () : nil
    }
  }

  @Test(
    "leave nobody deaf without a word: whoever has the port meanwhile is named, until it is free")
  func deaf() throws {
    let world = try World()
    let router = try world.router()
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    var other: Router?
    // libzmq lets go of the port a moment after it was told to: one of these is quicker.
    repeat {
      try router.listen(with: try CurveKeyPair.generate())
      for _ in 0..<1_000 where other == nil && !router.isListening {
        let taker = try world.router()
        if (try? taker.bind(endpoint)) != nil { other = taker }
      }
      if other == nil {
        try poll([router], [], "listening") {
          _ = router.resumeListening()
          return router.isListening ? () : nil
        }
      }
    } while other == nil
    let trouble = try poll([], [], "a word about it") { router.resumeListening() }
    #expect("\(trouble)".contains(endpoint), "\(trouble)")
    #expect(!router.isListening)
    other = nil
    try poll([router], [], "listening") {
      _ = router.resumeListening()
      return router.isListening ? () : nil
    }
  }

  @Test("are found in their file, once, and a file that is no key changes nothing")
  func watched() throws {
    let world = try World()
    let path = world.folder.file("w.secret")
    try KeyFile.writeSecret(world.serverKeys, to: path)
    // Time stands still: only what is asked for lets it pass.
    let start = MonotonicClock().now
    var watch = KeyWatch(path, holding: try KeyFile.readSecret(path))
    func changes(atOnce: Bool = true, later milliseconds: Int64 = 0) -> Bool {
      watch.hasChanged(at: start + milliseconds, atOnce: atOnce)
    }
    #expect(!changes(atOnce: false), "the same")
    let next = world.folder.file("next")
    try KeyFile.writeSecret(world.clientKeys, to: next)
    try KeyFile.move(next, to: path)
    #expect(!changes(atOnce: false), "looked at just now")
    #expect(changes())
    #expect(watch.keys?.publicKey == world.clientKeys.publicKey)
    #expect(!changes(atOnce: false, later: KeyWatch.lookMilliseconds))

    try World.write("nonsense\n", to: next)
    try KeyFile.move(next, to: path)
    #expect(!changes())
    #expect(watch.trouble != nil && watch.keys?.publicKey == world.clientKeys.publicKey)

    try KeyFile.remove(path)
    try KeyFile.remove(path)
    #expect(changes())
    #expect(watch.keys == nil && watch.trouble == nil)
  }

  @Test("go from a list one by one, with everything else as it is")
  func listed() throws {
    let keys = try (0..<3).map { _ in try CurveKeyPair.generate().publicKey }
    let lines = try keys.map { AllowList.line($0, try World.identity("w")) }
    let text = "# who is let in\n\n" + lines.joined()
    #expect(
      AllowList.text(text, withoutKeys: [keys[1]]) == "# who is let in\n\n" + lines[0] + lines[2])
    #expect(AllowList.text(text, withoutKeys: []) == text)
  }
}
