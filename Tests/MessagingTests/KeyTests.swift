import Testing
import TestSupport

@testable import Messaging

@Suite("Keys and lists")
struct KeyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("A pair that was written is read again, with mode 0600")
  func files() throws {
    let keys = try CurveKeyPair.generate()
    let (secret, open) = (folder.file("node.secret"), folder.file("node.key"))
    try KeyFile.writeSecret(keys, to: secret)
    try KeyFile.writePublic(keys.publicKey, to: open)
    #expect(mode(secret) == 0o600)
    #expect(mode(open) == 0o644)
    #expect(try KeyFile.readSecret(secret).secret == keys.secret)
    #expect(try KeyFile.readSecret(secret).publicKey == keys.publicKey)
    #expect(try KeyFile.readPublic(open) == keys.publicKey)
  }

  @Test(
    "A secret that others may read is refused with the way out", arguments: [0o640, 0o604, 0o660])
  func exposed(bits: Int) throws {
    let path = folder.file("node.secret")
    try KeyFile.writeSecret(try .generate(), to: path)
    #expect(setMode(path, .init(bits)))
    let error = #expect(throws: MessagingError.self) { try KeyFile.readSecret(path) }
    #expect(error == .exposedSecret(path: path, mode: "0" + String(bits, radix: 8)))
    #expect(error?.description.contains("chmod 600 \(path)") == true)
  }

  @Test("A key file is never overwritten")
  func noOverwriting() throws {
    let path = folder.file("node.secret")
    let keys = try CurveKeyPair.generate()
    try KeyFile.writeSecret(keys, to: path)
    #expect(throws: MessagingError.fileExists(path: path)) {
      try KeyFile.writeSecret(try .generate(), to: path)
    }
    #expect(try KeyFile.readSecret(path).publicKey == keys.publicKey)
  }

  @Test("A file that is no key, and one that is not there, are errors that name it")
  func badFiles() throws {
    let path = folder.file("node.key")
    #expect(throws: MessagingError.file(path: path, reason: "No such file or directory")) {
      try KeyFile.readPublic(path)
    }
    try World.write("short\n", to: path)
    #expect(throws: MessagingError.notAKey(what: "what \(path) holds")) {
      try KeyFile.readPublic(path)
    }
  }

  @Test("A pair shows its public half only")
  func hidden() throws {
    let keys = try CurveKeyPair.generate()
    var dumped = ""
    dump(keys, to: &dumped)
    for text in ["\(keys)", String(reflecting: keys), dumped] {
      #expect(!text.contains(keys.secret))
      #expect(text.contains(keys.publicKey.text))
    }
  }

  @Test("A key is its text and its bytes alike, and nonsense is none")
  func text() throws {
    #expect(
      PublicKey(bytes: [UInt8](repeating: 0, count: 32))?.text == String(repeating: "0", count: 40))
    #expect(PublicKey(bytes: [1, 2, 3]) == nil)
    for text in ["", "0", String(repeating: "~", count: 40), String(repeating: "#", count: 40)] {
      #expect(throws: MessagingError.self) { try PublicKey(text) }
    }
  }

  @Test("A list gives each key its role and node; comments and blank lines are passed over")
  func list() throws {
    let (first, second) = (try CurveKeyPair.generate(), try CurveKeyPair.generate())
    let text = "# ours\n\n\(first.publicKey)  worker\tbcn-1 \r\n\(second.publicKey) operator ada\n"
    let list = try AllowList(parsing: text, path: "allowed")
    #expect(list.identities[first.publicKey] == Identity(role: .worker, node: "bcn-1"))
    #expect(list.identities[second.publicKey] == Identity(role: .operator, node: "ada"))
    #expect(list.contains(try World.identity("bcn-1")))
    #expect(try !list.contains(World.identity("bcn-2")))
  }

  @Test("A key that begins with # is a key and no comment")
  func hashKey() throws {
    let key = try #require(
      PublicKey(bytes: [0xFF, 0xFF, 0xFF, 0xFE] + [UInt8](repeating: 0, count: 28)))
    let hash = "#" + String(key.text.dropFirst())
    guard Z85.isKey(hash) else { return }
    #expect(try AllowList(parsing: "\(hash) worker w", path: "allowed").identities.count == 1)
  }

  @Test(
    "A bad line is an error with its number and what is wrong",
    arguments: [
      ("KEY worker", "2 words; a line is: KEY ROLE NODE"),
      ("short worker a", "\"short\" is not a key; keys are 40 characters of Z85"),
      (
        "KEY boss a",
        "role \"boss\" is none of worker, client, operator, observer, coordinator"
      ),
      ("KEY worker a/b", "node \"a/b\" is no name; use 1 to 64 letters, digits, . - _"),
      ("KEY worker a\nKEY worker b", "the key of line 2 again; remove one"),
    ])
  func badLines(text: String, reason: String) throws {
    let key = try CurveKeyPair.generate().publicKey.text
    let lines = text.split(separator: "\n").map {
      $0.hasPrefix("KEY") ? key + $0.dropFirst(3) : String($0)
    }
    let line = 1 + lines.count
    #expect(throws: MessagingError.badAllowList(path: "allowed", line: line, reason: reason)) {
      try AllowList(
        parsing: (["# list"] + lines).joined(separator: "\n"), path: "allowed")
    }
  }

  @Test("An identity has a name, and nothing else is one")
  func identity() throws {
    #expect(Identity(role: .worker, node: "bcn-1")?.description == "worker:bcn-1")
    for name in ["", "a:b", "a b", String(repeating: "a", count: 65)] {
      #expect(Identity(role: .worker, node: name) == nil, "\(name)")
    }
  }
}
