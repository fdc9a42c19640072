import FoundationEssentials
import TestSupport
import Testing
import Threading

@Suite("granary keys")
struct KeysVerbTests {
  @Test("makes a pair that only its owner can read, and lets it in")
  func add() throws {
    let folder = try TemporaryFolder()
    let cluster = folder.file("cluster")
    let result = try Binary.run(["keys", "worker-1", "--role", "worker", "--cluster", cluster])
    #expect(result.exit == .code(0))
    #expect(try mode(cluster) == "700")
    #expect(try mode("\(cluster)/keys") == "700")
    #expect(try mode("\(cluster)/keys/worker-1.secret") == "600")
    #expect(try mode("\(cluster)/keys/worker-1.public") == "644")
    let key = try #require(text("\(cluster)/keys/worker-1.public").split(separator: "\n").last)
    #expect(
      try text("\(cluster)/keys/allowed") == "# public key, role, node\n\(key) worker worker-1\n")
    #expect(result.output.hasSuffix("public key \(key)\n"))
    #expect(!result.output.contains(try secret("worker-1", in: cluster)))
  }

  @Test("never overwrites a key, and says so")
  func again() throws {
    let folder = try TemporaryFolder()
    let words = ["keys", "worker-1", "--role", "worker", "--cluster", folder.path]
    _ = try Binary.run(words)
    let before = try (secret("worker-1", in: folder.path), text(folder.file("keys/allowed")))
    let result = try Binary.run(words)
    #expect(result.exit == .code(2))
    #expect(
      result.errors
        == "granary: \(folder.path)/keys/worker-1.secret: exists, and keys are never overwritten; "
        + "move it away or choose another path\n")
    #expect(try before == (secret("worker-1", in: folder.path), text(folder.file("keys/allowed"))))
  }

  @Test("leaves nothing behind when the public key's file is in the way")
  func halfThere() throws {
    let folder = try TemporaryFolder()
    _ = try Binary.run(["keys", "a", "--role", "client", "--cluster", folder.path])
    try write("mine\n", folder.file("keys/b.public"))
    let result = try Binary.run(["keys", "b", "--role", "client", "--cluster", folder.path])
    #expect(result.exit == .code(2))
    #expect(!FileManager.default.fileExists(atPath: folder.file("keys/b.secret")))
    #expect(try text(folder.file("keys/b.public")) == "mine\n")
    #expect(try !text(folder.file("keys/allowed")).contains("client b"))
  }

  @Test("does not add to a list that nodes would refuse, and names its line")
  func badList() throws {
    let folder = try TemporaryFolder()
    _ = try Binary.run(["keys", "a", "--role", "client", "--cluster", folder.path])
    let list = try text(folder.file("keys/allowed")) + "nonsense"
    try write(list, folder.file("keys/allowed"))
    let result = try Binary.run(["keys", "b", "--role", "client", "--cluster", folder.path])
    #expect(result.exit == .code(2))
    #expect(result.errors.contains("keys/allowed:3: 1 words; a line is: KEY ROLE NODE"))
    #expect(try text(folder.file("keys/allowed")) == list)
    #expect(!FileManager.default.fileExists(atPath: folder.file("keys/b.secret")))
  }

  @Test("ends a last line that somebody left open")
  func openLine() throws {
    let folder = try TemporaryFolder()
    _ = try Binary.run(["keys", "a", "--role", "client", "--cluster", folder.path])
    try write(String(text(folder.file("keys/allowed")).dropLast()), folder.file("keys/allowed"))
    _ = try Binary.run(["keys", "b", "--role", "observer", "--cluster", folder.path])
    let lines = try text(folder.file("keys/allowed")).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.last?.hasSuffix(" observer b") == true)
  }

  @Test("lists who is let in, and whose secret is here")
  func list() throws {
    let folder = try TemporaryFolder()
    for (node, role) in [("worker-1", "worker"), ("ops", "operator")] {
      _ = try Binary.run(["keys", node, "--role", role, "--cluster", folder.path])
    }
    try FileManager.default.removeItem(atPath: folder.file("keys/ops.secret"))
    let json = try Binary.run(["keys", "--list", "--json", "--cluster", folder.path]).output
    let entries = try JSONDecoder().decode([Entry].self, from: Data(json.utf8))
    #expect(entries.map(\.node) == ["ops", "worker-1"])
    #expect(entries.map(\.role) == ["operator", "worker"])
    #expect(entries.map(\.secret_is_here) == [false, true])
    let table = try Binary.run(
      ["keys", "--list"],
      environment: [
        "GRANARY_CLUSTER_FOLDER": folder.path
      ]
    ).output
    #expect(table.contains("ops       operator"))
    #expect(table.contains("elsewhere"))
  }

  private struct Entry: Decodable {
    var node: String
    var role: String
    var secret_is_here: Bool
  }

  @Test("refuses what is no name or no role, and what makes no sense together")
  func refusals() throws {
    #expect(
      try Binary.refusal("keys", "a b", "--role", "worker", "--cluster", "/dev/null/x")
        == "granary: \"a b\" is no name of a node; use 1 to 64 letters, digits, . - _\n")
    #expect(
      try Binary.refusal("keys", "../x", "--role", "worker", "--cluster", "/dev/null/x")
        == "granary: \"../x\" is no name of a node; use 1 to 64 letters, digits, . - _\n")
    #expect(
      try Binary.refusal("keys", "a", "--role", "wurker").hasSuffix("did you mean worker?\n"))
    #expect(
      try Binary.refusal("keys", "a")
        == "granary: `granary keys` needs --role ROLE; `granary keys --help` says more\n")
    #expect(
      try Binary.refusal("keys", "a", "--list")
        == "granary: --list makes no key; leave NAME and --role out\n")
  }

  private func secret(_ node: String, in cluster: String) throws -> String {
    try text("\(cluster)/keys/\(node).secret").split(separator: "\n").last.map(String.init) ?? ""
  }
}
